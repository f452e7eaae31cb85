package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/hallmark-ci/hallmark/report"
)

// TestEveryRequestOfApplyMayFail lets each request of a run fail. Either all is as wanted and read back, or the run says that it is not; and
// the same command again makes it so, and then has nothing to do.
func TestEveryRequestOfApplyMayFail(t *testing.T) {
	plain := serveApplied(t)
	if code, document, stderr := plain.run(t); code != 0 || !allVerified(document) {
		t.Fatalf("exit status %d, %+v: %s", code, document, stderr)
	}
	requests := plain.requests()
	if writes(requests) != 6 {
		t.Errorf("it writes %d times, want 6: %v", writes(requests), requests)
	}
	for _, fault := range applyFaults() {
		for at := 1; at <= len(requests); at++ {
			t.Run(fault.name+" at "+requests[at-1], func(t *testing.T) {
				a := serveApplied(t)
				a.arm(at, fault.do)
				code, document, stderr := a.run(t)
				if code == 0 && !allVerified(document) || !slices.Contains([]int{0, 1, 75, 130}, code) {
					t.Errorf("exit status %d, %+v: %s", code, document, stderr)
				}
				if code != 0 && document.Error == nil {
					t.Errorf("exit status %d without an error: %s", code, stderr)
				}
				for _, done := range writtenOf(document) {
					if !strings.Contains(stderr, done) {
						t.Errorf("stderr does not tell %q: %s", done, stderr)
					}
				}
				a.arm(0, nil)
				if code, document, stderr := a.run(t); code != 0 {
					t.Errorf("again: exit status %d, %+v: %s", code, document, stderr)
				}
				if code, document, _ := a.run(t); code != 0 || writes(a.requests()) != 0 || len(document.Repositories[0].Changes)+len(document.Repositories[1].Changes) != 0 {
					t.Errorf("a third time: exit status %d, %v, %+v", code, a.requests(), document)
				}
			})
		}
	}
}

// TestApplyReadsBack has ECR take each write and not carry it out.
func TestApplyReadsBack(t *testing.T) {
	for operation, told := range map[string]string{
		"PutImageTagMutability":            `shop/api: mutability: it was written, and did not take: it reads back as "MUTABLE"`,
		"PutLifecyclePolicy":               `shop/api: lifecycle: it was written, and did not take: it reads back as ""`,
		"PutRegistryScanningConfiguration": "scanning: the registry's scanning rules are not those that were just written",
	} {
		t.Run(operation, func(t *testing.T) {
			a := serveApplied(t)
			a.run(t)
			at := slices.Index(a.requests(), operation) + 1
			a = serveApplied(t)
			a.arm(at, func(_ http.Handler, w http.ResponseWriter, _ *http.Request, _ func()) {
				w.Header().Set("Content-Type", "application/x-amz-json-1.1")
				w.Write([]byte("{}"))
			})
			code, document, stderr := a.run(t)
			if code != 1 || !strings.Contains(stderr, told) || allVerified(document) {
				t.Errorf("exit status %d, want 1 and %q: %s", code, told, stderr)
			}
		})
	}
}

// TestApplyMeetsAnotherRun has somebody else create the repository first.
func TestApplyMeetsAnotherRun(t *testing.T) {
	a := serveApplied(t)
	a.run(t)
	at := slices.Index(a.requests(), "CreateRepository") + 1
	a = serveApplied(t)
	a.arm(at, func(e http.Handler, w http.ResponseWriter, r *http.Request, _ func()) {
		other, err := apiRequest("http://"+r.Host+"/", "CreateRepository", map[string]any{"repositoryName": "shop/new"})
		if err != nil {
			t.Error(err)
		}
		e.ServeHTTP(httptest.NewRecorder(), other)
		e.ServeHTTP(w, r)
	})
	code, document, stderr := a.run(t)
	if code != 0 || !allVerified(document) || !strings.Contains(stderr, "shop/new: mutability written") {
		t.Errorf("exit status %d, %+v: %s", code, document, stderr)
	}
}

// Where all that went wrong is that ECR was out of reach, trying again may help.
func TestApplyWhoseEveryRequestIsThrottled(t *testing.T) {
	a := serveApplied(t)
	a.emulator = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { answer(429, "ThrottlingException", "")(nil, w, r) })
	if code, document, stderr := a.run(t); code != 75 || document.Error == nil || document.Error.Code != "unavailable" {
		t.Errorf("exit status %d, %+v: %s", code, document, stderr)
	}
}

// The commands of docs/apply.md run in a work tree with its configuration, against the repositories of its scenario.
func TestExamplesOfApplyDocument(t *testing.T) {
	for _, variable := range isolated(t.TempDir()) {
		name, value, _ := strings.Cut(variable, "=")
		t.Setenv(name, value)
	}
	examples(t, "apply.md", 4, func() {
		if err := os.Mkdir(".git", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := startECR(t.Setenv, t.Cleanup, t, &requests{counts: map[string]int{}}, "scenario.yaml"); err != nil {
			t.Fatal(err)
		}
	})
}

// allVerified says whether every change was read back, and every repository was read.
func allVerified(document report.ApplyDocument) bool {
	for _, repository := range document.Repositories {
		for _, change := range repository.Changes {
			if !change.Verified || !change.Written || change.Error != "" {
				return false
			}
		}
		if repository.Error != nil {
			return false
		}
	}
	return len(document.Repositories) == 2
}

// writtenOf is what is said of each change that was written by a request of its own.
func writtenOf(document report.ApplyDocument) []string {
	var out []string
	for _, repository := range document.Repositories {
		created := len(repository.Changes) > 0 && repository.Changes[0].Setting == "repository"
		for _, change := range repository.Changes {
			if change.Written && !(created && change.Setting == "mutability") {
				out = append(out, repository.Name+": "+string(change.Setting)+" written")
			}
		}
	}
	return out
}

// writes counts the requests that change something.
func writes(requests []string) int {
	n := 0
	for _, request := range requests {
		if strings.HasPrefix(request, "Put") || strings.HasPrefix(request, "Create") || strings.HasPrefix(request, "Delete") {
			n++
		}
	}
	return n
}
