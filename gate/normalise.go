package gate

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// Findings makes findings of an answer, of either kind of scanning, one for each vulnerability and package, worst first.
func Findings(a Answer) []Finding {
	var findings []Finding
	for _, b := range a.Basic {
		findings = append(findings, basicFinding(b))
	}
	for _, e := range a.Enhanced {
		findings = append(findings, enhancedFindings(e)...)
	}
	return mergeFindings(findings, Severity.rank)
}

// basicFinding reads a finding of basic scanning. It names one source package and never says whether there is a fix.
func basicFinding(b BasicFinding) Finding {
	return Finding{
		ID:          b.Name,
		Package:     b.Attributes["package_name"],
		Version:     b.Attributes["package_version"],
		Fix:         UnknownFix,
		Severity:    severityOf(b.Severity),
		Score:       score(b.Attributes["CVSS4_SCORE"], b.Attributes["CVSS3_SCORE"], b.Attributes["CVSS2_SCORE"]),
		URL:         b.URI,
		Description: b.Description,
	}
}

// severityOf reads a severity in any case: one that is not recognised could count as less than it is.
func severityOf(text string) Severity { return Severity(strings.ToUpper(text)) }

// score is the first of several scores, best method first, that is one.
func score(texts ...string) float64 {
	for _, text := range texts {
		if n, err := strconv.ParseFloat(text, 64); err == nil && isScore(n) {
			return n
		}
	}
	return 0
}

// isScore says whether n is a CVSS score; NaN, which is a number to strconv and to the service's format, is none.
func isScore(n float64) bool { return n >= 0 && n <= 10 }

// enhancedFindings reads a finding of Inspector: one for each package it names.
func enhancedFindings(e EnhancedFinding) []Finding {
	finding := Finding{
		ID:              cmp.Or(e.VulnerabilityID, e.Title, e.ARN),
		Fix:             fixOf(e.FixAvailable),
		Severity:        severityOf(e.Severity),
		Score:           e.Score,
		Exploit:         e.ExploitAvailable == "YES",
		Status:          e.Status,
		URL:             e.SourceURL,
		Description:     e.Description,
		VendorSeverity:  e.VendorSeverity,
		FirstObservedAt: e.FirstObservedAt,
		PublishedAt:     e.VendorCreatedAt,
	}
	if !isScore(finding.Score) {
		finding.Score = 0
	}
	if len(e.Packages) == 0 {
		return []Finding{finding}
	}
	var out []Finding
	for _, p := range e.Packages {
		one := finding
		one.Package, one.Version, one.Manager, one.Path = p.Name, versionText(p), p.Manager, p.FilePath
		switch p.FixedInVersion {
		case "":
		case "NotAvailable", "N/A":
			one.Fix = NoFix // of the record's packages others may have one
		default:
			one.Fix, one.FixedVersion = HasFix, strings.TrimPrefix(p.FixedInVersion, "0:") // versions leave out an epoch of 0
		}
		out = append(out, one)
	}
	return out
}

// fixOf reads fixAvailable. PARTIAL means that some of the packages have a fix; which ones, fixedInVersion tells.
func fixOf(text string) Fix {
	switch text {
	case "YES":
		return HasFix
	case "NO":
		return NoFix
	default:
		return UnknownFix
	}
}

// versionText joins the parts of a version as package managers write it: epoch:version-release.
func versionText(p VulnerablePackage) string {
	text := p.Version
	if p.Epoch > 0 {
		text = fmt.Sprintf("%d:%s", p.Epoch, text)
	}
	if p.Release != "" && !strings.HasSuffix(text, "-"+p.Release) {
		text += "-" + p.Release
	}
	return text
}
