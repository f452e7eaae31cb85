package cli

import (
	"context"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/hallmark-ci/hallmark/gate"
	"github.com/hallmark-ci/hallmark/gate/scan"
	"github.com/hallmark-ci/hallmark/report"
)

func gateFlags() []cli.Flag {
	return []cli.Flag{
		textFlag(categoryGate, "fail-on", "high", "lowest `SEVERITY` that breaks the policy: critical, high, medium, low, any or none"),
		durationFlag(categoryGate, "timeout", 15*time.Minute, "longest wait for the scan"),
	}
}

func readPolicy(c *cli.Context) (gate.Policy, error) {
	if err := oneOf(c, "fail-on", "critical", "high", "medium", "low", "any", "none"); err != nil {
		return gate.Policy{}, err
	}
	if c.Duration("timeout") <= 0 {
		return gate.Policy{}, &UsageError{Problem: "--timeout is " + c.Duration("timeout").String(), Hint: "it takes a time such as 10m or 90s"}
	}
	return gate.NewPolicy(c.String("fail-on"))
}

// judgement is what it takes to judge the images of a run.
type judgement struct {
	source   scan.Source
	images   []scan.Image
	policy   gate.Policy
	timeout  time.Duration
	mayStart bool
}

// judge waits until the scans have settled and holds the findings against the policy. Its error is the verdict, unless it passes.
func (p *program) judge(ctx context.Context, j judgement) error {
	options := scan.Options{Timeout: j.timeout, MayStart: j.mayStart}
	if p.progress != report.Silent {
		options.Progress = (&heartbeat{say: p.say}).tell
	}
	result, err := scan.Wait(ctx, j.source, j.images, options)
	p.result.Scan = newScan(result)
	if err != nil {
		return err
	}
	return p.verdict(j.policy, result.Scan)
}

// verdict judges a scan that has settled.
func (p *program) verdict(policy gate.Policy, s gate.Scan) error {
	verdict := gate.Judge(policy, s)
	p.result.Verdict = report.NewVerdict(verdict)
	p.say.Verdict(verdict)
	switch verdict.Result {
	case gate.Pass:
		return nil
	case gate.Fail:
		return &gate.FailedError{Verdict: verdict}
	default:
		return &gate.UndecidedError{Reasons: verdict.Reasons}
	}
}

// heartbeat says how the scan stands: when that changes, and every 10 seconds so that a log shows the run is alive.
type heartbeat struct {
	say  *report.Text
	last string
	at   time.Duration
}

func (h *heartbeat) tell(e scan.Event) {
	text := strings.Join(e.Statuses, ", ")
	if text == h.last && e.Waited-h.at < 10*time.Second {
		return
	}
	h.last, h.at = text, e.Waited
	h.say.Say("waiting for the scan: %s, %d s", text, int(e.Waited.Seconds()))
}
