package source

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/hallmark-ci/hallmark/registry"
)

// files is what an image is read from: an archive or the folder of an OCI layout. find fails with fs.ErrNotExist where there is no
// such file.
type files interface {
	find(name string) (file, error)
}

// readSmall reads a file that is held in memory: a manifest, a config. A larger one is none of these.
func readSmall(from files, name string) ([]byte, error) {
	f, err := from.find(name)
	if err != nil {
		return nil, err
	}
	if f.size > registry.MaxManifestSize {
		return nil, tooLarge(name, f.size)
	}
	if f.open == nil { // an Intake sees only what does not begin as JSON does
		return nil, fmt.Errorf("%s is no JSON", name)
	}
	r, err := f.open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, f.size))
	if err == nil && int64(len(data)) < f.size {
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

// namedDigest is what a file's name says of its bytes: blobs/sha256/DIGEST in an OCI layout, and DIFFID.tar as Podman and skopeo name
// layers. It is empty where the name says nothing.
func namedDigest(name string) digest.Digest {
	dir, base := path.Split(path.Clean(name))
	algorithm, encoded := digest.SHA256, strings.TrimSuffix(base, ".tar")
	if inBlobs, found := strings.CutPrefix(dir, "blobs/"); found {
		algorithm, encoded = digest.Algorithm(strings.TrimSuffix(inBlobs, "/")), base
	} else if dir != "" || encoded == base {
		return ""
	}
	d := digest.NewDigestFromEncoded(algorithm, encoded)
	if d.Validate() != nil {
		return ""
	}
	return d
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
	f, err := from.find(name)
	if errors.Is(err, fs.ErrNotExist) {
		return Blob{Descriptor: d}, nil
	}
	if err != nil {
		return Blob{}, err
	}
	if err := sameSize(d, f.size); err != nil {
		return Blob{}, err
	}
	if open := f.open; open != nil {
		f.open = func() (io.ReadCloser, error) {
			r, err := open()
			if err != nil {
				return nil, err
			}
			return verified(r, d), nil
		}
	}
	return Blob{Descriptor: d, Open: f.open, file: &f}, nil
}
