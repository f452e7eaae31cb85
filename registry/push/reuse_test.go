package push_test

import (
	"encoding/json"
	"errors"
	"io"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/push"
	"github.com/hallmark-ci/hallmark/registry/source"
)

// effort is how often a layer was opened, and how many bytes were read of it.
type effort struct {
	Opened int
	Read   int64

	mu sync.Mutex
}

// watching notes what is read of a layer.
func watching(l source.Layer) (source.Layer, *effort) {
	e := &effort{}
	open := l.Open
	l.Open = func() (io.ReadCloser, error) {
		r, err := open()
		if err != nil {
			return nil, err
		}
		e.mu.Lock()
		defer e.mu.Unlock()
		e.Opened++
		return struct {
			io.Reader
			io.Closer
		}{io.TeeReader(r, e), r}, nil
	}
	return l, e
}

// Write implements io.Writer.
func (e *effort) Write(p []byte) (int, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.Read += int64(len(p))
	return len(p), nil
}

// knownFrom is the name of the image that known finds layers in.
const knownFrom = "1.4.8"

// known pushes an image of layers and says what the repository holds of them then.
func known(t *testing.T, s *server, layers ...source.Layer) map[digest.Digest]registry.KnownLayer {
	t.Helper()
	pushed := mustPush(t, s, connect(t, s), loose(t, layers...), push.Settings{}).Image
	m, err := registry.ParseManifest(pushed.Manifest, pushed.MediaType)
	if err != nil {
		t.Fatal(err)
	}
	out := map[digest.Digest]registry.KnownLayer{}
	for _, l := range registry.KnownLayers(m, nil, knownFrom) {
		out[l.DiffID] = l
	}
	s.forget()
	return out
}

func named(l source.Layer) source.Layer {
	l.Named = true
	return l
}

func TestPushReadsOfALayerThatItReuses(t *testing.T) {
	packed := layer(t, 1, source.Gzip)
	for _, tt := range []struct {
		name  string
		layer source.Layer
		want  *effort
	}{
		{"nothing when its name is its diffID", named(layer(t, 1, source.Uncompressed)), &effort{}},
		{"nothing when its name is its diffID and it is compressed", named(packed), &effort{}},
		{"all of it once when its name says nothing", layer(t, 1, source.Uncompressed), &effort{Opened: 1, Read: layer(t, 1, source.Uncompressed).Size}},
		{"all of it once when its name says nothing and it is compressed", packed, &effort{Opened: 1, Read: packed.Size}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newServer(t)
			reuse := known(t, s, layer(t, 1, source.Uncompressed))
			l, got := watching(tt.layer)
			result := mustPush(t, s, connect(t, s), loose(t, l, layer(t, 2, source.Uncompressed)), push.Settings{Reuse: reuse})
			pulled(t, s, result.Image.Digest)
			if diff := cmp.Diff(tt.want, got, cmpopts.IgnoreUnexported(effort{})); diff != "" {
				t.Errorf("read (-want +got):\n%s", diff)
			}
			// Of the other layer and the config. Nothing is asked of the reused one: the manifest tells whether it is there.
			if heads, posts, puts := s.count(headBlob), s.count(postUpload), s.count(putBlob); heads != 2 || posts != 2 || puts != 2 {
				t.Errorf("%d questions, %d sessions and %d blobs sent, want 2 of each", heads, posts, puts)
			}
		})
	}
}

func TestPushRefusesALayerThatIsNotTheOneToReuse(t *testing.T) {
	for _, c := range []source.Compression{source.Uncompressed, source.Gzip, source.Zstd} {
		t.Run("compression "+string(c), func(t *testing.T) {
			s := newServer(t)
			reuse := known(t, s, layer(t, 1, source.Uncompressed))
			right, wrong := layer(t, 1, c), layer(t, 2, c)
			got := wrong.DiffID
			wrong.DiffID = right.DiffID
			client := connect(t, s)
			_, err := client.Push(t.Context(), loose(t, wrong), push.Settings{Reuse: reuse})
			client.tidy(t, s, err)
			var corrupt *source.CorruptError
			if !errors.As(err, &corrupt) {
				t.Fatalf("Push: %v", err)
			}
			want := &source.CorruptError{What: "layer " + right.DiffID.String(), Got: got.String()}
			if diff := cmp.Diff(want, corrupt); diff != "" {
				t.Errorf("Push (-want +got):\n%s", diff)
			}
			if s.count(putManifest) != 0 {
				t.Errorf("a manifest was sent: %+v", s.seen())
			}
		})
	}
}

func TestPushKeepsTheOrderOfReusedAndNewLayers(t *testing.T) {
	s := newServer(t)
	two, four := layer(t, 2, source.Uncompressed), layer(t, 4, source.Uncompressed)
	reuse := known(t, s, four, two)
	layers := []source.Layer{layer(t, 1, source.Uncompressed), named(two), layer(t, 3, source.Gzip), four, layer(t, 5, source.Uncompressed)}
	result := mustPush(t, s, connect(t, s), loose(t, layers...), push.Settings{Reuse: reuse})
	pulled(t, s, result.Image.Digest)

	want := []push.Layer{{Action: push.Uploaded}, {Action: push.Reused, From: knownFrom}, {Action: push.Uploaded}, {Action: push.Reused, From: knownFrom}, {Action: push.Uploaded}}
	for i, l := range layers {
		want[i].DiffID = l.DiffID
	}
	if diff := cmp.Diff(want, result.Upload.Layers, cmpopts.IgnoreFields(push.Layer{}, "Digest", "Size", "Duration")); diff != "" {
		t.Errorf("Push(…).Upload.Layers (-want +got):\n%s", diff)
	}
	var got ocispec.Manifest
	if err := json.Unmarshal(result.Image.Manifest, &got); err != nil {
		t.Fatal(err)
	}
	wantBlob := ocispec.Descriptor{
		MediaType: ocispec.MediaTypeImageLayerGzip, Digest: reuse[two.DiffID].Blob.Digest, Size: reuse[two.DiffID].Blob.Size,
		Annotations: map[string]string{registry.AnnotationUncompressed: two.DiffID.String()},
	}
	if diff := cmp.Diff(wantBlob, got.Layers[1]); diff != "" {
		t.Errorf("reused layer in the manifest (-want +got):\n%s", diff)
	}
}

func TestPushGivesTheSameImageWhetherItReusesOrNot(t *testing.T) {
	s := newServer(t)
	image := loose(t, layer(t, 1, source.Uncompressed), layer(t, 2, source.Uncompressed))
	reuse := known(t, s, image.Loose.Layers[0])
	reusing := mustPush(t, s, connect(t, s), image, push.Settings{Reuse: reuse})
	other := newServer(t)
	sending := mustPush(t, other, connect(t, other), image, push.Settings{})
	if diff := cmp.Diff(sending.Image, reusing.Image); diff != "" {
		t.Errorf("image with reused layers (-sent +reused):\n%s", diff)
	}
	if got, want := reusing.Upload.BytesTotal, sending.Upload.BytesTotal; got != want {
		t.Errorf("%d bytes in all with reused layers, %d without", got, want)
	}
}
