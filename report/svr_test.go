package report_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/report"
)

func TestSVRSaysOnlyWhatHolds(t *testing.T) {
	const passed, noCritical, noHigh = "HALLMARK_GATE_PASSED", "HALLMARK_NO_CRITICAL_VULNERABILITIES", "HALLMARK_NO_HIGH_VULNERABILITIES"
	found := func(severity, decision string) func(*report.Document) {
		return func(d *report.Document) {
			d.Verdict.Findings = []report.Finding{{ID: "CVE-1", Severity: severity, Decision: decision}}
		}
	}
	for _, test := range []struct {
		name   string
		change func(*report.Document)
		want   []string
	}{
		{"a clean image", func(*report.Document) {}, []string{passed, noCritical, noHigh}},
		{"a medium finding", found("medium", "below"), []string{passed, noCritical, noHigh}},
		{"a high finding that is ignored", found("high", "ignored"), []string{passed, noCritical}},
		{"a critical finding of the baseline", found("critical", "baseline"), []string{passed, noHigh}},
		{"a finding that nobody has rated", found("untriaged", "below"), []string{passed}},
		{"a closed finding", func(d *report.Document) {
			d.Verdict.Findings = []report.Finding{{ID: "CVE-1", Severity: "critical", Status: "CLOSED", Decision: "ignored"}}
		}, []string{passed, noCritical, noHigh}},
		{"a platform that was let through unscanned", func(d *report.Document) { d.Scan.Status = "COMPLETE, UNSUPPORTED_IMAGE" }, []string{passed}},
		{"no word of the scan", func(d *report.Document) { d.Scan = nil }, []string{passed}},
		{"no verdict", func(d *report.Document) { d.Verdict = nil }, []string{}},
		{"a pass whose tags were not written", func(d *report.Document) { d.Status = report.Error }, []string{}},
		{"a failure", func(d *report.Document) { d.Status, d.Verdict.Result = report.Failed, "fail" }, []string{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := document()
			test.change(&d)
			data, err := write(t, "svr", d)
			if err != nil {
				t.Fatal(err)
			}
			var statement struct {
				Predicate struct {
					Properties []string `json:"properties"`
				} `json:"predicate"`
			}
			if err := json.Unmarshal(data, &statement); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, statement.Predicate.Properties); diff != "" {
				t.Errorf("properties (-want +got):\n%s", diff)
			}
		})
	}
}
