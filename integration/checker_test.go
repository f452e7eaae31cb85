//go:build integration

package integration

import (
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// checker is a program that stands between an AWS client and the emulator, and holds every request and answer against a
// published model of the API. It is called as PYTHON PROGRAM UPSTREAM PORT, prints FAIL and the reasons for each call that
// breaks the model, and ends with exit status 1 if there was one. The zero checker is none.
type checker struct {
	python, program string
}

// newChecker takes the program that HALLMARK_ECR_CHECKER names, and the Python whose model of ECR is the newest.
func newChecker(t *testing.T) checker {
	t.Helper()
	c := checker{program: os.Getenv("HALLMARK_ECR_CHECKER")}
	if c.program == "" {
		t.Log("HALLMARK_ECR_CHECKER is not set: answers are not held against a model")
		return checker{}
	}
	const count = "import botocore.session as s; print(len(s.get_session().get_service_model('ecr').operation_names))"
	most := 0
	for _, python := range installed("python3") {
		o, err := command{}.run(python, "-c", count)
		if n, parseErr := strconv.Atoi(strings.TrimSpace(o.stdout)); err == nil && parseErr == nil && n > most {
			most, c.python = n, python
		}
	}
	if c.python == "" {
		t.Fatal("no python3 has botocore")
	}
	t.Logf("%s knows %d operations of ECR", c.python, most)
	return c
}

// before starts the checker before an emulator, for the length of a script, and gives its address. The script fails if a call broke
// the model.
func (c checker) before(e *testscript.Env, upstream string) (endpoint string, err error) {
	if c.program == "" {
		return upstream, nil
	}
	address := freeAddress()
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return "", err
	}
	p, err := start(nil, c.python, c.program, upstream, port)
	if err != nil {
		return "", err
	}
	test := e.T()
	e.Defer(func() {
		p.stop()
		if !p.cmd.ProcessState.Success() || strings.Contains(p.out.String(), "FAIL") {
			test.Fatal(fmt.Sprintf("calls that break the model: %s\n%s", p.cmd.ProcessState, p.out.String()))
		}
		test.Log(p.out.String())
	})
	return "http://" + address, p.ready(func() error { return answers("http://" + address) })
}
