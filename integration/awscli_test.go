//go:build integration

package integration

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestAWSCLI runs the scripts of testdata/awscli with every AWS CLI there is, each script against an ECR of its own.
func TestAWSCLI(t *testing.T) {
	clients := installed("aws")
	if len(clients) == 0 {
		t.Fatal("no AWS CLI is installed")
	}
	checker := newChecker(t)
	for _, client := range clients {
		t.Run(strings.Fields(command{}.must(t, client, "--version"))[0], func(t *testing.T) {
			a := awsCLI{client, checker, command{}.must(t, client, "ecr", "put-image-tag-mutability", "--generate-cli-skeleton")}
			testscript.Run(t, testscript.Params{
				Dir:                 "testdata/awscli",
				RequireExplicitExec: true,
				Setup:               a.setup,
				Condition:           a.condition,
				Cmds: map[string]func(*testscript.TestScript, bool, []string){
					"aws": a.call,
					"waiter": func(ts *testscript.TestScript, neg bool, args []string) {
						a.call(ts, neg, append([]string{"wait"}, args...))
					},
					"variable": variable,
				},
			})
		})
	}
}

// awsCLI is one AWS CLI as the scripts use it.
type awsCLI struct {
	program  string
	checker  checker
	skeleton string // of a request that sets mutability
}

// setup gives a script an ECR, with the scenario in scenario.yaml if it has one, and the environment of a user.
func (a awsCLI) setup(e *testscript.Env) error {
	args := []string{}
	if scenario := filepath.Join(e.WorkDir, "scenario.yaml"); exists(scenario) {
		args = append(args, "--scenario", scenario)
	}
	p, address, err := startEmulator(filepath.Join(e.WorkDir, ".ecr"), args...)
	if p != nil {
		e.Defer(p.stop)
	}
	if err != nil {
		return err
	}
	endpoint, err := a.checker.before(e, "http://"+address)
	if err != nil {
		return err
	}
	hello, err := filepath.Abs("../testdata/hello.tar")
	if err != nil {
		return err
	}
	for _, variable := range bareEnv(e.Getenv("TMPDIR"), []string{
		"HOME=" + os.Getenv("HOME"), // an AWS CLI of a Python installation in the home folder is found by it
		"ECR=" + address, "ENDPOINT=" + endpoint,
		"DOCKER=" + lab.docker, "DOCKER_BUILDKIT=0", "DOCKER_CONFIG=" + filepath.Join(e.WorkDir, ".docker"),
		"AWS_PAGER=",
		"HALLMARK=" + lab.hallmark, "WORKTREE=" + lab.worktree, "COMMIT=" + lab.commit, "HELLO=" + hello,
	}) {
		name, value, _ := strings.Cut(variable, "=")
		e.Setenv(name, value)
	}
	return nil
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

// condition knows [exclusions]: the CLI is new enough for exclusion filters.
func (a awsCLI) condition(name string) (bool, error) {
	return name == "exclusions" && strings.Contains(a.skeleton, "ExclusionFilters"), nil
}

// call is the command aws OPERATION [ARG...]: aws ecr, at the script's endpoint.
func (a awsCLI) call(ts *testscript.TestScript, neg bool, args []string) {
	args = slices.Concat([]string{"ecr"}, args, []string{"--endpoint-url", ts.Getenv("ENDPOINT")})
	err := ts.Exec(a.program, args...)
	switch {
	case err != nil && !neg:
		ts.Fatalf("aws %s: %v", strings.Join(args, " "), err)
	case err == nil && neg:
		ts.Fatalf("aws %s succeeded", strings.Join(args, " "))
	}
}

// variable NAME keeps what the command before printed on stdout.
func variable(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: variable NAME")
	}
	ts.Setenv(args[0], strings.TrimSuffix(ts.ReadFile("stdout"), "\n"))
}
