package main

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"

	"github.com/hallmark-ci/hallmark/registry/emulator"
)

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

// request tells one request of a run from the others, in whatever order those come that are made side by side.
type request struct {
	what string // its kind, and the blob or manifest where it names one
	nth  int    // of those, counted from 1
}

// faulty is an emulator that fails at one request, once.
type faulty struct {
	emulator *emulator.Emulator

	mu      sync.Mutex
	fault   fault
	at      request // that fails; the zero value is none
	seen    map[string]int
	process *os.Process
}

func (f *faulty) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if fault, fails := f.next(whatOf(r)); fails {
		fault.do(f, w, r)
		return
	}
	f.emulator.ServeHTTP(w, r)
}

// next counts a request, and says whether it is the one that fails.
func (f *faulty) next(what string) (fault, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.seen[what]++
	return f.fault, f.at == request{what, f.seen[what]}
}

// arm makes a request fail, of those that come from now on. The zero request is none.
func (f *faulty) arm(fault fault, at request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fault, f.at, f.seen = fault, at, map[string]int{}
}

// requests lists what was asked, in an order that is the same in every run.
func (f *faulty) requests() []request {
	f.mu.Lock()
	defer f.mu.Unlock()
	var all []request
	for _, what := range slices.Sorted(maps.Keys(f.seen)) {
		for n := range f.seen[what] {
			all = append(all, request{what, n + 1})
		}
	}
	return all
}

// was says whether a request was made.
func (f *faulty) was(at request) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.seen[at.what] >= at.nth
}

var digestInURL = regexp.MustCompile(`sha256(:|%3A)[0-9a-f]{12}`)

func whatOf(r *http.Request) string {
	return strings.TrimSpace(kindOf(r) + " " + digestInURL.FindString(r.RequestURI))
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
