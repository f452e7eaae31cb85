package report

import (
	"encoding/json"
	"time"

	"github.com/hallmark-ci/hallmark/gate"
)

// NewVerdict makes the result's verdict.
func NewVerdict(v gate.Verdict) *Verdict {
	out := &Verdict{Result: string(v.Result), Reasons: v.Reasons, Warnings: v.Warnings, PolicySHA256: v.PolicySHA256, Counted: v.Counted}
	if v.Policy != "" {
		out.Policy = json.RawMessage(v.Policy)
	}
	if n := len(v.Findings); n > 0 {
		out.Findings = make([]Finding, n)
	}
	for i, f := range v.Findings {
		out.Findings[i] = newFinding(f)
	}
	return out
}

// NewExploitation makes the words of a scan's exploitation.
func NewExploitation(t gate.Told) []string {
	var words []string
	if t.EPSS {
		words = append(words, "epss")
	}
	if t.KEV {
		words = append(words, "kev")
	}
	return words
}

func newFinding(f gate.Judged) Finding {
	return Finding{
		ID:              f.ID,
		Aliases:         f.Aliases,
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
		System:          f.System,
		URL:             f.URL,
		Description:     f.Description,
		Remediation:     f.Remediation,
		PublishedAt:     timeText(f.PublishedAt),
		FirstObservedAt: timeText(f.FirstObservedAt),
		Decision:        string(f.Decision),
		Reason:          f.Reason,
		Until:           f.Until,
		Impact:          string(f.Impact),
		Justification:   f.Justification,
	}
}

// timeText writes a time, a zero one as nothing.
func timeText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
