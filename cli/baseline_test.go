package cli

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/gate"
)

func TestBaselineOfAFile(t *testing.T) {
	const answers = `{"imageScanStatus":{"status":"COMPLETE"},"imageScanFindings":{"imageScanCompletedAt":1,"findings":[
		{"name":"CVE-1","severity":"HIGH","attributes":[{"key":"package_name","value":"libxml2"}]}]}}`
	result := func(finding string) string {
		return `{"schema":"hallmark.result/v1","verdict":{"findings":[` + finding + `]}}`
	}
	tests := []struct {
		name string
		data string
		want string
	}{
		{"a result", result(`{"id":"CVE-1","package":"libxml2","version":"1"}`), "pass"},
		{"a result in which it is closed", result(`{"id":"CVE-1","package":"libxml2","status":"CLOSED"}`), "fail"},
		{"a result in which the package is not known", result(`{"id":"CVE-1"}`), "fail"},
		{"saved answers", answers, "pass"},
		{"a result without a verdict", `{"schema":"hallmark.result/v1"}`, "the result has no verdict"},
		{"another document", `{"schema":"hallmark.tags/v1"}`, `read result: schema is "hallmark.tags/v1", not "hallmark.result/v1"`},
		{"nothing", "", "no scan answer in it"},
		{"no answer", "{}", "no imageScanStatus: this is no answer of DescribeImageScanFindings"},
	}
	finding := gate.Finding{ID: "CVE-1", Package: "libxml2", Version: "2", Severity: gate.High}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "earlier.json")
			if err := os.WriteFile(file, []byte(test.data), 0o600); err != nil {
				t.Fatal(err)
			}
			policy := gate.Policy{Rules: gate.Rules{NewOnly: gate.NewOnly{Baseline: file}}}
			accepted := (&program{}).baseline(t.Context(), judgement{policy: policy})
			got := accepted.Problem
			if got == "" {
				scan := gate.Scan{Platforms: []gate.PlatformScan{{Status: "COMPLETE", Findings: []gate.Finding{finding}}}}
				got = string(gate.Judge(policy, gate.Case{Scan: scan, Baseline: accepted}).Result)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("baseline (-want +got):\n%s", diff)
			}
		})
	}
}
