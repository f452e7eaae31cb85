package report_test

import (
	"bytes"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hallmark-ci/hallmark/report"
)

func TestTallySaysHowFarItIs(t *testing.T) {
	for _, tt := range []struct {
		name  string
		quiet bool
		style report.Style
		want  string
	}{
		{"every ten seconds", false, report.Lines, "hallmark: 1 of 3 repositories read\nhallmark: 2 of 3 repositories read\n"},
		{"not where nothing is to be told", false, report.Silent, ""},
		{"not to who asked for quiet", true, report.Lines, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var out bytes.Buffer
				text := &report.Text{W: &out, Quiet: tt.quiet}
				tally := report.StartTally(text, tt.style, "repositories", 3)
				for range 2 {
					tally.Add()
					<-time.After(10*time.Second + time.Millisecond)
				}
				tally.Add()
				tally.Stop()
				tally.Stop()
				if out.String() != tt.want {
					t.Errorf("it said %q, want %q", out.String(), tt.want)
				}
			})
		})
	}
}
