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
	Undecided   string // why no verdict can be had; empty when one can
}

// Add takes one page of an answer into the scan of a platform.
func (p *PlatformScan) Add(a Answer) {
	p.Status, p.Description = a.Status, a.Description
	if !a.CompletedAt.IsZero() {
		p.CompletedAt = a.CompletedAt
	}
	if a.Counts != nil {
		p.Counts = a.Counts // of the whole image on every page
	}
	for level, n := range a.listed() {
		if p.Listed == nil {
			p.Listed = map[string]int{}
		}
		p.Listed[level] += n
	}
	findings := Findings(a)
	for i := range findings {
		if p.Platform != "" {
			findings[i].Platforms = []string{p.Platform}
		}
	}
	p.Findings = mergeFindings(append(p.Findings, findings...), Severity.rank)
}

// Unlisted says which findings the scanner counts and does not list, such as "2 high"; nothing when its list is whole. Counts have
// been seen before the findings were there. Severities without a rank are one: the two places have different words for them.
func (p PlatformScan) Unlisted() string {
	missing := map[Severity]int{}
	for level, n := range p.Counts {
		missing[severityOf(level).ranked()] += n
	}
	for level, n := range p.Listed {
		missing[severityOf(level).ranked()] -= n
	}
	var parts []string
	for _, severity := range slices.SortedFunc(maps.Keys(missing), compareSeverities) {
		if n := missing[severity]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, severity))
		}
	}
	return strings.Join(parts, ", ")
}

// problem says why the scan of a platform gives no verdict; nothing when it does.
func (p PlatformScan) problem() string {
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
	if unlisted := p.Unlisted(); unlisted != "" {
		return fmt.Sprintf("the scanner counts findings that it does not list: %s", unlisted)
	}
	return ""
}
