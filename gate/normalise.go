package gate

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Findings makes findings of an answer, of either kind of scanning, one for each vulnerability and package, worst first.
func Findings(a Answer) []Finding {
	var pages Pages
	pages.Add(a)
	return pages.Scan().Findings
}

// basicFinding reads a finding of basic scanning. It names one source package and never says whether there is a fix.
func basicFinding(b BasicFinding) Finding {
	score, vector := basicScore(b.Attributes)
	return Finding{
		ID:          b.Name,
		Package:     b.Attributes["package_name"],
		Version:     b.Attributes["package_version"],
		Fix:         UnknownFix,
		Severity:    severityOf(b.Severity),
		Score:       score,
		Vector:      vector,
		URL:         b.URI,
		Description: b.Description,
	}
}

// severityOf reads a severity in any case: one that is not recognised could count as less than it is.
func severityOf(text string) Severity { return Severity(strings.ToUpper(text)) }

// basicScore is the score by the newest method that gave one, and its vector.
func basicScore(attributes map[string]string) (score float64, vector string) {
	for _, method := range []string{"CVSS4", "CVSS3", "CVSS2"} {
		if n, err := strconv.ParseFloat(attributes[method+"_SCORE"], 64); err == nil && isScore(n) {
			return n, attributes[method+"_VECTOR"]
		}
	}
	return 0, ""
}

// enhancedScore is Inspector's score and the vector it is of. Where Inspector has none, it is the rating by the newest method.
func enhancedScore(e EnhancedFinding) (score float64, vector string) {
	if isScore(e.Score) {
		score, vector = e.Score, e.ScoreVector
	}
	version := ""
	for _, c := range e.CVSS {
		switch {
		case !isScore(c.Score) || c.Score == 0:
		case score == c.Score && vector == "":
			vector = c.Vector
		case e.Score == 0 && c.Version > version: // 2.0, 3.0, 3.1, 4.0
			score, vector, version = c.Score, c.Vector, c.Version
		}
	}
	return score, vector
}

// isScore says whether n is a CVSS score; NaN, which is a number to strconv and to the service's format, is none.
func isScore(n float64) bool { return n >= 0 && n <= 10 }

// enhancedFindings reads a finding of Inspector: one for each package it names.
func enhancedFindings(e EnhancedFinding) []Finding {
	score, vector := enhancedScore(e)
	finding := Finding{
		ID:              vulnerabilityOf(e),
		Aliases:         aliases(e),
		Fix:             fixOf(e.FixAvailable),
		Severity:        severityOf(e.Severity),
		Score:           score,
		Vector:          vector,
		Exploit:         e.ExploitAvailable == "YES",
		Status:          e.Status,
		URL:             e.SourceURL,
		Description:     e.Description,
		Remediation:     remediation(e),
		VendorSeverity:  e.VendorSeverity,
		FirstObservedAt: e.FirstObservedAt,
		PublishedAt:     e.VendorCreatedAt,
		System:          e.Platform,
	}
	if len(e.Packages) == 0 {
		return []Finding{finding}
	}
	var out []Finding
	for _, p := range e.Packages {
		one := finding
		one.Package, one.Version, one.Manager, one.Path = p.Name, versionText(p), p.Manager, p.FilePath
		one.Fix, one.FixedVersion = packageFix(p.FixedInVersion, e.FixAvailable)
		out = append(out, one)
	}
	return out
}

// vulnerabilityOf names what a record is about.
func vulnerabilityOf(e EnhancedFinding) string { return cmp.Or(e.VulnerabilityID, e.Title, e.ARN) }

// aliases are the CVEs of an advisory that is no CVE itself. What else a CVE is related to says nothing of it.
func aliases(e EnhancedFinding) []string {
	if isCVE(vulnerabilityOf(e)) {
		return nil
	}
	var cves []string
	for _, related := range e.Related {
		if isCVE(related) && !slices.Contains(cves, related) {
			cves = append(cves, related)
		}
	}
	return cves
}

// remediation is what Inspector advises, and where it says more. Its records of ECR images mostly say "None Provided"
// (https://github.com/aws/aws-cli/issues/8677).
func remediation(e EnhancedFinding) string {
	text := e.Recommendation
	if strings.EqualFold(text, "None Provided") {
		text = ""
	}
	return strings.TrimSpace(text + " " + e.RecommendationURL)
}

// packageFix is the fix of one package of a record: fixedInVersion tells it, and where that names no version, fixAvailable of the whole
// record. PARTIAL means that some of its packages have a fix: not one that is said to have none.
func packageFix(fixedIn, available string) (Fix, string) {
	switch fixedIn {
	case "":
		return fixOf(available), ""
	case "NotAvailable", "N/A":
		if available == "PARTIAL" {
			return NoFix, ""
		}
		return fixOf(available), ""
	default:
		return HasFix, strings.TrimPrefix(fixedIn, "0:") // versions leave out an epoch of 0
	}
}

// fixOf reads fixAvailable.
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
