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
		text  report.Text
		style report.Style
		want  string
	}{
		{"every ten seconds", report.Text{}, report.Lines, "hallmark: 1 of 3 repositories read\nhallmark: 2 of 3 repositories read\n"},
		{"not where nothing is to be told", report.Text{}, report.Silent, ""},
		{"not to who asked for quiet", report.Text{Quiet: true}, report.Lines, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var out bytes.Buffer
				text := &tt.text
				text.W = &out
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
