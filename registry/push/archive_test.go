package push_test

import (
	"archive/tar"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/hallmark-ci/hallmark/registry/source"
)

// large is a layer that is handed over while its archive is read: smaller ones are kept in memory.
func large(t *testing.T, seed uint64) []byte {
	t.Helper()
	return append(tarball(t, seed), make([]byte, 1<<20+4096*int(seed))...)
}

// member is a file of an archive.
type member struct {
	name string
	data []byte
}

// archived writes files into a tar.
func archived(t *testing.T, members ...member) []byte {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, m := range members {
		if err := w.WriteHeader(&tar.Header{Name: m.name, Mode: 0o644, Size: int64(len(m.data)), Typeflag: tar.TypeReg}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(m.data); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// byDigest names a layer as Docker does from 25 on, and byNumber as it did before: by what says nothing of its content.
func byDigest(_ int, data []byte) string {
	return "blobs/sha256/" + digest.FromBytes(data).Encoded()
}

func byNumber(i int, _ []byte) string { return fmt.Sprintf("%d/layer.tar", i) }

// saved is an archive as docker save writes it, its layers in order and before what says what they are.
func saved(t *testing.T, name func(int, []byte) string, layers ...[]byte) []byte {
	t.Helper()
	var members []member
	var names []string
	var ids []digest.Digest
	for i, data := range layers {
		names, ids = append(names, name(i, data)), append(ids, digest.FromBytes(data))
		members = append(members, member{names[i], data})
	}
	list := []map[string]any{{"Config": "config.json", "Layers": names}}
	return archived(t, append(members, member{"config.json", configOf(t, "amd64", ids...)}, member{"manifest.json", encode(t, list)})...)
}

// noise is a layer that nothing makes smaller.
func noise(t *testing.T, size int) []byte {
	t.Helper()
	out := tarball(t, 7)
	random := rand.New(rand.NewPCG(7, 7))
	for range size {
		out = append(out, byte(random.Uint32()))
	}
	return out
}

// bulky is an image with a compressed layer that is handed over while its archive is read.
func bulky(t *testing.T) source.Sealed {
	t.Helper()
	plain := noise(t, 3<<19)
	return seal(t, source.Sealed{
		Config: blob(ocispec.MediaTypeImageConfig, configOf(t, "amd64", digest.FromBytes(plain))),
		Layers: []source.Blob{blob(ocispec.MediaTypeImageLayerGzip, squeeze(t, plain, source.Gzip))},
	}, nil)
}

// exported is an OCI archive of an image whose layers are compressed.
func exported(t *testing.T, s source.Sealed) []byte {
	t.Helper()
	top := ocispec.Index{MediaType: ocispec.MediaTypeImageIndex, Manifests: []ocispec.Descriptor{s.Manifest.Descriptor()}}
	top.SchemaVersion = 2
	members := []member{{"oci-layout", []byte(`{"imageLayoutVersion":"1.0.0"}`)}, {"index.json", encode(t, top)}, {byDigest(0, s.Manifest.Raw), s.Manifest.Raw}}
	for _, b := range append([]source.Blob{s.Config}, s.Layers...) {
		r, err := b.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		members = append(members, member{byDigest(0, data), data})
	}
	return archived(t, members...)
}

// opened opens an image, and closes it at the end of the test.
func opened(t *testing.T, reference string, o source.Options) *source.Image {
	t.Helper()
	ref, err := source.ParseReference(reference)
	if err != nil {
		t.Fatal(err)
	}
	o.TempDir = t.TempDir()
	image, err := source.Open(t.Context(), ref, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := image.Close(); err != nil {
			t.Error(err)
		}
		nothingLeft(t, o.TempDir)
	})
	return image
}

// piped is an image on stdin.
func piped(t *testing.T, archive []byte) *source.Image {
	t.Helper()
	return opened(t, "-", source.Options{Stdin: bytes.NewReader(archive)})
}
