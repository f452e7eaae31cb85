package main

import (
	"io"
	"net/http"
	"net/http/httptest"

	"github.com/rogpeppe/go-internal/testscript"
)

// daemonCommand serves the part of the Engine API that says what a daemon is, as Docker answers it, and points DOCKER_HOST at it:
//
//	daemon VERSION
func daemonCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: daemon VERSION")
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/_ping", func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Api-Version", "1.49") })
	mux.HandleFunc("GET /v1.49/version", func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, `{"Version":"`+args[0]+`","ApiVersion":"1.49","Components":[{"Name":"Engine","Version":"`+args[0]+`"}]}`)
	})
	server := httptest.NewServer(mux)
	ts.Defer(server.Close)
	ts.Setenv("DOCKER_HOST", "tcp://user:secret@"+server.Listener.Addr().String())
}
