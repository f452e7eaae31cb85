package source

import (
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
	Open        func() (io.ReadCloser, error)
}

// Platform is one image of a source.
type Platform struct {
	Name   string        // as --platform takes it
	Config digest.Digest // digest of its config
	Digest digest.Digest // digest of its manifest; empty when it is still to be built
	Labels map[string]string
}

// Compression is how a file is compressed, told from its first bytes.
type Compression string

// The compressions that layers and archives come in.
const (
	Uncompressed Compression = ""
	Gzip         Compression = "gzip"
	Zstd         Compression = "zstd"
)
