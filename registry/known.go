package registry

import (
	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

// KnownLayer is a layer blob that a manifest of the repository names, with what is in it.
type KnownLayer struct {
	DiffID digest.Digest      // of the uncompressed tar
	Blob   ocispec.Descriptor // as a manifest of ours would name it: OCI media type, digest, size
	From   string             // the tag or digest of the image it was found in
}
