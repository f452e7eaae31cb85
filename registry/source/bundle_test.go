package source_test

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/opencontainers/go-digest"
	"github.com/opencontainers/image-spec/specs-go"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

// bundle is the files of an archive or a layout that a test makes up.
type bundle map[string][]byte

// add takes in a blob.
func (b bundle) add(mediaType string, content []byte) ocispec.Descriptor {
	d := ocispec.Descriptor{MediaType: mediaType, Digest: digest.FromBytes(content), Size: int64(len(content))}
	b[blobPath(d.Digest)] = content
	return d
}

func (b bundle) addJSON(t *testing.T, mediaType string, content any) ocispec.Descriptor {
	t.Helper()
	return b.add(mediaType, encode(t, content))
}

// image takes in an image with its config and layers.
func (b bundle) image(t *testing.T, p ocispec.Platform, layers ...[]byte) ocispec.Descriptor {
	t.Helper()
	m := ocispec.Manifest{Versioned: specs.Versioned{SchemaVersion: 2}, MediaType: ocispec.MediaTypeImageManifest, Config: b.config(t, p, layers...)}
	for _, l := range layers {
		m.Layers = append(m.Layers, b.add(ocispec.MediaTypeImageLayer, l))
	}
	return b.addJSON(t, m.MediaType, m)
}

// config takes in an image config. The diffIDs are right for layers that are not compressed.
func (b bundle) config(t *testing.T, p ocispec.Platform, layers ...[]byte) ocispec.Descriptor {
	t.Helper()
	c := ocispec.Image{Platform: p, RootFS: ocispec.RootFS{Type: "layers", DiffIDs: []digest.Digest{}}}
	for _, l := range layers {
		c.RootFS.DiffIDs = append(c.RootFS.DiffIDs, digest.FromBytes(l))
	}
	return b.addJSON(t, ocispec.MediaTypeImageConfig, c)
}

// index takes in an index of other manifests.
func (b bundle) index(t *testing.T, entries ...ocispec.Descriptor) ocispec.Descriptor {
	t.Helper()
	return b.addJSON(t, ocispec.MediaTypeImageIndex, ocispec.Index{Versioned: specs.Versioned{SchemaVersion: 2}, MediaType: ocispec.MediaTypeImageIndex, Manifests: entries})
}

// top writes index.json.
func (b bundle) top(t *testing.T, entries ...ocispec.Descriptor) bundle {
	t.Helper()
	b["index.json"] = encode(t, ocispec.Index{Versioned: specs.Versioned{SchemaVersion: 2}, Manifests: entries})
	b["oci-layout"] = []byte(`{"imageLayoutVersion":"1.0.0"}`)
	return b
}

// savedImage is an entry of manifest.json.
type savedImage struct {
	Config   string
	RepoTags []string
	Layers   []string
}

// saved writes manifest.json.
func (b bundle) saved(t *testing.T, images ...savedImage) bundle {
	t.Helper()
	b["manifest.json"] = encode(t, images)
	return b
}

// files lists the bundle as the members of an archive.
func (b bundle) files() []tar.Header {
	var out []tar.Header
	for _, name := range slices.Sorted(maps.Keys(b)) {
		out = append(out, tar.Header{Typeflag: tar.TypeReg, Name: name, Size: int64(len(b[name])), Mode: 0o644})
	}
	return out
}

// tar is an archive of the bundle, and of members that are not files.
func (b bundle) tar(t *testing.T, more ...tar.Header) []byte {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, h := range append(b.files(), more...) {
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(b[h.Name][:h.Size]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// archive writes the bundle to a file and names it as a user would.
func (b bundle) archive(t *testing.T, more ...tar.Header) string {
	t.Helper()
	return "archive:" + write(t, filepath.Join(t.TempDir(), "image.tar"), b.tar(t, more...))
}

// layout writes the bundle to a folder.
func (b bundle) layout(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range b {
		if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o700); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, name), content)
	}
	return dir
}

// unpack reads an archive of testdata into a bundle.
func unpack(t *testing.T, name string) bundle {
	t.Helper()
	b := bundle{}
	r := tar.NewReader(bytes.NewReader(read(t, filepath.Join("testdata/archives", name))))
	for {
		h, err := r.Next()
		if err != nil {
			return b
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		var content bytes.Buffer
		if _, err := content.ReadFrom(r); err != nil {
			t.Fatal(err)
		}
		b[h.Name] = content.Bytes()
	}
}

func encode(t *testing.T, v any) []byte {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func blobPath(d digest.Digest) string {
	return "blobs/" + d.Algorithm().String() + "/" + d.Encoded()
}

// named gives an entry of index.json a tag.
func named(d ocispec.Descriptor, tag string) ocispec.Descriptor {
	d.Annotations = map[string]string{ocispec.AnnotationRefName: tag}
	return d
}

// on gives an entry of an index its platform.
func on(d ocispec.Descriptor, p ocispec.Platform) ocispec.Descriptor {
	d.Platform = &p
	return d
}

var (
	linuxAMD = ocispec.Platform{OS: "linux", Architecture: "amd64"}
	linuxARM = ocispec.Platform{OS: "linux", Architecture: "arm64", Variant: "v8"}
	unknown  = ocispec.Platform{OS: "unknown", Architecture: "unknown"}
)
