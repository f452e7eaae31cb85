package registry

import (
	"cmp"
	"encoding/json"
	"fmt"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

// Media types of Docker's older manifests; the OCI ones are in ocispec.
const (
	MediaTypeDockerManifest     = "application/vnd.docker.distribution.manifest.v2+json"
	MediaTypeDockerManifestList = "application/vnd.docker.distribution.manifest.list.v2+json"
)

// MaxManifestSize is the largest manifest read, in bytes: what the OCI distribution specification asks registries to take.
const MaxManifestSize = 4 << 20

// AcceptManifests are the media types to ask for: all of them, or ECR may convert what it stores and answer another digest
// (https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-manifest-formats.html).
func AcceptManifests() []string {
	return []string{ocispec.MediaTypeImageIndex, MediaTypeDockerManifestList, ocispec.MediaTypeImageManifest, MediaTypeDockerManifest}
}

// Manifest is a parsed image manifest or index, with the bytes it was parsed from.
type Manifest struct {
	MediaType   string
	Digest      digest.Digest // of Raw
	Raw         []byte
	Annotations map[string]string

	Config ocispec.Descriptor   // of an image manifest
	Layers []ocispec.Descriptor // of an image manifest, base first

	Manifests []ocispec.Descriptor // of an index
}

// ParseManifest reads a manifest or index. mediaType may be empty when the document names its own. Schema 1, artifacts without a
// config, and documents that can be read both ways are errors (https://github.com/opencontainers/image-spec/security/advisories/GHSA-77vh-xpmg-72qh).
func ParseManifest(raw []byte, mediaType string) (Manifest, error) {
	var doc struct {
		SchemaVersion int                  `json:"schemaVersion"`
		MediaType     string               `json:"mediaType"`
		Config        *ocispec.Descriptor  `json:"config"`
		Layers        []ocispec.Descriptor `json:"layers"`
		Manifests     []ocispec.Descriptor `json:"manifests"`
		Annotations   map[string]string    `json:"annotations"`
	}
	if err := json.Unmarshal(raw, &doc); err != nil {
		return Manifest{}, fmt.Errorf("parse manifest: %w", err)
	}
	m := Manifest{Digest: digest.FromBytes(raw), Raw: raw, Annotations: doc.Annotations, Layers: doc.Layers, Manifests: doc.Manifests}
	m.MediaType = cmp.Or(doc.MediaType, mediaType)
	if m.MediaType == "" && doc.Config != nil {
		m.MediaType = ocispec.MediaTypeImageManifest
	}
	if m.MediaType == "" && doc.Manifests != nil {
		m.MediaType = ocispec.MediaTypeImageIndex
	}
	switch {
	case doc.SchemaVersion != 2:
		return Manifest{}, fmt.Errorf("manifest of schema version %d: only version 2 can be used", doc.SchemaVersion)
	case doc.Manifests != nil && (doc.Config != nil || doc.Layers != nil), m.IsIndex() && doc.Config != nil:
		return Manifest{}, fmt.Errorf("manifest of type %q is an image and an index at once", m.MediaType)
	case !m.IsIndex() && doc.Config == nil:
		return Manifest{}, fmt.Errorf("manifest of type %q has no config: not an image", m.MediaType)
	case doc.Config != nil:
		m.Config = *doc.Config
	}
	return m, nil
}

// IsIndex says whether m lists other manifests.
func (m Manifest) IsIndex() bool {
	return m.MediaType == ocispec.MediaTypeImageIndex || m.MediaType == MediaTypeDockerManifestList
}

// Descriptor describes m by type, digest and size.
func (m Manifest) Descriptor() ocispec.Descriptor {
	return ocispec.Descriptor{MediaType: m.MediaType, Digest: m.Digest, Size: int64(len(m.Raw))}
}

// IsPlatform says whether an entry of an index is an image for a platform, not an attestation or another attachment.
// BuildKit marks attestations with the platform unknown/unknown and with an annotation; both are looked at.
func IsPlatform(entry ocispec.Descriptor) bool {
	if entry.Annotations["vnd.docker.reference.type"] != "" {
		return false
	}
	return entry.Platform == nil || entry.Platform.OS != "unknown"
}

// PlatformName is a platform as --platform takes it: OS/ARCH[/VARIANT]. The variant that an architecture has by default
// (v8 for arm64) is left out, since engines differ in writing it.
func PlatformName(os, arch, variant string) string {
	if variant == "" || arch == "arm64" && variant == "v8" {
		return os + "/" + arch
	}
	return os + "/" + arch + "/" + variant
}

// Platforms lists the images that m stands for: the platforms of an index in its order, or m itself.
func (m Manifest) Platforms() []ocispec.Descriptor {
	if !m.IsIndex() {
		return []ocispec.Descriptor{m.Descriptor()}
	}
	var out []ocispec.Descriptor
	for _, entry := range m.Manifests {
		if IsPlatform(entry) {
			out = append(out, entry)
		}
	}
	return out
}
