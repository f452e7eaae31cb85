package gate_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/gate"
)

func TestParseAccepted(t *testing.T) {
	answers, err := os.ReadFile(filepath.Join("testdata", "basic.json"))
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		data string
		f    gate.Finding
		want string
	}{
		{"a result", `{"schema":"hallmark.result/v1","verdict":{"findings":[{"id":"CVE-2022-49043","package":"libxml2","version":"1"}]}}`, libxml(nil), "baseline: not new: b.json has it"},
		{"a result in which it is closed", `{"schema":"hallmark.result/v1","verdict":{"findings":[{"id":"CVE-2022-49043","package":"libxml2","status":"CLOSED"}]}}`, libxml(nil), "counts: at or above high"},
		{"a result in which the package is not known", `{"schema":"hallmark.result/v1","verdict":{"findings":[{"id":"CVE-2022-49043"}]}}`, libxml(func(f *gate.Finding) { f.Package = "" }), "counts: at or above high"},
		{"saved answers", string(answers), libxml(func(f *gate.Finding) { f.ID, f.Package = "CVE-2019-5188", "e2fsprogs" }), "baseline: not new: b.json has it"},
		{"a result without a verdict", `{"schema":"hallmark.result/v1"}`, libxml(nil), "error: the result has no verdict"},
		{"another document", `{"schema":"hallmark.tags/v1"}`, libxml(nil), `error: a document "hallmark.tags/v1" is no result`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := ""
			accepted, err := gate.ParseAccepted("b.json", []byte(test.data))
			if err != nil {
				got = "error: " + err.Error()
			} else {
				scan := gate.Scan{Platforms: []gate.PlatformScan{{Status: "COMPLETE", Findings: []gate.Finding{test.f}}}}
				v := gate.Judge(rules(gate.Rules{NewOnly: gate.NewOnly{Baseline: "b.json"}}), gate.Case{Scan: scan, Baseline: accepted, Now: today})
				got = string(v.Findings[0].Decision) + ": " + v.Findings[0].Reason
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("ParseAccepted (-want +got):\n%s", diff)
			}
		})
	}
	for _, data := range []string{"", "{}", "null", "not json", `{"schema":1}`} {
		if _, err := gate.ParseAccepted("b.json", []byte(data)); err == nil {
			t.Errorf("ParseAccepted(%q) gave no error", data)
		}
	}
}

// Without a baseline the gate goes on, and says so.
func TestJudgeWithoutItsBaseline(t *testing.T) {
	p := rules(gate.Rules{NewOnly: gate.NewOnly{Baseline: "deployed"}})
	for want, accepted := range map[string]gate.Accepted{
		"fail: 1 high, at or above high; warning: every finding counts as new: baseline deployed: no image":            {Problem: "no image"},
		"fail: 1 high, at or above high; warning: every finding counts as new: baseline deployed: nothing has read it": {},
		"fail: 1 high, at or above high": gate.NewAccepted("deployed", nil),
	} {
		if diff := cmp.Diff(want, said(gate.Judge(p, gate.Case{Scan: of(gate.High), Baseline: accepted, Now: today}))); diff != "" {
			t.Errorf("Judge (-want +got):\n%s", diff)
		}
	}
}
