package push

import (
	"context"
	"time"

	"github.com/opencontainers/go-digest"
	"golang.org/x/sync/errgroup"

	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/source"
)

// sealed pushes an image that has a manifest, byte for byte: all its blobs, then the manifests, children before their index.
func (p *Pusher) sealed(ctx context.Context, s source.Sealed) error {
	if err := p.blobs(ctx, s); err != nil {
		return err
	}
	return p.manifests(ctx, s)
}

// blobs pushes the blobs of an image and its children, several at a time.
func (p *Pusher) blobs(ctx context.Context, s source.Sealed) error {
	work, ctx := errgroup.WithContext(ctx)
	work.SetLimit(maxInFlight)
	seen := map[digest.Digest]bool{}
	for _, b := range blobsOf(s) {
		if seen[b.Digest] {
			continue
		}
		seen[b.Digest] = true
		work.Go(func() error { return p.blob(ctx, b) })
	}
	return work.Wait()
}

// sealedBlob is a blob of a sealed image.
type sealedBlob struct {
	source.Blob
	isLayer bool
}

// blobsOf lists the blobs of an image and its children. A layer that the source leaves to other addresses, as Windows base layers are,
// stays there.
func blobsOf(s source.Sealed) []sealedBlob {
	var out []sealedBlob
	for _, child := range s.Children {
		out = append(out, blobsOf(child)...)
	}
	if s.Manifest.IsIndex() {
		return out
	}
	for _, layer := range s.Layers {
		if layer.Open != nil || len(layer.URLs) == 0 {
			out = append(out, sealedBlob{Blob: layer, isLayer: true})
		}
	}
	return append(out, sealedBlob{Blob: s.Config})
}

// blob pushes one blob, and reports it if it is a layer.
func (p *Pusher) blob(ctx context.Context, b sealedBlob) error {
	start := time.Now()
	c := content{digest: b.Digest, size: b.Size, open: b.Open}
	if b.isLayer {
		c.key = keyOf(b)
	}
	action, err := p.ensure(ctx, c, p.mount)
	if err != nil || !b.isLayer {
		return err
	}
	from := ""
	if action == Mounted {
		from = p.mount
	}
	p.ledger.finish(Layer{Digest: b.Digest, DiffID: diffID(b), Size: b.Size, Action: action, From: from, Duration: time.Since(start)})
	return nil
}

// keyOf is what a layer is known by to who watches.
func keyOf(b sealedBlob) digest.Digest { return Layer{Digest: b.Digest, DiffID: diffID(b)}.key() }

func diffID(b sealedBlob) digest.Digest {
	return digest.Digest(b.Annotations[registry.AnnotationUncompressed])
}

// manifests puts the manifests of an image whose blobs are there. Those of a child that the registry lacks a part of are sent again.
func (p *Pusher) manifests(ctx context.Context, s source.Sealed) error {
	for _, child := range s.Children {
		first := true
		err := p.again(func() error {
			if first {
				first = false
				return p.manifests(ctx, child)
			}
			return p.sealed(ctx, child)
		})
		if err != nil {
			return err
		}
	}
	return p.publish(ctx, s.Manifest)
}
