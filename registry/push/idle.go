package push

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// longestIdle is how long a request may stand still. A registry that has a large blob to store answers late, though it is well.
const longestIdle = 5 * time.Minute

// idleError says that a request stood still for too long.
type idleError struct {
	after time.Duration
}

func (e *idleError) Error() string { return fmt.Sprintf("nothing moved for %s", e.after) }

// idler gives up requests that stand still: a registry that takes a connection and never answers would hold a run for ever.
type idler struct {
	next  http.RoundTripper
	after time.Duration
}

// RoundTrip implements http.RoundTripper.
func (i *idler) RoundTrip(request *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancelCause(request.Context())
	w := &watch{ctx: ctx, after: i.after, timer: time.AfterFunc(i.after, func() { cancel(&idleError{after: i.after}) })}
	request = request.WithContext(ctx)
	if request.Body != nil && request.Body != http.NoBody {
		request.Body = &watched{ReadCloser: request.Body, watch: w}
	}
	answer, err := i.next.RoundTrip(request)
	if err != nil {
		w.timer.Stop()
		cancel(nil)
		return nil, w.reason(err)
	}
	answer.Body = &watched{ReadCloser: answer.Body, watch: w, end: func() { w.timer.Stop(); cancel(nil) }}
	return answer, nil
}

// watch is the clock of one request.
type watch struct {
	ctx   context.Context // of the request
	after time.Duration
	timer *time.Timer
}

// reason tells a request that was given up from one that failed otherwise.
func (w *watch) reason(err error) error {
	var idle *idleError
	if errors.As(context.Cause(w.ctx), &idle) {
		return idle
	}
	return err
}

// watched is a body whose bytes set the clock back.
type watched struct {
	io.ReadCloser
	watch *watch
	end   func() // at the end of an answer; nil in a request, which goes on to its answer
}

func (b *watched) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if b.watch.ctx.Err() == nil {
		b.watch.timer.Reset(b.watch.after)
	}
	if err != nil && err != io.EOF {
		err = b.watch.reason(err)
	}
	return n, err
}

func (b *watched) Close() error {
	err := b.ReadCloser.Close()
	if b.end != nil {
		b.end()
	}
	return err
}
