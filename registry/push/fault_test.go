package push_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"cuelabs.dev/go/oci/ociregistry/ocimem"
	"cuelabs.dev/go/oci/ociregistry/ociserver"
)

// fault answers in place of the registry.
type fault func(w http.ResponseWriter, r *http.Request, next http.Handler)

func newServer(t *testing.T) *server {
	t.Helper()
	s := &server{next: ociserver.New(ocimem.New(), nil), faults: map[string][]fault{}, over: make(chan struct{})}
	s.end = sync.OnceFunc(func() { close(s.over) })
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

// say is an answer in the protocol's form.
func say(status int, code, message string) fault {
	return func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		if r.Method != http.MethodHead {
			fmt.Fprintf(w, `{"errors":[{"code":%q,"message":%q}]}`, code, message)
		}
	}
}

// page is an answer as proxies give it.
func page(status int) fault {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(status)
		io.WriteString(w, "<html><body>Sign in to the network</body></html>")
	}
}

// after sets a header of an answer.
func after(f fault, key, value string) fault {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		w.Header().Set(key, value)
		f(w, r, next)
	}
}

// drop ends the connection before an answer.
func drop(http.ResponseWriter, *http.Request, http.Handler) {
	panic(http.ErrAbortHandler)
}

// halve ends the connection half-way through the body of the request, or of the answer where the request has none.
func halve(w http.ResponseWriter, r *http.Request, next http.Handler) {
	if r.ContentLength > 0 {
		io.CopyN(io.Discard, r.Body, r.ContentLength/2)
		panic(http.ErrAbortHandler)
	}
	recorder := httptest.NewRecorder()
	next.ServeHTTP(recorder, r)
	body := recorder.Body.Bytes()
	w.Header().Set("Content-Length", fmt.Sprint(len(body)+10))
	w.Header().Set("Content-Type", recorder.Header().Get("Content-Type"))
	w.WriteHeader(recorder.Code)
	w.Write(body[:len(body)/2])
	panic(http.ErrAbortHandler)
}

// lose does what is asked and ends the connection before the answer.
func lose(_ http.ResponseWriter, r *http.Request, next http.Handler) {
	next.ServeHTTP(httptest.NewRecorder(), r)
	panic(http.ErrAbortHandler)
}
