package push

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

// wait waits between two tries. Where the registry throttles, every other request waits too: sent now, they would only be counted.
func (r *Repository) wait(ctx context.Context, wait time.Duration, forAll bool) error {
	if forAll {
		r.throttle()
		defer r.relax()
	}
	return r.sleep(ctx, wait)
}

// sleep waits, and adds up how long.
func (r *Repository) sleep(ctx context.Context, wait time.Duration) error {
	start := time.Now()
	defer func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.slept += time.Since(start)
	}()
	return r.options.Sleep(ctx, wait)
}

// hasSlept is how long requests have waited for their turn or another try, all together.
func (r *Repository) hasSlept() time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.slept
}

func (r *Repository) throttle() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.throttled++; r.throttled == 1 {
		r.calm = make(chan struct{})
	}
}

func (r *Repository) relax() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.throttled--; r.throttled == 0 {
		close(r.calm)
	}
}

// untilCalm waits as long as another request has been throttled and waits.
func (r *Repository) untilCalm(ctx context.Context) error {
	r.mu.Lock()
	calm, busy := r.calm, r.throttled > 0
	r.mu.Unlock()
	if !busy {
		return nil
	}
	select {
	case <-calm:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// manifestsASecond is how many manifests ECR takes by default, as users say
// (https://github.com/containerd/containerd/issues/10447).
const manifestsASecond = 10

// pace waits so that not more manifests are put than ECR takes.
func (r *Repository) pace(ctx context.Context) error {
	r.mu.Lock()
	now, wait := time.Now(), time.Duration(0)
	if len(r.puts) == manifestsASecond {
		wait = time.Second - now.Sub(r.puts[0])
		r.puts = r.puts[1:]
	}
	r.puts = append(r.puts, now.Add(max(wait, 0)))
	r.mu.Unlock()
	if wait <= 0 {
		return nil
	}
	return r.sleep(ctx, wait)
}

func throttled(err error) bool {
	var answer *answerError
	return errors.As(err, &answer) && (answer.status == http.StatusTooManyRequests || answer.has(transport.TooManyRequestsErrorCode))
}
