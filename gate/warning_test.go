package gate_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/gate"
)

func TestJudgeNamesWhatIsOutOfOrder(t *testing.T) {
	entry := func(change func(*gate.Ignore)) []gate.Ignore {
		e := gate.Ignore{ID: "CVE-2022-49043", Package: "libxml2", Reason: "r", Place: "policy.yaml:3"}
		change(&e)
		return []gate.Ignore{e}
	}
	expired := entry(func(e *gate.Ignore) { e.Until = "2026-01-31" })
	gone := entry(func(e *gate.Ignore) { e.ID, e.Until = "CVE-1", "2026-01-31" })
	unused := entry(func(e *gate.Ignore) { e.ID = "CVE-1" })
	const pass, fail = "pass: 1 high ignored", "fail: 1 high, at or above high"
	tests := []struct {
		name     string
		ignore   []gate.Ignore
		settings gate.Settings
		want     string
	}{
		{"expired", expired, gate.Settings{}, fail + "; warning: policy.yaml:3: ignore of CVE-2022-49043 in libxml2 expired: its last day was 2026-01-31"},
		{"expired, and nothing is said", expired, gate.Settings{ExpiredIgnores: gate.CareOff}, fail},
		{"expired is an error", expired, gate.Settings{ExpiredIgnores: gate.CareError}, fail + "; policy.yaml:3: ignore of CVE-2022-49043 in libxml2 expired: its last day was 2026-01-31"},
		{"expired is an error though the finding is gone", gone, gate.Settings{ExpiredIgnores: gate.CareError, UnusedIgnores: gate.CareOff}, fail + "; policy.yaml:3: ignore of CVE-1 in libxml2 expired: its last day was 2026-01-31"},
		{"unused", unused, gate.Settings{}, fail + "; warning: policy.yaml:3: ignore of CVE-1 in libxml2 matches no finding"},
		{"unused, and nothing is said", unused, gate.Settings{UnusedIgnores: gate.CareOff}, fail},
		{"unused is an error", unused, gate.Settings{UnusedIgnores: gate.CareError}, fail + "; policy.yaml:3: ignore of CVE-1 in libxml2 matches no finding"},
		{"unused, for another image", entry(func(e *gate.Ignore) { e.Image = "shop/web" }), gate.Settings{}, fail},
		{"unused, of the organisation", entry(func(e *gate.Ignore) { e.ID, e.Shared = "CVE-1", true }), gate.Settings{}, fail},
		{"used", entry(func(e *gate.Ignore) {}), gate.Settings{}, pass},
		{"used, and it ends soon", entry(func(e *gate.Ignore) { e.Until = "2026-12-01" }), gate.Settings{}, pass + "; warning: policy.yaml:3: ignore of CVE-2022-49043 in libxml2 lasts until 2026-12-01: 7 days left"},
		{"used, and it ends today", entry(func(e *gate.Ignore) { e.Until = "2026-11-24" }), gate.Settings{}, pass + "; warning: policy.yaml:3: ignore of CVE-2022-49043 in libxml2 lasts until 2026-11-24: ends today"},
		{"used, and it ends tomorrow", entry(func(e *gate.Ignore) { e.Until = "2026-11-25" }), gate.Settings{}, pass + "; warning: policy.yaml:3: ignore of CVE-2022-49043 in libxml2 lasts until 2026-11-25: 1 day left"},
		{"used, and it ends in 13 days", entry(func(e *gate.Ignore) { e.Until = "2026-12-07" }), gate.Settings{}, pass + "; warning: policy.yaml:3: ignore of CVE-2022-49043 in libxml2 lasts until 2026-12-07: 13 days left"},
		{"used, and it ends in 14 days", entry(func(e *gate.Ignore) { e.Until = "2026-12-08" }), gate.Settings{}, pass},
		{"used, and it ends later", entry(func(e *gate.Ignore) { e.Until = "2027-12-01" }), gate.Settings{}, pass},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			scan := gate.Scan{Platforms: []gate.PlatformScan{{Status: "COMPLETE", Findings: []gate.Finding{libxml(nil)}}}}
			v := gate.Judge(gate.Policy{Ignore: test.ignore, Settings: test.settings}, gate.Case{Scan: scan, Image: image, Now: today})
			if diff := cmp.Diff(test.want, said(v)); diff != "" {
				t.Errorf("Judge (-want +got):\n%s", diff)
			}
		})
	}
}

