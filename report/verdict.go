package report

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/hallmark-ci/hallmark/gate"
)

// NewVerdict makes the result's verdict.
func NewVerdict(v gate.Verdict) *Verdict {
	out := &Verdict{Result: string(v.Result), Reasons: v.Reasons, Warnings: v.Warnings, PolicySHA256: v.PolicySHA256, Counted: v.Counted}
	if v.Policy != "" {
		out.Policy = json.RawMessage(v.Policy)
	}
	for _, f := range v.Findings {
		out.Findings = append(out.Findings, newFinding(f))
	}
	return out
}

func newFinding(f gate.Judged) Finding {
	return Finding{
		ID:              f.ID,
		Package:         f.Package,
		Version:         f.Version,
		FixedVersion:    f.FixedVersion,
		Fix:             string(f.Fix),
		Severity:        f.Severity.String(),
		VendorSeverity:  f.VendorSeverity,
		Score:           f.Score,
		Vector:          f.Vector,
		EPSS:            f.EPSS,
		KEV:             f.KEV,
		Exploit:         f.Exploit,
		Status:          f.Status,
		Platforms:       f.Platforms,
		Manager:         f.Manager,
		Path:            f.Path,
		URL:             f.URL,
		Description:     f.Description,
		Remediation:     f.Remediation,
		PublishedAt:     timeText(f.PublishedAt),
		FirstObservedAt: timeText(f.FirstObservedAt),
		Decision:        string(f.Decision),
		Reason:          f.Reason,
		Until:           f.Until,
	}
}

// timeText writes a time, a zero one as nothing.
func timeText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// listed is how many findings that do not count are shown without --verbose.
const listed = 10

// Verdict writes the findings, those that count first, and that they pass if they do: the error that ends the run tells any other
// verdict.
func (t *Text) Verdict(v gate.Verdict) {
	var platforms []string
	for _, f := range v.Findings {
		platforms = append(platforms, f.Platforms...)
	}
	slices.Sort(platforms)
	all := len(slices.Compact(platforms))
	others := 0
	for _, f := range v.Findings {
		if f.Decision != gate.Counts {
			others++
		}
		if others <= listed || t.Verbose {
			t.finding(f, all)
		}
	}
	if others > listed && !t.Verbose {
		t.Say("%d more that do not count: --verbose lists them", others-listed)
	}
	if v.Result == gate.Pass {
		t.sayWrapped(t.paint(green, string(v.Result)), ": "+strings.Join(v.Reasons, "; "))
	}
}

// finding writes one row: what it is, how to mend it, where it is unless on all platforms, and why it does not count.
func (t *Text) finding(f gate.Judged, platforms int) {
	severity := pad(Clean(f.Severity.String()), 9)
	if f.Decision == gate.Counts {
		severity = t.paint(red, severity)
	}
	what := strings.TrimSpace(f.Package + " " + f.Version)
	switch {
	case f.FixedVersion != "":
		what += " -> " + f.FixedVersion
	case f.Fix == gate.NoFix:
		what += " (no fix)"
	}
	if f.Exploit {
		what += ", exploit known"
	}
	if len(f.Platforms) > 0 && len(f.Platforms) < platforms {
		what += ", on " + strings.Join(f.Platforms, " and ")
	}
	switch {
	case f.Decision == gate.Counts:
	case t.Verbose:
		what += "  [" + f.Reason + "]"
	default:
		what += "  [" + string(f.Decision) + "]"
	}
	t.entry(severity+"  "+pad(Clean(f.ID), 16), what)
}
