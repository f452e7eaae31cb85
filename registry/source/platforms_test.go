package source_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/opencontainers/go-digest"
	"github.com/opencontainers/image-spec/specs-go"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/hallmark-ci/hallmark/registry/source"
)

func TestPlatformPicksOneImage(t *testing.T) {
	arm := view{Manifest: manifestArm, MediaType: ocispec.MediaTypeImageManifest, Platforms: []source.Platform{arm64(configArm, manifestArm)}, Layers: gzipBuildx}
	for _, tt := range []struct {
		reference, platform string
		want                view
	}{
		{"testdata/archives/docker29-containerd-multi.tar", "linux/arm64", arm},
		{"testdata/archives/docker29-containerd-multi.tar", "linux/arm64/v8", arm},
		{"testdata/archives/docker29-containerd-multi.tar", "linux/amd64", buildxImage},
		{"testdata/archives/buildx-multi.oci.tar", "linux/arm64", arm},
		{"testdata/archives/docker29-containerd-attest.tar", "linux/amd64", buildxImage},
		{"testdata/archives/docker29-containerd-plain.tar", "linux/amd64", buildxImage},
		{"testdata/archives/docker20.tar", "linux/amd64", docker20},
		{"oci:testdata/archives/oci-layout", "linux/amd64", skopeoImage},
	} {
		t.Run(tt.reference+" for "+tt.platform, func(t *testing.T) {
			image := open(t, tt.reference, source.Options{Platform: tt.platform})
			if diff := cmp.Diff(tt.want, look(t, image)); diff != "" {
				t.Errorf("image (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPlatformThatIsNotThereIsAnErrorThatNamesThoseThatAre(t *testing.T) {
	for reference, want := range map[string]source.PlatformError{
		"testdata/archives/docker29-containerd-multi.tar": {Image: "testdata/archives/docker29-containerd-multi.tar", Has: []string{"linux/amd64", "linux/arm64"}},
		"testdata/archives/docker29-graph.tar":            {Image: "testdata/archives/docker29-graph.tar", Has: []string{"linux/amd64"}},
		"testdata/archives/docker20.tar":                  {Image: "testdata/archives/docker20.tar", Has: []string{"linux/amd64"}},
		"oci:testdata/archives/oci-layout":                {Image: "testdata/archives/oci-layout", Has: []string{"linux/amd64"}},
	} {
		t.Run(reference, func(t *testing.T) {
			want.Platform = "linux/s390x"
			var got *source.PlatformError
			if err := openError(t, reference, source.Options{Platform: "linux/s390x"}); !errors.As(err, &got) {
				t.Fatalf("Open: %v, want a PlatformError", err)
			}
			if diff := cmp.Diff(want, *got); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
		})
	}
}

// zipped are two layers as gzip, so that images with them stay sealed.
func zipped(t *testing.T) (a, b []byte) {
	return gzipped(t, []byte("one")), gzipped(t, []byte("two"))
}

func TestIndexes(t *testing.T) {
	one, two := zipped(t)
	b := bundle{}
	amd, arm := b.image(t, linuxAMD, one), b.image(t, linuxARM, two)
	wanted := func(d ocispec.Descriptor, tree []digest.Digest, layers []layer, platforms ...source.Platform) view {
		return view{Manifest: d.Digest, MediaType: d.MediaType, Tree: tree, Platforms: platforms, Layers: layers}
	}
	amdPlatform := source.Platform{Name: "linux/amd64", Config: b.config(t, linuxAMD, one).Digest, Digest: amd.Digest}
	armPlatform := source.Platform{Name: "linux/arm64", Config: b.config(t, linuxARM, two).Digest, Digest: arm.Digest}
	oneLayer, twoLayer := layers(digest.FromBytes(one)), layers(digest.FromBytes(two))
	twoLayers := append(append([]layer(nil), oneLayer...), twoLayer...)

	unnamed := b.index(t, amd, arm)
	nested := b.index(t, b.index(t, on(amd, linuxAMD)), b.index(t, on(arm, linuxARM)))
	artifact := b.addJSON(t, ocispec.MediaTypeImageManifest, ocispec.Manifest{Versioned: specs.Versioned{SchemaVersion: 2}, Config: b.add("application/vnd.example.sbom", []byte("{}"))})
	attached := b.index(t, on(amd, linuxAMD), artifact)
	odd := b.index(t, on(amd, ocispec.Platform{OS: "linux", Architecture: "amd64", Variant: "v3"}), on(arm, ocispec.Platform{}))
	v3 := amdPlatform
	v3.Name = "linux/amd64/v3"

	for _, tt := range []struct {
		name, platform string
		root           ocispec.Descriptor
		want           view
	}{
		{"an index without platforms has those of the configs", "", unnamed, wanted(unnamed, []digest.Digest{amd.Digest, arm.Digest}, twoLayers, amdPlatform, armPlatform)},
		{"a platform is picked by its config", "linux/arm64", unnamed, wanted(arm, nil, twoLayer, armPlatform)},
		{"a platform is picked out of a nested index", "linux/arm64", nested, wanted(arm, nil, twoLayer, armPlatform)},
		{"an artifact in an index is no platform", "", attached, wanted(attached, []digest.Digest{amd.Digest, artifact.Digest}, oneLayer, amdPlatform)},
		{"what an index says of a platform comes before what the config says", "", odd, wanted(odd, []digest.Digest{amd.Digest, arm.Digest}, twoLayers, v3, armPlatform)},
		{"a variant is part of a platform", "linux/amd64/v3", odd, wanted(amd, nil, oneLayer, v3)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			image := open(t, b.top(t, tt.root).archive(t), source.Options{Platform: tt.platform})
			if diff := cmp.Diff(tt.want, look(t, image)); diff != "" {
				t.Errorf("image (-want +got):\n%s", diff)
			}
		})
	}
}

func TestIndexOfAnIncompleteArchive(t *testing.T) {
	whole := unpack(t, "docker29-containerd-multi.tar")
	without := func(digests ...digest.Digest) string {
		b := bundle{}
		for name, content := range whole {
			b[name] = content
		}
		for _, d := range digests {
			delete(b, blobPath(d))
		}
		return b.archive(t)
	}
	const attestARM = "sha256:06d8efa5f964187de83138fdbed1f7fdd1aa8e4c914ca4712c46d9e336d8ad72"

	t.Run("the one image that is there goes up alone", func(t *testing.T) {
		reference := without(manifestArm, attestARM)
		want := buildxImage
		want.Notes = []string{reference[len("archive:"):] + " does not hold all that its index names: the image for linux/amd64 goes up alone"}
		if diff := cmp.Diff(want, look(t, open(t, reference, source.Options{}))); diff != "" {
			t.Errorf("image (-want +got):\n%s", diff)
		}
	})
	t.Run("an image without its config is not there", func(t *testing.T) {
		image := open(t, without(configArm), source.Options{})
		if diff := cmp.Diff([]source.Platform{amd64(configBuildx, manifestBuildx)}, image.Platforms); diff != "" {
			t.Errorf("platforms (-want +got):\n%s", diff)
		}
	})
	t.Run("of several images one must be chosen", func(t *testing.T) {
		reference := without(attestARM)
		wantError(t, openError(t, reference, source.Options{}),
			reference[len("archive:"):]+" does not hold all that its index names, which cannot go up so: choose one with --platform, of linux/amd64, linux/arm64")
		if diff := cmp.Diff(buildxImage, look(t, open(t, reference, source.Options{Platform: "linux/amd64"}))); diff != "" {
			t.Errorf("image (-want +got):\n%s", diff)
		}
	})
	t.Run("a platform that is named and not there is an error", func(t *testing.T) {
		reference := without(manifestArm)
		wantError(t, openError(t, reference, source.Options{Platform: "linux/arm64"}),
			reference[len("archive:"):]+" names platform linux/arm64 and does not hold it, only linux/amd64")
	})
	t.Run("manifest.json is read when the index has nothing", func(t *testing.T) {
		image := open(t, without(manifestBuildx, manifestArm), source.Options{})
		want := view{Platforms: []source.Platform{amd64(configBuildx, "")}, Layers: []layer{
			{Digest: plainGraph[0].Digest, Compression: source.Gzip},
			{Digest: "sha256:4efebfd61c2e0a48f512f1a2c95e56036980f9ec3ea46944f52f1642a56ec686", Compression: source.Gzip},
		}}
		if diff := cmp.Diff(want, look(t, image)); diff != "" {
			t.Errorf("image (-want +got):\n%s", diff)
		}
	})
	t.Run("layers may be missing, since the repository may hold them", func(t *testing.T) {
		want := buildxImage
		want.Layers, want.Missing = gzipBuildx[1:], []digest.Digest{gzipBuildx[0].Digest}
		image := open(t, without(gzipBuildx[0].Digest), source.Options{Platform: "linux/amd64"})
		if diff := cmp.Diff(want, look(t, image)); diff != "" {
			t.Errorf("image (-want +got):\n%s", diff)
		}
	})
}
