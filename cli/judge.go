package cli

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/hallmark-ci/hallmark/gate"
	"github.com/hallmark-ci/hallmark/gate/scan"
	"github.com/hallmark-ci/hallmark/report"
)

func gateFlags() []cli.Flag {
	return append(append(policyFlags(), durationFlag(categoryGate, "timeout", 15*time.Minute, "longest wait for the scan")), exploitFlags()...)
}

// judgement is what it takes to judge the images of a run.
type judgement struct {
	target   *target
	images   []scan.Image
	names    gate.Image
	policy   gate.Policy
	exploits exploitSources
	timeout  time.Duration
	mayStart bool
}

// gate waits for the scan of the published image and judges it.
func (r *pushRun) gate(ctx context.Context) error {
	if r.ask.noGate {
		r.say.Say("not judged: --no-gate")
		return nil
	}
	return r.judge(ctx, judgement{
		target:   r.target,
		images:   r.scanImages(),
		names:    r.names(),
		policy:   r.ask.policy,
		exploits: r.ask.exploits,
		timeout:  r.ask.timeout,
		mayStart: true,
	})
}

// judge waits until the scans have settled and holds the findings against the policy. Its error is the verdict, unless it passes.
func (p *program) judge(ctx context.Context, j judgement) error {
	ctx, cancel := context.WithCancel(ctx)
	var meanwhile sync.WaitGroup
	defer meanwhile.Wait()
	defer cancel()
	baseline := make(chan gate.Accepted, 1)
	meanwhile.Go(func() { baseline <- p.baseline(ctx, j) })
	options := scan.Options{Timeout: j.timeout, MayStart: j.mayStart}
	if p.progress != report.Silent {
		options.Progress = (&heartbeat{say: p.say}).tell
	}
	result, err := scan.Wait(ctx, j.target.api.Scans(j.target.Repository), j.images, options)
	p.result.Scan = newScan(result)
	c := gate.Case{Image: j.names, Now: p.clock()}
	var timeout *scan.TimeoutError
	switch {
	case errors.As(err, &timeout) && j.policy.Rules.OnTimeout != gate.ActionFail:
		c.TimedOut = timeout.Error()
	case err != nil:
		return err
	}
	var asked inspector
	if always := j.policy.Rules.AlwaysFail; j.exploits.needs(always.KEV, always.EPSS > 0) {
		asked = j.target.api
	}
	if err := p.enrich(ctx, j.exploits, asked, &result.Scan); err != nil {
		return err
	}
	c.Scan = result.Scan
	c.Baseline = p.awaited(baseline, j.policy.Rules.NewOnly.Baseline)
	return p.verdict(j.policy, c)
}

// awaited is the baseline once it is read, which takes a scan of its own.
func (p *program) awaited(baseline <-chan gate.Accepted, name string) gate.Accepted {
	select {
	case accepted := <-baseline:
		return accepted
	default:
	}
	if name != "" {
		p.say.Say("waiting for the scan of baseline %s", name)
	}
	return <-baseline
}

// verdict judges a scan that has settled, or need not.
func (p *program) verdict(policy gate.Policy, c gate.Case) error {
	verdict := gate.Judge(policy, c)
	p.result.Verdict = report.NewVerdict(verdict)
	if p.result.Scan != nil {
		p.say.Basis(p.result.Scan.Counts, verdict.PolicySHA256)
	}
	p.sayVerdict(verdict)
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
