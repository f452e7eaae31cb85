package registry_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/hallmark-ci/hallmark/registry"
)

const attestationKey = "vnd.docker.reference.type"

var (
	configPart   = ocispec.Descriptor{MediaType: ocispec.MediaTypeImageConfig, Digest: digest.FromString("config"), Size: 6}
	layerPart    = ocispec.Descriptor{MediaType: ocispec.MediaTypeImageLayerGzip, Digest: digest.FromString("layer"), Size: 5}
	platformPart = ocispec.Descriptor{MediaType: ocispec.MediaTypeImageManifest, Digest: digest.FromString("manifest"), Size: 8}
)

// part is the JSON of a descriptor.
func part(d ocispec.Descriptor) string {
	return `{"mediaType":"` + d.MediaType + `","digest":"` + d.Digest.String() + `","size":` + string(rune('0'+d.Size)) + `}`
}

func TestParseManifest(t *testing.T) {
	image := `"config":` + part(configPart) + `,"layers":[` + part(layerPart) + `]`
	index := `"manifests":[` + part(platformPart) + `]`
	tests := []struct {
		name, raw, mediaType string
		want                 registry.Manifest
	}{
		{
			name: "reads an image that names its type", raw: `{"schemaVersion":2,"mediaType":"` + ocispec.MediaTypeImageManifest + `",` + image + `,"annotations":{"a":"b"}}`,
			want: registry.Manifest{MediaType: ocispec.MediaTypeImageManifest, Config: configPart, Layers: []ocispec.Descriptor{layerPart}, Annotations: map[string]string{"a": "b"}},
		},
		{
			name: "takes the type it is told", raw: `{"schemaVersion":2,` + image + `}`, mediaType: registry.MediaTypeDockerManifest,
			want: registry.Manifest{MediaType: registry.MediaTypeDockerManifest, Config: configPart, Layers: []ocispec.Descriptor{layerPart}},
		},
		{
			name: "believes the document before what it is told", raw: `{"schemaVersion":2,"mediaType":"` + registry.MediaTypeDockerManifest + `",` + image + `}`, mediaType: "text/html",
			want: registry.Manifest{MediaType: registry.MediaTypeDockerManifest, Config: configPart, Layers: []ocispec.Descriptor{layerPart}},
		},
		{
			name: "tells an image by its config", raw: `{"schemaVersion":2,` + image + `}`,
			want: registry.Manifest{MediaType: ocispec.MediaTypeImageManifest, Config: configPart, Layers: []ocispec.Descriptor{layerPart}},
		},
		{
			name: "tells an index by its manifests", raw: `{"schemaVersion":2,` + index + `}`,
			want: registry.Manifest{MediaType: ocispec.MediaTypeImageIndex, Manifests: []ocispec.Descriptor{platformPart}},
		},
		{
			name: "reads a list of Docker's", raw: `{"schemaVersion":2,"mediaType":"` + registry.MediaTypeDockerManifestList + `",` + index + `}`,
			want: registry.Manifest{MediaType: registry.MediaTypeDockerManifestList, Manifests: []ocispec.Descriptor{platformPart}},
		},
		{
			name: "reads an empty index", raw: `{"schemaVersion":2,"mediaType":"` + ocispec.MediaTypeImageIndex + `","manifests":[]}`,
			want: registry.Manifest{MediaType: ocispec.MediaTypeImageIndex, Manifests: []ocispec.Descriptor{}},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.want.Raw, test.want.Digest = []byte(test.raw), digest.FromString(test.raw)
			got, err := registry.ParseManifest([]byte(test.raw), test.mediaType)
			if diff := cmp.Diff(test.want, got); diff != "" || err != nil {
				t.Errorf("ParseManifest: %v (-want +got):\n%s", err, diff)
			}
			described := ocispec.Descriptor{MediaType: got.MediaType, Digest: digest.FromString(test.raw), Size: int64(len(test.raw))}
			if diff := cmp.Diff(described, got.Descriptor()); diff != "" {
				t.Errorf("Descriptor (-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseManifestRefuses(t *testing.T) {
	tests := []struct{ name, raw, mediaType, want string }{
		{"nothing", "", "", "parse manifest: unexpected end of JSON input"},
		{"a page", "<html>", "text/html", "parse manifest: invalid character"},
		{"a list", "[]", "", "parse manifest: json: cannot unmarshal array"},
		{"the first schema", `{"schemaVersion":1,"name":"api","tag":"1"}`, "application/vnd.docker.distribution.manifest.v1+json", "manifest of schema version 1: only version 2 can be used"},
		{"an object of another kind", `{}`, "", "manifest of schema version 0: only version 2 can be used"},
		{"an artifact without a config", `{"schemaVersion":2,"blobs":[]}`, "application/vnd.oci.artifact.manifest.v1+json", `manifest of type "application/vnd.oci.artifact.manifest.v1+json" has no config: not an image`},
		{"an image and an index at once", `{"schemaVersion":2,"config":` + part(configPart) + `,"manifests":[` + part(platformPart) + `]}`, "", "is an image and an index at once"},
		{"layers in an index", `{"schemaVersion":2,"layers":[` + part(layerPart) + `],"manifests":[]}`, "", "is an image and an index at once"},
		{"a config in what is called an index", `{"schemaVersion":2,"config":` + part(configPart) + `}`, ocispec.MediaTypeImageIndex, "is an image and an index at once"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := registry.ParseManifest([]byte(test.raw), test.mediaType)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("ParseManifest: %v, want %q", err, test.want)
			}
			if diff := cmp.Diff(registry.Manifest{}, got); diff != "" {
				t.Errorf("ParseManifest beside an error (-want +got):\n%s", diff)
			}
		})
	}
}

func TestIsPlatform(t *testing.T) {
	tests := []struct {
		name  string
		entry ocispec.Descriptor
		want  bool
	}{
		{"an image of a platform", ocispec.Descriptor{Platform: &ocispec.Platform{OS: "linux", Architecture: "amd64"}}, true},
		{"an image that names none", ocispec.Descriptor{}, true},
		{"an attestation", ocispec.Descriptor{Platform: &ocispec.Platform{OS: "unknown", Architecture: "unknown"}, Annotations: map[string]string{attestationKey: "attestation-manifest"}}, false},
		{"an attestation whose annotation was lost", ocispec.Descriptor{Platform: &ocispec.Platform{OS: "unknown", Architecture: "unknown"}}, false},
		{"an attestation whose platform was lost", ocispec.Descriptor{Annotations: map[string]string{attestationKey: "attestation-manifest"}}, false},
	}
	for _, test := range tests {
		if got := registry.IsPlatform(test.entry); got != test.want {
			t.Errorf("IsPlatform of %s = %t", test.name, got)
		}
	}
}

func TestPlatformName(t *testing.T) {
	for want, p := range map[string][3]string{
		"linux/amd64":    {"linux", "amd64", ""},
		"linux/arm64":    {"linux", "arm64", "v8"},
		"linux/arm64/v9": {"linux", "arm64", "v9"},
		"linux/arm/v7":   {"linux", "arm", "v7"},
		"linux/arm/v8":   {"linux", "arm", "v8"},
		"linux/amd64/v3": {"linux", "amd64", "v3"},
		"windows/amd64":  {"windows", "amd64", ""},
	} {
		if got := registry.PlatformName(p[0], p[1], p[2]); got != want {
			t.Errorf("PlatformName(%q) = %q, want %q", p, got, want)
		}
	}
}

func TestPlatformsAreTheImagesOfAnIndexOrTheImageItself(t *testing.T) {
	note := platformPart
	note.Annotations = map[string]string{attestationKey: "attestation-manifest"}
	index := registry.Manifest{MediaType: ocispec.MediaTypeImageIndex, Manifests: []ocispec.Descriptor{platformPart, note}}
	if diff := cmp.Diff([]ocispec.Descriptor{platformPart}, index.Platforms()); diff != "" {
		t.Errorf("Platforms of an index (-want +got):\n%s", diff)
	}
	image := registry.Manifest{MediaType: ocispec.MediaTypeImageManifest, Digest: digest.FromString("x"), Raw: []byte("x")}
	if diff := cmp.Diff([]ocispec.Descriptor{image.Descriptor()}, image.Platforms()); diff != "" {
		t.Errorf("Platforms of an image (-want +got):\n%s", diff)
	}
}
