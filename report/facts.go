package report

import (
	"cmp"
	"fmt"
	"strings"
)

// What several formats say of a result and of a finding, in the same words.

// findings are those of the verdict; none when there is no verdict.
func (d Document) findings() []*Finding {
	if d.Verdict == nil {
		return nil
	}
	out := make([]*Finding, len(d.Verdict.Findings))
	for i := range out {
		out[i] = &d.Verdict.Findings[i]
	}
	return out
}

// subject is what a report is about: the repository, or the command when the run did not come that far.
func (d Document) subject() string { return cmp.Or(d.Repository, "hallmark "+d.Command) }

// outcome says how the run ended, in one line.
func (d Document) outcome() string {
	switch {
	case d.Error != nil:
		return strings.ReplaceAll(d.Error.Message, "\n", "; ")
	case d.Verdict != nil && len(d.Verdict.Reasons) > 0:
		return d.Verdict.Result + ": " + strings.Join(d.Verdict.Reasons, "; ")
	case d.Status == Planned:
		return "a dry run: nothing was judged"
	case d.Status == Passed:
		return "not judged"
	default:
		return string(d.Status)
	}
}

func (f *Finding) counts() bool { return f.Decision == "counts" }

// onPlatforms are the platforms of a finding, one of no name when they are not known.
func (f *Finding) onPlatforms() []string {
	if len(f.Platforms) == 0 {
		return []string{""}
	}
	return f.Platforms
}

// where is the package and its version.
func (f *Finding) where() string { return strings.TrimSpace(f.Package + " " + f.Version) }

// mend says what to do about a finding.
func (f *Finding) mend() string {
	switch {
	case f.FixedVersion != "":
		return fmt.Sprintf("update %s to %s", cmp.Or(f.Package, "it"), f.FixedVersion)
	case f.Remediation != "":
		return f.Remediation
	case f.Fix == "yes":
		return "a fixed version exists"
	case f.Fix == "no":
		return "there is no fixed version"
	default:
		return "the scanner does not say whether there is a fixed version"
	}
}

// verdictLine says what the policy made of a finding, and why.
func (f *Finding) verdictLine() string {
	text := f.Decision
	if f.Until != "" {
		text += " until " + f.Until
	}
	if f.Reason != "" {
		text += ": " + f.Reason
	}
	return strings.TrimSpace(text + "; " + f.mend())
}
