package source

import (
	"context"
	"errors"
	"io"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/hallmark-ci/hallmark/registry"
)

// Image is one built image, or an index of several, as a source holds it. Exactly one of Sealed and Loose is set, and neither while an
// image is Unread of which it is not known what it is. Close it when everything has been read.
type Image struct {
	Sealed *Sealed
	Loose  *Loose // while the image is Unread without a config and with the diffIDs of the layers alone

	Platforms []Platform // the images in it, in the index's order; none before it is Identified
	Notes     []string   // what a person should know of how it was read, each a sentence without a full stop

	Repository string // HOST/NAME of an image in a registry; empty for any other

	stream  *stream            // what Read reads; nil where all was there from the start
	read    io.Closer          // what the last Read has left; nil before it
	target  ocispec.Descriptor // of what a tag may name, as a daemon tells it before Read; empty where it does not
	closers []io.Closer
}

// Unread says whether the content of the image is still to be read by Read.
func (i *Image) Unread() bool { return i.stream != nil && i.read == nil }

// Identified says whether Identity tells what the image is. Before that it tells at most the digest that a tag may name.
func (i *Image) Identified() bool { return len(i.Platforms) > 0 }

// Read reads an image that can be read only from front to back, once, and hands its large files to in. It does nothing for any other.
// Small files are kept in memory, and beyond a bound in one temporary file. When ctx ends Read returns as soon as in does, whatever the
// archive does.
//
// Read may be called again, for the layers that in has left alone: blobs of the Read before cannot be opened any more then. Where the
// source is gone that is a SpentError, and where it holds another image by now a ChangedError. After an error the image is as it was.
func (i *Image) Read(ctx context.Context, in Intake) error {
	if i.stream == nil {
		return nil
	}
	image, left, err := i.stream.read(ctx, in)
	if err != nil {
		return err
	}
	if i.Identified() && !i.Identity().Same(image.Identity()) {
		return errors.Join(&ChangedError{Image: i.stream.name}, left.Close())
	}
	if i.read != nil {
		err = i.read.Close()
	}
	i.Sealed, i.Loose, i.Platforms, i.Notes = image.Sealed, image.Loose, image.Platforms, image.Notes
	i.read, i.target = left, ocispec.Descriptor{}
	return err
}

// Close lets go of files and removes temporary ones. The image cannot be read any more.
func (i *Image) Close() error {
	var errs []error
	if i.read != nil {
		errs = append(errs, i.read.Close())
	}
	for _, c := range i.closers {
		errs = append(errs, c.Close())
	}
	i.closers = nil
	return errors.Join(errs...)
}

// Identity is what the image is, as far as it is known before it is pushed.
func (i *Image) Identity() registry.Image {
	image := registry.Image{Digest: i.target.Digest.String(), MediaType: i.target.MediaType}
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

	file *file // that holds the blob, in files; nil where there is none
}

// Layer is a layer of a Loose image.
type Layer struct {
	DiffID      digest.Digest // of the uncompressed tar, as the config has it
	Compression Compression   // of what Open reads
	Size        int64         // of what Open reads, in bytes
	Named       bool          // the source calls the layer by its diffID, so one that is not needed need not be read either

	// Open reads the layer from its start, as often as wanted. It is nil where an Intake left the layer alone.
	Open func() (io.ReadCloser, error)

	// Packed is the layer's blob where an Intake has compressed it, and without Open where the layer was compressed already and left
	// alone; nil otherwise.
	Packed *Packed
}

// Platform is one image of a source.
type Platform struct {
	Name   string        // as --platform takes it
	Config digest.Digest // digest of its config
	Digest digest.Digest // digest of its manifest; empty when it is still to be built
	Labels map[string]string
}
