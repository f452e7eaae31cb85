package gate_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/gate"
)

// verdict judges saved answers by --fail-on high.
func verdict(t *testing.T, answers []gate.Answer) string {
	t.Helper()
	saved, err := savedScan(answers)
	if err != nil {
		return "error: " + err.Error()
	}
	v := gate.Judge(policy(t, "high"), gate.Case{Scan: saved})
	return string(v.Result) + ": " + strings.Join(v.Reasons, "; ")
}

// savedScan makes a scan of saved answers.
func savedScan(answers []gate.Answer) (gate.Scan, error) {
	var c gate.Collection
	for _, a := range answers {
		if err := c.Add(a); err != nil {
			return gate.Scan{}, err
		}
	}
	return c.Scan(), nil
}

func TestSavedSamples(t *testing.T) {
	for file, want := range map[string]string{
		"basic.json":              "pass: 1 medium, none at or above high",
		"enhanced-active.json":    "fail: 1 high, at or above high",
		"enhanced-untriaged.json": "fail: 1 untriaged, at or above high",
		"enhanced-languages.json": "fail: 1 critical, 5 high, at or above high", // 2 and 6 with the versions of a package apart
		"enhanced-closed.json":    "fail: 2 untriaged, 2 high, at or above high; 1 medium that the scanner has as suppressed or closed",
		"complete-too-early.json": "undecided: the saved scan has no findings and does not say that it was completed",
		"pending.json":            "undecided: the saved scan is PENDING: it was not finished",
	} {
		if diff := cmp.Diff(want, verdict(t, sample(t, file))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", file, diff)
		}
	}
}

func TestSaved(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	page := func(digest, token string, findings ...gate.BasicFinding) gate.Answer {
		return gate.Answer{ImageDigest: digest, Status: "COMPLETE", CompletedAt: at, Basic: findings, NextToken: token}
	}
	low, high := gate.BasicFinding{Name: "CVE-1", Severity: "LOW"}, gate.BasicFinding{Name: "CVE-2", Severity: "HIGH"}
	want := gate.Scan{Type: "basic", Platforms: []gate.PlatformScan{
		{
			Platform: "sha256:a", Digest: "sha256:a", Status: "COMPLETE", CompletedAt: at, Listed: map[string]int{"LOW": 1, "HIGH": 1},
			Findings: []gate.Finding{
				{ID: "CVE-2", Severity: gate.High, Fix: gate.UnknownFix, Platforms: []string{"sha256:a"}},
				{ID: "CVE-1", Severity: gate.Low, Fix: gate.UnknownFix, Platforms: []string{"sha256:a"}},
			},
		},
		{Platform: "sha256:b", Digest: "sha256:b", Status: "COMPLETE", CompletedAt: at},
	}}
	got, err := savedScan([]gate.Answer{page("sha256:a", "more", low), page("sha256:b", ""), page("sha256:a", "", high)})
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("Saved: %v (-want +got):\n%s", err, diff)
	}
}

