package push

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/opencontainers/go-digest"
	"github.com/opencontainers/image-spec/specs-go"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/source"
)

// loose pushes an image whose manifest is built here.
func (p *pusher) loose(ctx context.Context, l *source.Loose) (registry.Manifest, error) {
	layers := []ocispec.Descriptor{}                 // an image without layers has an empty list, not none
	packed := map[digest.Digest]ocispec.Descriptor{} // an image may hold one layer several times
	for _, layer := range l.Layers {
		descriptor, seen := packed[layer.DiffID]
		if !seen {
			var err error
			if descriptor, err = p.looseLayer(ctx, layer); err != nil {
				return registry.Manifest{}, err
			}
			packed[layer.DiffID] = descriptor
		}
		layers = append(layers, descriptor)
	}
	config := content{digest: digest.FromBytes(l.Config), size: int64(len(l.Config)), open: func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(l.Config)), nil
	}}
	if err := p.blob(ctx, config); err != nil {
		return registry.Manifest{}, err
	}
	m, err := build(l.Config, layers, p.settings.Annotations)
	if err != nil {
		return registry.Manifest{}, err
	}
	return m, p.publish(ctx, m)
}

func (p *pusher) looseLayer(ctx context.Context, l source.Layer) (descriptor ocispec.Descriptor, err error) {
	start := time.Now()
	blob, done, err := pack(ctx, l, p.settings.Level, p.options.TempDir)
	if err != nil {
		return ocispec.Descriptor{}, err
	}
	defer func() {
		if closeErr := done(); err == nil {
			err = closeErr
		}
	}()
	action, err := p.ensure(ctx, blob)
	if err != nil {
		return ocispec.Descriptor{}, err
	}
	p.tell(Layer{Digest: blob.digest, DiffID: l.DiffID, Size: blob.size, Action: action, Duration: time.Since(start)})
	return blob.descriptor(l), nil
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
