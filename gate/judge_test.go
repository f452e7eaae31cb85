package gate_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/gate"
)

// policy is that of --fail-on.
func policy(t *testing.T, failOn string) gate.Policy {
	t.Helper()
	p, err := gate.NewPolicy(failOn)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// counting is that of --fail-on, with severities that nobody has rated as another one.
func counting(t *testing.T, failOn string, unknown gate.Level) gate.Policy {
	p := policy(t, failOn)
	p.Rules.UnknownSeverity = unknown
	return p
}

// of is a scan of one platform with findings of the given severities, named A, B and so on.
func of(severities ...gate.Severity) gate.Scan {
	p := gate.PlatformScan{Status: "COMPLETE"}
	for i, s := range severities {
		p.Findings = append(p.Findings, gate.Finding{ID: string(rune('A' + i)), Severity: s, Fix: gate.UnknownFix})
	}
	return gate.Scan{Platforms: []gate.PlatformScan{p}}
}

// A cell says what a scan with one finding of that severity gives: it fails or it passes.
func TestJudgeSeverities(t *testing.T) {
	severities := []gate.Severity{gate.Critical, gate.High, gate.Medium, gate.Low, gate.Informational, "UNDEFINED", "UNTRIAGED", "SEVERE", ""}
	tests := []struct {
		name   string
		policy gate.Policy
		want   string
	}{
		{"critical", policy(t, "critical"), "fail pass pass pass pass pass pass pass pass"},
		{"high", policy(t, "high"), "fail fail pass pass pass fail fail fail fail"},
		{"medium", policy(t, "medium"), "fail fail fail pass pass fail fail fail fail"},
		{"low", policy(t, "low"), "fail fail fail fail pass fail fail fail fail"},
		{"any", policy(t, "any"), "fail fail fail fail fail fail fail fail fail"},
		{"none", policy(t, "none"), "pass pass pass pass pass pass pass pass pass"},
		{"high, unknown as critical", counting(t, "critical", gate.LevelCritical), "fail pass pass pass pass fail fail fail fail"},
		{"medium, unknown as low", counting(t, "medium", gate.LevelLow), "fail fail fail pass pass pass pass pass pass"},
		{"unknown as something unknown is high", counting(t, "high", "worse"), "fail fail pass pass pass fail fail fail fail"},
		{"no policy at all is the default", gate.Policy{}, "fail fail pass pass pass fail fail fail fail"},
		{"limits that are empty", gate.Policy{Rules: gate.Rules{FailOn: gate.Limits{}}}, "pass pass pass pass pass pass pass pass pass"},
	}
	for _, test := range tests {
		var got []string
		for _, severity := range severities {
			got = append(got, string(gate.Judge(test.policy, gate.Case{Scan: of(severity)}).Result))
		}
		if diff := cmp.Diff(test.want, strings.Join(got, " ")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestJudgeSaysWhatItDecidedAndWhy(t *testing.T) {
	finding := func(id string, s gate.Severity, status string) gate.Finding {
		return gate.Finding{ID: id, Severity: s, Status: status, Fix: gate.UnknownFix}
	}
	scan := gate.Scan{Platforms: []gate.PlatformScan{{Status: "ACTIVE", Findings: []gate.Finding{
		finding("low", gate.Low, "ACTIVE"), finding("new", "UNTRIAGED", "ACTIVE"), finding("high", gate.High, ""), finding("old", gate.Critical, "CLOSED"), finding("hidden", gate.High, "SUPPRESSED"), finding("odd", gate.Medium, "REOPENED"),
	}}}}
	p := policy(t, "medium")
	want := gate.Verdict{
		Result:       gate.Fail,
		Reasons:      []string{"1 untriaged, 1 high, 1 medium, at or above medium", "1 critical, 1 high that the scanner has as suppressed or closed"},
		Policy:       p.JSON(),
		PolicySHA256: p.SHA256(),
		Counted:      map[string]int{"untriaged": 1, "high": 1, "medium": 1},
		Findings: []gate.Judged{
			{Finding: finding("new", "UNTRIAGED", "ACTIVE"), Decision: gate.Counts, Reason: "untriaged counts as high, at or above medium"},
			{Finding: finding("high", gate.High, ""), Decision: gate.Counts, Reason: "at or above medium"},
			{Finding: finding("odd", gate.Medium, "REOPENED"), Decision: gate.Counts, Reason: "at or above medium"},
			{Finding: finding("old", gate.Critical, "CLOSED"), Decision: gate.Ignored, Reason: "the scanner has it as closed"},
			{Finding: finding("hidden", gate.High, "SUPPRESSED"), Decision: gate.Ignored, Reason: "the scanner has it as suppressed"},
			{Finding: finding("low", gate.Low, "ACTIVE"), Decision: gate.Below, Reason: "below medium"},
		},
	}
	if diff := cmp.Diff(want, gate.Judge(p, gate.Case{Scan: scan})); diff != "" {
		t.Errorf("Judge (-want +got):\n%s", diff)
	}
}

func TestJudgeReasons(t *testing.T) {
	closed := gate.Scan{Platforms: []gate.PlatformScan{{Status: "ACTIVE", Findings: []gate.Finding{{ID: "A", Severity: gate.Critical, Status: "CLOSED"}, {ID: "B", Severity: gate.Low}}}}}
	tests := []struct {
		name   string
		failOn string
		scan   gate.Scan
		want   string
	}{
		{"nothing found", "high", of(), "pass: no findings"},
		{"nothing found, and everything would count", "any", of(), "pass: no findings"},
		{"some below", "high", of(gate.Low, gate.Medium, gate.Low), "pass: 1 medium, 2 low, none at or above high"},
		{"none counts", "none", of(gate.Critical), "pass: 1 critical, and no finding counts"},
		{"closed ones", "high", closed, "pass: 1 low, none at or above high; 1 critical that the scanner has as suppressed or closed"},
		{"closed ones, under any", "any", closed, "fail: 1 low, and every finding counts; 1 critical that the scanner has as suppressed or closed"},
		{"some above", "high", of(gate.High, gate.Low, gate.Critical, gate.High), "fail: 1 critical, 2 high, at or above high"},
		{"severities without a rank, in turns", "high", of("UNTRIAGED", "UNDEFINED", "UNTRIAGED", "UNDEFINED"), "fail: 2 undefined, 2 untriaged, at or above high"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			verdict := gate.Judge(policy(t, test.failOn), gate.Case{Scan: test.scan})
			if diff := cmp.Diff(test.want, string(verdict.Result)+": "+strings.Join(verdict.Reasons, "; ")); diff != "" {
				t.Errorf("Judge (-want +got):\n%s", diff)
			}
		})
	}
}

// What is not known to have been scanned whole must not pass.
func TestJudgeIsUndecidedOfWhatIsNotWhole(t *testing.T) {
	critical := []gate.Finding{{ID: "A", Severity: gate.Critical}}
	tests := []struct {
		name string
		scan []gate.PlatformScan
		want string
	}{
		{"no platform", nil, "undecided: there is no image for a platform in it"},
		{"nothing at all", []gate.PlatformScan{{}}, `undecided: the scan status "" is not known`},
		{"a scan that runs", []gate.PlatformScan{{Status: "IN_PROGRESS"}}, "undecided: the scan is IN_PROGRESS: it has not finished"},
		{"a scan that failed", []gate.PlatformScan{{Status: "FAILED", Description: "oh"}}, "undecided: the scan failed: oh"},
		{"a scan without a verdict", []gate.PlatformScan{{Status: "COMPLETE", Undecided: "who knows"}}, "undecided: who knows"},
		{"a count without findings", []gate.PlatformScan{{Status: "COMPLETE", Counts: map[string]int{"HIGH": 1}}}, "undecided: the scanner counts findings that it does not list: 1 high"},
		{"a count of a severity without a rank", []gate.PlatformScan{{Status: "COMPLETE", Counts: map[string]int{"UNDEFINED": 2}, Listed: map[string]int{"UNTRIAGED": 1}}}, "undecided: the scanner counts findings that it does not list: 1 unknown"},
		{"counts in which another severity makes up for one", []gate.PlatformScan{{Status: "COMPLETE", Counts: map[string]int{"CRITICAL": 1, "LOW": 1}, Listed: map[string]int{"LOW": 2}}}, "undecided: the scanner counts findings that it does not list: 1 critical"},
		{"counts of nothing", []gate.PlatformScan{{Status: "COMPLETE", Counts: map[string]int{"CRITICAL": 0}}}, "pass: no findings"},
		{"one platform of two", []gate.PlatformScan{{Platform: "linux/amd64", Status: "COMPLETE"}, {Platform: "windows/amd64", Status: "UNSUPPORTED_IMAGE"}}, "undecided: windows/amd64: the scanner does not support this image"},
		{"one platform of two, and findings in the other", []gate.PlatformScan{{Platform: "windows/amd64", Status: "UNSUPPORTED_IMAGE"}, {Platform: "linux/amd64", Status: "COMPLETE", Findings: critical}}, "fail: 1 critical, at or above high; windows/amd64: the scanner does not support this image"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			verdict := gate.Judge(policy(t, "high"), gate.Case{Scan: gate.Scan{Platforms: test.scan}})
			if diff := cmp.Diff(test.want, string(verdict.Result)+": "+strings.Join(verdict.Reasons, "; ")); diff != "" {
				t.Errorf("Judge (-want +got):\n%s", diff)
			}
		})
	}
}

func TestJudgeMergesPlatforms(t *testing.T) {
	first, later := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)
	amd := gate.Finding{ID: "CVE-1", Package: "zlib", Version: "1", Severity: gate.Medium, Score: 5, Fix: gate.NoFix, Status: "CLOSED", Platforms: []string{"linux/amd64"}, FirstObservedAt: later}
	arm := gate.Finding{ID: "CVE-1", Package: "zlib", Version: "1", Severity: gate.High, Score: 4, Fix: gate.HasFix, FixedVersion: "2", Exploit: true, Status: "ACTIVE", Platforms: []string{"linux/arm64"}, URL: "https://example.com", PublishedAt: first, FirstObservedAt: first}
	other := gate.Finding{ID: "CVE-1", Package: "zlib", Version: "1.1", Severity: gate.Low, Fix: gate.UnknownFix, Platforms: []string{"linux/arm64"}}
	scan := gate.Scan{Platforms: []gate.PlatformScan{{Platform: "linux/amd64", Status: "ACTIVE", Findings: []gate.Finding{amd}}, {Platform: "linux/arm64", Status: "ACTIVE", Findings: []gate.Finding{arm, other}}}}
	both := arm
	both.Score, both.Platforms = 5, []string{"linux/amd64", "linux/arm64"}
	want := []gate.Judged{
		{Finding: both, Decision: gate.Counts, Reason: "at or above high"},
		{Finding: other, Decision: gate.Below, Reason: "below high"},
	}
	if diff := cmp.Diff(want, gate.Judge(policy(t, "high"), gate.Case{Scan: scan}).Findings); diff != "" {
		t.Errorf("Judge (-want +got):\n%s", diff)
	}
	scan.Platforms[0], scan.Platforms[1] = scan.Platforms[1], scan.Platforms[0]
	if diff := cmp.Diff(want, gate.Judge(policy(t, "high"), gate.Case{Scan: scan}).Findings); diff != "" {
		t.Errorf("Judge, the other way round (-want +got):\n%s", diff)
	}
}

// Of two platforms that have rated one finding differently, the policy decides which is worse.
func TestJudgeTakesTheWorseSeverityAsThePolicySeesIt(t *testing.T) {
	tests := []struct {
		name   string
		policy gate.Policy
		other  gate.Severity
		want   gate.Result
	}{
		{"unknown is worse", counting(t, "critical", gate.LevelCritical), gate.High, gate.Fail},
		{"unknown is less", counting(t, "high", gate.LevelLow), gate.High, gate.Fail},
		{"neither", counting(t, "high", gate.LevelLow), gate.Medium, gate.Pass},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for _, order := range [][]gate.Severity{{"UNTRIAGED", test.other}, {test.other, "UNTRIAGED"}} {
				var scan gate.Scan
				for _, severity := range order {
					scan.Platforms = append(scan.Platforms, of(severity).Platforms...)
				}
				if got := gate.Judge(test.policy, gate.Case{Scan: scan}).Result; got != test.want {
					t.Errorf("Judge of %v = %s, want %s", order, got, test.want)
				}
			}
		})
	}
}

func TestJudgeTwiceGivesTheSame(t *testing.T) {
	saved, err := savedScan(sample(t, "enhanced-languages.json"))
	if err != nil {
		t.Fatal(err)
	}
	first := gate.Judge(policy(t, "high"), gate.Case{Scan: saved})
	for range 20 {
		if diff := cmp.Diff(first, gate.Judge(policy(t, "high"), gate.Case{Scan: saved})); diff != "" {
			t.Fatalf("Judge (-first +later):\n%s", diff)
		}
	}
}

func TestVerdictErrors(t *testing.T) {
	failed := &gate.FailedError{Verdict: gate.Judge(policy(t, "high"), gate.Case{Scan: of(gate.Critical)})}
	if got, want := failed.Error(), "the gate failed: 1 critical, at or above high"; got != want {
		t.Errorf("FailedError says %q, want %q", got, want)
	}
	undecided := &gate.UndecidedError{Reasons: []string{"one", "two"}}
	if got, want := undecided.Error(), "no verdict: one; two"; got != want {
		t.Errorf("UndecidedError says %q, want %q", got, want)
	}
}