func TestSavedVerdicts(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	clean := gate.Answer{ImageDigest: "sha256:a", Status: "COMPLETE", CompletedAt: at}
	with := func(change func(*gate.Answer)) gate.Answer {
		a := clean
		change(&a)
		return a
	}
	tests := []struct {
		name    string
		answers []gate.Answer
		want    string
	}{
		{"no answer", nil, "undecided: there is no image for a platform in it"},
		{"a clean image", []gate.Answer{clean}, "pass: no findings"},
		{"a clean image of enhanced scanning", []gate.Answer{with(func(a *gate.Answer) { a.Status, a.HasEnhanced = "ACTIVE", true })}, "pass: no findings"},
		{"counts without findings", []gate.Answer{with(func(a *gate.Answer) { a.Counts = map[string]int{"HIGH": 1} })}, "undecided: the scanner counts findings that it does not list: 1 high"},
		{"a first page only", []gate.Answer{with(func(a *gate.Answer) { a.NextToken = "more" })}, "undecided: the saved answer says that more pages follow: save all of them"},
		{"a first page only, with findings that count", []gate.Answer{with(func(a *gate.Answer) {
			a.NextToken, a.Basic = "more", []gate.BasicFinding{{Name: "A", Severity: "HIGH"}}
		})}, "fail: 1 high, at or above high; the saved answer says that more pages follow: save all of them"},
		{"a page twice in place of the one between", []gate.Answer{
			with(func(a *gate.Answer) {
				a.NextToken, a.Counts, a.Basic = "more", map[string]int{"LOW": 2}, []gate.BasicFinding{{Name: "A", Severity: "LOW"}}
			}),
			with(func(a *gate.Answer) {
				a.NextToken, a.Counts, a.Basic = "more", map[string]int{"LOW": 2}, []gate.BasicFinding{{Name: "A", Severity: "LOW"}}
			}), clean,
		}, "undecided: the scanner counts findings that it does not list: 1 low"},
		{"pages that shifted while they were read", []gate.Answer{
			with(func(a *gate.Answer) {
				a.NextToken, a.Counts, a.Enhanced = "more", map[string]int{"LOW": 2}, []gate.EnhancedFinding{{ARN: "arn:1", VulnerabilityID: "A", Severity: "LOW"}}
			}),
			with(func(a *gate.Answer) {
				a.Counts, a.Enhanced = map[string]int{"LOW": 2}, []gate.EnhancedFinding{{ARN: "arn:1", VulnerabilityID: "A", Severity: "LOW"}}
			}),
		}, "undecided: the scanner counts findings that it does not list: 1 low"},
		{"pages of two answers about one image", []gate.Answer{
			with(func(a *gate.Answer) { a.NextToken, a.Counts = "more", map[string]int{"LOW": 2} }),
			with(func(a *gate.Answer) { a.Counts = map[string]int{"HIGH": 1} }),
		}, `error: image "sha256:a": the pages are of different answers: they count findings differently`},
		{"a sum among the counts", []gate.Answer{with(func(a *gate.Answer) {
			a.Counts, a.Basic = map[string]int{"LOW": 1, "TOTAL": 1}, []gate.BasicFinding{{Name: "A", Severity: "LOW"}}
		})}, "pass: 1 low, none at or above high"},
		{"pages in another order", []gate.Answer{clean, with(func(a *gate.Answer) { a.NextToken = "more" })}, "pass: no findings"},
		{"a middle page that is missing", []gate.Answer{
			with(func(a *gate.Answer) {
				a.NextToken, a.Counts, a.Basic = "more", map[string]int{"LOW": 2}, []gate.BasicFinding{{Name: "A", Severity: "LOW"}}
			}), clean,
		}, "undecided: the scanner counts findings that it does not list: 1 low"},
		{"one page of a scan that runs", []gate.Answer{with(func(a *gate.Answer) { a.Status = "IN_PROGRESS" }), clean}, "undecided: the saved scan is IN_PROGRESS: it was not finished"},
		{"one page of an unknown status", []gate.Answer{with(func(a *gate.Answer) { a.Status = "NEW" }), clean}, `undecided: the scan status "NEW" is not known`},
		{"two images without digests", []gate.Answer{
			{RepositoryName: "api", ImageTag: "a", Status: "FAILED", Description: "oh"},
			{RepositoryName: "api", ImageTag: "b", Status: "COMPLETE", CompletedAt: at},
		}, "undecided: api:a: the scan failed: oh"},
		{"an image that cannot be told at all, twice", []gate.Answer{{Status: "UNSUPPORTED_IMAGE"}, {Status: "COMPLETE", CompletedAt: at}}, "undecided: the scanner does not support this image"},
		{"a failed scan with findings", []gate.Answer{with(func(a *gate.Answer) {
			a.Status, a.Basic = "FAILED", []gate.BasicFinding{{Name: "A", Severity: "HIGH"}}
		})}, "fail: 1 high, at or above high; the scan failed"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, verdict(t, test.answers)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
