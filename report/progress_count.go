package report

import (
	"sync"
	"sync/atomic"
	"time"
)

// Tally says from time to time how many of a number of things are done.
type Tally struct {
	done  atomic.Int64
	quit  chan struct{}
	once  sync.Once
	ended sync.WaitGroup
}

// StartTally begins to say on text how many of total things, such as repositories, are done: a line for each interval, so that short runs say
// nothing. Silent says nothing at all.
func StartTally(text *Text, style Style, things string, total int) *Tally {
	t := &Tally{quit: make(chan struct{})}
	if style == Silent || text.Quiet {
		return t
	}
	t.ended.Go(func() {
		tick := time.NewTicker(interval)
		defer tick.Stop()
		for {
			select {
			case <-t.quit:
				return
			case <-tick.C:
				text.Say("%d of %d %s read", t.done.Load(), total, things)
			}
		}
	})
	return t
}

// Add tells that one more is done. It may be called by several goroutines.
func (t *Tally) Add() { t.done.Add(1) }

// Stop ends it, and waits for the end. It may be called more than once.
func (t *Tally) Stop() {
	t.once.Do(func() { close(t.quit) })
	t.ended.Wait()
}
