package report

import "encoding/json"

// Schema is the name of the result document. Fields are added to it, never renamed or removed.
const Schema = "hallmark.result/v1"

// Status is the outcome of a run in one word.
type Status string

// The outcomes. Each belongs to one exit status.
const (
	Passed      Status = "passed"      // 0
	Planned     Status = "planned"     // 0: a dry run
	Error       Status = "error"       // 1 or 64
	Failed      Status = "failed"      // 2
	Undecided   Status = "undecided"   // 3
	Refused     Status = "refused"     // 4
	Timeout     Status = "timeout"     // 75
	Interrupted Status = "interrupted" // 130 or 143
)

// Result is the document that --output json prints and every report is made from. Fields that do not apply are absent.
// Digests are written as sha256:…, times as RFC 3339 in UTC, sizes in bytes.
type Result struct {
	Schema     string     `json:"schema"`
	Command    string     `json:"command"`
	Status     Status     `json:"status"`
	ExitCode   int        `json:"exit_code"`
	Repository string     `json:"repository,omitempty"` // host/name; the name alone where saved answers tell no host
	Digest     string     `json:"digest,omitempty"`
	MediaType  string     `json:"media_type,omitempty"`
	ImageID    string     `json:"image_id,omitempty"` // config digest of an image with one platform
	Platforms  []Platform `json:"platforms,omitempty"`
	Tags       []Tag      `json:"tags,omitempty"`
	Version    string     `json:"version,omitempty"` // what the rules make of the commit: the version output of the tags command
	Revision   *Revision  `json:"revision,omitempty"`
	Upload     *Upload    `json:"upload,omitempty"`
	Scan       *Scan      `json:"scan,omitempty"`
	Verdict    *Verdict   `json:"verdict,omitempty"`
	Error      *Failure   `json:"error,omitempty"`
}

// Platform is one image of the result.
type Platform struct {
	Platform string `json:"platform"`
	Digest   string `json:"digest,omitempty"`
}

// Tag is what was planned for one tag and what came of it.
type Tag struct {
	Name           string `json:"name"`
	Rule           string `json:"rule,omitempty"`
	Moving         bool   `json:"moving"`
	Action         string `json:"action"` // create, keep, move or refuse
	Written        bool   `json:"written"`
	Reason         string `json:"reason,omitempty"`
	PreviousDigest string `json:"previous_digest,omitempty"`
}

// Revision is the commit the image was built from.
type Revision struct {
	Commit  string   `json:"commit"`
	Short   string   `json:"short"`
	Branch  string   `json:"branch,omitempty"`
	Tags    []string `json:"tags,omitempty"`
	Time    string   `json:"time,omitempty"`
	Source  string   `json:"source,omitempty"`
	Dirty   *bool    `json:"dirty,omitempty"` // absent when nothing could tell
	Shallow bool     `json:"shallow"`
	From    string   `json:"from"` // git, go-git or ci
}

// Upload is what was sent.
type Upload struct {
	Bytes      int64   `json:"bytes"`
	BytesTotal int64   `json:"bytes_total"`
	Requests   int64   `json:"requests"`
	Seconds    float64 `json:"seconds"`
	Layers     []Layer `json:"layers,omitempty"`
}

// Layer is one layer of an Upload.
type Layer struct {
	Digest  string  `json:"digest"`
	DiffID  string  `json:"diff_id,omitempty"`
	Size    int64   `json:"size"`
	Action  string  `json:"action"`         // upload, exists, reuse or mount
	From    string  `json:"from,omitempty"` // of reuse and mount: the tag, digest or repository the blob was found in
	Seconds float64 `json:"seconds"`
}

// Scan is how the scan ended.
type Scan struct {
	Type          string         `json:"type,omitempty"` // basic or enhanced
	Status        string         `json:"status,omitempty"`
	CompletedAt   string         `json:"completed_at,omitempty"`
	WaitedSeconds float64        `json:"waited_seconds"`
	Polls         int            `json:"polls"`
	Counts        map[string]int `json:"counts,omitempty"` // as the scanner counts, by its own words
	Platforms     []PlatformScan `json:"platforms,omitempty"`
	Exploitation  []string       `json:"exploitation,omitempty"` // what of the findings' exploitation something told: epss, kev
}

// PlatformScan is how the scan of one platform ended.
type PlatformScan struct {
	Platform    string `json:"platform,omitempty"`
	Digest      string `json:"digest,omitempty"`
	Status      string `json:"status,omitempty"` // as the scanner says it
	Description string `json:"description,omitempty"`
	CompletedAt string `json:"completed_at,omitempty"`
	Undecided   string `json:"undecided,omitempty"` // why no verdict can be had of it
	Unsettled   bool   `json:"unsettled,omitempty"` // waiting ended before it had settled
}

// Verdict is what the policy says of the findings.
type Verdict struct {
	Result       string          `json:"result"` // pass, fail or undecided
	Reasons      []string        `json:"reasons,omitempty"`
	Warnings     []string        `json:"warnings,omitempty"` // ignores that have expired or match nothing, a baseline that cannot be read
	Policy       json.RawMessage `json:"policy,omitempty"`   // the effective one
	PolicySHA256 string          `json:"policy_sha256,omitempty"`
	Counted      map[string]int  `json:"counted,omitempty"`
	Findings     []Finding       `json:"findings,omitempty"`
}

// Finding is one finding and what the policy made of it.
type Finding struct {
	ID              string   `json:"id"`
	Aliases         []string `json:"aliases,omitempty"` // CVEs of an advisory that is no CVE itself
	Package         string   `json:"package,omitempty"`
	Version         string   `json:"version,omitempty"`
	FixedVersion    string   `json:"fixed_version,omitempty"`
	Fix             string   `json:"fix"` // yes, no or unknown
	Severity        string   `json:"severity"`
	VendorSeverity  string   `json:"vendor_severity,omitempty"`
	Score           float64  `json:"score,omitempty"`
	Vector          string   `json:"vector,omitempty"`
	EPSS            float64  `json:"epss,omitempty"`
	KEV             bool     `json:"kev,omitempty"`
	Exploit         bool     `json:"exploit"`
	Status          string   `json:"status,omitempty"` // the scanner's: ACTIVE, SUPPRESSED or CLOSED
	Platforms       []string `json:"platforms,omitempty"`
	Manager         string   `json:"manager,omitempty"`
	Path            string   `json:"path,omitempty"`
	System          string   `json:"operating_system,omitempty"` // as Inspector writes it: DEBIAN_12
	URL             string   `json:"url,omitempty"`
	Description     string   `json:"description,omitempty"`
	Remediation     string   `json:"remediation,omitempty"`
	PublishedAt     string   `json:"published_at,omitempty"`
	FirstObservedAt string   `json:"first_observed_at,omitempty"`
	Decision        string   `json:"decision"` // counts, ignored, not-fixable, grace, baseline or below
	Reason          string   `json:"reason,omitempty"`
	Until           string   `json:"until,omitempty"`
	Impact          string   `json:"vex_status,omitempty"`        // of an ignored one: not_affected or fixed
	Justification   string   `json:"vex_justification,omitempty"` // in the words of OpenVEX or CycloneDX
}

// Failure is why a run did not end well.
type Failure struct {
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
	Code    string `json:"code,omitempty"` // the service's or our own short name of the fault
}
