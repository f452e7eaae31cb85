package cli

import (
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/hallmark-ci/hallmark/gate"
	"github.com/hallmark-ci/hallmark/gate/scan"
	"github.com/hallmark-ci/hallmark/registry/push"
	"github.com/hallmark-ci/hallmark/report"
)

func newUpload(u push.Upload) *report.Upload {
	out := &report.Upload{Bytes: u.Bytes, BytesTotal: u.BytesTotal, Requests: u.Requests, Seconds: seconds(u.Duration)}
	for _, l := range u.Layers {
		out.Layers = append(out.Layers, report.Layer{Digest: l.Digest.String(), DiffID: l.DiffID.String(), Size: l.Size, Action: string(l.Action), From: l.From, Seconds: seconds(l.Duration)})
	}
	return out
}

func newScan(r scan.Result) *report.Scan {
	out := &report.Scan{Type: r.Scan.Type, WaitedSeconds: seconds(r.Waited), Polls: r.Polls}
	statuses := map[string]bool{}
	for _, p := range r.Scan.Platforms {
		if p.Status != "" && !statuses[p.Status] {
			statuses[p.Status] = true
			out.Status = strings.TrimPrefix(out.Status+", "+p.Status, ", ")
		}
		if completed := p.CompletedAt.UTC().Format(time.RFC3339); !p.CompletedAt.IsZero() && completed > out.CompletedAt {
			out.CompletedAt = completed
		}
		out.Platforms = append(out.Platforms, newPlatformScan(p))
		for level, n := range p.Counts {
			if out.Counts == nil {
				out.Counts = map[string]int{}
			}
			out.Counts[level] += n
		}
	}
	return out
}

func newPlatformScan(p gate.PlatformScan) report.PlatformScan {
	out := report.PlatformScan{Platform: p.Platform, Digest: p.Digest, Status: p.Status, Description: p.Description, Undecided: p.Undecided, Unsettled: p.Unsettled}
	if out.Undecided == "" && !p.Unsettled {
		out.Undecided = p.Problem()
	}
	if !p.CompletedAt.IsZero() {
		out.CompletedAt = p.CompletedAt.UTC().Format(time.RFC3339)
	}
	return out
}

// seconds is a duration in seconds, to the millisecond.
func seconds(d time.Duration) float64 {
	return float64(d.Milliseconds()) / 1000
}

func (r *pushRun) sayImage() {
	var platforms []string
	for _, platform := range r.source.Platforms {
		platforms = append(platforms, platform.Name)
	}
	r.say.Say("image %s, %s", r.ask.image, strings.Join(platforms, " and "))
	for _, platform := range r.source.Platforms {
		r.say.Detail("config of %s is %s", platform.Name, platform.Config)
	}
}

// sourceDateEpoch is the time that SOURCE_DATE_EPOCH sets, in Unix seconds; zero when it sets none
// (https://reproducible-builds.org/specs/source-date-epoch/: one that cannot be read is an error).
func sourceDateEpoch() (time.Time, error) {
	text := os.Getenv("SOURCE_DATE_EPOCH")
	if text == "" {
		return time.Time{}, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return time.Time{}, &UsageError{Problem: "SOURCE_DATE_EPOCH is " + quote(text), Hint: "it takes seconds since 1970, as git log -1 --format=%ct prints them"}
	}
	return time.Unix(n, 0).UTC(), nil
}

// now is the time of the run in UTC, or what SOURCE_DATE_EPOCH says it is.
func now() (time.Time, error) {
	epoch, err := sourceDateEpoch()
	if err != nil || !epoch.IsZero() {
		return epoch, err
	}
	return time.Now().UTC(), nil
}
