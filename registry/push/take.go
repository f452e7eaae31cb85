package push

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"slices"
	"time"

	"github.com/opencontainers/go-digest"
	"golang.org/x/sync/errgroup"

	"github.com/hallmark-ci/hallmark/registry/source"
)

// stream is an image whose layers are pushed while it is read.
type stream struct {
	work   *errgroup.Group
	ctx    context.Context // of the work
	wanted []digest.Digest // diffIDs of its layers
}

// read reads an image that can be read only from front to back. Where its layers are known already, they are sent as they come.
func (p *Pusher) read(ctx context.Context, image *source.Image) error {
	if image.Loose == nil {
		return image.Read(ctx, p)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	work, workCtx := errgroup.WithContext(ctx)
	p.stream = &stream{work: work, ctx: workCtx}
	for _, l := range image.Loose.Layers {
		p.stream.wanted = append(p.stream.wanted, l.DiffID)
	}
	err := image.Read(workCtx, p)
	p.stream, p.streamed = nil, true
	if err != nil && workCtx.Err() == nil {
		cancel()
		_ = work.Wait() // ended by the error of the source
		return err
	}
	if failed := work.Wait(); failed != nil {
		return failed // for which the reading was broken off
	}
	return err
}

// missing says whether the source has left out layers that the repository was believed to hold.
func missing(image *source.Image) bool {
	if image.Loose == nil {
		return slices.ContainsFunc(blobsOf(*image.Sealed), func(b sealedBlob) bool { return b.Open == nil })
	}
	return slices.ContainsFunc(image.Loose.Layers, func(l source.Layer) bool { return l.Open == nil })
}

// Take implements source.Intake: a layer is compressed into a temporary file, what is compressed already is kept as it is, and what the
// repository holds is left alone.
func (p *Pusher) Take(ctx context.Context, f source.Incoming) (source.Taken, error) {
	if f.Compression != source.Uncompressed {
		return p.takeBlob(ctx, f)
	}
	if p.unneeded(f.Named) {
		return source.Taken{Digest: f.Named}, nil
	}
	content := func() (io.ReadCloser, error) { return io.NopCloser(f.Content), nil }
	layer := source.Layer{DiffID: f.Named, Size: f.Size, Open: content}
	if f.Named != "" || p.trust > believed || len(p.settings.Reuse) == 0 {
		return p.takeLayer(ctx, layer)
	}
	raw, id, err := p.keepRaw(ctx, layer) // to know which layer it is before it is compressed
	if err != nil {
		return source.Taken{}, err
	}
	if _, known := p.reusable(id); known {
		return source.Taken{Digest: id}, raw.Close()
	}
	layer.DiffID, layer.Open = id, raw.open
	taken, err := p.takeLayer(ctx, layer)
	return taken, errors.Join(err, raw.Close())
}

// unneeded says whether the layer of that diffID need not be read: the repository holds it, or it is none of the image.
func (p *Pusher) unneeded(id digest.Digest) bool {
	if id == "" {
		return false
	}
	_, known := p.reusable(id)
	_, ready := p.ledger.isReady(id)
	return known || ready || p.stream != nil && !slices.Contains(p.stream.wanted, id)
}

// takeBlob keeps a file as it is.
func (p *Pusher) takeBlob(ctx context.Context, f source.Incoming) (source.Taken, error) {
	if f.Named != "" && p.trust < doubted {
		found, err := p.holds(ctx, content{digest: f.Named, size: f.Size})
		if err != nil {
			return source.Taken{}, err
		}
		if found {
			p.ledger.markDone(f.Named)
			return source.Taken{Digest: f.Named, Packed: &source.Packed{Digest: f.Named, Size: f.Size, Compression: f.Compression}}, nil
		}
	}
	raw, id, err := p.keepRaw(ctx, source.Layer{DiffID: f.Named, Size: f.Size, Open: func() (io.ReadCloser, error) { return io.NopCloser(f.Content), nil }})
	if err != nil {
		return source.Taken{}, err
	}
	return source.Taken{Digest: id, Open: raw.open}, p.keep(raw)
}

// keepRaw keeps what a layer's Open reads, and says what its digest is.
func (p *Pusher) keepRaw(ctx context.Context, l source.Layer) (*spool, digest.Digest, error) {
	in, err := l.Open()
	if err != nil {
		return nil, "", err
	}
	defer in.Close()
	s, err := newSpool(p.options.TempDir)
	if err != nil {
		return nil, "", err
	}
	out := &sink{hash: sha256.New(), w: s}
	_, err = io.Copy(out, p.metered(ctx, l, in))
	s.finish(err)
	if err != nil {
		return nil, "", errors.Join(err, s.Close())
	}
	return s, digest.NewDigest(digest.SHA256, out.hash), nil
}

// takeLayer compresses a layer, and sends it too where that may be done already.
func (p *Pusher) takeLayer(ctx context.Context, l source.Layer) (source.Taken, error) {
	start := time.Now()
	s, err := newSpool(p.options.TempDir)
	if err != nil {
		return source.Taken{}, err
	}
	if p.stream == nil {
		blob, id, err := p.pack(ctx, l, s)
		return p.taken(s, blob, id), errors.Join(err, p.keep(s))
	}
	if err := p.budget.inFlight.Acquire(ctx, 1); err != nil {
		return source.Taken{}, errors.Join(err, s.Close())
	}
	sent := p.sendAhead(p.stream.ctx, l, s)
	blob, id, err := p.pack(ctx, l, s)
	if err != nil || !slices.Contains(p.stream.wanted, id) {
		p.budget.inFlight.Release(1)
		sent.abandon()
		return source.Taken{Digest: id}, errors.Join(err, s.Close())
	}
	work := p.stream.ctx
	p.stream.work.Go(func() error {
		defer p.budget.inFlight.Release(1)
		return errors.Join(p.settle(work, id, blob, sent.place(), start), s.Close())
	})
	return p.taken(s, blob, id), nil
}

func (p *Pusher) taken(s *spool, blob content, id digest.Digest) source.Taken {
	return source.Taken{
		Digest: id,
		Open:   func() (io.ReadCloser, error) { return p.unpack(s) },
		Packed: &source.Packed{Digest: blob.digest, Size: blob.size, Compression: p.settings.Compression, Open: s.open},
	}
}

// unpack reads a layer that was compressed here as it was.
func (p *Pusher) unpack(s *spool) (io.ReadCloser, error) {
	packed, err := s.open()
	if err != nil {
		return nil, err
	}
	return source.Decompress(packed, p.settings.Compression)
}
