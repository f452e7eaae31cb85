package push_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/push"
	"github.com/hallmark-ci/hallmark/registry/source"
)

// vanished is what the repository was believed to hold of layers, and does not.
func vanished(layers ...source.Layer) map[digest.Digest]registry.KnownLayer {
	out := map[digest.Digest]registry.KnownLayer{}
	for _, l := range layers {
		blob := ocispec.Descriptor{MediaType: ocispec.MediaTypeImageLayerGzip, Digest: digest.FromString("blob of " + l.DiffID.String()), Size: 1234}
		out[l.DiffID] = registry.KnownLayer{DiffID: l.DiffID, Blob: blob, From: knownFrom}
	}
	return out
}

// missingBlob answers as ECR does where the registry in memory answers 500.
func missingBlob(w http.ResponseWriter, r *http.Request, next http.Handler) {
	answer := httptest.NewRecorder()
	next.ServeHTTP(answer, r)
	if answer.Code == http.StatusInternalServerError {
		say(http.StatusNotFound, "BLOB_UPLOAD_UNKNOWN", "layers with digests … required for pushing image … not found")(w, r, next)
		return
	}
	w.WriteHeader(answer.Code)
}

func TestPushSendsAReusedLayerThatHasVanished(t *testing.T) {
	one, two := layer(t, 1, source.Uncompressed), layer(t, 2, source.Uncompressed)
	for name, image := range map[string]*source.Image{
		"named by its diffID": loose(t, named(one), two),
		"not named":           loose(t, one, two),
		"twice in the image":  loose(t, named(one), two, named(one)),
	} {
		for _, code := range []string{"MANIFEST_BLOB_UNKNOWN", "BLOB_UPLOAD_UNKNOWN", "BLOB_UNKNOWN"} {
			t.Run(name+", "+code, func(t *testing.T) {
				s := newServer(t)
				c := connect(t, s)
				s.fail(putManifest, say(http.StatusNotFound, code, "unknown"))
				result := mustPush(t, s, c, image, push.Settings{Reuse: vanished(one)})
				pulled(t, s, result.Image.Digest)

				if len(c.waits) != 0 || len(c.notes) != 1 || !strings.HasPrefix(c.notes[0], "compressing reused layers after all: put manifest sha256:") {
					t.Errorf("waited %v, told %q", c.waits, c.notes)
				}
				want := []push.Layer{{DiffID: one.DiffID, Action: push.Uploaded}, {DiffID: two.DiffID, Action: push.Uploaded}}
				if diff := cmp.Diff(want, result.Upload.Layers, cmpopts.IgnoreFields(push.Layer{}, "Digest", "Size", "Duration")); diff != "" {
					t.Errorf("Push(…).Upload.Layers (-want +got):\n%s", diff)
				}
				if puts, blobs := s.count(putManifest), s.count(putBlob); puts != 2 || blobs != 3 {
					t.Errorf("%d manifests and %d blobs sent, want 2 and 3", puts, blobs)
				}
				if u := result.Upload; u.Bytes != u.BytesTotal {
					t.Errorf("sent %d of %d bytes: the vanished blob is in the total", u.Bytes, u.BytesTotal)
				}
			})
		}
	}
}

func TestPushSendsEverythingWhenNotOnlyAReusedLayerHasVanished(t *testing.T) {
	s := newServer(t)
	c := connect(t, s)
	one, two := layer(t, 1, source.Uncompressed), layer(t, 2, source.Uncompressed)
	s.always(putManifest, missingBlob)
	s.always(headBlob, func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { w.WriteHeader(http.StatusOK) })
	result := mustPush(t, s, c, loose(t, one, two), push.Settings{Reuse: vanished(one)})
	pulled(t, s, result.Image.Digest)
	if n := s.count(putManifest); n != 3 || len(c.notes) != 2 || !strings.HasPrefix(c.notes[1], "sending every part again: ") {
		t.Errorf("%d manifests sent, told %q", n, c.notes)
	}
}

func TestPushWithReuseGivesUpARegistryThatKeepsNothing(t *testing.T) {
	one := layer(t, 1, source.Uncompressed)
	s := newServer(t)
	c := connect(t, s)
	s.always(putManifest, say(http.StatusNotFound, "MANIFEST_BLOB_UNKNOWN", "blob unknown to registry"))
	_, err := c.Push(t.Context(), loose(t, one, layer(t, 2, source.Uncompressed)), push.Settings{Reuse: vanished(one)})
	c.tidy(t, s, err)
	if err == nil || !strings.HasPrefix(err.Error(), "the registry does not keep what it is sent: put manifest sha256:") {
		t.Errorf("Push: %v", err)
	}
	// With reuse, without it, and with everything sent.
	if n := s.count(putManifest); n != 3 || len(c.waits) != 0 {
		t.Errorf("manifest sent %d times, want 3; waited %v", n, c.waits)
	}
}

func TestPushDoesNotReuseForAManifestThatCannotBeSent(t *testing.T) {
	s := newServer(t)
	c := connect(t, s)
	one := layer(t, 1, source.Uncompressed)
	s.always(putManifest, say(http.StatusBadRequest, "MANIFEST_INVALID", "no"))
	_, err := c.Push(t.Context(), loose(t, one), push.Settings{Reuse: vanished(one)})
	if n := s.count(putManifest); err == nil || n != 1 || len(c.notes) != 0 {
		t.Errorf("Push: %v; manifest sent %d times, told %q", err, n, c.notes)
	}
}
