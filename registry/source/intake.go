package source

import (
	"context"
	"io"

	"github.com/opencontainers/go-digest"
)

// Intake takes the large files of an archive that can be read only once, from front to back: what it does not keep is gone.
type Intake interface {
	// Take reads all of f.Content, or none of it where the repository holds what the file's name says it is.
	Take(ctx context.Context, f Incoming) (Taken, error)
}

// Incoming is a file of an archive that is read only once.
type Incoming struct {
	Named       digest.Digest // what the file's name says of its bytes; empty when it says nothing
	Size        int64         // in bytes
	Compression Compression   // from its first bytes
	Content     io.Reader     // can be read until Take returns
}

// Taken is what an Intake made of a file.
type Taken struct {
	Digest digest.Digest // of the file's bytes, as measured; as named where they were left alone

	// Open reads the file's bytes again, as often as wanted. It is nil where they were left alone.
	Open func() (io.ReadCloser, error)

	// Packed is the file as a layer blob; nil where it was compressed already or left alone.
	Packed *Packed
}

// Packed is a layer that was compressed while its archive was read.
type Packed struct {
	Digest      digest.Digest // of the compressed bytes
	Size        int64         // of the compressed bytes
	Compression Compression
	Open        func() (io.ReadCloser, error)
}
