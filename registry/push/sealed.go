package push

import (
	"context"
	"time"

	"github.com/opencontainers/go-digest"

	"github.com/hallmark-ci/hallmark/registry/source"
)

// sealed pushes an image that has a manifest, byte for byte.
func (p *pusher) sealed(ctx context.Context, s source.Sealed) error {
	for _, child := range s.Children {
		if err := p.twice(func() error { return p.sealed(ctx, child) }); err != nil {
			return err
		}
	}
	if !s.Manifest.IsIndex() {
		for _, layer := range s.Layers {
			if err := p.layer(ctx, layer); err != nil {
				return err
			}
		}
		if err := p.blob(ctx, content{digest: s.Config.Digest, size: s.Config.Size, open: s.Config.Open}); err != nil {
			return err
		}
	}
	return p.publish(ctx, s.Manifest)
}

// layer pushes a layer of a sealed image. One that the source leaves to other addresses, as Windows base layers are, stays there.
func (p *pusher) layer(ctx context.Context, b source.Blob) error {
	if p.done[b.Digest] || b.Open == nil && len(b.URLs) > 0 {
		return nil
	}
	start := time.Now()
	action, err := p.ensure(ctx, content{digest: b.Digest, size: b.Size, open: b.Open})
	if err != nil {
		return err
	}
	p.tell(Layer{Digest: b.Digest, DiffID: digest.Digest(b.Annotations[AnnotationUncompressed]), Size: b.Size, Action: action, Duration: time.Since(start)})
	return nil
}

// blob pushes a blob that is no layer.
func (p *pusher) blob(ctx context.Context, c content) error {
	if p.done[c.digest] {
		return nil
	}
	_, err := p.ensure(ctx, c)
	return err
}
