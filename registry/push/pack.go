package push

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"sync"
	"time"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/push/compress"
	"github.com/hallmark-ci/hallmark/registry/source"
)

// packer compresses layers. Its workers and their memory are made when the first layer needs them.
type packer struct {
	mu         sync.Mutex
	compressor *compress.Compressor
}

func (p *packer) get(s Settings) (*compress.Compressor, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.compressor != nil {
		return p.compressor, nil
	}
	var err error
	p.compressor, err = compress.New(compress.Options{Format: compress.Format(s.Compression), Level: s.Level})
	return p.compressor, err
}

func (p *packer) busy() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.compressor == nil {
		return 0
	}
	return p.compressor.Busy()
}

// pack compresses a layer into s. Its bytes are read once: they are hashed and compressed, and the result is hashed and counted. A layer
// whose bytes are not what its diffID says is a source.CorruptError; an empty diffID is not held against them.
func (p *Pusher) pack(ctx context.Context, l source.Layer, s *spool) (packed content, id digest.Digest, err error) {
	defer func() { s.finish(err) }()
	compressor, err := p.packer.get(p.settings)
	if err != nil {
		return content{}, "", err
	}
	in, err := l.Open()
	if err != nil {
		return content{}, "", err
	}
	defer in.Close()
	plain, out := sha256.New(), &sink{hash: sha256.New(), w: s}
	if err := compressor.Compress(ctx, out, io.TeeReader(p.metered(ctx, l, in), plain)); err != nil {
		return content{}, "", fmt.Errorf("compress %s: %w", nameOf(l), err)
	}
	id = digest.NewDigest(digest.SHA256, plain)
	if l.DiffID != "" && id != l.DiffID {
		return content{}, "", notTheLayer(l.DiffID, plain)
	}
	return content{digest: digest.NewDigest(digest.SHA256, out.hash), size: out.size, open: s.open}, id, nil
}

// nameOf is what to call a layer, of which the diffID may not be known yet.
func nameOf(l source.Layer) string {
	if l.DiffID == "" {
		return "a layer"
	}
	return "layer " + l.DiffID.String()
}

// measure reads a layer that is compressed already, for its digest and size, and holds what is in it against its diffID.
func (p *Pusher) measure(ctx context.Context, l source.Layer) (content, error) {
	in, err := l.Open()
	if err != nil {
		return content{}, err
	}
	defer in.Close()
	stored, plain := &sink{hash: sha256.New(), w: io.Discard}, sha256.New()
	tee := io.TeeReader(p.metered(ctx, l, in), stored)
	if err := inflate(plain, tee, l.Compression); err != nil {
		return content{}, fmt.Errorf("read layer %s: %w", l.DiffID, err)
	}
	if err := sameLayer(l.DiffID, plain); err != nil {
		return content{}, err
	}
	return content{digest: digest.NewDigest(digest.SHA256, stored.hash), size: stored.size, open: l.Open}, nil
}

// inflate writes what r holds to w, and reads what may stand behind the compressed stream: it belongs to the blob.
func inflate(w io.Writer, r io.Reader, c source.Compression) error {
	plain, err := source.Decompress(r, c)
	if err != nil {
		return err
	}
	_, err = io.Copy(w, plain)
	if closeErr := plain.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, r)
	return err
}

// verify reads a layer to hold it against its diffID, no more.
func (p *Pusher) verify(ctx context.Context, l source.Layer) error {
	in, err := l.Open()
	if err != nil {
		return err
	}
	defer in.Close()
	plain := sha256.New()
	if err := inflate(plain, p.metered(ctx, l, in), l.Compression); err != nil {
		return fmt.Errorf("read layer %s: %w", l.DiffID, err)
	}
	return sameLayer(l.DiffID, plain)
}

// sameLayer refuses a layer that is not the one the config names: the image could not be pulled.
func sameLayer(want digest.Digest, plain hash.Hash) error {
	if digest.NewDigest(digest.SHA256, plain) != want {
		return notTheLayer(want, plain)
	}
	return nil
}

func notTheLayer(want digest.Digest, plain hash.Hash) error {
	return &source.CorruptError{What: "layer " + want.String(), Got: digest.NewDigest(digest.SHA256, plain).String()}
}

// describe describes a layer blob in a manifest that is built here.
func describe(c content, compression source.Compression, id digest.Digest) ocispec.Descriptor {
	mediaType := ocispec.MediaTypeImageLayerGzip
	if compression == source.Zstd {
		mediaType = ocispec.MediaTypeImageLayerZstd
	}
	return ocispec.Descriptor{
		MediaType:   mediaType,
		Digest:      c.digest,
		Size:        c.size,
		Annotations: map[string]string{registry.AnnotationUncompressed: id.String()},
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

// metered reads a layer in large pieces, stops when ctx ends, and tells how it goes on.
func (p *Pusher) metered(ctx context.Context, l source.Layer, r io.Reader) io.Reader {
	key := l.DiffID
	p.ledger.tell(Event{Step: ReadBegins, Key: key, Bytes: l.Size})
	return &meter{ctx: ctx, r: r, ledger: p.ledger, key: key}
}

type meter struct {
	ctx    context.Context
	r      io.Reader
	ledger *ledger
	key    digest.Digest
}

func (m *meter) Read(p []byte) (int, error) {
	if err := m.ctx.Err(); err != nil {
		return 0, err
	}
	start := time.Now()
	n, err := m.r.Read(p)
	m.ledger.spend(func(s *Spent) { s.Read += time.Since(start) })
	if n > 0 {
		m.ledger.tell(Event{Step: Read, Key: m.key, Bytes: int64(n)})
	}
	return n, err
}

// WriteTo implements io.WriterTo: io.Copy would read a page at a time.
func (m *meter) WriteTo(w io.Writer) (int64, error) {
	buffer := make([]byte, 256<<10)
	return io.CopyBuffer(w, struct{ io.Reader }{m}, buffer)
}

var errNotKept = errors.New("the image's source cannot be read again")
