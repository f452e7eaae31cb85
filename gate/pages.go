package gate

import "maps"

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
		p.remember(e)
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

// remember keeps the ARN of one finding of each vulnerability.
func (p *Pages) remember(e EnhancedFinding) {
	id := vulnerabilityOf(e)
	if e.ARN == "" || p.scan.ARNs[id] != "" {
		return
	}
	if p.scan.ARNs == nil {
		p.scan.ARNs = map[string]string{}
	}
	p.scan.ARNs[id] = e.ARN
}

// Counted says whether the scanner's counts and its list are the same, as far as it has counts.
func (p PlatformScan) Counted() bool {
	return p.Counts == nil || maps.Equal(ranked(p.Counts), ranked(p.Listed))
}
