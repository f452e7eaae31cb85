package source

import (
	"errors"
	"io"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/hallmark-ci/hallmark/registry"
)

// Image is one built image, or an index of several, as a source holds it. Exactly one of Sealed and Loose is set.
// Close it when everything has been read.
type Image struct {
	Sealed *Sealed
	Loose  *Loose

	Platforms []Platform // the images in it, in the index's order
	Notes     []string   // what a person should know of how it was read, each a sentence without a full stop

	closers []io.Closer
}

// Close lets go of files and removes what was spooled. The image cannot be read any more.
func (i *Image) Close() error {
	var errs []error
	for _, c := range i.closers {
		errs = append(errs, c.Close())
	}
	i.closers = nil
	return errors.Join(errs...)
}

// Identity is what the image is, as far as it is known before it is pushed.
func (i *Image) Identity() registry.Image {
	var image registry.Image
	for _, p := range i.Platforms {
		image.Configs = append(image.Configs, p.Config.String())
	}
	image.Configs = registry.SortConfigs(image.Configs)
	image.Commit, image.Version = i.label(registry.AnnotationRevision), i.label(registry.AnnotationVersion)
	if i.Sealed == nil {
		return image
	}
	m := i.Sealed.Manifest
	image.Digest, image.MediaType, image.Manifest = m.Digest.String(), m.MediaType, m.Raw
	if commit := m.Annotations[registry.AnnotationRevision]; commit != "" {
		image.Commit = commit
	}
	if version := m.Annotations[registry.AnnotationVersion]; version != "" {
		image.Version = version
	}
	return image
}

// label is a label that all platforms agree on.
func (i *Image) label(key string) string {
	value := ""
	for n, p := range i.Platforms {
		if n > 0 && p.Labels[key] != value {
			return ""
		}
		value = p.Labels[key]
	}
	return value
}

// Sealed is an image that already has a manifest with compressed layers: its bytes go up as they are.
type Sealed struct {
	Manifest registry.Manifest
	Children []Sealed // manifests of an index, in its order, attestations included
	Config   Blob     // of an image manifest
	Layers   []Blob   // of an image manifest, base first
}

// Loose is an image whose manifest is still to be built: a config and layers, as docker save writes them.
type Loose struct {
	Config []byte // the image config, byte for byte
	Layers []Layer
}

// Blob is content that a manifest names by digest.
type Blob struct {
	ocispec.Descriptor

	// Open reads the blob from its start, as often as wanted. It is nil when the source does not hold the blob,
	// which is no fault as long as the repository does.
	Open func() (io.ReadCloser, error)
}

// Layer is a layer of a Loose image.
type Layer struct {
	DiffID      digest.Digest // of the uncompressed tar, as the config has it
	Compression Compression   // of what Open reads
	Size        int64         // of what Open reads, in bytes
	Named       bool          // the source calls the layer by its diffID, so one that is not needed need not be read either

	// Open reads the layer from its start, as often as wanted. It is nil where an Intake left the layer alone.
	Open func() (io.ReadCloser, error)

	// Packed is the layer's blob where an Intake has compressed it already; nil otherwise.
	Packed *Packed
}

// Platform is one image of a source.
type Platform struct {
	Name   string        // as --platform takes it
	Config digest.Digest // digest of its config
	Digest digest.Digest // digest of its manifest; empty when it is still to be built
	Labels map[string]string
}
