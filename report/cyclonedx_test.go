package report_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/report"
)

// What somebody said of a vulnerability is handed on, and nothing is said that nobody did.
func TestCycloneDXHandsOnWhatVEXSays(t *testing.T) {
	said := func(impact, justification string) report.Finding {
		return report.Finding{ID: "CVE-1", Decision: "ignored", Impact: impact, Justification: justification}
	}
	tests := []struct {
		name    string
		finding report.Finding
		want    string
	}{
		{"no reason of VEX's", said("", ""), "exploitable"},
		{"a justification of OpenVEX", said("not_affected", "vulnerable_code_not_present"), "not_affected code_not_present"},
		{"one that is not reached", said("not_affected", "vulnerable_code_not_in_execute_path"), "not_affected code_not_reachable"},
		{"a justification of CycloneDX", said("not_affected", "protected_at_perimeter"), "not_affected protected_at_perimeter"},
		{"one that CycloneDX has no word for", said("not_affected", "vulnerable_code_cannot_be_controlled_by_adversary"), "not_affected"},
		{"fixed", said("fixed", ""), "resolved"},
		{"a finding that is not ignored", report.Finding{ID: "CVE-1", Decision: "counts"}, ""},
		{"closed by the scanner", report.Finding{ID: "CVE-1", Decision: "ignored", Status: "CLOSED"}, "resolved"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			data, err := write(t, "cyclonedx", with(test.finding))
			if err != nil {
				t.Fatal(err)
			}
			var bom struct {
				Vulnerabilities []struct {
					Analysis struct{ State, Justification string }
				}
			}
			if err := json.Unmarshal(data, &bom); err != nil {
				t.Fatal(err)
			}
			got := bom.Vulnerabilities[0].Analysis
			if diff := cmp.Diff(test.want, strings.TrimSpace(got.State+" "+got.Justification)); diff != "" {
				t.Errorf("analysis (-want +got):\n%s", diff)
			}
		})
	}
}
