package source

import (
	"bytes"
	"fmt"
	"io"

	"github.com/opencontainers/go-digest"
)

// file is one file that an image is read from.
type file struct {
	size  int64
	named digest.Digest // what its name says of its bytes; empty when it says nothing

	// open reads the file from its start, as often as wanted, from several places at once. It is nil where an Intake left the file
	// alone.
	open func() (io.ReadCloser, error)

	// taken is what an Intake made of the file, and compression what its first bytes told; nil where no Intake saw it.
	taken       *Taken
	compression Compression
}

// inMemory is how a file of these bytes is opened.
func inMemory(data []byte) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }
}

// section is how a file is opened that is a part of another.
func section(of io.ReaderAt, offset, size int64) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) { return io.NopCloser(io.NewSectionReader(of, offset, size)), nil }
}

// compressed tells how the file is compressed.
func (f file) compressed() (Compression, error) {
	if f.taken != nil {
		return f.compression, nil
	}
	return compressionAt(f.open)
}

// measure is the digest of the file's bytes, which are read for it unless an Intake did that.
func (f file) measure(algorithm digest.Algorithm) (digest.Digest, error) {
	if f.taken != nil {
		return f.taken.Digest, nil
	}
	r, err := f.open()
	if err != nil {
		return "", err
	}
	defer r.Close()
	return algorithm.FromReader(r)
}

// layer describes the file as the layer of a loose image.
func (f file) layer(diffID digest.Digest) (Layer, error) {
	compression, err := f.compressed()
	if err != nil {
		return Layer{}, err
	}
	l := Layer{DiffID: diffID, Compression: compression, Size: f.size, Named: f.named == diffID, Open: f.open}
	if f.taken == nil {
		return l, nil
	}
	return f.takenLayer(l)
}

// takenLayer adds what an Intake made of the layer. A layer whose own bytes are not those of its diffID is corrupt: nobody reads them
// again to see.
func (f file) takenLayer(l Layer) (Layer, error) {
	got := f.taken.Digest
	switch {
	case l.Compression != Uncompressed && l.Open == nil: // the file is the blob, and its digest all there is of it
		l.Packed = &Packed{Digest: got, Size: l.Size, Compression: l.Compression}
	case l.Compression != Uncompressed:
	case got == l.DiffID:
		l.Packed = f.taken.Packed
	case got.Algorithm() == l.DiffID.Algorithm():
		return Layer{}, &CorruptError{What: fmt.Sprintf("layer %s", l.DiffID), Got: got.String()}
	}
	return l, nil
}
