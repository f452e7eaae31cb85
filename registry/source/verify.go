package source

import (
	"fmt"
	"io"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

// verified reads r and fails at its end unless it was what d says, or as soon as it is longer. The digest must be valid.
func verified(r io.ReadCloser, d ocispec.Descriptor) io.ReadCloser {
	return &verifier{ReadCloser: r, want: d, digester: d.Digest.Algorithm().Digester()}
}

type verifier struct {
	io.ReadCloser
	want     ocispec.Descriptor
	digester digest.Digester
	size     int64
}

func (v *verifier) Read(p []byte) (int, error) {
	n, err := v.ReadCloser.Read(p)
	v.digester.Hash().Write(p[:n]) // a hash never fails
	v.size += int64(n)
	if v.size > v.want.Size {
		return n, &CorruptError{What: "blob " + v.want.Digest.String(), Got: fmt.Sprintf("longer than %d bytes", v.want.Size)}
	}
	if err != io.EOF {
		return n, err
	}
	if err := sameSize(v.want, v.size); err != nil {
		return n, err
	}
	if got := v.digester.Digest(); got != v.want.Digest {
		return n, &CorruptError{What: "blob " + v.want.Digest.String(), Got: got.String()}
	}
	return n, io.EOF
}

func sameSize(d ocispec.Descriptor, size int64) error {
	if size == d.Size {
		return nil
	}
	return &CorruptError{What: "blob " + d.Digest.String(), Got: fmt.Sprintf("%d bytes long, not %d", size, d.Size)}
}
