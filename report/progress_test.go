package report_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/report"
)

// beats is what is said while do runs. Time in it is of its own, and starts with the progress.
func beats(t *testing.T, style report.Style, do func(*report.Text, *report.Progress)) string {
	t.Helper()
	var out bytes.Buffer
	synctest.Test(t, func(*testing.T) {
		text := &report.Text{W: &out}
		p := report.StartProgress(text, style)
		do(text, p)
		p.Stop()
		p.Stop()
		p.Begin("late", report.Read, 1)
		p.Advance("late", report.Read, 1)
		p.Done("late", "said too late")
		time.Sleep(time.Minute)
	})
	return out.String()
}

func TestHeartbeat(t *testing.T) {
	for name, test := range map[string]struct {
		do   func(*report.Text, *report.Progress)
		want string
	}{
		"says nothing for ten seconds": {
			do: func(_ *report.Text, p *report.Progress) {
				p.Begin("a", report.Read, 100)
				time.Sleep(10*time.Second - 1)
			},
		},
		"says that nothing is under way": {
			do: func(_ *report.Text, p *report.Progress) {
				p.Done("a", "layer a is there already")
				time.Sleep(10 * time.Second)
				synctest.Wait()
			},
			want: "hallmark: layer a is there already\nhallmark: no layer under way, 1 done\n",
		},
		"tells the rate of reading until something is sent": {
			do: func(_ *report.Text, p *report.Progress) {
				p.Begin("a", report.Read, 500e6)
				p.Begin("b", report.Read, 347e6)
				p.Advance("a", report.Read, 310.2e6)
				time.Sleep(10 * time.Second)
				synctest.Wait()
				p.Begin("a", report.Send, 200e6)
				p.Advance("a", report.Send, 120.3e6)
				time.Sleep(10 * time.Second)
				synctest.Wait()
				p.Advance("b", report.Read, 50e6)
				time.Sleep(10 * time.Second)
				synctest.Wait()
				p.Done("a", "layer a uploaded")
				time.Sleep(10 * time.Second)
				synctest.Wait()
			},
			want: "hallmark: 2 layers under way: read 310.2 of 847.0 MB, 31.0 MB/s\n" +
				"hallmark: 2 layers under way: read 310.2 of 847.0 MB, sent 120.3 MB, 12.0 MB/s\n" +
				"hallmark: 2 layers under way: sent 120.3 MB, read 360.2 of 847.0 MB, 5.0 MB/s\n" +
				"hallmark: layer a uploaded\n" +
				"hallmark: 1 layer under way: read 50.0 of 347.0 MB, 0 B/s\n",
		},
		"waits ten seconds from what was said last, and measures since then": {
			do: func(text *report.Text, p *report.Progress) {
				p.Begin("a", report.Read, 500e6)
				p.Advance("a", report.Read, 100e6)
				time.Sleep(7 * time.Second)
				text.Say("trying again")
				p.Advance("a", report.Read, 20e6)
				time.Sleep(10*time.Second - 1)
				text.Warn("still trying")
				p.Advance("a", report.Read, 30e6)
				time.Sleep(10 * time.Second)
				synctest.Wait()
			},
			want: "hallmark: trying again\nhallmark: warning: still trying\nhallmark: 1 layer under way: read 150.0 of 500.0 MB, 3.0 MB/s\n",
		},
		"takes a step that begins anew, an unknown total, a wrong one and an empty layer": {
			do: func(_ *report.Text, p *report.Progress) {
				p.Begin("a", report.Send, 100e6)
				p.Advance("a", report.Send, 90e6)
				p.Begin("a", report.Send, 100e6)
				p.Advance("a", report.Send, 10e6)
				p.Begin("empty", report.Read, 0)
				p.Begin("wrong", report.Read, 1e6)
				p.Advance("wrong", report.Read, 2e6)
				time.Sleep(10 * time.Second)
				synctest.Wait()
				p.Begin("unknown", report.Read, 0)
				p.Advance("unknown", report.Read, 3e6)
				p.Advance("nobody", report.Read, 1e6)
				time.Sleep(10 * time.Second)
				synctest.Wait()
			},
			want: "hallmark: 3 layers under way: read 2.0 of 2.0 MB, sent 10.0 MB, 10.0 MB/s\n" +
				"hallmark: 4 layers under way: sent 10.0 MB, read 5.0 MB, 400.0 kB/s\n",
		},
		"fits a terminal": {
			do: func(_ *report.Text, p *report.Progress) {
				for i := range 120 {
					p.Begin(fmt.Sprint(i), report.Read, 8.33e9)
					p.Advance(fmt.Sprint(i), report.Read, 8.325e6)
					p.Advance(fmt.Sprint(i), report.Send, 8.325e6)
				}
				time.Sleep(10 * time.Second)
				synctest.Wait()
			},
			want: "hallmark: 120 layers: read 999.0 MB of 999.6 GB, sent 999.0 MB, 99.9 MB/s\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := beats(t, report.Lines, test.do)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("said (-want +got):\n%s", diff)
			}
			for line := range strings.Lines(got) {
				if utf8.RuneCountInString(strings.TrimSpace(line)) > 80 {
					t.Errorf("does not fit: %s", line)
				}
			}
		})
	}
}

func TestSilentProgress(t *testing.T) {
	do := func(_ *report.Text, p *report.Progress) {
		p.Begin("a", report.Read, 100)
		time.Sleep(time.Minute)
		p.Done("a", "layer a uploaded")
	}
	if got := beats(t, report.Silent, do); got != "" {
		t.Errorf("said %q", got)
	}
}

func TestQuietProgressIsSilent(t *testing.T) {
	for _, style := range []report.Style{report.Lines, report.Bars} {
		var out bytes.Buffer
		p := report.StartProgress(&report.Text{W: &out, Quiet: true}, style)
		p.Begin("a", report.Read, 100)
		p.Done("a", "layer a uploaded")
		p.Stop()
		if out.Len() > 0 {
			t.Errorf("said %q", out.String())
		}
	}
}
