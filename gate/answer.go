package gate

import (
	"errors"
	"time"
)

// ErrScanNotFound says that there is no scan of the image: not yet, or never. ErrImageNotFound says that there is no image.
var (
	ErrScanNotFound  = errors.New("no scan of this image")
	ErrImageNotFound = errors.New("no such image")
)

// Answer is one page of what DescribeImageScanFindings says of one image, basic or enhanced, without what a verdict
// does not need. Member names follow the API
// (https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImageScanFindings.html).
type Answer struct {
	RepositoryName string
	ImageDigest    string
	ImageTag       string // of the image as it was asked for; not to be relied on

	Status      string // imageScanStatus.status: an open set
	Description string // imageScanStatus.description

	CompletedAt     time.Time // imageScanCompletedAt; zero when absent
	SourceUpdatedAt time.Time // vulnerabilitySourceUpdatedAt; zero when absent

	Counts   map[string]int // findingSeverityCounts of the whole image; nil when absent, zero levels left out
	Basic    []BasicFinding
	Enhanced []EnhancedFinding

	// HasEnhanced says that enhancedFindings was present, if only as an empty list: the sign of an enhanced answer.
	HasEnhanced bool

	NextToken string // more pages follow when it is not empty
}

// BasicFinding is one finding of basic scanning. Attributes holds package_name, package_version, CVSS2_SCORE, CVSS3_SCORE
// and their vectors, all text.
type BasicFinding struct {
	Name        string
	Description string
	URI         string
	Severity    string
	Attributes  map[string]string
}

// EnhancedFinding is one finding of Amazon Inspector, which may name several packages.
type EnhancedFinding struct {
	ARN              string
	Title            string
	Description      string
	Severity         string
	Status           string // ACTIVE, SUPPRESSED or CLOSED; empty counts as ACTIVE
	Score            float64
	ScoreVector      string // CVSS vector of Score; empty when absent
	FixAvailable     string // YES, NO, PARTIAL or empty
	ExploitAvailable string // YES, NO or empty
	FirstObservedAt  time.Time
	VulnerabilityID  string
	Source           string
	SourceURL        string
	VendorSeverity   string
	VendorCreatedAt  time.Time
	CVSS             []CVSS   // all ratings there are
	Related          []string // vulnerabilities that the record is about too, such as the CVE of a GHSA
	Packages         []VulnerablePackage
	Platform         string // of the image's resource, such as DEBIAN_12; empty when absent

	// Recommendation is what to do, often "None Provided", and RecommendationURL where that is told.
	Recommendation, RecommendationURL string
}

// CVSS is one rating of a vulnerability.
type CVSS struct {
	Score   float64
	Vector  string
	Version string
	Source  string
}

// VulnerablePackage is one package of an EnhancedFinding.
type VulnerablePackage struct {
	Name            string
	Version         string
	Release         string
	Epoch           int
	Arch            string
	Manager         string // packageManager, such as OS or GOBINARY: an open set
	FilePath        string
	FixedInVersion  string // "NotAvailable" when there is none; empty in old records
	SourceLayerHash string
}

// Coverage is how a repository is scanned, by the setting in effect.
type Coverage struct {
	Type      string   // BASIC or ENHANCED; empty when it could not be read
	Frequency string   // SCAN_ON_PUSH, CONTINUOUS_SCAN or MANUAL; empty when it could not be read
	Filters   []string // the registry's scanning filters that apply
	OnPush    bool     // scanOnPush
}

// NeverComes says why no scan will ever come by itself, if the settings are sure of it. Under enhanced scanning both signs must agree,
// since the two settings are read one after the other; a frequency that is not known is no sign.
func (c Coverage) NeverComes() (reason string, never bool) {
	if c.Frequency != "MANUAL" {
		return "", false
	}
	switch {
	case c.Type == "ENHANCED" && len(c.Filters) == 0:
		return "enhanced scanning does not cover this repository: no scanning filter of the registry matches its name", true
	case c.Type == "BASIC" && !c.OnPush:
		return "the repository is not scanned on push", true
	}
	return "", false
}

// Type is the kind of scanning an answer comes from, "basic" or "enhanced"; empty when it does not tell. That a list is empty tells
// nothing: a clean image has none.
func (a Answer) Type() string {
	switch {
	case a.HasEnhanced && len(a.Basic) == 0:
		return "enhanced"
	case len(a.Basic) > 0:
		return "basic"
	}
	return ""
}
