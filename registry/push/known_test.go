package push_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/push"
)

// body answers with a status of 200 and a text.
func body(mediaType, text string) fault {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.Header().Set("Content-Type", mediaType)
		fmt.Fprint(w, text)
	}
}

// holding is a repository with an image of two platforms under the tag latest.
func holding(t *testing.T) (s *server, c *client, amd, all registry.Manifest) {
	t.Helper()
	s = newServer(t)
	c = connect(t, s)
	one := sealed(t, "amd64", 1, 2)
	both := index(t, one, sealed(t, "arm64", 3))
	pushed := mustPush(t, s, c, image(both), push.Settings{}).Image
	if err := c.PutTag(t.Context(), pushed, "latest"); err != nil {
		t.Fatal(err)
	}
	s.forget()
	return s, c, one.Manifest, both.Manifest
}

func TestManifestsReadsWhatThereIs(t *testing.T) {
	for _, parallel := range []int{0, 1, 4} {
		s, c, amd, all := holding(t)
		got, err := c.Manifests(t.Context(), []string{"absent", "latest", amd.Digest.String(), digest.FromString("x").String()}, parallel)
		if diff := cmp.Diff(map[string]registry.Manifest{"latest": all, amd.Digest.String(): amd}, got); diff != "" || err != nil {
			t.Errorf("Manifests, %d at once: %v (-want +got):\n%s", parallel, err, diff)
		}
		if n := s.count(getManifest); n != 4 {
			t.Errorf("%d requests, want 4", n)
		}
	}
}

func TestManifestsPassesOverWhatIsNone(t *testing.T) {
	s, c, _, all := holding(t)
	s.fail(getManifest, page(http.StatusOK), body("application/vnd.docker.distribution.manifest.v1+prettyjws", `{"schemaVersion":1}`))
	got, err := c.Manifests(t.Context(), []string{"page", "old", "latest"}, 1)
	if diff := cmp.Diff(map[string]registry.Manifest{"latest": all}, got); diff != "" || err != nil {
		t.Errorf("Manifests: %v (-want +got):\n%s", err, diff)
	}
}

func TestReadsThatAPushCanDoWithoutAreTriedOnce(t *testing.T) {
	one := digest.FromString("one")
	config := ocispec.Descriptor{Digest: one}
	tests := []struct {
		kind string
		ask  func(context.Context, *client) error
	}{
		{getManifest, func(ctx context.Context, c *client) error {
			_, err := c.Manifests(ctx, []string{"a", "b", "c"}, 1)
			return err
		}},
		{headBlob, func(ctx context.Context, c *client) error {
			_, err := c.Available(ctx, []digest.Digest{one, one, one}, 1)
			return err
		}},
		{getBlob, func(ctx context.Context, c *client) error { _, err := c.DiffIDs(ctx, config); return err }},
		{getTags, func(ctx context.Context, c *client) error { _, err := c.Tags(ctx, 5); return err }},
	}
	for _, test := range tests {
		t.Run(test.kind, func(t *testing.T) {
			s := newServer(t)
			c := connect(t, s)
			s.always(test.kind, say(http.StatusTooManyRequests, "TOOMANYREQUESTS", "Rate exceeded"))
			err := test.ask(t.Context(), c)
			var unavailable *registry.UnavailableError
			if !errors.As(err, &unavailable) || s.count(test.kind) != 1 || len(c.waits) != 0 || len(c.notes) != 0 {
				t.Errorf("after %d requests and %d waits, told %q: %v", s.count(test.kind), len(c.waits), c.notes, err)
			}
			cancelled, cancel := context.WithCancel(t.Context())
			cancel()
			if err := test.ask(cancelled, c); !errors.Is(err, context.Canceled) {
				t.Errorf("with a context that has ended: %v", err)
			}
		})
	}
}

func TestReadsThatAreDeniedRenewNoCredential(t *testing.T) {
	s, c, amd, _ := holding(t)
	forbidden := say(http.StatusForbidden, "DENIED", "not authorized")
	for _, kind := range []string{getManifest, headBlob, getBlob, getTags} {
		s.always(kind, forbidden)
	}
	_, manifestsErr := c.Manifests(t.Context(), []string{"latest"}, 4)
	_, availableErr := c.Available(t.Context(), []digest.Digest{amd.Config.Digest}, 4)
	_, tagsErr := c.Tags(t.Context(), 5)
	for what, err := range map[string]error{"Manifests": manifestsErr, "Available": availableErr, "Tags": tagsErr} {
		var denied *registry.DeniedError
		if !errors.As(err, &denied) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if ids, err := c.DiffIDs(t.Context(), amd.Config); ids != nil || err != nil {
		t.Errorf("DiffIDs = %v, %v", ids, err)
	}
	if c.renewals != 0 {
		t.Errorf("the credential was renewed %d times", c.renewals)
	}
}

func TestDiffIDsOfAConfig(t *testing.T) {
	s, c, amd, _ := holding(t)
	want := []digest.Digest{digest.FromBytes(tarball(t, 1)), digest.FromBytes(tarball(t, 2))}
	got, err := c.DiffIDs(t.Context(), amd.Config)
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("DiffIDs: %v (-want +got):\n%s", err, diff)
	}
	s.fail(getBlob, page(http.StatusOK))
	_, pageErr := c.DiffIDs(t.Context(), amd.Config)
	_, layerErr := c.DiffIDs(t.Context(), amd.Layers[0])
	_, namelessErr := c.DiffIDs(t.Context(), ocispec.Descriptor{Digest: "../latest"})
	for want, err := range map[string]error{"it came as sha256:": pageErr, "parse image config: ": layerErr, "read config ../latest: ": namelessErr} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("DiffIDs: %v, want %q", err, want)
		}
	}
}

func TestAvailableTellsSizes(t *testing.T) {
	s, c, amd, _ := holding(t)
	held, other := amd.Layers[0], amd.Layers[1]
	got, err := c.Available(t.Context(), []digest.Digest{held.Digest, digest.FromString("absent"), other.Digest}, 4)
	if diff := cmp.Diff(map[digest.Digest]int64{held.Digest: held.Size, other.Digest: other.Size}, got); diff != "" || err != nil {
		t.Errorf("Available: %v (-want +got):\n%s", err, diff)
	}
	if n := s.count(headBlob); n != 3 {
		t.Errorf("%d requests, want 3", n)
	}
	s.fail(headBlob, func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { // HTTP/1.0: an answer without a length
		w.Header().Set("Transfer-Encoding", "identity")
		w.WriteHeader(http.StatusOK)
	})
	if got, err := c.Available(t.Context(), []digest.Digest{held.Digest}, 4); len(got) != 0 || err != nil {
		t.Errorf("Available where no size is told = %v, %v", got, err)
	}
}
