package source

import (
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/hallmark-ci/hallmark/registry"
)

// files is what an image is read from: an archive or the folder of an OCI layout. open fails with fs.ErrNotExist where there is no
// such file.
type files interface {
	open(name string) (r io.ReadCloser, size int64, err error)
}

// readSmall reads a file that is held in memory: a manifest, a config. A larger one is none of these.
func readSmall(from files, name string) ([]byte, error) {
	r, size, err := from.open(name)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	if size > registry.MaxManifestSize {
		return nil, tooLarge(name, size)
	}
	data, err := io.ReadAll(io.LimitReader(r, size))
	if err == nil && int64(len(data)) < size {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return data, nil
}

func tooLarge(name string, size int64) error {
	return fmt.Errorf("%s has %d bytes, and %d are the most it may have", name, size, registry.MaxManifestSize)
}

// blobName is where an OCI layout keeps a blob (https://github.com/opencontainers/image-spec/blob/main/image-layout.md). The
// digest must be valid: a name is made of it.
func blobName(d digest.Digest) (string, error) {
	if err := d.Validate(); err != nil {
		return "", fmt.Errorf("digest %q: %w", d, err)
	}
	return "blobs/" + d.Algorithm().String() + "/" + d.Encoded(), nil
}

// readBlob reads a small blob and checks that it is what its descriptor says.
func readBlob(from files, d ocispec.Descriptor) ([]byte, error) {
	name, err := blobName(d.Digest)
	if err != nil {
		return nil, err
	}
	data, err := readSmall(from, name)
	if err != nil {
		return nil, err
	}
	if got := d.Digest.Algorithm().FromBytes(data); got != d.Digest {
		return nil, &CorruptError{What: "blob " + d.Digest.String(), Got: got.String()}
	}
	return data, sameSize(d, int64(len(data)))
}

// blob describes content that a manifest names. Open is nil where the files do not hold it.
func blob(from files, d ocispec.Descriptor) (Blob, error) {
	name, err := blobName(d.Digest)
	if err != nil {
		return Blob{}, err
	}
	r, size, err := from.open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return Blob{Descriptor: d}, nil
	}
	if err != nil {
		return Blob{}, err
	}
	if err := errors.Join(r.Close(), sameSize(d, size)); err != nil {
		return Blob{}, err
	}
	return Blob{Descriptor: d, Open: func() (io.ReadCloser, error) {
		r, _, err := from.open(name)
		if err != nil {
			return nil, err
		}
		return verified(r, d), nil
	}}, nil
}
