// Package scan waits until ECR's scan of an image has settled: until its answer has stopped changing. Start at Wait. It judges
// nothing.
package scan

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/hallmark-ci/hallmark/gate"
)

// Source is where answers come from. Answer returns an error that is gate.ErrScanNotFound or gate.ErrImageNotFound where ECR says so.
type Source interface {
	// Answer reads one page of the scan of the image with the given digest, of at most limit findings.
	Answer(ctx context.Context, digest, nextToken string, limit int) (gate.Answer, error)
	// Coverage reads how the repository is scanned.
	Coverage(ctx context.Context) (gate.Coverage, error)
	// Start starts a basic scan. One that ran within 24 hours is no error.
	Start(ctx context.Context, digest string) error
}

// Image is one image to wait for: of a platform, never an index, which no scanner scans.
type Image struct {
	Digest   string
	Platform string // for messages; may be empty
}

// Options say how to wait. A zero field is its default.
type Options struct {
	Timeout     time.Duration // 15 min
	MinInterval time.Duration // between polls at first: 3 s
	MaxInterval time.Duration // between polls later: 15 s

	// An enhanced scan, and one that does not tell what it is, has settled when its answer is the same in SettlePolls polls (3) that
	// span at least Settle (60 s), or SettleEmpty (120 s) while it has no findings or does not say when it was completed: both
	// COMPLETE and ACTIVE have been seen before the findings were there (https://github.com/aws/aws-sdk/issues/289, https://github.com/aws/aws-cli/issues/6759).
	SettlePolls int
	Settle      time.Duration
	SettleEmpty time.Duration

	MayStart bool           // start a basic scan where none comes by itself
	Progress func(Event)    // called after every poll that leaves something to wait for; may be nil
	Jitter   func() float64 // in [0,1), spreads polls of many jobs; random when nil
}

func (o Options) withDefaults() Options {
	setDefault(&o.Timeout, 15*time.Minute)
	setDefault(&o.MinInterval, 3*time.Second)
	setDefault(&o.MaxInterval, 15*time.Second)
	setDefault(&o.SettlePolls, 3)
	setDefault(&o.Settle, 60*time.Second)
	setDefault(&o.SettleEmpty, 120*time.Second)
	if o.Progress == nil {
		o.Progress = func(Event) {}
	}
	if o.Jitter == nil {
		o.Jitter = rand.Float64
	}
	return o
}

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// Event says how the scans stand after a poll.
type Event struct {
	Waited   time.Duration
	Statuses []string // one a platform, such as "linux/amd64 IN_PROGRESS"
}

// Result is what waiting gave.
type Result struct {
	Scan   gate.Scan
	Waited time.Duration
	Polls  int
}

// TimeoutError says that the scan had not settled in time. Trying again may help.
type TimeoutError struct {
	Waited   time.Duration
	Statuses []string
}

func (e *TimeoutError) Error() string {
	return fmt.Sprintf("the scan has not settled after %s: %s", e.Waited.Round(time.Second), strings.Join(e.Statuses, ", "))
}

// Wait polls until the scan of every image has settled or no verdict can come of it, and returns what was found. A denied call, a
// repository or an image that is gone end it at once; throttling does not. The result is filled as far as it goes beside an error.
func Wait(ctx context.Context, source Source, images []Image, o Options) (Result, error) {
	w := &waiter{Options: o.withDefaults(), source: source, start: time.Now()}
	for _, image := range images {
		w.platforms = append(w.platforms, &platform{waiter: w, image: image})
	}
	// The last poll begins when the time is over, and must not hang for long.
	limited, cancel := context.WithTimeout(ctx, w.Timeout+w.MaxInterval)
	defer cancel()
	err := w.wait(limited)
	if err != nil && limited.Err() != nil && ctx.Err() == nil {
		err = w.timedOut()
	}
	return w.result(), err
}
