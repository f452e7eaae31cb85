package push

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"

	"github.com/klauspost/compress/gzip"
	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/hallmark-ci/hallmark/registry/source"
)

// AnnotationUncompressed is where a layer descriptor keeps the digest of its uncompressed tar, so that one manifest is enough to
// find the layer again. It is containerd's name for it.
const AnnotationUncompressed = "containerd.io/uncompressed"

// DefaultLevel is the gzip level of layers that are compressed here.
const DefaultLevel = 6

// pack makes the blob of a layer: compressed into a temporary file if it is not compressed yet, else as it is. Either way all of it is
// read and held against its diffID. done removes what pack made.
func pack(ctx context.Context, l source.Layer, level int, dir string) (packed content, done func() error, err error) {
	if l.Compression != source.Uncompressed {
		packed, err = measure(ctx, l)
		return packed, func() error { return nil }, err
	}
	f, err := os.CreateTemp(dir, "hallmark-layer-*")
	if err != nil {
		return content{}, nil, fmt.Errorf("make a temporary file: %w", err)
	}
	named := os.Remove(f.Name()) != nil // where an open file can be removed, nothing is left behind however the process ends
	done = func() error {
		err := f.Close()
		if named {
			err = errors.Join(err, os.Remove(f.Name()))
		}
		return err
	}
	if packed, err = compress(ctx, l, level, f); err != nil {
		return content{}, nil, errors.Join(err, done())
	}
	packed.open = func() (io.ReadCloser, error) {
		return io.NopCloser(io.NewSectionReader(f, 0, packed.size)), nil
	}
	return packed, done, nil
}

// compress reads a layer once: its bytes are hashed, compressed, and the result hashed and counted. The header has neither name nor
// time, so that the same bytes give the same blob on any machine.
func compress(ctx context.Context, l source.Layer, level int, w io.Writer) (content, error) {
	in, err := l.Open()
	if err != nil {
		return content{}, err
	}
	defer in.Close()
	if level == 0 {
		level = DefaultLevel
	}
	plain, out := sha256.New(), &sink{hash: sha256.New(), w: w}
	zip, err := gzip.NewWriterLevel(out, level)
	if err != nil {
		return content{}, err
	}
	if _, err := io.Copy(io.MultiWriter(plain, zip), &reader{ctx: ctx, r: in}); err != nil {
		return content{}, fmt.Errorf("compress layer %s: %w", l.DiffID, err)
	}
	if err := zip.Close(); err != nil {
		return content{}, fmt.Errorf("compress layer %s: %w", l.DiffID, err)
	}
	if err := sameLayer(l, plain); err != nil {
		return content{}, err
	}
	return content{digest: digest.NewDigest(digest.SHA256, out.hash), size: out.size}, nil
}

// measure reads a layer that is compressed already, for its digest and size.
func measure(ctx context.Context, l source.Layer) (content, error) {
	in, err := l.Open()
	if err != nil {
		return content{}, err
	}
	defer in.Close()
	stored, plain := &sink{hash: sha256.New(), w: io.Discard}, sha256.New()
	tee := io.TeeReader(&reader{ctx: ctx, r: in}, stored)
	unzip, err := source.Decompress(tee, l.Compression)
	if err != nil {
		return content{}, fmt.Errorf("read layer %s: %w", l.DiffID, err)
	}
	defer unzip.Close()
	if _, err := io.Copy(plain, unzip); err != nil {
		return content{}, fmt.Errorf("read layer %s: %w", l.DiffID, err)
	}
	if _, err := io.Copy(io.Discard, tee); err != nil { // what may stand behind the compressed stream belongs to the blob
		return content{}, fmt.Errorf("read layer %s: %w", l.DiffID, err)
	}
	if err := sameLayer(l, plain); err != nil {
		return content{}, err
	}
	return content{digest: digest.NewDigest(digest.SHA256, stored.hash), size: stored.size, open: l.Open}, nil
}

// sameLayer refuses a layer that is not the one the config names: the image could not be pulled.
func sameLayer(l source.Layer, plain hash.Hash) error {
	if got := digest.NewDigest(digest.SHA256, plain); got != l.DiffID {
		return &source.CorruptError{What: "layer " + l.DiffID.String(), Got: got.String()}
	}
	return nil
}

// descriptor describes a packed layer in a manifest.
func (c content) descriptor(l source.Layer) ocispec.Descriptor {
	mediaType := ocispec.MediaTypeImageLayerGzip
	if l.Compression == source.Zstd {
		mediaType = ocispec.MediaTypeImageLayerZstd
	}
	return ocispec.Descriptor{
		MediaType:   mediaType,
		Digest:      c.digest,
		Size:        c.size,
		Annotations: map[string]string{AnnotationUncompressed: l.DiffID.String()},
	}
}

// sink hashes and counts what is written through it.
type sink struct {
	hash hash.Hash
	size int64
	w    io.Writer
}

func (s *sink) Write(p []byte) (int, error) {
	n, err := s.w.Write(p)
	s.hash.Write(p[:n]) // a hash never fails
	s.size += int64(n)
	return n, err
}

// reader stops reading when its context ends.
type reader struct {
	ctx context.Context
	r   io.Reader
}

func (r *reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}
