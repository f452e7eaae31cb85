package push_test

import (
	"encoding/json"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/push"
	"github.com/hallmark-ci/hallmark/registry/source"
)

func mixed(t *testing.T) *source.Image {
	t.Helper()
	return loose(t, layer(t, 1, source.Uncompressed), layer(t, 2, source.Gzip), layer(t, 3, source.Zstd), layer(t, 1, source.Uncompressed))
}

func TestPushOfALooseImageCanBePulled(t *testing.T) {
	s := newServer(t)
	image := mixed(t)
	result := mustPush(t, s, connect(t, s), image, push.Settings{Annotations: map[string]string{registry.AnnotationRevision: "c1"}})

	img := pulled(t, s, result.Image.Digest)
	config, err := img.RawConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	if string(config) != string(image.Loose.Config) {
		t.Errorf("config: got %s, want %s", config, image.Loose.Config)
	}
	var got ocispec.Manifest
	if err := json.Unmarshal(result.Image.Manifest, &got); err != nil {
		t.Fatal(err)
	}
	want := ocispec.Manifest{
		MediaType:   ocispec.MediaTypeImageManifest,
		Config:      ocispec.Descriptor{MediaType: ocispec.MediaTypeImageConfig, Digest: digest.FromBytes(config), Size: int64(len(config))},
		Annotations: map[string]string{registry.AnnotationRevision: "c1"},
	}
	want.SchemaVersion = 2
	kinds := []string{ocispec.MediaTypeImageLayerGzip, ocispec.MediaTypeImageLayerGzip, ocispec.MediaTypeImageLayerZstd, ocispec.MediaTypeImageLayerGzip}
	for i, l := range image.Loose.Layers {
		d := got.Layers[i] // digest and size were checked when it was pulled
		want.Layers = append(want.Layers, ocispec.Descriptor{
			MediaType: kinds[i], Digest: d.Digest, Size: d.Size,
			Annotations: map[string]string{registry.AnnotationUncompressed: l.DiffID.String()},
		})
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("manifest (-want +got):\n%s", diff)
	}
	if got.Layers[0].Digest != got.Layers[3].Digest {
		t.Errorf("one layer became %s and %s", got.Layers[0].Digest, got.Layers[3].Digest)
	}
}

func TestPushSaysWhatTheImageIs(t *testing.T) {
	s := newServer(t)
	image := mixed(t)
	got := mustPush(t, s, connect(t, s), image, push.Settings{}).Image
	m, err := registry.ParseManifest(got.Manifest, "")
	if err != nil {
		t.Fatal(err)
	}
	want := registry.Image{
		Digest: m.Digest.String(), MediaType: ocispec.MediaTypeImageManifest, Manifest: m.Raw,
		Configs: []string{image.Platforms[0].Config.String()},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Push(…).Image (-want +got):\n%s", diff)
	}
}

func TestPushCountsWhatItSends(t *testing.T) {
	s := newServer(t)
	c := connect(t, s)
	var mu sync.Mutex
	told := map[digest.Digest]push.Layer{}
	settings := push.Settings{Progress: func(e push.Event) {
		if e.Step == push.Done {
			mu.Lock()
			defer mu.Unlock()
			e.Layer.Duration = 0
			told[e.Key] = e.Layer
		}
	}}
	first := mustPush(t, s, c, mixed(t), settings).Upload

	var sum int64
	for i, l := range first.Layers {
		sum += l.Size
		first.Layers[i].Duration = 0
	}
	sum += int64(len(mixed(t).Loose.Config))
	if first.Bytes != sum || first.BytesTotal != sum {
		t.Errorf("sent %d of %d bytes, want %d of %d", first.Bytes, first.BytesTotal, sum, sum)
	}
	var actions []push.Action
	for _, l := range first.Layers {
		actions = append(actions, l.Action)
		if diff := cmp.Diff(l, told[l.DiffID]); diff != "" {
			t.Errorf("layer told when it was done (-result +told):\n%s", diff)
		}
	}
	if diff := cmp.Diff([]push.Action{push.Uploaded, push.Uploaded, push.Uploaded}, actions); diff != "" {
		t.Errorf("actions (-want +got):\n%s", diff)
	}
	// A handshake; for three layers and the config a question, a session and the blob; the manifest.
	if want := int64(1 + 4*3 + 1); first.Requests != want || int64(len(s.seen())) != want {
		t.Errorf("counted %d requests, the registry %d, want %d", first.Requests, len(s.seen()), want)
	}
}

func TestPushUploadsNothingThatIsThere(t *testing.T) {
	s := newServer(t)
	first := mustPush(t, s, connect(t, s), mixed(t), push.Settings{})
	s.forget()

	second := mustPush(t, s, connect(t, s), mixed(t), push.Settings{})
	if second.Image.Digest != first.Image.Digest {
		t.Errorf("pushed %s, and again as %s", first.Image.Digest, second.Image.Digest)
	}
	if n := s.count(postUpload) + s.count(putBlob); n != 0 || second.Upload.Bytes != 0 {
		t.Errorf("%d uploads of %d bytes for blobs that are there", n, second.Upload.Bytes)
	}
	for _, l := range second.Upload.Layers {
		if l.Action != push.Exists {
			t.Errorf("layer %s: %s, want %s", l.DiffID, l.Action, push.Exists)
		}
	}
}

func TestPushGivesTheSameDigestTwice(t *testing.T) {
	one, two := newServer(t), newServer(t)
	settings := push.Settings{Annotations: map[string]string{"b": "2", "a": "1", "c": "3"}, Level: 1}
	first := mustPush(t, one, connect(t, one), mixed(t), settings)
	second := mustPush(t, two, connect(t, two), mixed(t), settings)
	if diff := cmp.Diff(string(first.Image.Manifest), string(second.Image.Manifest)); diff != "" {
		t.Errorf("two pushes of one image (-first +second):\n%s", diff)
	}
}

func TestPushWritesNoTag(t *testing.T) {
	s := newServer(t)
	mustPush(t, s, connect(t, s), mixed(t), push.Settings{})
	tags, err := remote.List(parse(t, s, "x").Context(), credential)
	if err != nil || len(tags) != 0 {
		t.Errorf("tags after a push: %q, %v", tags, err)
	}
}

func TestPushOfAnImageWithoutLayersHasAnEmptyList(t *testing.T) {
	s := newServer(t)
	result := mustPush(t, s, connect(t, s), loose(t), push.Settings{})
	if !strings.Contains(string(result.Image.Manifest), `"layers":[]`) {
		t.Errorf("manifest %s", result.Image.Manifest)
	}
}

func TestPushRefusesACompressionLevelThatIsNone(t *testing.T) {
	s := newServer(t)
	c := connect(t, s)
	_, err := c.Push(t.Context(), mixed(t), push.Settings{Level: 42})
	if err == nil || s.count(putManifest) != 0 {
		t.Errorf("Push with level 42: %v", err)
	}
	c.tidy(t, s, err)
}

func TestPushNeedsItsTemporaryFolder(t *testing.T) {
	s := newServer(t)
	c := connect(t, s, func(o *push.Options) { o.TempDir = "/nowhere" })
	_, err := c.Push(t.Context(), mixed(t), push.Settings{})
	if err == nil || !strings.HasPrefix(err.Error(), "write a temporary file in /nowhere: ") {
		t.Errorf("Push without a temporary folder: %v", err)
	}
}
