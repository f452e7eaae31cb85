package push_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/opencontainers/go-digest"

	"github.com/hallmark-ci/hallmark/registry/push"
	"github.com/hallmark-ci/hallmark/registry/source"
)

// stored is an answer as if a blob had been stored.
func stored(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
	w.WriteHeader(http.StatusCreated)
}

// once answers as if all were well, the first time that a request names a blob.
func once(d digest.Digest, status int) fault {
	var first sync.Once
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if strings.HasSuffix(r.URL.Path, d.String()) || r.URL.Query().Get("digest") == d.String() {
			first.Do(func() {
				next = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
			})
		}
		next.ServeHTTP(w, r)
	}
}

func TestPushSendsAgainWhatTheRegistryForgot(t *testing.T) {
	one := sealed(t, "amd64", 1, 2)
	images := map[string]*source.Image{
		"loose": mixed(t),
		"one":   image(one),
		"index": image(index(t, one, sealed(t, "arm64", 1, 3))),
	}
	lost := map[string]digest.Digest{"loose": digest.FromBytes(images["loose"].Loose.Config), "one": one.Config.Digest, "index": one.Config.Digest}
	for _, code := range []string{"BLOB_UPLOAD_UNKNOWN", "MANIFEST_BLOB_UNKNOWN", "BLOB_UNKNOWN"} {
		for kind, image := range images {
			for name, start := range map[string]func(*server){
				"accepted and forgot":     func(s *server) { s.always(putBlob, once(lost[kind], http.StatusCreated)) },
				"said it had and has not": func(s *server) { s.always(headBlob, once(lost[kind], http.StatusOK)) },
			} {
				t.Run(fmt.Sprintf("%s image, %s, a blob that it %s", kind, code, name), func(t *testing.T) {
					s := newServer(t)
					c := connect(t, s)
					start(s)
					s.fail(putManifest, say(http.StatusNotFound, code, "unknown"))
					result := mustPush(t, s, c, image, push.Settings{})
					if len(c.waits) != 0 || len(c.notes) != 1 || !strings.HasPrefix(c.notes[0], "sending every part again: put manifest sha256:") {
						t.Errorf("waited %v, told %q", c.waits, c.notes)
					}
					if kind != "index" {
						pulled(t, s, result.Image.Digest)
					}
					if len(result.Upload.Layers) != 2 && kind == "one" || result.Upload.BytesTotal > result.Upload.Bytes {
						t.Errorf("upload counted twice: %+v", result.Upload)
					}
				})
			}
		}
	}
}

func TestPushSendsChildrenAgainThatTheRegistryForgot(t *testing.T) {
	s := newServer(t)
	c := connect(t, s)
	amd, arm := sealed(t, "amd64", 1), sealed(t, "arm64", 2)
	pass := func(w http.ResponseWriter, r *http.Request, next http.Handler) { next.ServeHTTP(w, r) }
	s.fail(putManifest, stored, pass, say(http.StatusNotFound, "MANIFEST_UNKNOWN", "manifest unknown")) // the first child is lost
	mustPush(t, s, c, image(index(t, amd, arm)), push.Settings{})
	pulled(t, s, amd.Manifest.Digest.String())
	if len(c.notes) != 1 || s.count(putManifest) != 6 {
		t.Errorf("%d manifests sent, told %q", s.count(putManifest), c.notes)
	}
}

func TestPushGivesUpARegistryThatKeepsNothing(t *testing.T) {
	for kind, image := range map[string]*source.Image{"loose": mixed(t), "index": image(index(t, sealed(t, "amd64", 1), sealed(t, "arm64", 2)))} {
		t.Run(kind, func(t *testing.T) {
			s := newServer(t)
			c := connect(t, s)
			s.always(putManifest, say(http.StatusNotFound, "MANIFEST_BLOB_UNKNOWN", "blob unknown to registry"))
			_, err := c.Push(t.Context(), image, push.Settings{})
			c.tidy(t, s, err)
			want := "the registry does not keep what it is sent: put manifest sha256:"
			if err == nil || !strings.HasPrefix(err.Error(), want) || !strings.HasSuffix(err.Error(), "MANIFEST_BLOB_UNKNOWN: blob unknown to registry") {
				t.Errorf("Push: %v, want %q", err, want)
			}
			if n := s.count(putManifest); n != 2 {
				t.Errorf("manifest sent %d times, want twice", n)
			}
		})
	}
}
