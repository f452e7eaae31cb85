package scan_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/hallmark-ci/hallmark/gate"
	"github.com/hallmark-ci/hallmark/gate/scan"
	"github.com/hallmark-ci/hallmark/registry"
)

// step is what a source answers from a time on, counted from its first request or, after a Start, from that.
type step struct {
	after time.Duration
	pages []gate.Answer
	err   error
}

// source answers by a script, in the time of a synctest bubble.
type source struct {
	steps       map[string][]step // by digest
	started     []step            // take the place of steps once a scan was started
	coverage    gate.Coverage
	coverageErr []error       // of one request after another; none after the last
	partial     gate.Coverage // what comes beside such an error
	startErr    []error       // likewise

	mu       sync.Mutex
	from     time.Time
	requests []request
	covers   int
	starts   []string // digests
}

// request is one call of Answer.
type request struct {
	at     time.Duration
	digest string
	token  string
}

// with is s, or a new source where that is nil, with a script.
func (s *source) with(steps map[string][]step) *source {
	if s == nil {
		s = &source{}
	}
	s.steps = steps
	return s
}

func (s *source) Answer(ctx context.Context, digest, token string, limit int) (gate.Answer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.from.IsZero() {
		s.from = time.Now()
	}
	elapsed := time.Since(s.from)
	s.requests = append(s.requests, request{elapsed, digest, token})
	if ctx.Err() != nil {
		return gate.Answer{}, ctx.Err()
	}
	if limit != 1000 {
		return gate.Answer{}, fmt.Errorf("limit %d", limit)
	}
	var now step
	for _, step := range s.steps[digest] {
		if step.after <= elapsed {
			now = step
		}
	}
	if now.err != nil {
		return gate.Answer{}, now.err
	}
	page := 0
	fmt.Sscan(token, &page)
	return now.pages[page], nil
}

func (s *source) Coverage(context.Context) (gate.Coverage, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.covers++
	if s.covers <= len(s.coverageErr) && s.coverageErr[s.covers-1] != nil {
		return s.partial, s.coverageErr[s.covers-1]
	}
	return s.coverage, nil
}

func (s *source) Start(ctx context.Context, digest string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.starts = append(s.starts, digest)
	if n := len(s.starts); n <= len(s.startErr) && s.startErr[n-1] != nil {
		return s.startErr[n-1]
	}
	if s.started != nil {
		s.steps[digest], s.from = s.started, time.Now()
	}
	return ctx.Err()
}

// says is a step with one page.
func says(after time.Duration, answer gate.Answer) step {
	return step{after: after, pages: []gate.Answer{answer}}
}

// fails is a step with an error.
func fails(after time.Duration, err error) step { return step{after: after, err: err} }

// status is an answer without findings.
func status(word string) gate.Answer { return gate.Answer{Status: word} }

// completed is when every scan of these tests was completed.
var completed = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// basic is a basic scan that is done, with findings of the given severities.
func basic(severities ...string) gate.Answer {
	a := gate.Answer{Status: "COMPLETE", CompletedAt: completed}
	for i, s := range severities {
		a.Basic = append(a.Basic, gate.BasicFinding{Name: string(rune('A' + i)), Severity: s})
	}
	return a
}

// enhanced is an enhanced scan as it stands, with findings of the given severities.
func enhanced(word string, severities ...string) gate.Answer {
	a := gate.Answer{Status: word, CompletedAt: completed, HasEnhanced: true}
	for i, s := range severities {
		a.Enhanced = append(a.Enhanced, gate.EnhancedFinding{VulnerabilityID: string(rune('A' + i)), Severity: s})
	}
	return a
}

// aboutAnother is an answer about another image than the one of these tests.
func aboutAnother() gate.Answer {
	a := basic()
	a.ImageDigest = "sha256:bbbb"
	return a
}

// gateCoverage is a setting that is at odds with itself or not known.
func gateCoverage(kind, frequency string, filters ...string) gate.Coverage {
	return gate.Coverage{Type: kind, Frequency: frequency, Filters: filters}
}

// early is an answer that came before its findings: without the time of completion.
func early(a gate.Answer) gate.Answer {
	a.CompletedAt = time.Time{}
	return a
}

// counted is an answer with findingSeverityCounts.
func counted(a gate.Answer, level string, n int) gate.Answer {
	a.Counts = map[string]int{level: n}
	return a
}

var (
	errNoScan  = fmt.Errorf("%w: ScanNotFoundException", gate.ErrScanNotFound)
	errNoImage = fmt.Errorf("%w: ImageNotFoundException", gate.ErrImageNotFound)
	throttled  = &registry.UnavailableError{Err: errors.New("ThrottlingException")}
	denied     = &registry.DeniedError{Action: "ecr:DescribeImageScanFindings", Resource: "arn", Err: errors.New("AccessDeniedException")}

	onPush    = gate.Coverage{Type: "BASIC", Frequency: "SCAN_ON_PUSH", OnPush: true}
	byHand    = gate.Coverage{Type: "BASIC", Frequency: "MANUAL"}
	inspector = gate.Coverage{Type: "ENHANCED", Frequency: "CONTINUOUS_SCAN", Filters: []string{"*"}}
	uncovered = gate.Coverage{Type: "ENHANCED", Frequency: "MANUAL"}
)

// outcome is what a wait for one image came to.
type outcome struct {
	Waited   string
	Polls    int
	Type     string
	Platform string // how its scan ended
	Err      string
	Starts   int
}

// of puts a result into few words.
func of(r scan.Result, err error, s *source) outcome {
	o := outcome{Waited: r.Waited.String(), Polls: r.Polls, Type: r.Scan.Type, Starts: len(s.starts)}
	if err != nil {
		o.Err = err.Error()
	}
	for _, p := range r.Scan.Platforms {
		words := []string{p.Status}
		for _, f := range p.Findings {
			words = append(words, f.ID+":"+f.Severity.String())
		}
		if p.Undecided != "" {
			words = append(words, "undecided: "+p.Undecided)
		}
		o.Platform = strings.TrimSpace(strings.Join(words, " "))
	}
	return o
}
