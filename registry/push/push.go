package push

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/opencontainers/go-digest"

	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/source"
)

// Settings say how an image is pushed.
type Settings struct {
	Annotations map[string]string // for a manifest that is built here; one that came with the image is not touched
	Level       int               // gzip level 1 to 9 for layers that are not compressed yet; 0 is DefaultLevel
	Progress    func(Layer)       // called when a layer is done; may be nil
}

// Action is what came of a layer.
type Action string

// The actions of a layer.
const (
	Uploaded Action = "upload"
	Exists   Action = "exists" // the repository had it
)

// Layer is one layer that was pushed.
type Layer struct {
	Digest   digest.Digest
	DiffID   digest.Digest // empty where the source does not tell
	Size     int64         // compressed, in bytes
	Action   Action
	Duration time.Duration // reading, compressing and sending it
}

// Upload is what was sent.
type Upload struct {
	Bytes      int64 // of blobs that were uploaded
	BytesTotal int64 // of all blobs of the image
	Requests   int64 // to the registry, since Connect
	Duration   time.Duration
	Layers     []Layer
}

// Result is a pushed image.
type Result struct {
	Image  registry.Image
	Upload Upload
}

// Push brings an image into the repository by digest: blobs first, then manifests, children before their index. It writes no tag. A
// crash at any point leaves blobs, and at most an image without a name. The result is filled as far as it goes beside an error.
func (r *Repository) Push(ctx context.Context, image *source.Image, s Settings) (Result, error) {
	p := &pusher{Repository: r, settings: s, counted: map[digest.Digest]bool{}, done: map[digest.Digest]bool{}}
	start := time.Now()
	root, err := p.root(ctx, image)
	p.sent.Duration, p.sent.Requests = time.Since(start), r.Requests()
	result := Result{Upload: p.sent}
	if err != nil {
		return result, err
	}
	result.Image = image.Identity()
	result.Image.Digest, result.Image.MediaType, result.Image.Manifest = root.Digest.String(), root.MediaType, root.Raw
	return result, nil
}

// pusher is one push.
type pusher struct {
	*Repository
	settings Settings
	sent     Upload
	counted  map[digest.Digest]bool // blobs that are in the total
	done     map[digest.Digest]bool // blobs that are in the repository
	insist   bool                   // send blobs without asking whether they are there
}

func (p *pusher) root(ctx context.Context, image *source.Image) (m registry.Manifest, err error) {
	err = p.twice(func() error {
		if image.Loose != nil {
			m, err = p.loose(ctx, image.Loose)
			return err
		}
		m = image.Sealed.Manifest
		return p.sealed(ctx, *image.Sealed)
	})
	return m, err
}

// twice does its work again, once, where the registry lacks a part that it said it has: then every part is sent without asking.
func (p *pusher) twice(work func() error) error {
	err := work()
	var lacks *lacksError
	if p.insist || !errors.As(err, &lacks) {
		return err
	}
	p.notify("sending every part again: %v", err)
	p.insist, p.done = true, map[digest.Digest]bool{}
	defer func() { p.insist = false }()
	if err = work(); errors.As(err, &lacks) {
		return fmt.Errorf("the registry does not keep what it is sent: %w", lacks.error)
	}
	return err
}

// ensure uploads a blob unless the repository holds it.
func (p *pusher) ensure(ctx context.Context, c content) (Action, error) {
	if !p.counted[c.digest] {
		p.counted[c.digest] = true
		p.sent.BytesTotal += c.size
	}
	if !p.insist || c.open == nil {
		found, err := p.holds(ctx, c)
		if err != nil {
			return "", err
		}
		if found {
			p.done[c.digest] = true
			return Exists, nil
		}
	}
	if c.open == nil {
		return "", fmt.Errorf("blob %s is neither in the image's source nor in %s", c.digest, p.name)
	}
	if err := p.upload(ctx, c); err != nil {
		return "", err
	}
	p.done[c.digest] = true
	p.sent.Bytes += c.size
	return Uploaded, nil
}

// tell reports a layer that is done, in place of what was said of it before.
func (p *pusher) tell(l Layer) {
	p.sent.Layers = slices.DeleteFunc(p.sent.Layers, func(old Layer) bool { return old.Digest == l.Digest })
	p.sent.Layers = append(p.sent.Layers, l)
	if p.settings.Progress != nil {
		p.settings.Progress(l)
	}
}
