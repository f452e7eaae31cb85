package scan

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/hallmark-ci/hallmark/gate"
	"github.com/hallmark-ci/hallmark/registry"
)

// waiter is one wait for several platforms.
type waiter struct {
	Options
	source    Source
	start     time.Time
	platforms []*platform
	polls     int

	mu       sync.Mutex // platforms are asked for at the same time, and share what follows
	coverage gate.Coverage
	covered  bool // coverage is as good as it gets
	askedIn  int  // the poll in which it was last asked for
}

// wait polls until nothing is left to wait for.
func (w *waiter) wait(ctx context.Context) error {
	for interval := w.MinInterval; ; interval = min(interval*3/2, w.MaxInterval) {
		if err := w.poll(ctx); err != nil {
			return err
		}
		if w.settled() {
			return nil
		}
		waited := time.Since(w.start)
		w.Progress(Event{Waited: waited, Statuses: w.statuses()})
		if waited >= w.Timeout {
			return w.timedOut()
		}
		pause := min(interval+time.Duration(float64(interval)*w.Jitter()/5), w.MaxInterval, w.Timeout-waited)
		if err := sleep(ctx, pause); err != nil {
			return fmt.Errorf("wait for the scan: %w", err)
		}
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// atOnce is how many platforms are asked for at the same time.
const atOnce = 6

// poll asks for every platform that is not final, and returns the first error that waiting cannot mend.
func (w *waiter) poll(ctx context.Context) error {
	w.polls++
	var (
		group sync.WaitGroup
		slots = make(chan struct{}, atOnce)
		errs  = make([]error, len(w.platforms))
	)
	for i, p := range w.platforms {
		if p.final {
			continue
		}
		slots <- struct{}{}
		group.Go(func() {
			defer func() { <-slots }()
			errs[i] = p.poll(ctx)
		})
	}
	group.Wait()
	for _, err := range errs {
		if err != nil && !passing(err) {
			return err
		}
	}
	return nil
}

// passing says whether a later poll may succeed: the service was throttling or out of reach.
func passing(err error) bool {
	var unavailable *registry.UnavailableError
	return errors.As(err, &unavailable)
}

// covers reads how the repository is scanned: once, and again in the next poll if the service was out of reach. A caller that may not
// read it goes on with what there is, often nothing: a wrong guess would block a good image, a missing one costs time only.
func (w *waiter) covers(ctx context.Context) gate.Coverage {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.covered || w.askedIn == w.polls {
		return w.coverage
	}
	w.askedIn = w.polls
	coverage, err := w.source.Coverage(ctx)
	if err == nil || coverage.Type != "" {
		w.coverage = coverage
	}
	w.covered = !passing(err)
	return w.coverage
}

func (w *waiter) settled() bool {
	for _, p := range w.platforms {
		if !p.final {
			return false
		}
	}
	return true
}

func (w *waiter) statuses() []string {
	var out []string
	for _, p := range w.platforms {
		out = append(out, p.status())
	}
	return out
}

func (w *waiter) timedOut() error {
	return &TimeoutError{Waited: time.Since(w.start), Statuses: w.statuses()}
}

func (w *waiter) result() Result {
	r := Result{Waited: time.Since(w.start), Polls: w.polls}
	for _, p := range w.platforms {
		p.scan.Platform, p.scan.Digest, p.scan.Unsettled = p.image.Platform, p.image.Digest, !p.final
		r.Scan.Platforms = append(r.Scan.Platforms, p.scan)
		if p.kind != "" {
			r.Scan.Type = p.kind
		}
	}
	return r
}
