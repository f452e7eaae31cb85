package report_test

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/report"
)

// terminal does what a terminal does with the codes that bars need, and reports any other.
type terminal struct {
	t     *testing.T
	mu    sync.Mutex
	lines []string
	row   int
}

var control = regexp.MustCompile(`\x1b\[(\d*)([AJ])|\n|[^\x1b\n]+|\x1b`)

func (s *terminal) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range control.FindAllStringSubmatch(string(b), -1) {
		switch {
		case m[0] == "\n":
			s.row++
		case m[2] == "A":
			n, _ := strconv.Atoi(m[1])
			if s.row -= n; s.row < 0 {
				s.t.Errorf("the cursor leaves the screen by %q", b)
			}
		case m[2] == "J":
			s.lines = s.lines[:min(s.row, len(s.lines))]
		case m[0] == "\x1b":
			s.t.Errorf("a code that is not known in %q", b)
		default:
			for len(s.lines) <= s.row {
				s.lines = append(s.lines, "")
			}
			s.lines[s.row] += m[0]
		}
	}
	return len(b), nil
}

func (s *terminal) screen() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.lines, "\n") + "\n"
}

func TestBars(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		screen := &terminal{t: t}
		text := &report.Text{W: screen}
		check := func(want string) {
			t.Helper()
			time.Sleep(time.Second)
			synctest.Wait()
			if diff := cmp.Diff(want, screen.screen()); diff != "" {
				t.Errorf("screen (-want +got):\n%s", diff)
			}
		}
		text.Say("before")
		p := report.StartProgress(text, report.Bars)
		check("hallmark: before\n0 under way, 0 done, sent 0 B\n")
		p.Begin("0123456789abcdef", report.Read, 847e6)
		p.Advance("0123456789abcdef", report.Read, 310.2e6)
		p.Begin("unknown", report.Read, 0)
		p.Advance("unknown", report.Read, 5e6)
		p.Begin("\x1b[2Jempty", report.Send, 0)
		check("hallmark: before\n" +
			"0123456789ab read [=========>-----------------]    310.2 of 847.0 MB 326.5 MB/s\n" +
			"unknown      read [---------------------------]               5.0 MB   5.3 MB/s\n" +
			" [2Jempty    send [---------------------------]                  0 B      0 B/s\n" +
			"3 under way, 0 done, sent 0 B\n")
		text.Warn("trying again")
		p.Begin("0123456789abcdef", report.Send, 400e6)
		p.Advance("0123456789abcdef", report.Send, 400e6)
		p.Done("unknown", "layer unknown uploaded")
		p.Done("\x1b[2Jempty", "layer empty is there already")
		check("hallmark: before\nhallmark: warning: trying again\nhallmark: layer unknown uploaded\nhallmark: layer empty is there already\n" +
			"0123456789ab send [===========================]    400.0 of 400.0 MB 400.0 MB/s\n" +
			"1 under way, 2 done, sent 400.0 MB\n")
		p.Begin("0123456789abcdef", report.Send, 400e6)
		text.Error("went wrong", "mend it")
		p.Stop()
		p.Stop()
		p.Done("0123456789abcdef", "said too late")
		text.Say("after")
		check("hallmark: before\nhallmark: warning: trying again\nhallmark: layer unknown uploaded\nhallmark: layer empty is there already\n" +
			"hallmark: went wrong\nhallmark: hint: mend it\nhallmark: after\n")
	})
}

// crowd uses a progress from many goroutines, and returns the lines that must have been said.
func crowd(text *report.Text, p *report.Progress) []string {
	var wg sync.WaitGroup
	var want []string
	for i := range 300 {
		key := fmt.Sprintf("%03d", i)
		want = append(want, "hallmark: layer "+key+" uploaded", "hallmark: attempt "+key, "hallmark: hint: for "+key)
		wg.Go(func() {
			for _, step := range []report.Step{report.Read, report.Send, report.Send} {
				p.Begin(key, step, 100)
				for range 10 {
					p.Advance(key, step, 10)
					time.Sleep(time.Duration(i) * time.Millisecond)
				}
			}
			text.Error("attempt "+key, "for "+key)
			p.Done(key, "layer "+key+" uploaded")
		})
	}
	wg.Wait()
	return want
}

func TestProgressOfManyLayers(t *testing.T) {
	for name, style := range map[string]report.Style{"lines": report.Lines, "bars": report.Bars} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				screen := &terminal{t: t}
				text := &report.Text{W: screen}
				p := report.StartProgress(text, style)
				want := crowd(text, p)
				p.Stop()
				got := strings.Split(strings.TrimSpace(screen.screen()), "\n")
				for i, line := range got {
					if n, found := strings.CutPrefix(line, "hallmark: attempt "); found && got[i+1] != "hallmark: hint: for "+n {
						t.Errorf("%q is followed by %q", line, got[i+1])
					}
				}
				slices.Sort(want)
				slices.Sort(got)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("screen (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// hungUp is a terminal that takes nothing for some time.
type hungUp struct {
	terminal
	fails bool
}

func (s *hungUp) Write(b []byte) (int, error) {
	if s.fails {
		return 0, errors.New("input/output error")
	}
	return s.terminal.Write(b)
}

func TestBarsThatCannotBeDrawn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		screen := &hungUp{terminal: terminal{t: t}, fails: true}
		text := &report.Text{W: screen}
		p := report.StartProgress(text, report.Bars)
		p.Begin("a", report.Read, 100)
		time.Sleep(time.Second)
		synctest.Wait()
		screen.fails = false
		p.Done("a", "layer a uploaded")
		p.Stop()
		text.Say("after")
		if diff := cmp.Diff("hallmark: layer a uploaded\nhallmark: after\n", screen.screen()); diff != "" {
			t.Errorf("screen (-want +got):\n%s", diff)
		}
	})
}
