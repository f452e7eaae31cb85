package report_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/report"
)

// The outputs count as the policy's limits do: a vulnerability of a package once, whatever versions of it there are.
func TestOutputsCountAsThePolicyDoes(t *testing.T) {
	finding := func(id, version, severity, decision string) report.Finding {
		return report.Finding{ID: id, Package: "certifi", Version: version, Severity: severity, Decision: decision}
	}
	r := report.Result{Verdict: &report.Verdict{Result: "fail", Findings: []report.Finding{
		finding("CVE-1", "1", "critical", "counts"),
		finding("CVE-1", "2", "critical", "counts"),
		finding("CVE-2", "1", "high", "counts"),
		finding("CVE-2", "2", "critical", "not-fixable"),
		finding("CVE-3", "1", "low", "ignored"),
		finding("CVE-3", "2", "low", "ignored"),
	}}}
	got := map[string]string{}
	for _, output := range r.Outputs() {
		switch output.Name {
		case "critical", "high", "low", "counted", "ignored":
			got[output.Name] = output.Value
		}
	}
	want := map[string]string{"critical": "2", "high": "1", "low": "0", "counted": "2", "ignored": "1"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Outputs (-want +got):\n%s", diff)
	}
}
