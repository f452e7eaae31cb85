package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hallmark-ci/hallmark/cli"
	"github.com/hallmark-ci/hallmark/registry/emulator"
	"github.com/hallmark-ci/hallmark/report"
)

// applyFault is what happens to one request of a run of repo apply.
type applyFault struct {
	name string
	do   func(e http.Handler, w http.ResponseWriter, r *http.Request, interrupt func())
}

func applyFaults() []applyFault {
	return []applyFault{
		{"a denial", func(_ http.Handler, w http.ResponseWriter, r *http.Request, _ func()) {
			answer(403, "AccessDeniedException", "")(nil, w, r)
		}},
		{"a page of HTML", func(_ http.Handler, w http.ResponseWriter, r *http.Request, _ func()) { nonsense(nil, w, r) }},
		{"an answer that is lost", func(e http.Handler, w http.ResponseWriter, r *http.Request, _ func()) {
			e.ServeHTTP(httptest.NewRecorder(), r)
			cut(nil, w, r)
		}},
		{"an interruption", func(e http.Handler, _ http.ResponseWriter, r *http.Request, interrupt func()) {
			e.ServeHTTP(httptest.NewRecorder(), r)
			interrupt()
			<-r.Context().Done()
		}},
	}
}

// applied is an emulator under a run of repo apply that fails at one request.
type applied struct {
	emulator http.Handler

	mu        sync.Mutex
	at        int // the request that fails, counted from 1; 0 for none
	seen      []string
	do        func(e http.Handler, w http.ResponseWriter, r *http.Request, interrupt func())
	interrupt func()
}

func (a *applied) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	a.seen = append(a.seen, kindOf(r))
	fails, do, interrupt := len(a.seen) == a.at, a.do, a.interrupt
	a.mu.Unlock()
	if fails {
		do(a.emulator, w, r, interrupt)
		return
	}
	a.emulator.ServeHTTP(w, r)
}

// run applies settings to a repository that is there and to one that is not.
func (a *applied) run(t *testing.T) (code int, document report.ApplyDocument, stderr string) {
	t.Helper()
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	a.mu.Lock()
	a.interrupt, a.seen = func() { cancel(&cli.InterruptedError{Signal: os.Interrupt}) }, nil
	a.mu.Unlock()
	var out, errs bytes.Buffer
	code = cli.Main(ctx, []string{
		"hallmark", "repo", "apply", "shop/api", "shop/new", "--create", "--immutable", "--mutable-tag", "latest", "--scan-on-push", "--lifecycle", "keep=9", "--yes", "--output", "json",
	}, cli.Streams{In: strings.NewReader(""), Out: &out, Err: &errs})
	if err := json.Unmarshal(out.Bytes(), &document); err != nil {
		t.Errorf("%v in %s", err, out.String())
	}
	return code, document, errs.String()
}

// arm makes a request fail, counted from 1; 0 is none.
func (a *applied) arm(at int, do func(e http.Handler, w http.ResponseWriter, r *http.Request, interrupt func())) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.at, a.do = at, do
}

// requests lists what the last run has asked.
func (a *applied) requests() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.seen)
}

// serveApplied serves an emulator with enhanced scanning, and points the program at it.
func serveApplied(t *testing.T) *applied {
	t.Helper()
	e, err := emulator.New(emulator.Options{Scenario: &emulator.Scenario{Repositories: []emulator.Repository{
		{Name: "shop/api", Mutability: "MUTABLE", Scan: emulator.ScanSettings{Type: "ENHANCED"}},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	a := &applied{emulator: e}
	server := httptest.NewServer(a)
	t.Cleanup(func() {
		server.Close()
		e.Close()
	})
	for _, variable := range append(isolated(t.TempDir()), "AWS_ENDPOINT_URL_ECR="+server.URL, "AWS_MAX_ATTEMPTS=1") {
		name, value, _ := strings.Cut(variable, "=")
		t.Setenv(name, value)
	}
	return a
}
