package push_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/opencontainers/go-digest"

	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/push"
	"github.com/hallmark-ci/hallmark/registry/source"
)

// readThenPush pushes an image that can be read only once as a program does that wants to know before what it is.
func readThenPush(t *testing.T, c *client, image *source.Image, settings push.Settings) (push.Result, error) {
	t.Helper()
	p, err := c.Prepare(settings)
	if err != nil {
		t.Fatal(err)
	}
	var result push.Result
	if err = image.Read(t.Context(), p); err == nil {
		result, err = p.Push(t.Context(), image)
	}
	return result, errors.Join(err, p.Close())
}

// fromFile pushes an archive as a file, to a registry of its own.
func fromFile(t *testing.T, archive []byte) (*server, push.Result) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "image.tar")
	if err := os.WriteFile(name, archive, 0o600); err != nil {
		t.Fatal(err)
	}
	s := newServer(t)
	return s, mustPush(t, s, connect(t, s), opened(t, name, source.Options{}), push.Settings{})
}

// streams are archives to be read from front to back, by name.
func streams(t *testing.T) map[string][]byte {
	t.Helper()
	one, two := large(t, 1), large(t, 2)
	out := map[string][]byte{
		"layers named by their digest":     saved(t, byDigest, one, two, tarball(t, 3)),
		"layers without a name":            saved(t, byNumber, one, two, tarball(t, 3)),
		"a layer that is there twice":      saved(t, byNumber, one, two, one),
		"a manifest and compressed layers": exported(t, bulky(t)),
	}
	names, err := filepath.Glob("../source/testdata/archives/*.tar")
	if err != nil || len(names) == 0 {
		t.Fatalf("archives: %v, %v", names, err)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		out[filepath.Base(name)] = data
	}
	return out
}

func TestPushOfAStreamGivesTheImageThatTheFileGives(t *testing.T) {
	for name, archive := range streams(t) {
		_, want := fromFile(t, archive)
		for form, image := range map[string]*source.Image{
			"stdin":                opened(t, "-", source.Options{Stdin: bytes.NewReader(archive)}),
			"a compressed archive": piped(t, squeeze(t, archive, source.Gzip)),
		} {
			t.Run(name+" from "+form, func(t *testing.T) {
				s := newServer(t)
				c := connect(t, s)
				got, err := readThenPush(t, c, image, push.Settings{})
				if err != nil {
					t.Fatal(err)
				}
				c.tidy(t, s, err)
				if diff := cmp.Diff(want.Image, got.Image); diff != "" {
					t.Errorf("image (-file +stream):\n%s", diff)
				}
				if want, got := want.Upload.Bytes, got.Upload.Bytes; got != want {
					t.Errorf("%d bytes sent, %d from the file", got, want)
				}
			})
		}
	}
}

// reads sums up what is read of each layer.
type reads struct {
	mu  sync.Mutex
	sum map[digest.Digest]int64
}

func (r *reads) note(e push.Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.sum == nil {
		r.sum = map[digest.Digest]int64{}
	}
	if e.Step == push.Read {
		r.sum[e.Key] += e.Bytes
	}
}

