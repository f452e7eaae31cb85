package main

import (
	"archive/tar"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"testing"
)

// daemonWith serves the part of the Engine API that says what a daemon is and saves one image, as Docker answers it.
func daemonWith(t *testing.T, name, archive string) (host string) {
	t.Helper()
	inspected := inspectionOf(t, archive)
	mux := http.NewServeMux()
	mux.HandleFunc("/_ping", func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Api-Version", "1.49") })
	mux.HandleFunc("GET /v1.49/version", func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, `{"Version":"28.1.1","ApiVersion":"1.49","Components":[{"Name":"Engine","Version":"28.1.1"}]}`)
	})
	mux.HandleFunc("GET /v1.49/info", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, `{"Driver":"overlay2"}`) })
	mux.HandleFunc("GET /v1.49/images/"+name+"/json", func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, inspected)
	})
	mux.HandleFunc("GET /v1.49/images/get", func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, archive) })
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return "tcp://" + server.Listener.Addr().String()
}

// inspectionOf is what a daemon says of the image in an archive as docker save writes it from version 25 on, without what is not read.
func inspectionOf(t *testing.T, archive string) string {
	t.Helper()
	var manifest []struct{ Config string }
	unpack(t, archive, "manifest.json", &manifest)
	var config struct {
		OS           string `json:"os"`
		Architecture string `json:"architecture"`
		RootFS       struct {
			DiffIDs []string `json:"diff_ids"`
		} `json:"rootfs"`
	}
	unpack(t, archive, manifest[0].Config, &config)
	text, err := json.Marshal(map[string]any{
		"Id": "sha256:" + path.Base(manifest[0].Config), "Os": config.OS, "Architecture": config.Architecture,
		"RootFS": map[string]any{"Type": "layers", "Layers": config.RootFS.DiffIDs},
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// unpack reads a JSON file of an archive.
func unpack(t *testing.T, archive, name string, into any) {
	t.Helper()
	f, err := os.Open(archive)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	files := tar.NewReader(f)
	for {
		header, err := files.Next()
		if err != nil {
			t.Fatalf("%s in %s: %v", name, archive, err)
		}
		if header.Name == name {
			if err := json.NewDecoder(files).Decode(into); err != nil {
				t.Fatalf("%s in %s: %v", name, archive, err)
			}
			return
		}
	}
}
