package gate

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Result is a verdict in one word.
type Result string

// The three verdicts.
const (
	Pass      Result = "pass"
	Fail      Result = "fail"
	Undecided Result = "undecided"
)

// Decision is what a policy makes of one finding.
type Decision string

// The decisions. Everything is reported; only Counts can fail a gate.
const (
	Counts     Decision = "counts"
	Below      Decision = "below"
	Ignored    Decision = "ignored"
	NotFixable Decision = "not-fixable" // nothing to update to, where only what has a fix counts
	Grace      Decision = "grace"       // known for less than the days of grace
	Baseline   Decision = "baseline"    // in the baseline already, where only what is new counts
)

// Judged is a finding and what the policy made of it.
type Judged struct {
	Finding
	Decision Decision
	Reason   string // which rule decided
	Until    string // last day of an ignore or of grace, YYYY-MM-DD in UTC; empty when it has no end
}

// Verdict is what a policy says of a scan.
type Verdict struct {
	Result       Result
	Reasons      []string       // at least one
	Warnings     []string       // what deserves a look and decides nothing: ignores that have expired or match nothing
	Policy       string         // the effective policy, in JSON
	PolicySHA256 string         // of Policy, in hexadecimal
	Counted      map[string]int // findings that count, by severity in lower case
	Findings     []Judged       // all of them: those that count first, worst first
}

// Judge holds the findings of all platforms against a policy. A finding that breaks it fails the image, whatever other platforms
// are like; a platform without a verdict leaves it undecided; and only what was scanned whole, and read whole, can pass.
func Judge(p Policy, s Scan) Verdict {
	v := Verdict{PolicySHA256: p.SHA256(), Counted: map[string]int{}}
	var findings []Finding
	var undecided []string
	for _, platform := range s.Platforms {
		findings = append(findings, platform.Findings...)
		if problem := platform.problem(); problem != "" {
			undecided = append(undecided, strings.TrimPrefix(platform.Platform+": "+problem, ": "))
		}
	}
	if len(s.Platforms) == 0 {
		undecided = append(undecided, "there is no image for a platform in it")
	}
	counting, rest := p.judge(mergeFindings(findings, p.rank))
	for _, f := range counting {
		v.Counted[f.Severity.String()]++
	}
	v.Findings = append(counting, rest...)
	switch {
	case len(counting) > 0:
		v.Result, v.Reasons = Fail, []string{summary(counting) + failReason(p)}
		v.Reasons = append(v.Reasons, undecided...)
	case len(undecided) > 0:
		v.Result, v.Reasons = Undecided, undecided
	default:
		v.Result, v.Reasons = Pass, []string{passReason(p, rest)}
	}
	return v
}

// judge parts findings into those that count and the rest, each with the rule that decided.
func (p Policy) judge(findings []Finding) (counting, rest []Judged) {
	for _, f := range findings {
		if !f.active() {
			rest = append(rest, Judged{Finding: f, Decision: Ignored, Reason: "the scanner has it as " + strings.ToLower(f.Status)})
			continue
		}
		counts, reason := p.counts(f.Severity)
		if counts {
			counting = append(counting, Judged{Finding: f, Decision: Counts, Reason: reason})
			continue
		}
		rest = append(rest, Judged{Finding: f, Decision: Below, Reason: reason})
	}
	return counting, rest
}

// summary is how many findings there are of each severity, worst first: "2 critical, 1 high".
func summary(findings []Judged) string {
	n := map[Severity]int{}
	for _, f := range findings {
		n[f.Severity]++
	}
	var parts []string
	for _, severity := range slices.SortedFunc(maps.Keys(n), compareSeverities) {
		parts = append(parts, fmt.Sprintf("%d %s", n[severity], severity))
	}
	return strings.Join(parts, ", ")
}

func failReason(p Policy) string {
	if _, named := p.FailOn.severity(); !named {
		return ", and every finding counts"
	}
	return ", at or above " + string(p.FailOn)
}

func passReason(p Policy, rest []Judged) string {
	var below, ignored []Judged
	for _, f := range rest {
		if f.Decision == Ignored {
			ignored = append(ignored, f)
			continue
		}
		below = append(below, f)
	}
	var parts []string
	switch {
	case len(below) > 0 && p.FailOn == None:
		parts = append(parts, summary(below)+", and no finding counts")
	case len(below) > 0:
		parts = append(parts, summary(below)+", none at or above "+string(p.FailOn))
	case len(ignored) == 0:
		parts = append(parts, "no findings")
	}
	if len(ignored) > 0 {
		parts = append(parts, summary(ignored)+" that the scanner has as suppressed or closed")
	}
	return strings.Join(parts, "; ")
}

// FailedError says that findings break the policy.
type FailedError struct {
	Verdict Verdict
}

func (e *FailedError) Error() string {
	return "the gate failed: " + strings.Join(e.Verdict.Reasons, "; ")
}

// UndecidedError says that no verdict can be had.
type UndecidedError struct {
	Reasons []string
}

func (e *UndecidedError) Error() string {
	return "no verdict: " + strings.Join(e.Reasons, "; ")
}
