package emulator

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"

	"cuelabs.dev/go/oci/ociregistry"
	"github.com/opencontainers/go-digest"
)

// upload is a blob on its way into a repository: a file that grows request by request until its digest is told.
type upload struct {
	store      *store
	repository string
	id         string
	file       *os.File
	size       int64
	offset     int64 // where the content of this request must begin
	open       bool
}

var uploadForm = regexp.MustCompile(`^[0-9a-f]{32}$`)

func (s *store) uploadFile(repository, id string) string {
	sum := sha256.Sum256([]byte(repository)) // an upload belongs to one repository
	return filepath.Join(s.dir, "uploads", hex.EncodeToString(sum[:4])+"-"+id)
}

func (s *store) newUpload(repository string) (*upload, error) {
	id := make([]byte, 16)
	rand.Read(id) // never fails
	u := &upload{store: s, repository: repository, id: hex.EncodeToString(id), open: true}
	var err error
	u.file, err = os.OpenFile(s.uploadFile(repository, u.id), os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("begin an upload: %w", err)
	}
	return u, nil
}

// resumeUpload goes on with an upload. length bytes are announced from offset on; an offset of -1 only asks where it stands. The end of
// an upload may come without content, and without saying where it would begin.
func (s *store) resumeUpload(repository, id string, offset int64, length int) (*upload, error) {
	if !uploadForm.MatchString(id) {
		return nil, ociregistry.ErrBlobUploadUnknown
	}
	f, err := os.OpenFile(s.uploadFile(repository, id), os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ociregistry.ErrBlobUploadUnknown
	}
	if err != nil {
		return nil, fmt.Errorf("go on with upload %s: %w", id, err)
	}
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	u := &upload{store: s, repository: repository, id: id, file: f, size: size, offset: size, open: true}
	if offset >= 0 {
		u.offset = offset
	}
	if length > 0 && u.offset != size {
		return nil, errors.Join(ociregistry.ErrRangeInvalid, f.Close())
	}
	return u, nil
}

// Write implements ociregistry.BlobWriter.
func (u *upload) Write(p []byte) (int, error) {
	if u.offset != u.size {
		return 0, ociregistry.ErrRangeInvalid
	}
	n, err := u.file.Write(p)
	u.size += int64(n)
	u.offset = u.size
	return n, err
}

// Close implements ociregistry.BlobWriter: the upload can be gone on with.
func (u *upload) Close() error {
	if !u.open {
		return nil
	}
	u.open = false
	return u.file.Close()
}

// Size implements ociregistry.BlobWriter.
func (u *upload) Size() int64 { return u.size }

// ChunkSize implements ociregistry.BlobWriter. Chunks of any size are taken.
func (u *upload) ChunkSize() int { return 1 }

// ID implements ociregistry.BlobWriter.
func (u *upload) ID() string { return u.id }

// Commit implements ociregistry.BlobWriter: the file becomes a blob if it is what the digest says.
func (u *upload) Commit(d ociregistry.Digest) (ociregistry.Descriptor, error) {
	if _, err := u.store.blobFile(u.repository, d); err != nil {
		return ociregistry.Descriptor{}, err
	}
	if _, err := u.file.Seek(0, io.SeekStart); err != nil {
		return ociregistry.Descriptor{}, err
	}
	h := sha256.New()
	if _, err := io.Copy(h, u.file); err != nil {
		return ociregistry.Descriptor{}, fmt.Errorf("read upload %s: %w", u.id, err)
	}
	if got := digest.NewDigest(digest.SHA256, h); got != digest.Digest(d) {
		return ociregistry.Descriptor{}, ociregistry.ErrDigestInvalid
	}
	if err := u.store.adopt(u.repository, d, u.file.Name()); err != nil {
		return ociregistry.Descriptor{}, err
	}
	return ociregistry.Descriptor{MediaType: "application/octet-stream", Digest: d, Size: u.size}, u.Close()
}

// Cancel implements ociregistry.BlobWriter.
func (u *upload) Cancel() error {
	err := u.Close()
	if removeErr := os.Remove(u.file.Name()); !errors.Is(removeErr, fs.ErrNotExist) {
		err = errors.Join(err, removeErr)
	}
	return err
}
