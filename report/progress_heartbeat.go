package report

import (
	"fmt"
	"time"
	"unicode/utf8"
)

// interval is the longest time in which a log shows nothing new: people and some CI systems take a silent job for a dead one.
const interval = 10 * time.Second

// startHeartbeat says what is under way whenever nothing was said for an interval. What it returns ends that, and waits for the end.
func (p *Progress) startHeartbeat() (end func()) {
	quit, ended := make(chan struct{}), make(chan struct{})
	p.say.listen(p.heard)
	go func() {
		defer close(ended)
		p.beat(quit)
	}()
	return func() {
		close(quit)
		<-ended
		p.say.listen(nil)
	}
}

func (p *Progress) beat(quit <-chan struct{}) {
	timer := time.NewTimer(interval)
	defer timer.Stop()
	for {
		select {
		case <-quit:
			return
		case <-timer.C:
		}
		wait := p.untilDue()
		if wait <= 0 {
			p.say.Say("%s", p.underWay())
			wait = interval
		}
		timer.Reset(wait)
	}
}

// heard notes that something was said: the interval begins anew.
func (p *Progress) heard() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.silence, p.atSilent = time.Now(), p.moved
}

func (p *Progress) untilDue() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return interval - time.Since(p.silence)
}

// underWay tells what is under way in a line that fits. The rate is that of what it follows, over the time in which nothing was said:
// of sending if something was sent in it, of reading otherwise.
func (p *Progress) underWay() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.layers) == 0 {
		return fmt.Sprintf("no layer under way, %d done", p.done)
	}
	read, sent := p.sums()
	first, last, moved := "read "+read, "sent "+sent, Send
	if p.moved[Send] == p.atSilent[Send] {
		first, last, moved = last, first, Read
	}
	rate := Bytes(perSecond(p.moved[moved]-p.atSilent[moved], time.Since(p.silence))) + "/s"
	if moved == Read && sent == Bytes(0) {
		first = ""
	} else {
		first += ", "
	}
	count := fmt.Sprintf("%d layers", len(p.layers))
	if len(p.layers) == 1 {
		count = "1 layer"
	}
	rest := ": " + first + last + ", " + rate
	if line := count + " under way" + rest; utf8.RuneCountInString("hallmark: "+line) <= width {
		return line
	}
	return count + rest
}

// sums is how much was read, of how much where that is known of each layer, and sent, of the layers under way.
func (p *Progress) sums() (read, sent string) {
	var all [steps]amount
	known := true
	for _, l := range p.layers {
		for step, a := range l.bytes {
			all[step].moved += a.moved
			all[step].total += max(a.total, a.moved)
		}
		known = known && (l.bytes[Read].total > 0 || l.bytes[Read].moved == 0)
	}
	if !known {
		all[Read].total = 0
	}
	return BytesOf(all[Read].moved, all[Read].total), Bytes(all[Send].moved)
}
