package push

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/opencontainers/go-digest"
	"github.com/opencontainers/image-spec/specs-go"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	"golang.org/x/sync/errgroup"

	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/source"
)

// loose pushes an image whose manifest is built here.
func (p *Pusher) loose(ctx context.Context, l *source.Loose) (registry.Manifest, error) {
	work, workCtx := errgroup.WithContext(ctx)
	work.Go(func() error {
		config := content{digest: digest.FromBytes(l.Config), size: int64(len(l.Config)), open: func() (io.ReadCloser, error) {
			return io.NopCloser(bytes.NewReader(l.Config)), nil
		}}
		_, err := p.ensure(workCtx, config, "")
		return err
	})
	work.Go(func() error { return p.looseLayers(workCtx, work, l.Layers) })
	if err := work.Wait(); err != nil {
		return registry.Manifest{}, err
	}
	layers := []ocispec.Descriptor{} // an image without layers has an empty list, not none
	for _, layer := range l.Layers {
		descriptor, _ := p.ledger.isReady(layer.DiffID)
		layers = append(layers, descriptor)
	}
	m, err := build(l.Config, layers, p.settings.Annotations)
	if err != nil {
		return registry.Manifest{}, err
	}
	return m, p.publish(ctx, m)
}

// looseLayers starts the work on each layer once: those to reuse first, since they cost little, then the others, the largest first.
func (p *Pusher) looseLayers(ctx context.Context, work *errgroup.Group, layers []source.Layer) error {
	var rest []source.Layer
	seen := map[digest.Digest]bool{} // an image may hold one layer several times
	for _, l := range layers {
		if _, ready := p.ledger.isReady(l.DiffID); ready || seen[l.DiffID] {
			continue
		}
		seen[l.DiffID] = true
		if known, ok := p.reusable(l.DiffID); ok {
			work.Go(func() error { return p.reuse(ctx, l, known) })
			continue
		}
		rest = append(rest, l)
	}
	slices.SortStableFunc(rest, func(a, b source.Layer) int { return cmp.Compare(b.Size, a.Size) })
	for _, l := range rest {
		packed, done, err := p.admit(ctx, l)
		if err != nil {
			return err
		}
		work.Go(func() error {
			defer done()
			return p.looseLayer(ctx, l, packed)
		})
	}
	return nil
}

// admit waits until there is room for one more layer in flight. packed gives back the room that compressing takes, and done the rest.
func (p *Pusher) admit(ctx context.Context, l source.Layer) (packed, done func(), err error) {
	if err := p.budget.inFlight.Acquire(ctx, 1); err != nil {
		return nil, nil, err
	}
	room := weight(l.Size)
	if err := p.budget.packing.Acquire(ctx, room); err != nil {
		p.budget.inFlight.Release(1)
		return nil, nil, err
	}
	packed = sync.OnceFunc(func() { p.budget.packing.Release(room) })
	return packed, func() {
		packed()
		p.budget.inFlight.Release(1)
	}, nil
}

// reusable is the blob that the repository holds of a layer.
func (p *Pusher) reusable(id digest.Digest) (registry.KnownLayer, bool) {
	known, found := p.settings.Reuse[id]
	return known, found && p.trust == believed
}

// reuse takes a blob of the repository for a layer. The source's own layer is read only where its name does not tell that it is the one.
func (p *Pusher) reuse(ctx context.Context, l source.Layer, known registry.KnownLayer) error {
	start := time.Now()
	if !l.Named && l.Open != nil && l.Packed == nil {
		if err := p.budget.hashing.Acquire(ctx, 1); err != nil {
			return err
		}
		defer p.budget.hashing.Release(1)
		if err := p.verify(ctx, l); err != nil {
			return err
		}
	}
	p.reused(l.DiffID, known, time.Since(start))
	return nil
}

func (p *Pusher) reused(id digest.Digest, known registry.KnownLayer, took time.Duration) {
	p.ledger.count(content{digest: known.Blob.Digest, size: known.Blob.Size})
	p.ledger.markReady(id, known.Blob)
	p.ledger.finish(Layer{Digest: known.Blob.Digest, DiffID: id, Size: known.Blob.Size, Action: Reused, From: known.From, Duration: took})
}

// looseLayer makes the blob of a layer and brings it into the repository. packed says that no more is read of it.
func (p *Pusher) looseLayer(ctx context.Context, l source.Layer, packed func()) error {
	switch {
	case l.Packed != nil:
		packed()
		blob := content{digest: l.Packed.Digest, size: l.Packed.Size, open: l.Packed.Open}
		return p.deliver(ctx, l.DiffID, describe(blob, l.Packed.Compression, l.DiffID), blob, time.Now())
	case l.Open == nil:
		return fmt.Errorf("layer %s: %w", l.DiffID, errNotKept)
	case l.Compression != source.Uncompressed:
		start := time.Now()
		blob, err := p.measure(ctx, l)
		packed()
		if err != nil {
			return err
		}
		return p.deliver(ctx, l.DiffID, describe(blob, l.Compression, l.DiffID), blob, start)
	default:
		return p.packAndDeliver(ctx, l, packed)
	}
}

// deliver brings the blob of a layer into the repository and reports it.
func (p *Pusher) deliver(ctx context.Context, id digest.Digest, d ocispec.Descriptor, blob content, start time.Time) error {
	blob.key = id
	action, err := p.ensure(ctx, blob, "")
	if err != nil {
		return err
	}
	p.delivered(id, d, action, start)
	return nil
}

func (p *Pusher) delivered(id digest.Digest, d ocispec.Descriptor, action Action, start time.Time) {
	p.ledger.markReady(id, d)
	p.ledger.finish(Layer{Digest: d.Digest, DiffID: id, Size: d.Size, Action: action, Duration: time.Since(start)})
}

// build makes the manifest of a loose image: an OCI manifest, whose bytes depend on its content alone.
func build(config []byte, layers []ocispec.Descriptor, annotations map[string]string) (registry.Manifest, error) {
	doc := ocispec.Manifest{
		Versioned: specs.Versioned{SchemaVersion: 2},
		MediaType: ocispec.MediaTypeImageManifest, // ECR wants it said: without it some registries call the JSON invalid
		Config: ocispec.Descriptor{
			MediaType: ocispec.MediaTypeImageConfig,
			Digest:    digest.FromBytes(config),
			Size:      int64(len(config)),
		},
		Layers:      layers,
		Annotations: annotations,
	}
	raw, err := json.Marshal(doc)
	if err != nil {
		return registry.Manifest{}, fmt.Errorf("build manifest: %w", err)
	}
	return registry.ParseManifest(raw, doc.MediaType)
}
