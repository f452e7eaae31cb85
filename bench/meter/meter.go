package main

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
)

// Meter is a proxy that counts what passes.
type Meter struct {
	proxy *httputil.ReverseProxy

	mu     sync.Mutex
	counts map[string]Count
}

// Count is what passed of one kind of request. Bytes are those of bodies.
type Count struct{ Requests, Sent, Received int64 }

// NewMeter makes a meter before the registry at HOST:PORT.
func NewMeter(upstream string) *Meter {
	target := &url.URL{Scheme: "http", Host: upstream}
	return &Meter{counts: map[string]Count{}, proxy: &httputil.ReverseProxy{
		// The registry must see the host that the client asked for: it answers with addresses made of it.
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.Out.Host = r.In.Host
		},
		FlushInterval: -1,
	}}
}

func (m *Meter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body := &reader{ReadCloser: r.Body}
	if r.Body != nil && r.Body != http.NoBody { // a request that has no body must not get one
		r.Body = body
	}
	answer := &writer{ResponseWriter: w}
	defer func() { m.add(kind(r), Count{1, body.n, answer.n}) }() // also when the proxy panics because the client went away
	m.proxy.ServeHTTP(answer, r)
}

// kind is a request's method and what it is about.
func kind(r *http.Request) string {
	path := r.URL.Path
	for _, part := range []struct{ in, name string }{
		{"/blobs/uploads/", "upload"}, {"/blobs/", "blob"}, {"/manifests/", "manifest"}, {"/tags/list", "tags"}, {"/referrers/", "referrers"},
	} {
		if strings.Contains(path, part.in) {
			return r.Method + " " + part.name
		}
	}
	if path == "/v2/" {
		return r.Method + " base"
	}
	return r.Method + " other"
}

func (m *Meter) add(kind string, more Count) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, key := range []string{kind, "total"} {
		count := m.counts[key]
		m.counts[key] = Count{count.Requests + more.Requests, count.Sent + more.Sent, count.Received + more.Received}
	}
}

// String lists the counts, the total first.
func (m *Meter) String() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	kinds := slices.Sorted(maps.Keys(m.counts))
	kinds = append([]string{"total"}, slices.DeleteFunc(kinds, func(kind string) bool { return kind == "total" })...)
	var text strings.Builder
	for _, kind := range kinds {
		count := m.counts[kind]
		fmt.Fprintf(&text, "%s\t%d\t%d\t%d\n", kind, count.Requests, count.Sent, count.Received)
	}
	return text.String()
}

type reader struct {
	io.ReadCloser
	n int64
}

func (r *reader) Read(b []byte) (int, error) {
	n, err := r.ReadCloser.Read(b)
	r.n += int64(n)
	return n, err
}

type writer struct {
	http.ResponseWriter
	n int64
}

func (w *writer) Write(b []byte) (int, error) {
	n, err := w.ResponseWriter.Write(b)
	w.n += int64(n)
	return n, err
}

// Unwrap lets the proxy flush.
func (w *writer) Unwrap() http.ResponseWriter { return w.ResponseWriter }
