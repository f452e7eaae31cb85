package gate_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/gate"
)

func TestFindingsTellTheVectorOfTheirScore(t *testing.T) {
	v2, v31, v4 := gate.CVSS{Score: 9, Version: "2.0", Vector: "two"}, gate.CVSS{Score: 7.5, Version: "3.1", Vector: "three"}, gate.CVSS{Score: 8.7, Version: "4.0", Vector: "four"}
	tests := []struct {
		name   string
		answer gate.Answer
		score  float64
		vector string
	}{
		{"Inspector's own", enhanced(gate.EnhancedFinding{Score: 7.5, ScoreVector: "its own", CVSS: []gate.CVSS{v31}}), 7.5, "its own"},
		{"that of the rating with its score", enhanced(gate.EnhancedFinding{Score: 7.5, CVSS: []gate.CVSS{v2, v31, v4}}), 7.5, "three"},
		{"none of a score that no rating has", enhanced(gate.EnhancedFinding{Score: 7.4, CVSS: []gate.CVSS{v2, v31, v4}}), 7.4, ""},
		{"the newest method where Inspector has no score", enhanced(gate.EnhancedFinding{CVSS: []gate.CVSS{v31, v4, v2}}), 8.7, "four"},
		{"none where nobody has a score", enhanced(gate.EnhancedFinding{CVSS: []gate.CVSS{{Version: "3.1", Vector: "zero"}}}), 0, ""},
		{"none of a score that is none", enhanced(gate.EnhancedFinding{Score: 11, ScoreVector: "eleven", CVSS: []gate.CVSS{{Score: 12}}}), 0, ""},
		{"a basic one, of the newest method", gate.Answer{Basic: []gate.BasicFinding{{Attributes: map[string]string{"CVSS2_SCORE": "4", "CVSS2_VECTOR": "two", "CVSS3_SCORE": "7.5", "CVSS3_VECTOR": "three"}}}}, 7.5, "three"},
		{"a basic one, without a vector", gate.Answer{Basic: []gate.BasicFinding{{Attributes: map[string]string{"CVSS2_VECTOR": "two", "CVSS3_SCORE": "7.5"}}}}, 7.5, ""},
		{"of two records, that of the higher score", gate.Answer{Basic: []gate.BasicFinding{
			{Attributes: map[string]string{"CVSS3_SCORE": "4", "CVSS3_VECTOR": "lower"}}, {Attributes: map[string]string{"CVSS3_SCORE": "5", "CVSS3_VECTOR": "higher"}},
		}}, 5, "higher"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			f := gate.Findings(test.answer)[0]
			if f.Score != test.score || f.Vector != test.vector {
				t.Errorf("Findings = %v %q, want %v %q", f.Score, f.Vector, test.score, test.vector)
			}
		})
	}
}

func TestFindingsTellWhatIsAdvised(t *testing.T) {
	for want, e := range map[string]gate.EnhancedFinding{
		"":                               {Recommendation: "None Provided"},
		"Update it.":                     {Recommendation: "Update it."},
		"https://example.com":            {Recommendation: "none provided", RecommendationURL: "https://example.com"},
		"Update it. https://example.com": {Recommendation: "Update it.", RecommendationURL: "https://example.com"},
	} {
		if got := gate.Findings(enhanced(e))[0].Remediation; got != want {
			t.Errorf("Remediation of %q, %q = %q, want %q", e.Recommendation, e.RecommendationURL, got, want)
		}
	}
}

func TestFindingsTellEveryPath(t *testing.T) {
	pkg := func(path string) gate.VulnerablePackage {
		return gate.VulnerablePackage{Name: "log4j", Version: "2.14", FilePath: path}
	}
	got := gate.Findings(enhanced(gate.EnhancedFinding{VulnerabilityID: "X"}, pkg("lib/b.jar"), pkg(""), pkg("lib/a.jar"), pkg("lib/b.jar")))
	if diff := cmp.Diff([]string{"lib/a.jar, lib/b.jar"}, []string{got[0].Path}); diff != "" || len(got) != 1 {
		t.Errorf("Path of %d findings (-want +got):\n%s", len(got), diff)
	}
}

func TestPagesKeepWhatAVulnerabilityCanBeAskedForBy(t *testing.T) {
	var pages gate.Pages
	pages.Add(gate.Answer{Enhanced: []gate.EnhancedFinding{
		{VulnerabilityID: "CVE-1", Related: []string{"CVE-2"}},
		{VulnerabilityID: "CVE-1", ARN: "arn:1"}, {VulnerabilityID: "CVE-1", ARN: "arn:2"},
		{VulnerabilityID: "GHSA-1", ARN: "arn:3", Related: []string{"cve-3", "GHSA-2"}},
		{VulnerabilityID: "GHSA-3"},
	}})
	pages.Add(gate.Answer{Enhanced: []gate.EnhancedFinding{{VulnerabilityID: "GHSA-1", Related: []string{"CVE-4", "cve-3"}}}})
	scan := gate.Scan{Platforms: []gate.PlatformScan{pages.Scan()}}
	want := []gate.Finding{
		{ID: "CVE-1", Fix: gate.UnknownFix},
		{ID: "GHSA-1", Aliases: []string{"cve-3", "CVE-4"}, Fix: gate.UnknownFix},
		{ID: "GHSA-3", Fix: gate.UnknownFix},
	}
	if diff := cmp.Diff(want, scan.Platforms[0].Findings); diff != "" {
		t.Errorf("Findings (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]bool{"CVE-1": true, "CVE-3": true, "CVE-4": true}, scan.CVEs()); diff != "" {
		t.Errorf("CVEs (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]string{"CVE-1": "arn:1", "GHSA-1": "arn:3"}, scan.ARNs()); diff != "" {
		t.Errorf("ARNs (-want +got):\n%s", diff)
	}
}
