package source_test

import (
	"archive/tar"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/hallmark-ci/hallmark/registry/source"
)

// legacy is an archive in the form of Docker 24 and before, of an image with the given layers.
func legacy(t *testing.T, layers ...[]byte) (b bundle, config digest.Digest) {
	t.Helper()
	d := bundle{}.config(t, linuxAMD, layers...)
	b = bundle{}
	image := savedImage{Config: d.Digest.Encoded() + ".json", RepoTags: []string{"shop/api:1"}}
	b[image.Config] = encode(t, ocispec.Image{Platform: linuxAMD, RootFS: ocispec.RootFS{Type: "layers", DiffIDs: diffIDs(layers...)}})
	for i, content := range layers {
		name := string(rune('a'+i)) + "/layer.tar"
		b[name] = content
		image.Layers = append(image.Layers, name)
	}
	return b.saved(t, image), d.Digest
}

func diffIDs(layers ...[]byte) []digest.Digest {
	out := []digest.Digest{}
	for _, l := range layers {
		out = append(out, digest.FromBytes(l))
	}
	return out
}

func TestDockerArchives(t *testing.T) {
	plain := []byte("a layer that is not compressed")
	id := digest.FromBytes(plain)
	linked := func(typeflag byte, target string) string {
		b, _ := legacy(t, plain, plain)
		delete(b, "b/layer.tar")
		return b.archive(t, tar.Header{Typeflag: typeflag, Name: "b/layer.tar", Linkname: target})
	}
	platform := func(layers ...[]byte) []source.Platform {
		_, config := legacy(t, layers...)
		return []source.Platform{{Name: "linux/amd64", Config: config}}
	}
	twice := view{Platforms: platform(plain, plain), Layers: layers(id, id)}
	mixed, _ := legacy(t, plain, []byte("two"), []byte("three"))
	mixed["b/layer.tar"], mixed["c/layer.tar"] = gzipped(t, []byte("two")), zstandard(t, []byte("three"))
	empty, _ := legacy(t)
	dotted, _ := legacy(t, plain)
	dotted["./manifest.json"] = dotted["manifest.json"]
	delete(dotted, "manifest.json")
	again, _ := legacy(t, plain)

	for _, tt := range []struct {
		name, reference string
		want            view
	}{
		{"a layer that stands twice may be a symbolic link", linked(tar.TypeSymlink, "../a/layer.tar"), twice},
		{"a layer that stands twice may be a hard link", linked(tar.TypeLink, "a/layer.tar"), twice},
		{"layers may be compressed, each as it likes", mixed.archive(t), view{Platforms: platform(plain, []byte("two"), []byte("three")), Layers: []layer{
			{Digest: id}, {Digest: digest.FromString("two"), Compression: source.Gzip}, {Digest: digest.FromString("three"), Compression: source.Zstd},
		}}},
		{"an image may have no layers", empty.archive(t), view{Platforms: platform()}},
		{"names may begin with a dot, as tar -C writes them", dotted.archive(t), view{Platforms: platform(plain), Layers: layers(id)}},
		{"a file may be there twice if it is the same", again.archive(t, again.files()...), view{Platforms: platform(plain), Layers: layers(id)}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, look(t, open(t, tt.reference, source.Options{}))); diff != "" {
				t.Errorf("image (-want +got):\n%s", diff)
			}
		})
	}
}

// withoutLayers is an archive as Docker 25.0.0 wrote it: the layout's manifest names no layers.
func withoutLayers(t *testing.T) bundle {
	t.Helper()
	b := unpack(t, "docker29-graph.tar")
	m := ocispec.Manifest{MediaType: ocispec.MediaTypeImageManifest, Config: ocispec.Descriptor{
		MediaType: ocispec.MediaTypeImageConfig, Digest: configGraph, Size: int64(len(b[blobPath(configGraph)])),
	}}
	m.SchemaVersion = 2
	return b.top(t, b.addJSON(t, ocispec.MediaTypeImageManifest, m))
}

func TestManifestJSONStandsInForALayoutThatIsWrong(t *testing.T) {
	want := view{Platforms: []source.Platform{amd64(configGraph, "")}, Layers: plainGraph}
	missing := unpack(t, "docker29-graph.tar")
	delete(missing, blobPath("sha256:1ecc288a5b6efd24f9f805460e0e4b522503e956b973afb50b5f2063391e8cb0"))
	for name, b := range map[string]bundle{
		"a manifest without layers, as Docker 25.0.0 wrote it": withoutLayers(t),
		"a manifest that is not there":                         missing,
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(want, look(t, open(t, b.archive(t), source.Options{}))); diff != "" {
				t.Errorf("image (-want +got):\n%s", diff)
			}
		})
	}
	t.Run("but not where there is none", func(t *testing.T) {
		b := withoutLayers(t)
		delete(b, "manifest.json")
		reference := b.archive(t)
		wantError(t, openError(t, reference, source.Options{}),
			reference[len("archive:"):]+" holds no image that can be used: 0 layers where the config names 2")
	})
}

func TestImageWithoutLayersKeepsItsManifest(t *testing.T) {
	b := bundle{}
	d := b.image(t, linuxAMD)
	b.saved(t, savedImage{Config: "other"})
	want := view{Manifest: d.Digest, MediaType: d.MediaType, Platforms: []source.Platform{{Name: "linux/amd64", Config: b.config(t, linuxAMD).Digest, Digest: d.Digest}}}
	if diff := cmp.Diff(want, look(t, open(t, b.top(t, d).archive(t), source.Options{}))); diff != "" {
		t.Errorf("image (-want +got):\n%s", diff)
	}
}

func TestLayersThatAreNotCompressed(t *testing.T) {
	plain := []byte("a layer that is not compressed")
	zipped := gzipped(t, []byte("a layer that is"))
	b := bundle{}
	amd, arm := b.image(t, linuxAMD, plain), b.image(t, linuxARM, zipped)
	index := b.index(t, on(amd, linuxAMD), on(arm, linuxARM))
	reference := b.top(t, index).archive(t)
	t.Run("go up as they are in an index, and it is said", func(t *testing.T) {
		image := open(t, reference, source.Options{})
		if diff := cmp.Diff(index.Digest, look(t, image).Manifest); diff != "" {
			t.Errorf("manifest (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]string{"layers of the image for linux/amd64 are not compressed, and go up as the index names them"}, image.Notes); diff != "" {
			t.Errorf("notes (-want +got):\n%s", diff)
		}
	})
	t.Run("make a single image loose", func(t *testing.T) {
		want := view{Platforms: []source.Platform{{Name: "linux/amd64", Config: b.config(t, linuxAMD, plain).Digest}}, Layers: layers(digest.FromBytes(plain))}
		if diff := cmp.Diff(want, look(t, open(t, reference, source.Options{Platform: "linux/amd64"}))); diff != "" {
			t.Errorf("image (-want +got):\n%s", diff)
		}
	})
	t.Run("leave an image sealed that lacks another layer", func(t *testing.T) {
		b := bundle{}
		d := b.image(t, linuxAMD, plain, zipped)
		delete(b, blobPath(digest.FromBytes(zipped)))
		got := look(t, open(t, b.top(t, d).archive(t), source.Options{}))
		if diff := cmp.Diff(d.Digest, got.Manifest); diff != "" {
			t.Errorf("manifest (-want +got):\n%s", diff)
		}
	})
}
