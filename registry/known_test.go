package registry_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/hallmark-ci/hallmark/registry"
)

const (
	blobA = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	blobB = "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
	diffA = "sha256:1111111111111111111111111111111111111111111111111111111111111111"
	diffB = "sha256:2222222222222222222222222222222222222222222222222222222222222222"
)

// layerOf is a layer of a manifest, as JSON.
func layerOf(mediaType, blob, diffID string) string {
	return `{"mediaType":"` + mediaType + `","digest":"` + blob + `","size":7,"annotations":{"containerd.io/uncompressed":"` + diffID + `","other":"x"}}`
}

// imageOf is an OCI manifest of layers, as JSON.
func imageOf(layers ...string) string {
	return `{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",` +
		`"config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"` + blobA + `","size":2},"layers":[` + strings.Join(layers, ",") + `]}`
}

func knownLayer(mediaType, blob, diffID string) registry.KnownLayer {
	return registry.KnownLayer{DiffID: digest.Digest(diffID), From: "v1", Blob: ocispec.Descriptor{
		MediaType: mediaType, Digest: digest.Digest(blob), Size: 7, Annotations: map[string]string{"containerd.io/uncompressed": diffID},
	}}
}

func TestKnownLayers(t *testing.T) {
	const (
		gzip    = ocispec.MediaTypeImageLayerGzip
		zstd    = ocispec.MediaTypeImageLayerZstd
		docker  = "application/vnd.docker.image.rootfs.diff.tar.gzip"
		foreign = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"
	)
	a, b := layerOf(gzip, blobA, diffA), layerOf(gzip, blobB, diffB)
	bare := strings.ReplaceAll(a, "containerd.io/uncompressed", "x")
	knownA, knownB := knownLayer(gzip, blobA, diffA), knownLayer(gzip, blobB, diffB)
	tests := []struct {
		name     string
		manifest string
		diffIDs  []digest.Digest
		want     []registry.KnownLayer
	}{
		{"an image with annotations", imageOf(a, b), nil, []registry.KnownLayer{knownA, knownB}},
		{"an image with a config", imageOf(bare, b), []digest.Digest{diffA, diffB}, []registry.KnownLayer{knownA, knownB}},
		{"an image of Docker's types", strings.ReplaceAll(imageOf(layerOf(docker, blobA, diffA)), "application/vnd.oci.image.config.v1+json", "application/vnd.docker.container.image.v1+json"), nil, []registry.KnownLayer{knownA}},
		{"a zstd layer", imageOf(layerOf(zstd, blobA, diffA)), nil, []registry.KnownLayer{knownLayer(zstd, blobA, diffA)}},
		{"a layer without an annotation is left out", imageOf(bare, b), nil, []registry.KnownLayer{knownB}},

		{"a config with fewer layers", imageOf(a, b), []digest.Digest{diffA}, nil},
		{"a config without layers", imageOf(a), []digest.Digest{}, nil},
		{"a config that disagrees with an annotation", imageOf(a, b), []digest.Digest{diffB, diffB}, []registry.KnownLayer{knownB}},
		{"an index", `{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}`, nil, nil},
		{"another config than an image's", strings.ReplaceAll(imageOf(a), "image.config.v1", "empty.v1"), nil, nil},
		{"an artifact", strings.Replace(imageOf(a), `{`, `{"artifactType":"application/spdx+json",`, 1), nil, nil},
		{"an artifact type that is no text", strings.Replace(imageOf(a), `{`, `{"artifactType":1,`, 1), nil, nil},
		{"a layer with addresses", imageOf(strings.Replace(a, `{`, `{"urls":["https://example.com/layer"],`, 1), b), nil, []registry.KnownLayer{knownB}},
		{"a foreign layer", imageOf(layerOf(foreign, blobA, diffA), b), []digest.Digest{diffA, diffB}, []registry.KnownLayer{knownB}},
		{"a layer that may not be distributed", imageOf(layerOf("application/vnd.oci.image.layer.nondistributable.v1.tar+gzip", blobA, diffA)), nil, nil},
		{"an encrypted layer", imageOf(layerOf(gzip+"+encrypted", blobA, diffA)), nil, nil},
		{"a layer that is not compressed", imageOf(layerOf(ocispec.MediaTypeImageLayer, blobA, diffA)), nil, nil},
		{"a statement of an attestation", imageOf(layerOf("application/vnd.in-toto+json", blobA, diffA)), nil, nil},
		{"a layer of no size", imageOf(strings.Replace(a, `"size":7`, `"size":0`, 1)), nil, nil},
		{"a layer of a negative size", imageOf(strings.Replace(a, `"size":7`, `"size":-7`, 1)), nil, nil},
		{"a blob that is no digest", imageOf(layerOf(gzip, "latest", diffA)), nil, nil},
		{"a blob of another algorithm", imageOf(layerOf(gzip, "sha512:"+strings.Repeat("a", 128), diffA)), nil, nil},
		{"an annotation that is no digest", imageOf(layerOf(gzip, blobA, "sha256:1")), nil, nil},
		{"an annotation of another algorithm", imageOf(layerOf(gzip, blobA, "sha512:"+strings.Repeat("a", 128))), nil, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m, err := registry.ParseManifest([]byte(test.manifest), "")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, registry.KnownLayers(m, test.diffIDs, "v1")); diff != "" {
				t.Errorf("KnownLayers (-want +got):\n%s", diff)
			}
		})
	}
}

func TestUntold(t *testing.T) {
	told := layerOf(ocispec.MediaTypeImageLayerGzip, blobA, diffA)
	bare := strings.ReplaceAll(told, "containerd.io/uncompressed", "x")
	for name, test := range map[string]struct {
		manifest string
		want     bool
	}{
		"an image with annotations":     {imageOf(told), false},
		"an image with one that is not": {imageOf(told, bare), true},
		"an image without layers":       {imageOf(), false},
		"an attestation":                {imageOf(strings.ReplaceAll(bare, ocispec.MediaTypeImageLayerGzip, "application/vnd.in-toto+json")), false},
		"an artifact":                   {strings.Replace(imageOf(bare), `{`, `{"artifactType":"application/spdx+json",`, 1), false},
	} {
		m, err := registry.ParseManifest([]byte(test.manifest), "")
		if err != nil {
			t.Fatal(err)
		}
		if got := registry.Untold(m); got != test.want {
			t.Errorf("Untold of %s = %t", name, got)
		}
	}
}

func TestDiffIDs(t *testing.T) {
	tests := []struct {
		name, config string
		want         []digest.Digest
		err          string
	}{
		{"of an image", `{"rootfs":{"type":"layers","diff_ids":["` + diffA + `","` + diffB + `"]}}`, []digest.Digest{diffA, diffB}, ""},
		{"of an image without layers", `{"rootfs":{"type":"layers"}}`, []digest.Digest{}, ""},
		{"of what is no JSON", `layers`, nil, "parse image config: "},
		{"of what is no config", `{}`, nil, `root file system of type ""`},
		{"that are no digests", `{"rootfs":{"type":"layers","diff_ids":["latest"]}}`, nil, `layer "latest", which is no SHA-256 digest`},
		{"of another algorithm", `{"rootfs":{"type":"layers","diff_ids":["sha512:` + strings.Repeat("a", 128) + `"]}}`, nil, "which is no SHA-256 digest"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := registry.DiffIDs([]byte(test.config))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("DiffIDs (-want +got):\n%s", diff)
			}
			if (err != nil) != (test.err != "") || err != nil && !strings.Contains(err.Error(), test.err) {
				t.Errorf("DiffIDs: %v, want %q", err, test.err)
			}
		})
	}
}
