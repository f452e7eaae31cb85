package gate

import (
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

// The decisions. Everything is reported; only what Counts can fail a gate, if there are more of them than the policy accepts.
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

	Impact        Impact // what a VEX document, or an entry of ignore with a justification, says of an ignored finding; else empty
	Justification string // why, in the words of OpenVEX or CycloneDX
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

// Judge holds the findings of all platforms against a policy. Findings that break it fail the image, whatever other platforms are
// like; a platform without a verdict leaves it undecided, unless the policy lets that pass; and only what was scanned whole, and read
// whole, passes without more ado.
func Judge(p Policy, c Case) Verdict {
	p = p.WithDefaults()
	d := newDecider(p, c)
	all, n := d.judge(c.Scan.merged(p.Rules.rank))
	counting, rest := all[:n], all[n:]
	undecided, warned, accepted := parted(p.Rules.lacks(c))
	disorderly, warnings := d.warnings(len(undecided)+len(accepted) == 0)
	v := Verdict{
		Warnings:     append(warnings, warned...),
		Policy:       p.JSON(),
		PolicySHA256: p.SHA256(),
		Counted:      countBy(counting, func(f Judged) string { return f.Severity.String() }),
		Findings:     all,
	}
	broken := append(d.broken(counting), disorderly...)
	switch {
	case len(broken) > 0:
		v.Result, v.Reasons = Fail, slices.Concat(broken, undecided, dismissed(rest))
	case len(undecided) > 0:
		v.Result, v.Reasons = Undecided, undecided
	default:
		v.Result, v.Reasons = Pass, append(d.passed(counting, rest, len(accepted) == 0), accepted...)
	}
	return v
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
