package main

import (
	"errors"
	"flag"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/hallmark-ci/hallmark/registry/emulator"
)

var update = flag.Bool("update", false, "rewrite the expected output in testdata/script")

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	// Most tests wait for a scan rather than for a processor. -parallel, which is read later, beats it.
	if err := flag.Set("test.parallel", strconv.Itoa(3*runtime.GOMAXPROCS(0))); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	testscript.Main(m, map[string]func(){"hallmark": main})
}

// TestScript runs the whole program as a user would, against an emulated ECR on 127.0.0.1.
func TestScript(t *testing.T) { runScripts(t, "testdata/script") }

// runScripts runs the scripts of a folder.
func runScripts(t *testing.T, folder string) {
	t.Helper()
	top, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 folder,
		RequireExplicitExec: true,
		UpdateScripts:       *update,
		Setup:               func(e *testscript.Env) error { return setup(e, top) },
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":    exits,
			"daemon":   daemonCommand,
			"ecr":      ecrCommand,
			"image":    image,
			"worktree": worktree,
			"requests": requestsCommand,
			"serve":    serve,
			"waitfor":  waitFor,
		},
	})
}

// isolated are variables that keep a run apart from the settings of the one who runs the tests, and its commits the same.
func isolated(home string) []string {
	return []string{
		"HOME=" + home,
		"GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1",
		"GIT_AUTHOR_NAME=test", "GIT_AUTHOR_EMAIL=test@example.com", "GIT_COMMITTER_NAME=test", "GIT_COMMITTER_EMAIL=test@example.com",
		"GIT_AUTHOR_DATE=2026-01-02T03:04:05Z", "GIT_COMMITTER_DATE=2026-01-02T03:04:05Z",
		"AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test", "AWS_REGION=us-east-1",
		"AWS_CONFIG_FILE=/dev/null", "AWS_SHARED_CREDENTIALS_FILE=/dev/null", "AWS_EC2_METADATA_DISABLED=true",
	}
}

// setup gives a script an ECR of its own and credentials for it.
func setup(e *testscript.Env, top string) error {
	for _, variable := range append(isolated(e.WorkDir), "NL=\n",
		"ARCHIVES="+filepath.Join(top, "registry", "source", "testdata", "archives"),
		"TESTDATA="+filepath.Join(top, "testdata"), "HELLO="+filepath.Join(top, "testdata", "hello.tar")) {
		name, value, _ := strings.Cut(variable, "=")
		e.Setenv(name, value)
	}
	seen := &requests{counts: map[string]int{}}
	e.Values[counted{}] = seen
	return startECR(e.Setenv, e.Defer, e.T(), seen, filepath.Join(top, "testdata", "scenario", "clean.yaml"))
}

// startECR serves an emulator and points AWS_ENDPOINT_URL_ECR at it.
func startECR(setenv func(string, string), onEnd func(func()), log interface{ Log(...any) }, seen *requests, scenario string) error {
	read, err := emulator.ReadScenario(scenario)
	if err != nil {
		return err
	}
	e, err := emulator.New(emulator.Options{Scenario: read})
	if err != nil {
		return err
	}
	server := httptest.NewServer(seen.before(e))
	onEnd(func() {
		server.Close()
		if err := e.Close(); err != nil {
			log.Log(err)
		}
	})
	setenv("AWS_ENDPOINT_URL_ECR", server.URL)
	setenv("ECR", strings.TrimPrefix(server.URL, "http://"))
	return nil
}

// exits N COMMAND [ARG...] runs a command and checks its exit status.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits STATUS COMMAND [ARG...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
}

// serve SCENARIO replaces the script's ECR by one that answers as a scenario file says.
func serve(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: serve SCENARIO")
	}
	seen, _ := ts.Value(counted{}).(*requests)
	ts.Check(startECR(ts.Setenv, ts.Defer, scriptLog{ts}, seen, ts.MkAbs(args[0])))
}

// waitfor FILE waits until a file is there, which a program in the background makes.
func waitFor(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: waitfor FILE")
	}
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for range 2000 {
		if _, err := os.Stat(ts.MkAbs(args[0])); err == nil {
			return
		}
		<-tick.C
	}
	ts.Fatalf("there is no %s", args[0])
}

// scriptLog lets what ends a script's ECR speak in its log.
type scriptLog struct{ *testscript.TestScript }

func (l scriptLog) Log(a ...any) { l.Logf("%s", fmt.Sprint(a...)) }

// worktree DIR [TAG...] makes a Git work tree with one commit, and tags at it. The commit is the same in every run.
func worktree(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: worktree DIR [TAG...]")
	}
	dir := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(dir, 0o755))
	ts.Check(os.WriteFile(filepath.Join(dir, "app.txt"), []byte("app\n"), 0o644))
	git := func(arg ...string) { ts.Check(ts.Exec("git", append([]string{"-C", dir}, arg...)...)) }
	git("init", "-q", "-b", "main")
	git("remote", "add", "origin", "https://user:secret@git.example.com/shop/api.git")
	git("add", "app.txt")
	git("commit", "-q", "-m", "first")
	for _, tag := range args[1:] {
		git("tag", tag)
	}
	ts.Check(ts.Exec("git", "-C", dir, "rev-parse", "HEAD"))
	ts.Setenv("COMMIT", strings.TrimSpace(ts.ReadFile("stdout")))
}
