package push

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/opencontainers/go-digest"

	"github.com/hallmark-ci/hallmark/registry/source"
)

// long is the size in bytes from which a layer is sent while it is still compressed. Its digest is told at the end then, so that whether
// the repository has it already cannot be asked before.
const long = 32 << 20

// packAndDeliver compresses a layer and brings it into the repository. packed says that it is compressed.
func (p *Pusher) packAndDeliver(ctx context.Context, l source.Layer, packed func()) (err error) {
	start := time.Now()
	s, err := newSpool(p.options.TempDir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	sent := p.sendAhead(ctx, l, s)
	blob, id, err := p.pack(ctx, l, s)
	packed()
	if err != nil {
		sent.abandon()
		return err
	}
	return p.settle(ctx, id, blob, sent.place(), start)
}

// settle brings a packed layer into the repository. location is where all its bytes are already; nil where they are not.
func (p *Pusher) settle(ctx context.Context, id digest.Digest, blob content, location *url.URL, start time.Time) error {
	d := describe(blob, p.settings.Compression, id)
	if location == nil {
		return p.deliver(ctx, id, d, blob, start)
	}
	if p.commit(ctx, location, blob) == nil {
		p.ledger.count(blob)
		p.ledger.uploaded(blob)
		p.delivered(id, d, Uploaded, start)
		return nil
	}
	blob.key = id
	action, err := p.ensure(ctx, blob, "")
	if err != nil {
		return err
	}
	if action == Exists { // the commit was done, and its answer lost: what was sent was not there before
		p.ledger.uploaded(blob)
	}
	p.delivered(id, d, Uploaded, start)
	return nil
}

// ahead is a layer that is sent while it is compressed, or one that is not.
type ahead struct {
	location chan *url.URL
	stop     context.CancelFunc
}

// place waits until all is sent, and is where it can be committed then; nil where it cannot be. It is asked for once.
func (a *ahead) place() *url.URL {
	defer a.stop()
	return <-a.location
}

// abandon breaks off the sending and waits until it has ended.
func (a *ahead) abandon() {
	a.stop()
	<-a.location
}

// sendAhead sends a long layer while it is compressed. That is tried once: whatever goes wrong is left to the usual way, which has the
// whole layer by then.
func (p *Pusher) sendAhead(ctx context.Context, l source.Layer, s *spool) *ahead {
	ctx, stop := context.WithCancel(ctx)
	a := &ahead{location: make(chan *url.URL, 1), stop: stop}
	if l.Size < long || p.trust == doubted {
		a.location <- nil
		return a
	}
	go func() {
		location, err := p.sendOpen(ctx, l.DiffID, s)
		if err != nil {
			location = nil
		}
		a.location <- location
	}()
	return a
}

// sendOpen sends a blob whose end is not known yet, all of it in one request, as docker push does.
func (p *Pusher) sendOpen(ctx context.Context, key digest.Digest, s *spool) (*url.URL, error) {
	if err := p.budget.sending.Acquire(ctx, 1); err != nil {
		return nil, err
	}
	defer p.budget.sending.Release(1)
	p.ledger.tell(Event{Step: SendBegins, Key: key})
	location, _, err := p.session(ctx, "")
	if err != nil {
		return nil, err
	}
	opened, err := s.open()
	if err != nil {
		return nil, err
	}
	start := time.Now()
	body := &measured{content: content{key: key, size: -1}, r: opened, tell: p.ledger.tell}
	defer func() { p.ledger.spend(func(spent *Spent) { spent.Send += time.Since(start) - body.waited() }) }()
	request, err := http.NewRequestWithContext(ctx, http.MethodPatch, location.String(), struct{ *measured }{body})
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/octet-stream")
	answer, err := p.do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	// ECR answers 201 where 202 is due (https://github.com/aws/containers-roadmap/issues/2831).
	if err := p.check(answer, http.StatusAccepted, http.StatusCreated, http.StatusNoContent); err != nil {
		return nil, err
	}
	return locationOf(answer)
}

// commit ends an upload whose bytes are all there.
func (p *Pusher) commit(ctx context.Context, location *url.URL, blob content) error {
	answer, err := p.send(ctx, location, blob.digest, http.NoBody, 0)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if err := p.check(answer, http.StatusCreated); err != nil {
		return err
	}
	return sameDigest(answer, blob.digest)
}
