package report

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"
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

// judged says whether the run came to a verdict of pass or fail.
func (d Document) judged() bool { return d.Verdict != nil && d.Verdict.Result != "undecided" }

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

// ruling says what the policy made of a finding, and why.
func (f *Finding) ruling() string {
	text := f.Decision
	if f.Until != "" {
		text += " until " + f.Until
	}
	if f.Reason != "" {
		text += ": " + f.Reason
	}
	return text
}

// level is a severity that has a rank of its own, else unknown.
func (f *Finding) level() string {
	switch f.Severity {
	case "critical", "high", "medium", "low", "informational":
		return f.Severity
	default:
		return "unknown"
	}
}

// identity names a finding by a digest of what it is, the same in every run and for every image of the repository. What makes it
// another finding of the same vulnerability may be added.
func (d Document) identity(f *Finding, more ...string) string {
	sum := sha256.New()
	for _, part := range append([]string{d.Repository, f.ID, f.Manager, f.Package, f.Path}, more...) {
		io.WriteString(sum, part)
		sum.Write([]byte{0}) // parts of other lengths must not read alike
	}
	return hex.EncodeToString(sum.Sum(nil)[:16])
}

// uuid is 32 hexadecimal digits in the form of a UUID of version 8, whose content is up to the one who makes it
// (https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-8).
func uuid(digits string) string {
	return digits[:8] + "-" + digits[8:12] + "-8" + digits[13:16] + "-a" + digits[17:20] + "-" + digits[20:32]
}

// webAddress is the address of a page, encoded as formats that check addresses want it; empty when a text is none.
func webAddress(text string) string {
	address, err := url.Parse(text)
	if err != nil || address.Scheme != "http" && address.Scheme != "https" || address.Hostname() == "" {
		return ""
	}
	encoded := address.String()
	if strings.ContainsFunc(encoded, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune("\"<>\\^`{|}", r) }) {
		return ""
	}
	return encoded
}

// repositoryName is the repository without its registry, whose host has the account's number.
func (d Document) repositoryName() string {
	_, name := d.Address()
	return cmp.Or(name, "image")
}

// rfc3339 is a time of the result in a form that schemas take; empty when it has none.
func rfc3339(text string) string {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
