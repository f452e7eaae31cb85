package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/hallmark-ci/hallmark/registry/emulator"
)

// asProgram is the variable that makes the test binary be the program.
const asProgram = "HALLMARK_TEST_AS_PROGRAM"

// fault is what happens to one request of a run.
type fault struct {
	name  string
	do    func(f *faulty, w http.ResponseWriter, r *http.Request)
	exits []int // that are right for a run with this fault
}

var faults = []fault{
	{"SIGINT", interrupt(os.Interrupt), []int{130}},
	{"SIGTERM", interrupt(syscall.SIGTERM), []int{143}},
	{"a cut connection", cut, []int{0, 75}},
	{"an error of the server", answer(500, "ServerException", "UNKNOWN"), []int{0, 75}},
	{"throttling", answer(429, "ThrottlingException", "TOOMANYREQUESTS"), []int{0, 75}},
	{"a denial", answer(403, "AccessDeniedException", "DENIED"), []int{0, 1}},
	{"a page of HTML", nonsense, []int{0, 1, 75}},
}

// faulty is an emulator that fails at one request, once.
type faulty struct {
	emulator *emulator.Emulator
	fault    fault
	at       int64 // the request that fails, counted from 1; 0 for none
	requests atomic.Int64

	mu      sync.Mutex
	process *os.Process
}

func (f *faulty) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if f.requests.Add(1) == f.at {
		f.fault.do(f, w, r)
		return
	}
	f.emulator.ServeHTTP(w, r)
}

func interrupt(signal os.Signal) func(*faulty, http.ResponseWriter, *http.Request) {
	return func(f *faulty, _ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // only then does the server notice that the client is gone
		f.mu.Lock()
		err := f.process.Signal(signal)
		f.mu.Unlock()
		if err != nil {
			panic(err)
		}
		<-r.Context().Done()
	}
}

func cut(_ *faulty, w http.ResponseWriter, _ *http.Request) {
	connection, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err)
	}
	connection.Close()
}

func answer(status int, apiCode, registryCode string) func(*faulty, http.ResponseWriter, *http.Request) {
	return func(_ *faulty, w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			w.WriteHeader(status)
			fmt.Fprintf(w, `{"errors":[{"code":%q,"message":"a fault"}]}`, registryCode)
			return
		}
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		if status == 500 {
			w.WriteHeader(500)
		} else {
			w.WriteHeader(400) // as the API answers every fault of the client's
		}
		fmt.Fprintf(w, `{"__type":%q,"message":"a fault"}`, apiCode)
	}
}

func nonsense(_ *faulty, w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html")
	fmt.Fprint(w, "<html>welcome to the proxy</html>")
}

// allFaults makes TestEveryRequestMayFail try each fault at each request, which takes a minute or two; without it each request has
// two of them, and each fault is tried somewhere.
var allFaults = flag.Bool("faults", false, "try each fault at each request of a push")

// TestEveryRequestMayFail lets each request of a push fail. Either the run is complete and correct, or there is a clear error and no tag
// that was not judged; and the same command again converges.
func TestEveryRequestMayFail(t *testing.T) {
	dir := t.TempDir()
	source := sourceTree(t, dir)
	total := int64(0)
	runWith(t, source, fault{}, 0, func(f *faulty) { total = f.requests.Load() })
	if total < 10 {
		t.Fatalf("a push makes %d requests", total)
	}
	slots := make(chan struct{}, 12)
	var group sync.WaitGroup
	for i, f := range faults {
		for at := int64(1); at <= total; at++ {
			signal, other := int(at)%2, 2+int(at)%(len(faults)-2)
			if !*allFaults && i != signal && i != other {
				continue
			}
			slots <- struct{}{}
			group.Go(func() {
				defer func() { <-slots }()
				runWith(t, source, f, at, func(*faulty) {})
			})
		}
	}
	group.Wait()
}

