package gate_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/gate"
)

func TestLimitsAt(t *testing.T) {
	for word, want := range map[string]gate.Limits{
		"critical": {"critical": 0},
		"high":     {"critical": 0, "high": 0},
		"medium":   {"critical": 0, "high": 0, "medium": 0},
		"low":      {"critical": 0, "high": 0, "medium": 0, "low": 0},
		"any":      {"critical": 0, "high": 0, "medium": 0, "low": 0, "informational": 0},
		"none":     {},
	} {
		got, err := gate.LimitsAt(word)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("LimitsAt(%q): %v (-want +got):\n%s", word, err, diff)
		}
	}
	for _, word := range []string{"", "HIGH", "informational", "unknown", "high "} {
		if limits, err := gate.LimitsAt(word); err == nil || !strings.Contains(err.Error(), `"`+word+`"`) {
			t.Errorf("LimitsAt(%q) = %v, %v", word, limits, err)
		}
	}
}

func TestJudgeByLimits(t *testing.T) {
	high := gate.High
	tests := []struct {
		name   string
		limits gate.Limits
		scan   gate.Scan
		want   string
	}{
		{"as many as are allowed", gate.Limits{"critical": 0, "high": 2}, of(high, high), "pass: 2 high within the limits"},
		{"one more", gate.Limits{"critical": 0, "high": 2}, of(high, high, high), "fail: 3 high where 2 are allowed"},
		{"two limits broken", gate.Limits{"critical": 0, "high": 1}, of(gate.Critical, high, high, gate.Low), "fail: 1 critical where none is allowed; 2 high where 1 is allowed"},
		{"a severity that nobody rated is one of those it counts as", gate.Limits{"critical": 0, "high": 1}, of("UNTRIAGED", high), "fail: 2 high where 1 is allowed"},
		{"a severity without a limit has none", gate.Limits{"critical": 0, "high": 1}, of(gate.Low, gate.Low), "pass: 2 low without a limit"},
		{"a limit of 0 on all is any", gate.Limits{"critical": 0, "high": 0, "medium": 0, "low": 0, "informational": 0}, of(gate.Informational), "fail: 1 informational, and every finding counts"},
		{"no limit is none", gate.Limits{}, of(gate.Critical), "pass: 1 critical, and no finding counts"},
		{"a limit on a lesser severity says nothing of a worse one", gate.Limits{"high": 0}, of(gate.Critical), "pass: 1 critical without a limit; warning: fail_on limits high findings and not critical ones, which are worse"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			v := gate.Judge(gate.Policy{Rules: gate.Rules{FailOn: test.limits}}, gate.Case{Scan: test.scan})
			if diff := cmp.Diff(test.want, said(v)); diff != "" {
				t.Errorf("Judge (-want +got):\n%s", diff)
			}
		})
	}
}

// The unit of limits is a vulnerability in a package, whatever its versions and platforms.
func TestJudgeCountsAVulnerabilityOfAPackageOnce(t *testing.T) {
	scan := gate.Scan{Platforms: []gate.PlatformScan{
		{Platform: "linux/amd64", Status: "COMPLETE", Findings: []gate.Finding{
			{ID: "CVE-1", Package: "zlib", Version: "1", Severity: gate.High, Platforms: []string{"linux/amd64"}},
			{ID: "CVE-1", Package: "zlib", Version: "2", Severity: gate.Critical, Platforms: []string{"linux/amd64"}},
			{ID: "CVE-1", Package: "libpng", Version: "1", Severity: gate.High, Platforms: []string{"linux/amd64"}},
		}},
		{Platform: "linux/arm64", Status: "COMPLETE", Findings: []gate.Finding{
			{ID: "CVE-1", Package: "zlib", Version: "1", Severity: gate.High, Platforms: []string{"linux/arm64"}},
		}},
	}}
	v := gate.Judge(gate.Policy{}, gate.Case{Scan: scan})
	if diff := cmp.Diff("fail: 1 critical, 1 high, at or above high", said(v)); diff != "" {
		t.Errorf("Judge (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]int{"critical": 1, "high": 1}, v.Counted); diff != "" {
		t.Errorf("Counted (-want +got):\n%s", diff)
	}
	if len(v.Findings) != 3 {
		t.Errorf("%d findings are reported, want all 3", len(v.Findings))
	}
}

// said is a verdict in one line.
func said(v gate.Verdict) string {
	text := string(v.Result) + ": " + strings.Join(v.Reasons, "; ")
	for _, warning := range v.Warnings {
		text += "; warning: " + warning
	}
	return text
}
