package source_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/registry/source"
)

// Parts of what Docker 28 and Podman 5 answer to GET /version.
const (
	dockerVersion = `{"Platform":{"Name":"Docker Engine - Community"},"Version":"28.1.1","ApiVersion":"1.49","MinAPIVersion":"1.24","Os":"linux","Arch":"amd64","Components":[{"Name":"Engine","Version":"28.1.1"},{"Name":"containerd","Version":"1.7.27"}]}`
	podmanVersion = `{"Platform":{"Name":"linux/amd64/debian-13"},"Version":"5.4.2","ApiVersion":"1.41","MinAPIVersion":"1.24","Os":"linux","Arch":"amd64","Components":[{"Name":"Podman Engine","Version":"5.4.2"},{"Name":"Conmon","Version":"conmon version 2.1.12"}]}`
)

func TestAskDaemon(t *testing.T) {
	for version, want := range map[string]source.Engine{
		dockerVersion: {Name: "Docker", Version: "28.1.1"},
		podmanVersion: {Name: "Podman", Version: "5.4.2"},
	} {
		mux := http.NewServeMux()
		mux.HandleFunc("/_ping", func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Api-Version", "1.41") })
		mux.HandleFunc("GET /v1.41/version", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, version) })
		server := httptest.NewServer(mux)
		t.Cleanup(server.Close)
		want.Host = "tcp://" + server.Listener.Addr().String()
		got, err := source.AskDaemon(t.Context(), want.Host)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("AskDaemon (-want +got):\n%s", diff)
		}
	}
}

func TestAskDaemonSaysThatThereIsNone(t *testing.T) {
	_, err := source.AskDaemon(t.Context(), "tcp://user:secret@127.0.0.1:1")
	var none *source.DaemonError
	if !errors.As(err, &none) || strings.Contains(err.Error(), "secret") {
		t.Errorf("AskDaemon: %v, want a DaemonError without the credential", err)
	}
}
