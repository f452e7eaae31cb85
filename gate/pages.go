package gate

import (
	"maps"
	"slices"
)

// Pages puts the pages of an answer about one image together. The zero value has none yet.
type Pages struct {
	Platform string // such as linux/amd64; may be empty
	Digest   string

	scan   PlatformScan
	merger merger
	arns   map[string]bool
}

// Add takes in one page. Pages of one answer may come in any order.
func (p *Pages) Add(a Answer) {
	p.scan.Status, p.scan.Description = a.Status, a.Description
	if !a.CompletedAt.IsZero() {
		p.scan.CompletedAt = a.CompletedAt
	}
	if a.Counts != nil {
		p.scan.Counts = a.Counts // of the whole image on every page
	}
	if p.merger.rank == nil {
		p.merger.rank = Severity.rank
	}
	for _, b := range a.Basic {
		p.list(b.Severity)
		p.add(basicFinding(b))
	}
	for _, e := range a.Enhanced {
		p.lookup(e)
		if !p.arns[e.ARN] {
			p.list(e.Severity)
		}
		if e.ARN != "" { // a record that a page repeats must not stand for one that is on no page
			if p.arns == nil {
				p.arns = map[string]bool{}
			}
			p.arns[e.ARN] = true
		}
		for _, f := range enhancedFindings(e) {
			p.add(f)
		}
	}
}

// Scan is what the pages say together. No more may be added then.
func (p *Pages) Scan() PlatformScan {
	p.scan.Platform, p.scan.Digest = p.Platform, p.Digest
	p.scan.Findings = p.merger.findings()
	return p.scan
}

func (p *Pages) add(f Finding) {
	if p.Platform != "" {
		f.Platforms = []string{p.Platform}
	}
	p.merger.add(f)
}

// name calls the platform of the scan and of its findings by a name that was not known when they were read.
func (p *PlatformScan) name(platform string) {
	p.Platform = platform
	for i := range p.Findings {
		p.Findings[i].Platforms = []string{platform}
	}
}

// list counts a record as findingSeverityCounts does: one of enhanced scanning once, whatever packages it names.
func (p *Pages) list(severity string) {
	if p.scan.Listed == nil {
		p.scan.Listed = map[string]int{}
	}
	p.scan.Listed[severity]++
}

// lookup keeps what a vulnerability can be asked for by elsewhere.
func (p *Pages) lookup(e EnhancedFinding) {
	id := vulnerabilityOf(e)
	known := p.scan.Lookups[id]
	if known.ARN == "" {
		known.ARN = e.ARN
	}
	if !isCVE(id) { // an advisory is of the CVEs it names; what else a CVE is related to says nothing of it
		for _, related := range e.Related {
			if isCVE(related) && !slices.Contains(known.CVEs, related) {
				known.CVEs = append(known.CVEs, related)
			}
		}
	}
	if known.ARN == "" && known.CVEs == nil {
		return
	}
	if p.scan.Lookups == nil {
		p.scan.Lookups = map[string]Lookup{}
	}
	p.scan.Lookups[id] = known
}

// Lookup is what a vulnerability can be asked for by elsewhere.
type Lookup struct {
	ARN  string   // of one of its findings in Amazon Inspector; empty in basic scanning
	CVEs []string // of an advisory that is no CVE itself, such as a GHSA
}

// Counted says whether the scanner's counts and its list are the same, as far as it has counts.
func (p PlatformScan) Counted() bool {
	return p.Counts == nil || maps.Equal(ranked(p.Counts), ranked(p.Listed))
}
