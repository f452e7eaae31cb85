package report

import (
	"slices"
	"sync"
	"time"
)

// Style is how a Progress shows what goes on.
type Style int

// The styles of a Progress.
const (
	Silent Style = iota // nothing
	Lines               // a line for each layer that is done, and one every 10 seconds while nothing else is said
	Bars                // the same lines for layers that are done, and below them a bar for each layer under way
)

// Step is what is done with a layer.
type Step int

// The steps of a layer.
const (
	Read Step = iota // reading and compressing it
	Send
	steps
)

// String is the word for a step in four letters, so that bars stand below each other.
func (s Step) String() string { return [...]string{"read", "send"}[s] }

// Progress shows how the layers of a push go on, through a Text. It may be used by several goroutines. After Stop all of it does nothing.
type Progress struct {
	say   *Text
	style Style
	once  sync.Once
	end   func() // ends what the style began

	mu       sync.Mutex // never held while something is said, since bars are drawn under it
	stopped  bool
	layers   []*layer // under way, in the order they began
	done     int
	moved    [steps]int64 // in all, again after a failure included
	silence  time.Time    // since when nothing was said
	atSilent [steps]int64 // what was moved then
}

// layer is one that is under way.
type layer struct {
	key   string
	step  Step // the last that began
	bytes [steps]amount
	pace  pace
}

// amount is how far a step is.
type amount struct{ moved, total int64 }

// StartProgress begins to show what is under way. Until Stop, what text says appears above the bars. A quiet text means Silent.
func StartProgress(text *Text, style Style) *Progress {
	p := &Progress{say: text, style: style, end: func() {}, silence: time.Now()}
	if text.Quiet {
		p.style = Silent
	}
	switch p.style {
	case Lines:
		p.end = p.startHeartbeat()
	case Bars:
		p.end = p.startBars()
	}
	return p
}

// Begin tells that a step of a layer begins, or begins anew, and how many bytes it will move; 0 where that is not known.
func (p *Progress) Begin(key string, step Step, total int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := p.layer(key)
	if l == nil {
		l = &layer{key: key}
		p.layers = append(p.layers, l)
	}
	l.step, l.bytes[step], l.pace = step, amount{total: total}, pace{at: time.Now()}
}

// Advance tells that a step of a layer moved n more bytes.
func (p *Progress) Advance(key string, step Step, n int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.moved[step] += n
	if l := p.layer(key); l != nil { // it is not, when the event comes late
		l.bytes[step].moved += n
	}
}

func (p *Progress) layer(key string) *layer {
	for _, l := range p.layers {
		if l.key == key {
			return l
		}
	}
	return nil
}

// Done tells that a layer is done, and says in one line what came of it.
func (p *Progress) Done(key, line string) {
	if p.finish(key) && p.style != Silent {
		p.say.Say("%s", line)
	}
}

// finish takes a layer from those under way. It reports whether progress is still shown.
func (p *Progress) finish(key string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.layers = slices.DeleteFunc(p.layers, func(l *layer) bool { return l.key == key })
	p.done++
	return !p.stopped
}

// Stop ends heartbeats and takes the bars away. It may be called more than once.
func (p *Progress) Stop() {
	p.once.Do(func() {
		p.mu.Lock()
		p.stopped = true
		p.mu.Unlock()
		p.end()
	})
}

// pace is the rate at which something grows, over a second at least so that it can be read.
type pace struct {
	at        time.Time // when the second began
	moved     int64     // what there was then
	perSecond int64     // of the last whole second
	whole     bool      // there was one
}

// measure brings the pace up to now.
func (p *pace) measure(moved int64) int64 {
	elapsed := time.Since(p.at)
	rate := perSecond(moved-p.moved, elapsed)
	if elapsed >= time.Second {
		*p = pace{at: p.at.Add(elapsed), moved: moved, perSecond: rate, whole: true}
	}
	if p.whole {
		return p.perSecond
	}
	return rate
}

func perSecond(n int64, d time.Duration) int64 {
	if d <= 0 {
		return 0
	}
	return int64(float64(n) / d.Seconds())
}
