package gate_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/gate"
)

func TestJudgeWithoutAScan(t *testing.T) {
	const unsupportedError = "UnsupportedImageError: The operating system and/or package manager are not supported."
	var (
		clean       = gate.PlatformScan{Platform: "linux/amd64", Status: "COMPLETE"}
		critical    = gate.PlatformScan{Platform: "linux/amd64", Status: "COMPLETE", Findings: []gate.Finding{{ID: "A", Severity: gate.Critical}}}
		unsupported = gate.PlatformScan{Platform: "windows/amd64", Status: "UNSUPPORTED_IMAGE"}
		basic       = gate.PlatformScan{Status: "FAILED", Description: unsupportedError}
		failed      = gate.PlatformScan{Status: "FAILED", Description: "internal error"}
		never       = gate.PlatformScan{Undecided: "the repository is not scanned on push"}
		pending     = gate.PlatformScan{Status: "IN_PROGRESS"}
	)
	all := func(action gate.Action) gate.Policy {
		return rules(gate.Rules{OnUnsupported: action, OnTimeout: action, OnNeverScanned: action})
	}
	only := rules(gate.Rules{OnUnsupported: gate.ActionPass})
	const late = "the scan has not settled after 15m0s: IN_PROGRESS"
	tests := []struct {
		name      string
		policy    gate.Policy
		platforms []gate.PlatformScan
		timedOut  string
		want      string
	}{
		{"unsupported is undecided", gate.Policy{}, []gate.PlatformScan{unsupported}, "", "undecided: windows/amd64: the scanner does not support this image"},
		{"unsupported passes", all(gate.ActionPass), []gate.PlatformScan{unsupported}, "", "pass: windows/amd64: the scanner does not support this image, which on_unsupported lets pass"},
		{"unsupported passes beside a platform that was scanned", all(gate.ActionPass), []gate.PlatformScan{clean, unsupported}, "", "pass: windows/amd64: the scanner does not support this image, which on_unsupported lets pass"},
		{"unsupported warns", all(gate.ActionWarn), []gate.PlatformScan{basic}, "", "pass: the scanner does not support this image: " + unsupportedError + ", which on_unsupported lets pass; warning: the scanner does not support this image: " + unsupportedError + ", which on_unsupported lets pass"},
		{"unsupported passes, and findings of another platform do not", all(gate.ActionPass), []gate.PlatformScan{critical, unsupported}, "", "fail: 1 critical, at or above high"},
		{"a scan that failed stays undecided", all(gate.ActionPass), []gate.PlatformScan{failed}, "", "undecided: the scan failed: internal error"},
		{"a status that is not known stays undecided", all(gate.ActionPass), []gate.PlatformScan{{Status: "SOMETHING_NEW"}}, "", `undecided: the scan status "SOMETHING_NEW" is not known`},
		{"an archived image stays undecided", all(gate.ActionPass), []gate.PlatformScan{{Status: "IMAGE_ARCHIVED"}}, "", "undecided: the image is archived: restore it first"},
		{"no platform stays undecided", all(gate.ActionPass), nil, "", "undecided: there is no image for a platform in it"},
		{"counts without findings stay undecided", all(gate.ActionPass), []gate.PlatformScan{{Status: "COMPLETE", Counts: map[string]int{"HIGH": 1}}}, "", "undecided: the scanner counts findings that it does not list: 1 high"},
		{"a scan that runs, and nobody says that time is over", all(gate.ActionPass), []gate.PlatformScan{pending}, "", "undecided: the scan is IN_PROGRESS: it has not finished"},

		{"never scanned is undecided", gate.Policy{}, []gate.PlatformScan{never}, "", "undecided: the repository is not scanned on push"},
		{"never scanned passes", all(gate.ActionPass), []gate.PlatformScan{never}, "", "pass: the repository is not scanned on push, which on_never_scanned lets pass"},
		{"never scanned is not unsupported", only, []gate.PlatformScan{never}, "", "undecided: the repository is not scanned on push"},

		{"time is over", gate.Policy{}, []gate.PlatformScan{pending}, late, "undecided: " + late},
		{"time is over, and that passes", all(gate.ActionPass), []gate.PlatformScan{pending}, late, "pass: " + late + ", which on_timeout lets pass"},
		{"time is over before any answer, and that passes", all(gate.ActionPass), []gate.PlatformScan{{}}, late, "pass: " + late + ", which on_timeout lets pass"},
		{"time is over while the scan settled, and that passes", all(gate.ActionPass), []gate.PlatformScan{clean}, late, "pass: " + late + ", which on_timeout lets pass"},
		{"time is over, and what was found fails", all(gate.ActionPass), []gate.PlatformScan{critical, pending}, late, "fail: 1 critical, at or above high"},
		{"time is over for one, and another has no verdict", all(gate.ActionPass), []gate.PlatformScan{pending, failed}, late, "undecided: the scan failed: internal error"},
		{"time is over, and only unsupported passes", only, []gate.PlatformScan{pending, unsupported}, late, "undecided: " + late},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			v := gate.Judge(test.policy, gate.Case{Scan: gate.Scan{Platforms: test.platforms}, TimedOut: test.timedOut, Now: today})
			if diff := cmp.Diff(test.want, said(v)); diff != "" {
				t.Errorf("Judge (-want +got):\n%s", diff)
			}
		})
	}
}
