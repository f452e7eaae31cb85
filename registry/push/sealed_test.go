package push_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/push"
	"github.com/hallmark-ci/hallmark/registry/source"
)

func TestPushKeepsTheBytesOfASealedImage(t *testing.T) {
	s := newServer(t)
	one := sealed(t, "amd64", 1, 2)
	result := mustPush(t, s, connect(t, s), image(one), push.Settings{Annotations: map[string]string{"not": "used"}})
	if result.Image.Digest != one.Manifest.Digest.String() {
		t.Errorf("pushed %s as %s", one.Manifest.Digest, result.Image.Digest)
	}
	pulled(t, s, result.Image.Digest)
}

func TestPushPutsChildrenBeforeTheirIndex(t *testing.T) {
	s := newServer(t)
	amd, arm := sealed(t, "amd64", 1, 2), sealed(t, "arm64", 1, 3)
	note := attestation(t, amd)
	all := index(t, amd, arm, note)
	result := mustPush(t, s, connect(t, s), image(all), push.Settings{})

	if n := s.count(putBlob); n != 7 { // three layers, of which one is in both images, a statement, and three configs
		t.Errorf("%d blobs sent, want 7", n)
	}
	if n := s.count(putManifest); n != 4 {
		t.Errorf("%d manifests sent, want 4", n)
	}
	for _, child := range []source.Sealed{amd, arm} {
		pulled(t, s, child.Manifest.Digest.String())
	}
	for _, one := range []source.Sealed{all, note} {
		raw, err := remote.Get(parse(t, s, one.Manifest.Digest.String()), credential)
		if err != nil {
			t.Fatal(err)
		}
		if string(raw.Manifest) != string(one.Manifest.Raw) {
			t.Errorf("manifest %s came back as %s", one.Manifest.Digest, raw.Manifest)
		}
	}
	want := registry.Image{
		Digest: all.Manifest.Digest.String(), MediaType: ocispec.MediaTypeImageIndex, Manifest: all.Manifest.Raw,
		Configs: registry.SortConfigs([]string{amd.Config.Digest.String(), arm.Config.Digest.String()}),
	}
	if diff := cmp.Diff(want, result.Image); diff != "" {
		t.Errorf("Push(…).Image (-want +got):\n%s", diff)
	}
}

func TestPushTakesABlobThatOnlyTheRepositoryHas(t *testing.T) {
	s := newServer(t)
	one := sealed(t, "amd64", 1)
	mustPush(t, s, connect(t, s), image(one), push.Settings{})
	one.Layers = slices.Clone(one.Layers)
	one.Layers[0].Open = nil
	mustPush(t, s, connect(t, s), image(one), push.Settings{})

	other := newServer(t)
	c := connect(t, other)
	_, err := c.Push(t.Context(), image(one), push.Settings{})
	if err == nil || !strings.Contains(err.Error(), "is neither in the image's source nor in "+other.host()+"/"+repository) {
		t.Errorf("Push of a blob that is nowhere: %v", err)
	}
}

func TestPushLeavesALayerWhereItsAddressesAre(t *testing.T) {
	s := newServer(t)
	base := blob("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", squeeze(t, tarball(t, 9), source.Gzip))
	base.Open, base.URLs = nil, []string{"https://mcr.microsoft.com/v2/windows/blobs/" + base.Digest.String()}
	one := sealed(t, "amd64", 1)
	one.Layers = append([]source.Blob{base}, one.Layers...)
	one = seal(t, one, nil)
	// The registry in memory wants every layer; one that takes such manifests is put in its place.
	s.fail(putManifest, func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { w.WriteHeader(http.StatusCreated) })
	result := mustPush(t, s, connect(t, s), image(one), push.Settings{})
	if len(result.Upload.Layers) != 1 {
		t.Errorf("layers pushed: %v", result.Upload.Layers)
	}
}

func TestPushSendsAnEmptyBlob(t *testing.T) {
	s := newServer(t)
	one := sealed(t, "amd64", 1)
	one.Layers = append(one.Layers, blob("application/octet-stream", nil))
	mustPush(t, s, connect(t, s), image(seal(t, one, nil)), push.Settings{})
}

func TestPushAcceptsARegistryThatSaysAManifestIsThereAlready(t *testing.T) {
	s := newServer(t)
	again := func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		next.ServeHTTP(httptest.NewRecorder(), r)
		say(http.StatusBadRequest, "MANIFEST_INVALID", "Image with digest 'sha256:…' already exists")(w, r, next)
	}
	s.fail(putManifest, again)
	c := connect(t, s)
	result := mustPush(t, s, c, image(sealed(t, "amd64", 1)), push.Settings{})
	pulled(t, s, result.Image.Digest)
	if len(c.waits) != 0 {
		t.Errorf("waited %v", c.waits)
	}
}