// runWith runs a push with a fault, then the same without.
func runWith(t *testing.T, source string, f fault, at int64, seen func(*faulty)) {
	scenario, err := emulator.ReadScenario("testdata/scenario/low.yaml")
	if err != nil {
		t.Error(err)
		return
	}
	e, err := emulator.New(emulator.Options{Scenario: scenario})
	if err != nil {
		t.Error(err)
		return
	}
	defer e.Close()
	handler := &faulty{emulator: e, fault: f, at: at}
	server := httptest.NewServer(handler)
	defer server.Close()
	name := fmt.Sprintf("%s at request %d", f.name, at)

	temp, err := os.MkdirTemp(source, "tmp-*")
	if err != nil {
		t.Error(err)
		return
	}
	first := start(t, handler, server.URL, source, temp)
	seen(handler)
	if at > 0 {
		first.check(t, name, f.exits)
	} else {
		first.check(t, name, []int{0})
	}
	tags := tagsOf(t, server.URL)
	if len(tags) > 0 && !first.judged {
		t.Errorf("%s: tags %v without a verdict:\n%s", name, tags, first.stderr)
	}
	if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
		t.Errorf("%s: left behind %v, %v", name, left, err)
	}

	handler.requests.Store(1 << 32) // no more faults
	again := start(t, handler, server.URL, source, temp)
	again.check(t, name+", again", []int{0})
	if tags := tagsOf(t, server.URL); len(tags) != 2 || tags["v1.2.3"] == "" || !strings.Contains(again.stdout, ":v1.2.3@"+tags["v1.2.3"]) {
		t.Errorf("%s: the same command again leaves %v and says\n%s", name, tags, again.stdout)
	}
}

// outcome is what came of a run.
type outcome struct {
	code           int
	stdout, stderr string
	judged         bool
}

func start(t *testing.T, f *faulty, url, source, temp string) outcome {
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, os.Args[0], "push", "--verbose", "--repository", "shop/api", "--path", source, "testdata/hello.tar")
	cmd.Env = append(cleanEnvironment(), asProgram+"=1", "AWS_ENDPOINT_URL_ECR="+url, "TMPDIR="+temp)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	f.mu.Lock()
	err := cmd.Start()
	f.process = cmd.Process
	f.mu.Unlock()
	if err != nil {
		t.Error(err)
		return outcome{code: -1}
	}
	var exit *exec.ExitError
	if err := cmd.Wait(); err != nil && !errors.As(err, &exit) {
		t.Error(err)
	}
	return outcome{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String(), strings.Contains(stderr.String(), "hallmark: pass: ")}
}

func (o outcome) check(t *testing.T, name string, exits []int) {
	for _, secret := range []string{"QVdTOg", "Basic "} { // AWS: in base64, as tokens begin, and how they are sent
		if strings.Contains(o.stdout+o.stderr, secret) {
			t.Errorf("%s: the output holds a credential:\n%s%s", name, o.stdout, o.stderr)
		}
	}
	for _, code := range exits {
		if o.code != code {
			continue
		}
		if code != 0 && (o.stdout != "" || !strings.Contains(o.stderr, "hallmark: ") || strings.Contains(o.stderr, "panic")) {
			t.Errorf("%s: exit status %d, stdout %q, stderr\n%s", name, o.code, o.stdout, o.stderr)
		}
		return
	}
	t.Errorf("%s: exit status %d, want one of %v:\n%s", name, o.code, exits, o.stderr)
}

// cleanEnvironment is what the program needs and no part of the environment of the one who runs the tests.
func cleanEnvironment() []string {
	return append(isolated("/nonexistent"), "PATH="+os.Getenv("PATH"))
}

// sourceTree makes a work tree with one commit and a tag.
func sourceTree(t *testing.T, dir string) string {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, ".gitignore"), []byte("tmp-*\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"init", "-q", "-b", "main"}, {"add", ".gitignore"}, {"commit", "-q", "-m", "first"}, {"tag", "v1.2.3"}} {
		cmd := exec.Command("git", append([]string{"-C", dir}, args...)...)
		cmd.Env = cleanEnvironment()
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %s: %v: %s", args[0], err, out)
		}
	}
	return dir
}

// tagsOf reads the tags of the repository, and what they name.
func tagsOf(t *testing.T, url string) map[string]string {
	r, err := apiRequest(url, "ListImages", map[string]any{"repositoryName": "shop/api"})
	if err != nil {
		t.Error(err)
		return nil
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Error(err)
		return nil
	}
	defer response.Body.Close()
	var list struct {
		ImageIDs []struct{ ImageTag, ImageDigest string }
	}
	if err := json.NewDecoder(response.Body).Decode(&list); err != nil {
		t.Error(err)
	}
	tags := map[string]string{}
	for _, id := range list.ImageIDs {
		if id.ImageTag != "" {
			tags[id.ImageTag] = id.ImageDigest
		}
	}
	return tags
}