func TestPushOfAStreamLeavesReusedLayersAlone(t *testing.T) {
	one, two := large(t, 1), large(t, 2)
	asLayer := func(data []byte) source.Layer {
		return source.Layer{DiffID: digest.FromBytes(data), Size: int64(len(data)), Open: reading(data)}
	}
	idOne, idTwo := digest.FromBytes(one), digest.FromBytes(two)
	for _, tt := range []struct {
		name    string
		archive []byte
		want    map[digest.Digest]int64
	}{
		{"named by their digest", saved(t, byDigest, one, two), map[digest.Digest]int64{idTwo: int64(len(two))}},
		// All is read to know which layer it is, of which nothing can be told, and the new one once more from the temporary file.
		{"without a name", saved(t, byNumber, one, two), map[digest.Digest]int64{idTwo: int64(len(two))}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newServer(t)
			reuse := known(t, s, asLayer(one))
			c := connect(t, s)
			var got reads
			result, err := readThenPush(t, c, piped(t, tt.archive), push.Settings{Reuse: reuse, Progress: got.note})
			if err != nil {
				t.Fatal(err)
			}
			c.tidy(t, s, err)
			pulled(t, s, result.Image.Digest)
			if diff := cmp.Diff(tt.want, got.sum); diff != "" {
				t.Errorf("bytes read by layer (-want +got):\n%s", diff)
			}
			if first, second := result.Upload.Layers[0].Action, result.Upload.Layers[1].Action; first != push.Reused || second != push.Uploaded {
				t.Errorf("layers %q and %q, want the first reused and the second sent", first, second)
			}
			if n := s.count(putBlob); n != 2 || idOne == idTwo {
				t.Errorf("%d blobs sent, want the config and a layer", n)
			}
		})
	}
}

func TestPushOfAStreamWhoseReusedLayerHasVanishedSaysThatItIsSpent(t *testing.T) {
	one := large(t, 1)
	packed := bulky(t)
	for name, archive := range map[string][]byte{"loose": saved(t, byDigest, one), "sealed": exported(t, packed)} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t)
			s.always(headBlob, once(packed.Layers[0].Digest, 200))
			s.always(putManifest, missingBlob)
			c := connect(t, s)
			layer := source.Layer{DiffID: digest.FromBytes(one)}
			_, err := readThenPush(t, c, piped(t, archive), push.Settings{Reuse: vanished(layer)})
			c.tidy(t, s, err)
			var spent *source.SpentError
			if !errors.As(err, &spent) || s.count(putManifest) != 1 {
				t.Errorf("Push: %v, %d manifests sent", err, s.count(putManifest))
			}
		})
	}
}

func TestClosingAfterAReadThatWasBrokenOffLeavesNothing(t *testing.T) {
	archive := saved(t, byNumber, large(t, 1), large(t, 2))
	spoiled := errors.New("input/output error")
	for name, reuse := range map[string]map[digest.Digest]registry.KnownLayer{"": nil, " with layers to reuse": vanished(layer(t, 9, source.Uncompressed))} {
		t.Run("by an error"+name, func(t *testing.T) {
			s := newServer(t)
			c := connect(t, s)
			image := opened(t, "-", source.Options{Stdin: io.MultiReader(bytes.NewReader(archive[:len(archive)-1<<20]), &failing{err: spoiled})})
			_, err := readThenPush(t, c, image, push.Settings{Reuse: reuse})
			c.tidy(t, s, err)
			if !errors.Is(err, spoiled) {
				t.Errorf("Read: %v", err)
			}
		})
		t.Run("by its context"+name, func(t *testing.T) {
			s := newServer(t)
			c := connect(t, s)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			image := opened(t, "-", source.Options{Stdin: io.MultiReader(bytes.NewReader(archive[:len(archive)-1<<20]), &cancelling{cancel: cancel})})
			p, err := c.Prepare(push.Settings{Reuse: reuse})
			if err != nil {
				t.Fatal(err)
			}
			if err := image.Read(ctx, p); !errors.Is(err, context.Canceled) {
				t.Errorf("Read: %v", err)
			}
			if err := p.Close(); err != nil {
				t.Error(err)
			}
			c.tidy(t, s, err)
		})
	}
}

func TestReadNeedsItsTemporaryFolder(t *testing.T) {
	s := newServer(t)
	c := connect(t, s, func(o *push.Options) { o.TempDir = "/nowhere" })
	_, err := readThenPush(t, c, piped(t, saved(t, byNumber, large(t, 1))), push.Settings{})
	var spool *push.SpoolError
	if !errors.As(err, &spool) || !strings.HasPrefix(err.Error(), "write a temporary file in /nowhere: ") {
		t.Errorf("Read: %v", err)
	}
}
