package gate

import (
	"cmp"
	"time"
)

// Fix says whether a fixed version of the package exists.
type Fix string

// Basic scanning never knows.
const (
	HasFix     Fix = "yes"
	NoFix      Fix = "no"
	UnknownFix Fix = "unknown"
)

// Finding is one vulnerability in one package of an image: distinct by ID, Package and Version.
type Finding struct {
	ID              string   // CVE-…, GHSA-…
	Aliases         []string // the CVEs that an advisory is of which is no CVE itself, as the scanner says
	Package         string
	Version         string // as the package manager writes it, epoch and release included
	FixedVersion    string // empty when there is none or it is not known
	Fix             Fix
	Severity        Severity
	Score           float64 // CVSS, 0 when there is none
	Vector          string  // CVSS vector the score is of
	EPSS            float64 // probability of exploitation within 30 days, 0 to 1; 0 when it is not known
	KEV             bool    // in CISA's catalogue of known exploited vulnerabilities
	Exploit         bool    // an exploit is known to be public
	Status          string  // ACTIVE, SUPPRESSED or CLOSED, as the scanner says; empty where it has no such thing
	Platforms       []string
	URL             string
	Description     string
	Remediation     string // what the scanner advises
	VendorSeverity  string
	Manager         string // package manager, such as OS or GOBINARY
	Path            string // of the package's file in the image
	System          string // the image's operating system, as Inspector writes it: DEBIAN_12; basic scanning tells none
	FirstObservedAt time.Time
	PublishedAt     time.Time // when the vendor first wrote of it; zero when unknown
}

// active says whether the finding stands: suppressed and closed ones are reported and never counted. A word that is not known stands.
func (f Finding) active() bool { return f.Status != "SUPPRESSED" && f.Status != "CLOSED" }

// names are the ids that the vulnerability is known by, the finding's own first.
func (f Finding) names() []string { return append([]string{f.ID}, f.Aliases...) }

// ownNames are the ids under which something can be said that holds for all of the finding: of an advisory of several CVEs, what is said
// of one does not.
func (f Finding) ownNames() []string {
	if len(f.Aliases) == 1 {
		return f.names()
	}
	return []string{f.ID}
}

// key is what makes a finding distinct.
func (f Finding) key() [3]string { return [3]string{f.ID, f.Package, f.Version} }

// compareFindings orders findings worst first, then by what they are.
func compareFindings(a, b Finding) int {
	return cmp.Or(
		compareSeverities(a.Severity, b.Severity),
		cmp.Compare(b.Score, a.Score),
		cmp.Compare(a.ID, b.ID),
		cmp.Compare(a.Package, b.Package),
		cmp.Compare(a.Version, b.Version),
	)
}

// absorb takes over what another record of the same finding says worse or says at all: a merge must not hide anything.
func (f *Finding) absorb(other Finding, rank func(Severity) int) {
	f.Platforms = append(f.Platforms, other.Platforms...)
	f.Aliases = bothAliases(f.Aliases, other.Aliases)
	if rank(other.Severity) < rank(f.Severity) {
		f.Severity = other.Severity
	}
	if other.Score > f.Score || f.Vector == "" && other.Score == f.Score {
		f.Score, f.Vector = other.Score, other.Vector
	}
	f.EPSS = max(f.EPSS, other.EPSS)
	f.KEV = f.KEV || other.KEV
	f.Exploit = f.Exploit || other.Exploit
	if other.active() {
		f.Status = other.Status
	}
	f.Fix = betterKnown(f.Fix, other.Fix)
	f.FixedVersion = cmp.Or(f.FixedVersion, other.FixedVersion)
	f.URL = cmp.Or(f.URL, other.URL)
	f.Description = cmp.Or(f.Description, other.Description)
	f.Remediation = cmp.Or(f.Remediation, other.Remediation)
	f.Manager = cmp.Or(f.Manager, other.Manager)
	f.Path = bothPaths(f.Path, other.Path)
	f.System = cmp.Or(f.System, other.System)
	f.VendorSeverity = cmp.Or(f.VendorSeverity, other.VendorSeverity)
	f.FirstObservedAt = earlier(f.FirstObservedAt, other.FirstObservedAt)
	f.PublishedAt = earlier(f.PublishedAt, other.PublishedAt)
}

// betterKnown is the fix of two records of one finding: a policy may pass over what has no fix, so that is believed only of both.
func betterKnown(a, b Fix) Fix {
	for _, fix := range []Fix{HasFix, UnknownFix} {
		if a == fix || b == fix {
			return fix
		}
	}
	return a
}

// earlier is the first of two times, of which a zero one is none.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
