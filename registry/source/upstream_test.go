package source_test

import (
	"bytes"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"testing"

	memory "github.com/google/go-containerregistry/pkg/registry"

	"github.com/hallmark-ci/hallmark/registry/source"
)

// upstream serves a registry that holds two images of testdata/archives, behind a handler that may answer first. It is named as
// references begin.
func upstream(t *testing.T, first func(w http.ResponseWriter, r *http.Request) (answered bool)) (repository string) {
	t.Helper()
	store := memory.New(memory.Logger(log.New(io.Discard, "", 0)))
	fill(t, store, "multi", "testdata/archives/docker29-containerd-multi.tar")
	fill(t, store, "plain", "testdata/archives/docker29-containerd-plain.tar")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !first(w, r) {
			store.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(server.Close)
	return "registry:" + server.Listener.Addr().String() + "/shop/api"
}

func nothing(http.ResponseWriter, *http.Request) bool { return false }

// fill puts an image into a registry, children before their index.
func fill(t *testing.T, store http.Handler, tag, archive string) {
	t.Helper()
	image := open(t, archive, source.Options{})
	put(t, store, *image.Sealed)
	request(t, store, http.MethodPut, "/v2/shop/api/manifests/"+tag, image.Sealed.Manifest.MediaType, image.Sealed.Manifest.Raw)
}

func put(t *testing.T, store http.Handler, s source.Sealed) {
	t.Helper()
	for _, child := range s.Children {
		put(t, store, child)
	}
	blobs := s.Layers
	if !s.Manifest.IsIndex() {
		blobs = append(blobs, s.Config)
	}
	for _, b := range blobs {
		r, err := b.Open()
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		request(t, store, http.MethodPost, "/v2/shop/api/blobs/uploads/?digest="+b.Digest.String(), "application/octet-stream", content)
	}
	request(t, store, http.MethodPut, "/v2/shop/api/manifests/"+s.Manifest.Digest.String(), s.Manifest.MediaType, s.Manifest.Raw)
}

func request(t *testing.T, store http.Handler, method, path, mediaType string, body []byte) {
	t.Helper()
	r := httptest.NewRequest(method, path, bytes.NewReader(body))
	r.Header.Set("Content-Type", mediaType)
	w := httptest.NewRecorder()
	store.ServeHTTP(w, r)
	if w.Code != http.StatusCreated {
		t.Fatalf("%s %s: %d %s", method, path, w.Code, w.Body)
	}
}

// answer answers with an error of the registry's protocol.
func answer(w http.ResponseWriter, status int, code string) bool {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	io.WriteString(w, `{"errors":[{"code":"`+code+`","message":"message"}]}`)
	return true
}
