package main

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/rogpeppe/go-internal/testscript"
)

// requests counts what a script's ECR is asked, by kind.
type requests struct {
	mu     sync.Mutex
	counts map[string]int
}

// counted is the key of a script's requests among its values.
type counted struct{}

// before counts what goes to next.
func (q *requests) before(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q.mu.Lock()
		q.counts[kindOf(r)]++
		q.mu.Unlock()
		next.ServeHTTP(w, r)
	})
}

// kindOf is what a request is for: an operation of the API, or a method and a part of the registry.
func kindOf(r *http.Request) string {
	if r.URL.Path == "/" {
		_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
		return operation
	}
	for _, part := range []string{"blobs/uploads", "blobs", "manifests", "tags"} {
		if strings.Contains(r.URL.Path, "/"+part+"/") {
			return r.Method + " " + part
		}
	}
	return r.Method + " " + r.URL.Path
}

// requests prints what the script's ECR was asked since the command before, one kind a line with its count.
func requestsCommand(ts *testscript.TestScript, neg bool, args []string) {
	q, ok := ts.Value(counted{}).(*requests)
	if neg || !ok || len(args) != 0 {
		ts.Fatalf("usage: requests")
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, kind := range slices.Sorted(maps.Keys(q.counts)) {
		_, err := fmt.Fprintf(ts.Stdout(), "%d %s\n", q.counts[kind], kind)
		ts.Check(err)
	}
	clear(q.counts)
}
