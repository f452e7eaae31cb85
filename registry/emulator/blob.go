package emulator

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"cuelabs.dev/go/oci/ociregistry"
	"github.com/opencontainers/go-digest"
)

// blobFile is the file of a blob or manifest. Only SHA-256 is known, as in ECR.
func (s *store) blobFile(repository string, d ociregistry.Digest) (string, error) {
	if err := digest.Digest(d).Validate(); err != nil || digest.Digest(d).Algorithm() != digest.SHA256 {
		return "", ociregistry.ErrDigestInvalid
	}
	return filepath.Join(s.folderOf(repository), digest.Digest(d).Encoded()), nil
}

// openBlob opens a blob or manifest. One that is not there is unknown.
func (s *store) openBlob(repository string, d ociregistry.Digest, unknown error) (*blobReader, error) {
	name, err := s.blobFile(repository, d)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, unknown
	}
	if err != nil {
		return nil, fmt.Errorf("open blob %s: %w", d, err)
	}
	info, err := f.Stat()
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	descriptor := ociregistry.Descriptor{MediaType: "application/octet-stream", Digest: d, Size: info.Size()}
	return &blobReader{Reader: f, file: f, descriptor: descriptor}, nil
}

// hasBlob says whether a repository holds a blob, and of what size.
func (s *store) hasBlob(repository string, d ociregistry.Digest) (size int64, found bool) {
	name, err := s.blobFile(repository, d)
	if err != nil {
		return 0, false
	}
	info, err := os.Stat(name)
	if err != nil {
		return 0, false
	}
	return info.Size(), true
}

// readBlob reads a manifest or a config.
func (s *store) readBlob(repository string, d ociregistry.Digest) ([]byte, error) {
	r, err := s.openBlob(repository, d, ociregistry.ErrBlobUnknown)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

// writeBlob keeps a manifest.
func (s *store) writeBlob(repository string, d ociregistry.Digest, data []byte) error {
	f, err := os.CreateTemp(filepath.Join(s.dir, "uploads"), "manifest-*")
	if err != nil {
		return fmt.Errorf("write manifest %s: %w", d, err)
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("write manifest %s: %w", d, errors.Join(err, os.Remove(f.Name())))
	}
	return s.adopt(repository, d, f.Name())
}

// adopt makes a finished file a blob of a repository.
func (s *store) adopt(repository string, d ociregistry.Digest, file string) error {
	name, err := s.blobFile(repository, d)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return fmt.Errorf("keep blob %s: %w", d, err)
	}
	if err := os.Rename(file, name); err != nil {
		return fmt.Errorf("keep blob %s: %w", d, err)
	}
	return nil
}

// blobReader reads a blob, or a part of it.
type blobReader struct {
	io.Reader
	file       *os.File
	descriptor ociregistry.Descriptor
}

// Close implements ociregistry.BlobReader.
func (b *blobReader) Close() error { return b.file.Close() }

// Descriptor describes the whole blob.
func (b *blobReader) Descriptor() ociregistry.Descriptor { return b.descriptor }
