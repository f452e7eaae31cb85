package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hallmark-ci/hallmark/registry/emulator"
)

// asProgram is the variable that makes the test binary be the program.
const asProgram = "HALLMARK_TEST_AS_PROGRAM"

// allFaults makes TestEveryRequestMayFail try each fault at each request, which takes two to three minutes on two cores; without it each
// request has one of them, in turn.
var allFaults = flag.Bool("faults", false, "try each fault at each request of a push")

// faultyPush is a push whose requests fail.
type faultyPush struct {
	name   string
	source string // the work tree
	image  string
	before []string // arguments of a push that went well before; nil for none
	atMost int      // requests that it makes when all goes well
}

// TestEveryRequestMayFail lets each request of a push fail. Either the run is complete and correct, or there is a clear error and no tag
// that was not judged; and the same command again converges.
func TestEveryRequestMayFail(t *testing.T) {
	source, parent := sourceTree(t, t.TempDir())
	images := t.TempDir()
	for name, layers := range map[string][]string{"one.tar": {"libraries", "app-1"}, "two.tar": {"libraries", "app-2"}} {
		archive, err := dockerArchive(layers)
		if err == nil {
			err = os.WriteFile(filepath.Join(images, name), archive, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, push := range []faultyPush{
		{"a push into an empty repository", source, "testdata/hello.tar", nil, 24},
		{"a push that reuses a layer", source, filepath.Join(images, "two.tar"),
			[]string{"--tag", "type=raw,value=" + parent, filepath.Join(images, "one.tar")}, 22},
	} {
		t.Run(push.name, push.fails)
	}
}

// fails runs the push once for each request and fault.
func (p faultyPush) fails(t *testing.T) {
	all := p.run(t, fault{}, request{})
	if len(all) < 10 || len(all) > p.atMost {
		t.Fatalf("it makes %d requests, want at most %d: %v", len(all), p.atMost, all)
	}
	slots := make(chan struct{}, 12)
	var group sync.WaitGroup
	for i, f := range faults {
		for n, at := range all {
			if !*allFaults && i != n%len(faults) {
				continue
			}
			slots <- struct{}{}
			group.Go(func() {
				defer func() { <-slots }()
				p.run(t, f, at)
			})
		}
	}
	group.Wait()
}

// run pushes with a fault, then again without, and lists the requests that were made at first.
func (p faultyPush) run(t *testing.T, f fault, at request) []request {
	scenario, err := emulator.ReadScenario("testdata/scenario/low.yaml")
	if err != nil {
		t.Error(err)
		return nil
	}
	e, err := emulator.New(emulator.Options{Scenario: scenario})
	if err != nil {
		t.Error(err)
		return nil
	}
	defer e.Close()
	handler := &faulty{emulator: e, seen: map[string]int{}}
	server := httptest.NewServer(handler)
	defer server.Close()
	temp, err := os.MkdirTemp(p.source, "tmp-*")
	if err != nil {
		t.Error(err)
		return nil
	}
	start := func(args ...string) outcome {
		return start(t, handler, temp, []string{"AWS_ENDPOINT_URL_ECR=" + server.URL}, append([]string{"--path", p.source}, args...))
	}
	wantTags := 2 // of the commit and of its version
	if p.before != nil {
		start(p.before...).check(t, "the push before", []int{0})
		wantTags++
	}

	handler.arm(f, at)
	first := start(p.image)
	requests := handler.requests()
	name, exits := fmt.Sprintf("%s at request %d of %q", f.name, at.nth, at.what), f.exits
	if at == (request{}) {
		name, exits = "no fault", []int{0}
	} else if !handler.was(at) {
		t.Errorf("%s: it was never made, only %v", name, requests)
	}
	first.check(t, name, exits)
	if tags := tagsOf(t, server.URL); len(tags) > wantTags-2 && !first.judged {
		t.Errorf("%s: tags %v without a verdict:\n%s", name, tags, first.stderr)
	}
	if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
		t.Errorf("%s: left behind %v, %v", name, left, err)
	}

	handler.arm(fault{}, request{})
	again := start(p.image)
	again.check(t, name+", again", []int{0})
	if tags := tagsOf(t, server.URL); len(tags) != wantTags || tags["v1.2.3"] == "" || !strings.Contains(again.stdout, ":v1.2.3@"+tags["v1.2.3"]) {
		t.Errorf("%s: the same command again leaves %v and says\n%s", name, tags, again.stdout)
	}
	return requests
}

// outcome is what came of a run.
type outcome struct {
	code           int
	stdout, stderr string
	judged         bool
}

func start(t *testing.T, f *faulty, temp string, env, args []string) outcome {
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, os.Args[0], append([]string{"push", "--verbose", "--repository", "shop/api"}, args...)...)
	cmd.Env = append(append(cleanEnvironment(), asProgram+"=1", "TMPDIR="+temp), env...)
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

// sourceTree makes a work tree with two commits and a tag at the second.
func sourceTree(t *testing.T, dir string) (tree, parent string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, ".gitignore"), []byte("tmp-*\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var out []byte
	for _, args := range [][]string{
		{"init", "-q", "-b", "main"}, {"add", ".gitignore"}, {"commit", "-q", "-m", "first"},
		{"commit", "-q", "--allow-empty", "-m", "second"}, {"tag", "v1.2.3"}, {"rev-parse", "HEAD~1"},
	} {
		cmd := exec.Command("git", append([]string{"-C", dir}, args...)...)
		cmd.Env = cleanEnvironment()
		var err error
		if out, err = cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %s: %v: %s", args[0], err, out)
		}
	}
	return dir, strings.TrimSpace(string(out))
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
