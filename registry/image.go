package registry

import "slices"

// Annotations and labels of an image that this program reads and writes
// (https://github.com/opencontainers/image-spec/blob/main/annotations.md).
const (
	AnnotationRevision = "org.opencontainers.image.revision"
	AnnotationSource   = "org.opencontainers.image.source"
	AnnotationVersion  = "org.opencontainers.image.version"
	AnnotationCreated  = "org.opencontainers.image.created"
	AnnotationRefName  = "org.opencontainers.image.ref.name"
)

// Image is what is known of one image, published or about to be.
type Image struct {
	// Digest is the digest of the manifest or index; empty while the manifest is still to be built.
	Digest string

	// MediaType is the media type of that manifest; empty while it is still to be built.
	MediaType string

	// Manifest holds the bytes of that manifest, to be put under further tags as they are; nil when they were not read.
	Manifest []byte

	// Configs holds the config digest of each platform, sorted. Attestations are no platform. It is the image's identity:
	// a config lists the uncompressed layers, so equal configs are equal images however their layers are compressed. Empty when
	// a platform could not be read.
	Configs []string

	// Commit is the commit the image says it was built from: the annotation or label AnnotationRevision.
	Commit string

	// Version is the annotation or label AnnotationVersion.
	Version string
}

// Same says whether a and b are one image: the same manifest, or the same configs.
func (a Image) Same(b Image) bool {
	if a.Digest != "" && a.Digest == b.Digest {
		return true
	}
	return len(a.Configs) > 0 && slices.Equal(a.Configs, b.Configs)
}

// SameCommit says whether both images name the commit they were built from, and it is one commit.
func (a Image) SameCommit(b Image) bool {
	return a.Commit != "" && a.Commit == b.Commit
}

// whole says whether every platform of a published image could be read: an index with a hole has no configs.
func (a Image) whole() bool { return len(a.Configs) > 0 }

// ID is the config digest of an image with one platform, and empty for any other.
func (a Image) ID() string {
	if len(a.Configs) != 1 {
		return ""
	}
	return a.Configs[0]
}

// SortConfigs puts config digests into the form that Image.Configs has: sorted, each once.
func SortConfigs(digests []string) []string {
	slices.Sort(digests)
	return slices.Compact(digests)
}
