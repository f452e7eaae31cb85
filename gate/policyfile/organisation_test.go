package policyfile_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/gate"
	"github.com/hallmark-ci/hallmark/gate/policyfile"
)

func TestEffectiveOfTwoFiles(t *testing.T) {
	organisation := `
gate:
  fail_on: {critical: 0, high: 0, medium: 10}
  only_fixed: true
  always_fail: {kev: true, ids: [CVE-2021-44228]}
ignore:
- {id: CVE-1, reason: everywhere, until: 2027-01-01}
settings: {max_ignore_days: 90}
`
	own := `
gate:
  fail_on: {critical: 0}
  always_fail: {epss_at_least: 0.5}
ignore:
- {id: CVE-2, reason: here, until: 2026-12-01}
settings: {require: [reason]}
`
	want := gate.Policy{
		Rules: gate.Rules{
			FailOn:     gate.Limits{"critical": 0},
			OnlyFixed:  true,
			AlwaysFail: gate.AlwaysFail{KEV: true, EPSS: 0.5, IDs: []string{"CVE-2021-44228"}},
		},
		Ignore: []gate.Ignore{
			{ID: "CVE-1", Reason: "everywhere", Until: "2027-01-01", Place: "org.yaml:7", Shared: true},
			{ID: "CVE-2", Reason: "here", Until: "2026-12-01", Place: "policy.yaml:6"},
		},
		Settings: gate.Settings{MaxIgnoreDays: 90, Require: []gate.Requirement{"reason"}},
	}.WithDefaults()
	got, err := policyfile.Effective(policyfile.Options{Organisation: file("org.yaml", organisation), Own: file("policy.yaml", own), Now: today})
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("Effective: %v (-want +got):\n%s", err, diff)
	}
}

func TestEffectiveKeepsWhatIsLocked(t *testing.T) {
	const none = ""
	tests := []struct {
		name, organisation, own, failOn string
		vex                             bool
		want                            string
	}{
		{"a key", "locked: [gate.fail_on]", "gate:\n  fail_on: {critical: 5}", none, false, "policy.yaml:2:3: gate.fail_on is locked by the organisation, at org.yaml:1:10; leave it out here"},
		{"another key", "locked: [gate.fail_on]", "gate:\n  only_fixed: true", none, false, ""},
		{"a key that begins so", "locked: [gate.grace_days]", "gate:\n  grace_from: published", none, false, ""},
		{"a key within", "locked: [gate.always_fail.kev]", "gate:\n  always_fail: {kev: false}", none, false, "policy.yaml:2:17: gate.always_fail.kev is locked by the organisation, at org.yaml:1:10; leave it out here"},
		{"a key beside it", "locked: [gate.always_fail.kev]", "gate:\n  always_fail: {epss_at_least: 1}", none, false, ""},
		{"a key that holds others", "locked: [gate.always_fail]", "gate:\n  always_fail: {kev: false}", none, false, "policy.yaml:2:3: gate.always_fail is locked by the organisation, at org.yaml:1:10; leave it out here"},
		{"a section", "locked: [gate]", "gate:\n  only_fixed: true\n  fail_on: {}", none, false, "policy.yaml:2:3: gate is locked by the organisation, at org.yaml:1:10; leave it out here"},
		{"a section that is empty", "locked: [gate, settings, ignore]", "gate: {}\nsettings:\nignore: []", none, false, ""},
		{"entries", "locked: [ignore]", "ignore:\n- id: A", none, false, "policy.yaml:2:3: ignore is locked by the organisation, at org.yaml:1:10; leave it out here"},
		{"a setting", "locked:\n- settings.max_ignore_days", "settings: {max_ignore_days: 9}", none, false, "policy.yaml:1:12: settings.max_ignore_days is locked by the organisation, at org.yaml:2:3; leave it out here"},
		{"the flag", "locked: [gate.fail_on]", none, "none", false, "org.yaml:1:10: gate.fail_on is locked by the organisation, and --fail-on sets it; leave --fail-on out"},
		{"the flag, by its section", "locked: [gate]", none, "none", false, "org.yaml:1:10: gate.fail_on is locked by the organisation, and --fail-on sets it; leave --fail-on out"},
		{"the flag, and another key", "locked: [gate.only_fixed]", none, "none", false, ""},
		{"VEX documents", "locked: [ignore]", none, none, true, "org.yaml:1:10: ignore is locked by the organisation, and --vex ignores findings; leave --vex out"},
		{"a key that is not known", "locked: [gate.fail_no]", none, none, false, `org.yaml:1:10: locked: there is no key "gate.fail_no"; did you mean "gate.fail_on"`},
		{"a severity, which no lock goes down to", "locked: [gate.fail_on.high]", none, none, false, `org.yaml:1:10: locked: there is no key "gate.fail_on.high"; did you mean "gate.fail_on"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := policyfile.Effective(policyfile.Options{
				Organisation: file("org.yaml", test.organisation), Own: file("policy.yaml", test.own), FailOn: test.failOn, VEX: test.vex, Now: today,
			})
			if diff := cmp.Diff(test.want, told(err)); diff != "" {
				t.Errorf("Effective (-want +got):\n%s", diff)
			}
		})
	}
}

// Each file's mistakes are told of that file, and the settings of the repository do not reach up.
func TestEffectiveChecksTheOrganisationsFile(t *testing.T) {
	for _, test := range []struct{ organisation, own, want string }{
		{"gate: {fail_on: {high: -1}}", "", "org.yaml:1:18: gate.fail_on.high: it is a number of findings, from 0"},
		{"version: 2", "version: 1", "org.yaml:1:1: version 2 is not known: this is version 1"},
		{"ignore: [{id: A}]\nsettings: {require: [reason]}", "", "org.yaml:1:10: ignore[0]: no reason, which settings.require asks for"},
		{"settings: {require: [reason]}", "ignore: [{id: A}]", "policy.yaml:1:10: ignore[0]: no reason, which settings.require asks for"},
		{"ignore: [{id: A}]", "settings: {require: [reason]}", ""},
	} {
		_, err := policyfile.Effective(policyfile.Options{Organisation: file("org.yaml", test.organisation), Own: file("policy.yaml", test.own), Now: today})
		if diff := cmp.Diff(test.want, told(err)); diff != "" {
			t.Errorf("Effective(%q, %q) (-want +got):\n%s", test.organisation, test.own, diff)
		}
	}
}
