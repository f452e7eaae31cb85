package registry

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

// AnnotationUncompressed is where a layer descriptor keeps the digest of its uncompressed tar, so that one manifest is enough to
// find the layer again. It is containerd's name for it.
const AnnotationUncompressed = "containerd.io/uncompressed"

// Docker's older media types of what the OCI ones in ocispec name too.
const (
	mediaTypeDockerConfig    = "application/vnd.docker.container.image.v1+json"
	mediaTypeDockerLayerGzip = "application/vnd.docker.image.rootfs.diff.tar.gzip"
)

// KnownLayer is a layer blob that a manifest of the repository names, with what is in it.
type KnownLayer struct {
	DiffID digest.Digest      // of the uncompressed tar
	Blob   ocispec.Descriptor // as a manifest of ours would name it: OCI media type, digest, size
	From   string             // the tag or digest of the image it was found in
}

// KnownLayers lists the layers of an image manifest of which it is known what is in them, base first. diffIDs are those of the
// image's config; without them the layers' annotations tell. A layer that leaves any doubt is left out: whoever names a wrong blob
// makes an image that cannot be pulled. What is no image, and a config that is not that of the manifest, give none.
func KnownLayers(m Manifest, diffIDs []digest.Digest, from string) []KnownLayer {
	if !m.isPlainImage() || diffIDs != nil && len(diffIDs) != len(m.Layers) {
		return nil
	}
	var known []KnownLayer
	for i, layer := range m.Layers {
		diffID := digest.Digest(layer.Annotations[AnnotationUncompressed])
		if diffIDs != nil {
			if diffID != "" && diffID != diffIDs[i] {
				continue // the manifest and its config disagree
			}
			diffID = diffIDs[i]
		}
		if blob, ok := reusable(layer); ok && isSHA256(diffID) {
			blob.Annotations = map[string]string{AnnotationUncompressed: diffID.String()}
			known = append(known, KnownLayer{DiffID: diffID, Blob: blob, From: from})
		}
	}
	return known
}

// Untold says whether a layer of m could be known if the config of m were read.
func Untold(m Manifest) bool {
	return m.isPlainImage() && slices.ContainsFunc(m.Layers, func(layer ocispec.Descriptor) bool {
		_, ok := reusable(layer)
		return ok && layer.Annotations[AnnotationUncompressed] == ""
	})
}

// isPlainImage says whether m is the manifest of a container image: not an index, and no artifact in an image's form.
func (m Manifest) isPlainImage() bool {
	var doc struct {
		ArtifactType string `json:"artifactType"`
	}
	if m.IsIndex() || json.Unmarshal(m.Raw, &doc) != nil || doc.ArtifactType != "" {
		return false
	}
	return IsImageConfig(m.Config.MediaType)
}

// IsImageConfig says whether a media type is that of a container image's config.
func IsImageConfig(mediaType string) bool {
	return mediaType == ocispec.MediaTypeImageConfig || mediaType == mediaTypeDockerConfig
}

// reusable is a layer as a manifest of ours would name it. ok is false where it must not: what is kept elsewhere may not be
// distributed, and only what engines can unpack is a layer of an image.
func reusable(layer ocispec.Descriptor) (blob ocispec.Descriptor, ok bool) {
	if layer.MediaType == mediaTypeDockerLayerGzip {
		layer.MediaType = ocispec.MediaTypeImageLayerGzip
	}
	if layer.MediaType != ocispec.MediaTypeImageLayerGzip && layer.MediaType != ocispec.MediaTypeImageLayerZstd {
		return ocispec.Descriptor{}, false
	}
	if len(layer.URLs) > 0 || layer.Size <= 0 || !isSHA256(layer.Digest) {
		return ocispec.Descriptor{}, false
	}
	return ocispec.Descriptor{MediaType: layer.MediaType, Digest: layer.Digest, Size: layer.Size}, true
}

func isSHA256(d digest.Digest) bool {
	return d.Validate() == nil && d.Algorithm() == digest.SHA256
}

// DiffIDs reads which layers an image config lists, base first. None is an empty list.
func DiffIDs(config []byte) ([]digest.Digest, error) {
	var doc struct {
		RootFS ocispec.RootFS `json:"rootfs"`
	}
	if err := json.Unmarshal(config, &doc); err != nil {
		return nil, fmt.Errorf("parse image config: %w", err)
	}
	if doc.RootFS.Type != "layers" {
		return nil, fmt.Errorf("image config with a root file system of type %q", doc.RootFS.Type)
	}
	for _, d := range doc.RootFS.DiffIDs {
		if !isSHA256(d) {
			return nil, fmt.Errorf("image config with a layer %q, which is no SHA-256 digest", d)
		}
	}
	return append([]digest.Digest{}, doc.RootFS.DiffIDs...), nil
}
