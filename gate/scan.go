package gate

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Scan is the settled scan of an image, of all its platforms.
type Scan struct {
	Type      string // "basic", "enhanced", or empty when nothing told
	Platforms []PlatformScan
	Told      Told
}

// Told says what of the exploitation of findings something told: a file, Amazon Inspector, or the result of an earlier run. What nobody told
// looks like what is harmless.
type Told struct{ EPSS, KEV bool }

// missing names what always_fail asks for and nothing told.
func (t Told) missing(always AlwaysFail) []string {
	var out []string
	if always.EPSS > 0 && !t.EPSS {
		out = append(out, "EPSS")
	}
	if always.KEV && !t.KEV {
		out = append(out, "KEV")
	}
	return out
}

// PlatformScan is the scan of one platform.
type PlatformScan struct {
	Platform    string // such as linux/amd64; empty when unknown
	Digest      string
	Status      string // as ECR says it
	Description string
	CompletedAt time.Time
	Counts      map[string]int // as the scanner counts
	Listed      map[string]int // records of findings in its list, counted likewise
	Findings    []Finding
	ARNs        map[string]string // of one finding of each vulnerability in Amazon Inspector; nil where it has none
	Undecided   string            // why no verdict can be had; empty when one can
	Unsettled   bool              // waiting ended before the scan had settled: there may be more to find
}

// Unlisted says which findings the scanner counts and does not list, such as "2 high"; nothing when its list is whole. Counts have
// been seen before the findings were there. Severities without a rank are one: the two places have different words for them.
func (p PlatformScan) Unlisted() string {
	missing := ranked(p.Counts)
	for severity, n := range ranked(p.Listed) {
		missing[severity] -= n
	}
	var parts []string
	for _, severity := range slices.SortedFunc(maps.Keys(missing), compareSeverities) {
		if n := missing[severity]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, severity))
		}
	}
	return strings.Join(parts, ", ")
}

// ranked counts by severity, of which those without a rank are one, and leaves zeros out. A sum, which Inspector's events have among
// their levels, is no severity.
func ranked(counts map[string]int) map[Severity]int {
	out := map[Severity]int{}
	for level, n := range counts {
		if n != 0 && level != "TOTAL" {
			out[severityOf(level).ranked()] += n
		}
	}
	return out
}

// Problem says why the scan of a platform gives no verdict; nothing when it does.
func (p PlatformScan) Problem() string {
	if p.Undecided != "" {
		return p.Undecided
	}
	switch outlook, reason := Judgeable(p.Status, p.Description); outlook {
	case Pending:
		return fmt.Sprintf("the scan is %s: it has not finished", p.Status)
	case Ready:
	default:
		return reason
	}
	if p.Unsettled {
		return fmt.Sprintf("the scan is %s and has not settled", p.Status)
	}
	if unlisted := p.Unlisted(); unlisted != "" {
		return fmt.Sprintf("the scanner counts findings that it does not list: %s", unlisted)
	}
	return ""
}
