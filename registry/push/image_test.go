package push_test

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/opencontainers/go-digest"
	"github.com/opencontainers/image-spec/specs-go"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/source"
)

// tarball is a layer: a tar file whose content a number decides.
func tarball(t *testing.T, seed uint64) []byte {
	t.Helper()
	content := make([]byte, 20_000)
	random := rand.New(rand.NewPCG(seed, seed))
	for i := range content {
		content[i] = "0123456789abcdef"[random.IntN(16)]
	}
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	if err := w.WriteHeader(&tar.Header{Name: "file", Mode: 0o644, Size: int64(len(content)), Typeflag: tar.TypeReg}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func squeeze(t *testing.T, data []byte, c source.Compression) []byte {
	t.Helper()
	var out bytes.Buffer
	var w io.WriteCloser = gzip.NewWriter(&out)
	if c == source.Zstd {
		var err error
		if w, err = zstd.NewWriter(&out); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func reading(data []byte) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }
}

// layer is a layer of a loose image.
func layer(t *testing.T, seed uint64, c source.Compression) source.Layer {
	t.Helper()
	plain := tarball(t, seed)
	stored := plain
	if c != source.Uncompressed {
		stored = squeeze(t, plain, c)
	}
	return source.Layer{DiffID: digest.FromBytes(plain), Compression: c, Size: int64(len(stored)), Open: reading(stored)}
}

// loose is an image as docker save writes it.
func loose(t *testing.T, layers ...source.Layer) *source.Image {
	t.Helper()
	ids := []digest.Digest{}
	for _, l := range layers {
		ids = append(ids, l.DiffID)
	}
	config := configOf(t, "amd64", ids...)
	return &source.Image{
		Loose:     &source.Loose{Config: config, Layers: layers},
		Platforms: []source.Platform{{Name: "linux/amd64", Config: digest.FromBytes(config)}},
	}
}

func configOf(t *testing.T, arch string, ids ...digest.Digest) []byte {
	t.Helper()
	return encode(t, ocispec.Image{
		Platform: ocispec.Platform{OS: "linux", Architecture: arch},
		Config:   ocispec.ImageConfig{Labels: map[string]string{registry.AnnotationRevision: "c1"}},
		RootFS:   ocispec.RootFS{Type: "layers", DiffIDs: ids},
	})
}

func encode(t *testing.T, value any) []byte {
	t.Helper()
	data, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func blob(mediaType string, data []byte) source.Blob {
	return source.Blob{
		Descriptor: ocispec.Descriptor{MediaType: mediaType, Digest: digest.FromBytes(data), Size: int64(len(data))},
		Open:       reading(data),
	}
}

// sealed is an image with a manifest and one gzip layer for each number.
func sealed(t *testing.T, arch string, seeds ...uint64) source.Sealed {
	t.Helper()
	var ids []digest.Digest
	var out source.Sealed
	for _, seed := range seeds {
		plain := tarball(t, seed)
		ids = append(ids, digest.FromBytes(plain))
		out.Layers = append(out.Layers, blob(ocispec.MediaTypeImageLayerGzip, squeeze(t, plain, source.Gzip)))
	}
	out.Config = blob(ocispec.MediaTypeImageConfig, configOf(t, arch, ids...))
	return seal(t, out, nil)
}

// alone is an image of one blob, its config: the requests for it follow one another.
func alone(t *testing.T) *source.Image { return image(sealed(t, "amd64")) }

// attestation is what BuildKit keeps beside an image: a manifest of its own, with a statement for a layer.
func attestation(t *testing.T, of source.Sealed) source.Sealed {
	t.Helper()
	return seal(t, source.Sealed{
		Config: blob(ocispec.MediaTypeImageConfig, []byte(`{"architecture":"unknown","os":"unknown","rootfs":{"type":"layers","diff_ids":[]}}`)),
		Layers: []source.Blob{blob("application/vnd.in-toto+json", []byte(`{"subject":"`+of.Manifest.Digest.String()+`"}`))},
	}, nil)
}

// seal makes the manifest of an image.
func seal(t *testing.T, s source.Sealed, annotations map[string]string) source.Sealed {
	t.Helper()
	doc := ocispec.Manifest{
		Versioned: specs.Versioned{SchemaVersion: 2}, MediaType: ocispec.MediaTypeImageManifest,
		Config: s.Config.Descriptor, Annotations: annotations,
	}
	for _, l := range s.Layers {
		doc.Layers = append(doc.Layers, l.Descriptor)
	}
	s.Manifest = manifest(t, doc, doc.MediaType)
	return s
}

// index is an index of images: the first for amd64, the second for arm64, and what follows attestations.
func index(t *testing.T, children ...source.Sealed) source.Sealed {
	t.Helper()
	doc := ocispec.Index{Versioned: specs.Versioned{SchemaVersion: 2}, MediaType: ocispec.MediaTypeImageIndex}
	for i, child := range children {
		d := child.Manifest.Descriptor()
		switch i {
		case 0:
			d.Platform = &ocispec.Platform{OS: "linux", Architecture: "amd64"}
		case 1:
			d.Platform = &ocispec.Platform{OS: "linux", Architecture: "arm64"}
		default:
			d.Platform = &ocispec.Platform{OS: "unknown", Architecture: "unknown"}
			d.Annotations = map[string]string{"vnd.docker.reference.type": "attestation-manifest"}
		}
		doc.Manifests = append(doc.Manifests, d)
	}
	return source.Sealed{Manifest: manifest(t, doc, doc.MediaType), Children: children}
}

func manifest(t *testing.T, doc any, mediaType string) registry.Manifest {
	t.Helper()
	m, err := registry.ParseManifest(encode(t, doc), mediaType)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// image wraps a sealed image with its platforms.
func image(s source.Sealed) *source.Image {
	out := &source.Image{Sealed: &s}
	for _, child := range append([]source.Sealed{s}, s.Children...) {
		if child.Config.Digest != "" && !bytes.Contains(child.Manifest.Raw, []byte("in-toto")) {
			out.Platforms = append(out.Platforms, source.Platform{Config: child.Config.Digest, Digest: child.Manifest.Digest})
		}
	}
	return out
}