// An error in the settings fails a run that has no findings at all.
func TestJudgeFailsForAnExpiredEntryAlone(t *testing.T) {
	p := gate.Policy{Ignore: []gate.Ignore{{ID: "CVE-1", Until: "2026-01-31"}}, Settings: gate.Settings{ExpiredIgnores: gate.CareError}}
	if diff := cmp.Diff("fail: ignore of CVE-1 expired: its last day was 2026-01-31", said(gate.Judge(p, gate.Case{Scan: of(), Now: today}))); diff != "" {
		t.Errorf("Judge (-want +got):\n%s", diff)
	}
}

// An entry and a document about a finding are not unused though another rule decides on it.
func TestJudgeNamesNothingUnusedThatIsAboutAFinding(t *testing.T) {
	p := stating(gate.NotAffected, names("pkg:deb/debian/libxml2"))
	p.Ignore = []gate.Ignore{{ID: "CVE-2022-49043", Reason: "r"}}
	scan := gate.Scan{Platforms: []gate.PlatformScan{{Status: "COMPLETE", Findings: []gate.Finding{libxml(nil)}}}}
	for want, ids := range map[string][]string{
		"pass: 1 high ignored":                  nil,
		"fail: 1 high, which always_fail names": {"CVE-2022-49043"},
	} {
		p.Rules.AlwaysFail.IDs = ids
		if diff := cmp.Diff(want, said(gate.Judge(p, gate.Case{Scan: scan, Image: image, Now: today}))); diff != "" {
			t.Errorf("Judge (-want +got):\n%s", diff)
		}
	}
}

// Of a scan that is not whole nobody can say that it lacks a finding.
func TestJudgeNamesNoUnusedEntryOfAScanThatIsNotWhole(t *testing.T) {
	p := gate.Policy{Ignore: []gate.Ignore{{ID: "CVE-1"}}}
	scan := gate.Scan{Platforms: []gate.PlatformScan{{Status: "UNSUPPORTED_IMAGE"}}}
	if diff := cmp.Diff("undecided: the scanner does not support this image", said(gate.Judge(p, gate.Case{Scan: scan, Now: today}))); diff != "" {
		t.Errorf("Judge (-want +got):\n%s", diff)
	}
}

func TestJudgeWarnsOfWhatNothingTells(t *testing.T) {
	told := func(told gate.Told) gate.Scan { return gate.Scan{Platforms: of(gate.Low).Platforms, Told: told} }
	const untold = "pass: 1 low, none at or above high; warning: always_fail asks for %s, which neither a file nor Amazon Inspector told"
	both := gate.AlwaysFail{EPSS: 0.5, KEV: true}
	tests := []struct {
		name   string
		always gate.AlwaysFail
		scan   gate.Scan
		want   string
	}{
		{"EPSS", gate.AlwaysFail{EPSS: 0.5}, of(gate.Low), fmt.Sprintf(untold, "EPSS")},
		{"EPSS, and KEV was told", gate.AlwaysFail{EPSS: 0.5}, told(gate.Told{KEV: true}), fmt.Sprintf(untold, "EPSS")},
		{"KEV", gate.AlwaysFail{KEV: true}, of(gate.Low), fmt.Sprintf(untold, "KEV")},
		{"KEV, which was told and has none of the findings", gate.AlwaysFail{KEV: true}, told(gate.Told{KEV: true}), "pass: 1 low, none at or above high"},
		{"both", both, of(gate.Low), fmt.Sprintf(untold, "EPSS and KEV")},
		{"both, which were told", both, told(gate.Told{EPSS: true, KEV: true}), "pass: 1 low, none at or above high"},
		{"exploits, of basic scanning", gate.AlwaysFail{Exploit: true}, gate.Scan{Type: "basic", Platforms: of(gate.Low).Platforms}, "pass: 1 low, none at or above high; warning: always_fail asks for exploits, of which basic scanning tells nothing"},
		{"not asked for", gate.AlwaysFail{Exploit: true}, of(gate.Low), "pass: 1 low, none at or above high"},
		{"no findings", gate.AlwaysFail{KEV: true}, of(), "pass: no findings"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			v := gate.Judge(rules(gate.Rules{AlwaysFail: test.always}), gate.Case{Scan: test.scan})
			if diff := cmp.Diff(test.want, said(v)); diff != "" {
				t.Errorf("Judge (-want +got):\n%s", diff)
			}
		})
	}
}
