package push

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/opencontainers/go-digest"

	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/push/compress"
	"github.com/hallmark-ci/hallmark/registry/source"
)

// Settings say how an image is pushed. The zero value compresses with gzip at its default level and reuses nothing.
type Settings struct {
	Annotations map[string]string // for a manifest that is built here; one that came with the image is not touched

	// Compression and Level are for layers that are not compressed yet: source.Gzip (when empty) or source.Zstd.
	Compression source.Compression
	Level       int // 0 is the format's default

	// Reuse are layers that the repository holds, by diffID. They are neither compressed nor sent.
	Reuse map[digest.Digest]registry.KnownLayer

	Progress func(Event) // may be nil; called by several goroutines at once
}

// CheckLevel says whether a compression has a level. 0 stands for its default.
func CheckLevel(c source.Compression, level int) error {
	return compress.CheckLevel(compress.Format(c), level)
}

// Action is what came of a layer.
type Action string

// The actions of a layer.
const (
	Uploaded Action = "upload"
	Exists   Action = "exists" // the repository had it
	Reused   Action = "reuse"  // the repository had it, found by its diffID
	Mounted  Action = "mount"  // another repository of the registry had it
)

// Layer is one layer that was pushed.
type Layer struct {
	Digest   digest.Digest
	DiffID   digest.Digest // empty where the source does not tell
	Size     int64         // compressed, in bytes
	Action   Action
	From     string        // of a reused or mounted layer: the tag or repository it was found in
	Duration time.Duration // reading, compressing and sending it
}

// Upload is what was sent.
type Upload struct {
	Bytes      int64 // of blobs that were uploaded
	BytesTotal int64 // of all blobs of the image
	Requests   int64 // to the registry, since Connect
	Duration   time.Duration
	Spent      Spent
	Layers     []Layer // in the image's order
}

// Result is a pushed image.
type Result struct {
	Image  registry.Image
	Upload Upload
}

// Push brings an image into the repository by digest: blobs first, then manifests, children before their index. It writes no tag. A
// crash at any point leaves blobs, and at most an image without a name. The result is filled as far as it goes beside an error.
func (r *Repository) Push(ctx context.Context, image *source.Image, s Settings) (Result, error) {
	p, err := r.Prepare(s)
	if err != nil {
		return Result{}, err
	}
	result, err := p.Push(ctx, image)
	return result, errors.Join(err, p.Close())
}

// Prepare makes ready for a push. An image that can be read only once may be read into the pusher before it is pushed: a Pusher is a
// source.Intake. Close it afterwards.
func (r *Repository) Prepare(s Settings) (*Pusher, error) {
	if s.Compression == source.Uncompressed {
		s.Compression = source.Gzip
	}
	if err := CheckLevel(s.Compression, s.Level); err != nil {
		return nil, err
	}
	p := &Pusher{Repository: r, settings: s, ledger: newLedger(s.Progress), budget: newBudget(), slept: r.hasSlept()}
	return p, nil
}

// Pusher is one push of one image.
type Pusher struct {
	*Repository
	settings Settings
	ledger   *ledger
	budget   *budget
	packer   packer
	mount    string // repository of the same registry to mount blobs from; empty where there is none
	trust    trust
	stream   *stream       // while an image is read that is pushed at the same time; nil otherwise
	slept    time.Duration // by the repository, before this push
	streamed bool          // an image was pushed while it was read: nothing of it is kept

	mu     sync.Mutex // a source whose reading was broken off may still be at it
	kept   []*spool
	closed bool
}

// trust is how far the registry is believed in what it says it holds.
type trust int

const (
	believed trust = iota // layers are reused, and blobs that are there are not sent
	checked               // no layer is reused
	doubted               // everything is sent
)

// Close lets go of everything that was kept of the image.
func (p *Pusher) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	var errs []error
	for _, s := range p.kept {
		errs = append(errs, s.Close())
	}
	p.kept, p.closed = nil, true
	return errors.Join(errs...)
}

// keep closes a spool when the push is over.
func (p *Pusher) keep(s *spool) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return s.Close()
	}
	p.kept = append(p.kept, s)
	return nil
}

// Push is Repository.Push for an image that may have been read into p before.
func (p *Pusher) Push(ctx context.Context, image *source.Image) (Result, error) {
	start := time.Now()
	p.mount = p.mountable(image.Repository)
	root, err := p.root(ctx, image)
	p.ledger.spend(func(s *Spent) { s.Compress, s.Wait = p.packer.busy(), p.hasSlept()-p.slept })
	upload := p.ledger.upload(image)
	upload.Duration, upload.Requests = time.Since(start), p.Requests()
	if err != nil {
		return Result{Upload: upload}, err
	}
	identity := image.Identity()
	identity.Digest, identity.MediaType, identity.Manifest = root.Digest.String(), root.MediaType, root.Raw
	return Result{Image: identity, Upload: upload}, nil
}

func (p *Pusher) root(ctx context.Context, image *source.Image) (m registry.Manifest, err error) {
	err = p.again(func() error {
		if image.Unread() || p.trust > believed && (p.streamed || missing(image)) {
			if err := p.read(ctx, image); err != nil {
				return err
			}
		}
		if image.Loose != nil {
			m, err = p.loose(ctx, image.Loose)
			return err
		}
		m = image.Sealed.Manifest
		return p.sealed(ctx, *image.Sealed)
	})
	return m, err
}

// again does its work again where the registry lacks a part that it said it has: first without reuse, then with every part sent
// without asking.
func (p *Pusher) again(work func() error) error {
	before := p.trust
	defer func() { p.trust = before }()
	for {
		err := work()
		var lacks *lacksError
		if !errors.As(err, &lacks) {
			return err
		}
		switch {
		case p.trust == doubted && before != doubted:
			return fmt.Errorf("the registry does not keep what it is sent: %w", lacks.error)
		case p.trust == doubted:
			return err
		case p.trust == believed && len(p.settings.Reuse) > 0:
			p.trust = checked
			p.ledger.forgetReused()
			p.notify("compressing reused layers after all: %v", err)
		default:
			p.trust = doubted
			p.ledger.forget()
			p.notify("sending every part again: %v", err)
		}
	}
}
