package push_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
)

const (
	repository = "shop/api"
	user       = "AWS"
	password   = "pass-word-of-the-test"
	renewed    = "renewed-password-of-the-test"
)

// Kinds of request.
const (
	ping        = "GET /v2/"
	headBlob    = "HEAD blob"
	getBlob     = "GET blob"
	postUpload  = "POST upload"
	patchUpload = "PATCH upload"
	putBlob     = "PUT blob"
	getManifest = "GET manifest"
	putManifest = "PUT manifest"
	getTags     = "GET tags"
)

// seen is a request that reached the registry.
type seen struct {
	Kind     string
	Session  string // of an upload
	Query    string
	Spoiled  bool // it met a fault
	Length   int64
	Chunked  bool
	Password string
}

// server is a registry in memory that can be made to fail.
type server struct {
	*httptest.Server
	next http.Handler

	over chan struct{} // closed when the server is
	end  func()        // closes over

	mu       sync.Mutex
	requests []seen
	faults   map[string][]fault // by kind of request; each for one request
	want     string             // password; none is asked for when empty
}

// fail makes the next requests of a kind meet faults, one each.
func (s *server) fail(kind string, faults ...fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults[kind] = append(s.faults[kind], faults...)
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	kind := kindOf(r)
	_, given, _ := r.BasicAuth()
	s.mu.Lock()
	one := seen{Kind: kind, Query: r.URL.RawQuery, Length: r.ContentLength, Chunked: len(r.TransferEncoding) > 0, Password: given}
	if kind == putBlob {
		one.Session = r.URL.Path
	}
	want := s.want
	var f fault
	if faults := s.faults[kind]; len(faults) > 0 {
		f, s.faults[kind] = faults[0], faults[1:]
	}
	one.Spoiled = f != nil
	s.requests = append(s.requests, one)
	s.mu.Unlock()
	switch {
	case want != "" && given == "":
		w.Header().Set("WWW-Authenticate", `Basic realm="test",service="ecr.amazonaws.com"`)
		w.WriteHeader(http.StatusUnauthorized)
	case want != "" && given != want:
		say(http.StatusForbidden, "DENIED", "Your authorization token has expired. Reauthenticate and try again.")(w, r, s.next)
	case f != nil:
		f(w, r, s.next)
	default:
		s.next.ServeHTTP(w, r)
	}
}

// Close ends the server and waits for the requests under way.
func (s *server) Close() {
	s.end()
	s.Server.Close()
}

// stuck is a fault of a server that does nothing with a request.
func (s *server) stuck(http.ResponseWriter, *http.Request, http.Handler) { <-s.over }

func kindOf(r *http.Request) string {
	switch path := r.URL.Path; {
	case path == "/v2/":
		return ping
	case strings.Contains(path, "/blobs/uploads/"):
		if r.Method == http.MethodPut {
			return putBlob
		}
		return r.Method + " upload"
	case strings.Contains(path, "/manifests/"):
		return r.Method + " manifest"
	case strings.HasSuffix(path, "/tags/list"):
		return r.Method + " tags"
	default:
		return r.Method + " blob"
	}
}

// count says how many requests of a kind there were.
func (s *server) count(kind string) int {
	n := 0
	for _, r := range s.seen() {
		if r.Kind == kind {
			n++
		}
	}
	return n
}

func (s *server) seen() []seen {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]seen(nil), s.requests...)
}

func (s *server) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = nil
}

func (s *server) host() string { return strings.TrimPrefix(s.URL, "http://") }

// always makes every request of a kind meet a fault.
func (s *server) always(kind string, f fault) {
	for range 20 {
		s.fail(kind, f)
	}
}
