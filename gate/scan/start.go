package scan

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hallmark-ci/hallmark/gate"
	"github.com/hallmark-ci/hallmark/registry"
)

// startAfter is how long a scan on push may take to begin before one is started by hand: "30-90 s after a push" for enhanced
// scanning (https://github.com/aws/deep-learning-containers, test/security/scripts/ecr_scan.py).
const startAfter = 90 * time.Second

// notFound deals with an image that has no scan: right after a push that is normal, and it is the answer for ever where nothing
// covers the repository.
func (p *platform) notFound(ctx context.Context) error {
	p.trouble, p.scan = "no scan yet", gate.PlatformScan{}
	p.forget()
	coverage := p.covers(ctx)
	reason, never := coverage.NeverComes()
	mayStart := p.MayStart && coverage.Type != "ENHANCED" // which starts by itself or not at all
	switch {
	case never && !mayStart:
		p.undecided(reason)
	case mayStart && !p.started && (never || time.Since(p.start) >= startAfter):
		return p.begin(ctx, reason)
	}
	return nil
}

// begin starts a scan. reason is why none comes by itself; where one still may, waiting goes on whatever becomes of this.
func (p *platform) begin(ctx context.Context, reason string) error {
	err := p.source.Start(ctx, p.image.Digest)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case passing(err):
		return nil // the next poll tries again
	}
	p.started = true
	var (
		denied      *registry.DeniedError
		credentials *registry.CredentialsError
		notFound    *registry.NotFoundError
	)
	switch {
	case err == nil || reason == "":
		return nil
	case errors.As(err, &denied), errors.As(err, &credentials), errors.As(err, &notFound):
		return fmt.Errorf("%s, and a scan cannot be started: %w", reason, err)
	}
	p.undecided(fmt.Sprintf("%s, and a scan cannot be started: %v", reason, err))
	return nil
}
