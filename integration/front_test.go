//go:build integration

package integration

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"
)

// front stands before a server and lets everything through, but tells when a request of a certain kind has come.
type front struct {
	address string
	reached chan struct{} // closed at the first such request
}

// newFront starts a front. With hold, such requests get no answer before the test ends.
func newFront(t *testing.T, upstream string, awaited func(*http.Request) bool, hold bool) front {
	t.Helper()
	f := front{reached: make(chan struct{})}
	ended := make(chan struct{})
	var once sync.Once
	// The server behind must see the host that the client asked for: it answers with addresses made of it.
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(&url.URL{Scheme: "http", Host: upstream})
			r.Out.Host = r.In.Host
		},
		ErrorLog: log.New(io.Discard, "", 0), // that clients go away is what the tests are about
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if awaited(r) {
			once.Do(func() { close(f.reached) })
			if hold {
				<-ended
				return
			}
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(func() {
		close(ended)
		server.Close()
	})
	f.address = strings.TrimPrefix(server.URL, "http://")
	return f
}
