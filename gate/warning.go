package gate

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// warnings are what deserves a look. What the settings make an error of comes apart, as reasons to fail. That an entry matches nothing can
// be told only of a scan that is whole.
func (d *decider) warnings(whole bool) (disorderly, warnings []string) {
	if gap := d.Rules.FailOn.gap(); gap != "" {
		warnings = append(warnings, gap)
	}
	for i, e := range d.Ignore {
		care, text := d.disorder(i, whole)
		switch {
		case text == "":
		case care == CareError:
			disorderly = append(disorderly, e.String()+" "+text)
		case care == CareWarn:
			warnings = append(warnings, e.String()+" "+text)
		}
	}
	warnings = append(warnings, d.aboutStatements(whole)...)
	if baseline := d.Rules.NewOnly.Baseline; baseline != "" && d.Baseline.units == nil {
		problem := d.Baseline.Problem
		if problem == "" {
			problem = "nothing has read it"
		}
		warnings = append(warnings, fmt.Sprintf("every finding counts as new: baseline %s: %s", baseline, problem))
	}
	return disorderly, append(warnings, d.aboutExploits()...)
}

// disorder says what is out of order with an entry of ignore, or soon will be, and how much is made of it.
func (d *decider) disorder(i int, whole bool) (Care, string) {
	e := d.Ignore[i]
	if !d.needed[i] && (e.Shared || e.Image != "" && !d.Image.is(e.Image)) {
		return CareOff, "" // an organisation's entry, or one for another image
	}
	switch left := e.left(d.Now); {
	case e.expired(d.Now):
		return d.Settings.ExpiredIgnores, fmt.Sprintf("expired: its last day was %s", e.Until)
	case !d.needed[i] && whole:
		return d.Settings.UnusedIgnores, "matches no finding"
	case d.needed[i] && left != "":
		return CareWarn, fmt.Sprintf("lasts until %s: %s", e.Until, left)
	}
	return CareOff, ""
}

// aboutStatements tells of VEX documents that say less than they seem to, or more.
func (d *decider) aboutStatements(whole bool) []string {
	warnings := slices.Sorted(maps.Keys(d.wide))
	var documents []string
	homeless := map[string]int{}
	for _, s := range d.Policy.Statements {
		if !slices.Contains(documents, s.Document) {
			documents = append(documents, s.Document)
		}
		if len(s.Products) == 0 {
			homeless[s.Document]++
		}
	}
	for _, document := range documents {
		if n := homeless[document]; n > 0 {
			warnings = append(warnings, fmt.Sprintf("%s: %d of its statements name no product that can be read: they apply to nothing", document, n))
		}
		if whole && !d.heard[document] {
			warnings = append(warnings, fmt.Sprintf("%s: none of its statements is about a finding of this image", document))
		}
	}
	return warnings
}

// aboutExploits tells that always_fail asks for what nothing has told; basic scanning knows of no exploits
// (https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageScanFinding.html).
func (d *decider) aboutExploits() []string {
	always := d.Rules.AlwaysFail
	if !slices.ContainsFunc(d.Scan.Platforms, func(p PlatformScan) bool { return len(p.Findings) > 0 }) {
		return nil
	}
	var out []string
	if missing := d.Scan.Told.missing(always); len(missing) > 0 {
		out = append(out, fmt.Sprintf("always_fail asks for %s, which neither a file nor Amazon Inspector told", strings.Join(missing, " and ")))
	}
	if always.Exploit && d.Scan.Type == "basic" {
		out = append(out, "always_fail asks for exploits, of which basic scanning tells nothing")
	}
	return out
}
