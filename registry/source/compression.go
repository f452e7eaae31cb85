package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// Compression is how a file is compressed, told from its first bytes.
type Compression string

// The compressions that layers and archives come in.
const (
	Uncompressed Compression = ""
	Gzip         Compression = "gzip"
	Zstd         Compression = "zstd"
)

// compressionOf tells a compression from the first bytes of a file.
func compressionOf(head []byte) Compression {
	switch {
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
		return Gzip
	case bytes.HasPrefix(head, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		return Zstd
	default:
		return Uncompressed
	}
}

// compressionAt tells the compression of a file from its first bytes.
func compressionAt(open func() (io.ReadCloser, error)) (Compression, error) {
	r, err := open()
	if err != nil {
		return "", err
	}
	defer r.Close()
	head := make([]byte, 4)
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return "", err
	}
	return compressionOf(head[:n]), nil
}

// maxWindow bounds the memory that a zstd stream may ask for, in bytes. All levels of containerd and BuildKit stay within it, and of
// zstd those up to 20, while 8 MiB are what every decoder should support (https://datatracker.ietf.org/doc/html/rfc8878#section-3.1.1.1.2).
const maxWindow = 32 << 20

// Decompress reads what r holds in the given compression. Close ends it, and not r. A zstd stream that asks for more memory than
// 32 MiB is an error.
func Decompress(r io.Reader, c Compression) (io.ReadCloser, error) {
	switch c {
	case Gzip:
		return gzip.NewReader(r)
	case Zstd:
		d, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow), zstd.WithDecoderLowmem(true))
		if err != nil {
			return nil, err
		}
		return zstdReader{d.IOReadCloser()}, nil
	default:
		return io.NopCloser(r), nil
	}
}

// zstdReader says what can be done about a window that is too large.
type zstdReader struct {
	io.ReadCloser
}

func (z zstdReader) Read(p []byte) (int, error) {
	n, err := z.ReadCloser.Read(p)
	if errors.Is(err, zstd.ErrWindowSizeExceeded) || errors.Is(err, zstd.ErrDecoderSizeExceeded) {
		err = fmt.Errorf("zstd needs more than %d MiB of memory for it: compress it again without --long and --ultra (%w)", maxWindow>>20, err)
	}
	return n, err
}
