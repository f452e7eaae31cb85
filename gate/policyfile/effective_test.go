package policyfile_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/gate"
	"github.com/hallmark-ci/hallmark/gate/policyfile"
	"github.com/hallmark-ci/hallmark/strictyaml"
)

// today is the day that policies are held against.
var today = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

func file(name, text string) policyfile.File {
	return policyfile.File{Name: name, Data: []byte(text)}
}

func effective(own string) (gate.Policy, error) {
	return policyfile.Effective(policyfile.Options{Own: file("policy.yaml", own), Now: today})
}

// told is an error as a user sees it, hint included.
func told(err error) string {
	if err == nil {
		return ""
	}
	var problem *strictyaml.Error
	if !errors.As(err, &problem) {
		return "not an *Error: " + err.Error()
	}
	return strings.TrimSuffix(problem.Error()+"; "+problem.Hint, "; ")
}

// whole is a policy with every key.
const whole = `version: 1
gate:
  fail_on:
    critical: 0
    high: 3
  unknown_severity: critical
  only_fixed: true
  when_fix_unknown: skip
  esm_counts_as_fix: true
  always_fail:
    kev: true
    exploit_available: true
    epss_at_least: 0.5
    ids: [CVE-2021-44228]
  grace_days: {critical: 2, high: 7}
  grace_from: first_observed
  new_only:
    baseline: deployed
    still_fail: {critical: true}
  on_unsupported: warn
  on_timeout: pass
  on_never_scanned: fail
ignore:
  - id: CVE-2022-49043
    package: libxml2
    path: usr/lib/*
    purl: pkg:deb/debian/libxml2
    platform: linux/amd64
    image: shop/api
    reason: XInclude is compiled out
    until: 2027-01-31
    while: unfixed
    vex: vulnerable_code_not_present
settings: {unused_ignores: off, expired_ignores: error, max_ignore_days: 180, require: [reason, until]}
`

func TestEffectiveReadsTheWholeGrammar(t *testing.T) {
	want := gate.Policy{
		Rules: gate.Rules{
			FailOn:          gate.Limits{"critical": 0, "high": 3},
			UnknownSeverity: "critical",
			OnlyFixed:       true,
			WhenFixUnknown:  gate.SkipUnknown,
			ESMCountsAsFix:  true,
			AlwaysFail:      gate.AlwaysFail{KEV: true, Exploit: true, EPSS: 0.5, IDs: []string{"CVE-2021-44228"}},
			GraceDays:       gate.Days{"critical": 2, "high": 7},
			GraceFrom:       gate.FromFirstObserved,
			NewOnly:         gate.NewOnly{Baseline: "deployed", StillFail: gate.Levels{"critical": true}},
			OnUnsupported:   gate.ActionWarn,
			OnTimeout:       gate.ActionPass,
			OnNeverScanned:  gate.ActionFail,
		},
		Ignore: []gate.Ignore{{
			ID: "CVE-2022-49043", Package: "libxml2", Path: "usr/lib/*", PURL: "pkg:deb/debian/libxml2", Platform: "linux/amd64", Image: "shop/api",
			Reason: "XInclude is compiled out", Until: "2027-01-31", While: gate.WhileUnfixed, VEX: "vulnerable_code_not_present", Place: "policy.yaml:24",
		}},
		Settings: gate.Settings{UnusedIgnores: gate.CareOff, ExpiredIgnores: gate.CareError, MaxIgnoreDays: 180, Require: []gate.Requirement{"reason", "until"}},
	}
	got, err := effective(whole)
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("Effective: %v (-want +got):\n%s", err, diff)
	}
}

// The effective policy of a result is itself a policy file, and the same policy.
func TestEffectiveReadsItsOwnJSON(t *testing.T) {
	for _, text := range []string{whole, "", "gate: {fail_on: {}}"} {
		first, err := effective(text)
		if err != nil {
			t.Fatal(err)
		}
		second, err := effective(first.JSON())
		if err != nil || second.JSON() != first.JSON() {
			t.Errorf("%v: %s\nbecame %s", err, first.JSON(), second.JSON())
		}
	}
}

func TestEffectiveOfNothingIsTheDefault(t *testing.T) {
	want := gate.Policy{}.WithDefaults()
	for _, text := range []string{"", "\n# nothing yet\n", "---\n", "gate:\nignore:\nsettings:\n", "{}", "null", "version: 1"} {
		got, err := effective(text)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("Effective(%q): %v (-want +got):\n%s", text, err, diff)
		}
	}
}

func TestEffectiveTellsWhatIsWrongAndWhere(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"a key that is not known", "gate:\n  fail_no: {}\n", `policy.yaml:2:3: gate: unknown key "fail_no"; did you mean "fail_on"`},
		{"a key at the top", "ignores: []\n", `policy.yaml:1:1: unknown key "ignores"; did you mean "ignore"`},
		{"a key of an entry", "ignore:\n- id: A\n  pakage: b\n", `policy.yaml:3:3: ignore[0]: unknown key "pakage"; did you mean "package"`},
		{"a severity", "gate:\n  fail_on: {hihg: 0}\n", `policy.yaml:2:13: gate.fail_on: unknown key "hihg"; did you mean "high"`},
		{"a severity in capitals", "gate:\n  fail_on: {HIGH: 0}\n", `policy.yaml:2:13: gate.fail_on: unknown key "HIGH"`},
		{"a severity that has no rank", "gate: {unknown_severity: undefined}\n", `policy.yaml:1:26: gate.unknown_severity: "undefined" is none of critical, high, medium, low, informational`},
		{"a word", "gate: {on_timeout: past}\n", `policy.yaml:1:20: gate.on_timeout: "past" is none of fail, warn, pass; did you mean "pass"`},
		{"a condition", "ignore: [{id: A, while: unfixd}]\n", `policy.yaml:1:25: ignore[0].while: "unfixd" is none of unfixed; did you mean "unfixed"`},
		{"a justification", "ignore: [{id: A, vex: not_there}]\n", `policy.yaml:1:23: ignore[0].vex: "not_there" is none of component_not_present, vulnerable_code_not_present, vulnerable_code_not_in_execute_path, vulnerable_code_cannot_be_controlled_by_adversary, inline_mitigations_already_exist`},
		{"a requirement", "settings: {require: [reasons]}\n", `policy.yaml:1:22: settings.require[0]: "reasons" is none of reason, until; did you mean "reason"`},

		{"a key that stands twice", "gate:\n  only_fixed: true\n  only_fixed: false\n", `policy.yaml:3:3: key "gate.only_fixed" stands at line 2 already`},
		{"a severity that stands twice", "gate: {fail_on: {high: 0, high: 5}}\n", `policy.yaml:1:27: key "gate.fail_on.high" stands at line 1 already`},

		{"a text for a number", "gate: {fail_on: {high: none}}\n", `policy.yaml:1:24: gate.fail_on.high: want a whole number, not "none"`},
		{"a quoted number", "gate: {fail_on: {high: \"0\"}}\n", `policy.yaml:1:24: gate.fail_on.high: want a whole number, not "0"`},
		{"a fraction", "gate: {fail_on: {high: 0.5}}\n", `policy.yaml:1:24: gate.fail_on.high: want a whole number, not "0.5"`},
		{"a number beyond all bounds", "gate: {fail_on: {high: 99999999999999999999}}\n", `policy.yaml:1:24: gate.fail_on.high: want a whole number, not "99999999999999999999"`},
		{"a word for a switch", "gate: {only_fixed: yes}\n", `policy.yaml:1:20: gate.only_fixed: want true or false, not "yes"`},
		{"a number for a text", "ignore: [{id: 1}]\n", `policy.yaml:1:15: ignore[0].id: want text, not "1"`},
		{"a list for a text", "ignore: [{id: [A]}]\n", `policy.yaml:1:15: ignore[0].id: want text, not a list`},
		{"a text for a list", "ignore: CVE-1\n", `policy.yaml:1:9: ignore: want a list, not "CVE-1"`},
		{"keys for a list", "ignore: {id: A}\n", `policy.yaml:1:9: ignore: want a list, not keys and values`},
		{"a word for limits", "gate:\n  fail_on: high\n", `policy.yaml:2:12: gate.fail_on: want keys and values, not "high"`},
		{"a list for the file", "- gate\n", `policy.yaml:1:1: want keys and values, not a list`},
		{"nothing for limits", "gate:\n  fail_on:\n  only_fixed: true\n", `policy.yaml:2:11: gate.fail_on: no value: write {} for none, or leave the key out`},
		{"nothing for a switch", "gate:\n  only_fixed:\n", `policy.yaml:2:14: gate.only_fixed: want true or false, not nothing`},
		{"nothing for an entry", "ignore:\n-\n", `policy.yaml:2:2: ignore[0]: no value`},
		{"an empty text", "ignore: [{id: A, package: ''}]\n", `policy.yaml:1:27: ignore[0].package: the text is empty`},
		{"a tag of its own", "ignore: [{id: !secret A}]\n", `policy.yaml:1:15: ignore[0].id: want text, not "A"`},

		{"a day that no month has", "ignore: [{id: A, until: 2026-02-30}]\n", `policy.yaml:1:25: ignore[0].until: "2026-02-30" is no date: write YYYY-MM-DD`},
		{"a month that no year has", "ignore: [{id: A, until: 2026-99-99}]\n", `policy.yaml:1:25: ignore[0].until: "2026-99-99" is no date: write YYYY-MM-DD`},
		{"a date without its zeros", "ignore: [{id: A, until: 2027-1-31}]\n", `policy.yaml:1:25: ignore[0].until: "2027-1-31" is no date: write YYYY-MM-DD`},
		{"a date with a time", "ignore: [{id: A, until: 2027-01-31T00:00:00Z}]\n", `policy.yaml:1:25: ignore[0].until: "2027-01-31T00:00:00Z" is no date: write YYYY-MM-DD`},
		{"a date the other way round", "ignore: [{id: A, until: 31.01.2027}]\n", `policy.yaml:1:25: ignore[0].until: "31.01.2027" is no date: write YYYY-MM-DD`},
		{"a package URL", "ignore: [{id: A, purl: libxml2}]\n", `policy.yaml:1:24: ignore[0].purl: "libxml2" is no package URL: purl scheme is not "pkg": "libxml2"`},

		{"an entry without an id", "ignore:\n- package: zlib\n", `policy.yaml:2:3: ignore[0]: no id: an entry is about one vulnerability`},
		{"an entry without its reason", "ignore:\n- id: A\n- {id: B, reason: r}\nsettings: {require: [reason]}\n", `policy.yaml:2:3: ignore[0]: no reason, which settings.require asks for`},
		{"an entry without its end", "ignore: [{id: B, reason: r}]\nsettings: {require: [until]}\n", `policy.yaml:1:10: ignore[0]: no until, which settings.require asks for`},
		{"an entry without an end, and there is a longest time", "ignore: [{id: B}]\nsettings: {max_ignore_days: 30}\n", `policy.yaml:1:10: ignore[0]: no until, and settings.max_ignore_days is 30`},
		{"an entry that ends too late", "settings: {max_ignore_days: 30}\nignore: [{id: B, until: 2026-12-25}]\n", `policy.yaml:2:18: ignore[0]: 2026-12-25 is more than 30 days ahead (settings.max_ignore_days): 2026-12-24 is the last day`},
		{"an entry that ends just in time", "settings: {max_ignore_days: 30}\nignore: [{id: B, until: 2026-12-24}]\n", ""},

		{"a limit below 0", "gate: {fail_on: {high: -1}}\n", `policy.yaml:1:18: gate.fail_on.high: it is a number of findings, from 0`},
		{"days below 0", "gate: {grace_days: {high: -1}}\n", `policy.yaml:1:21: gate.grace_days.high: it is a number of days, from 0 to 36500`},
		{"days without end", "settings: {max_ignore_days: 9000000000000000000}\n", `policy.yaml:1:12: settings.max_ignore_days: it is a number of days, from 0 to 36500`},
		{"a probability above 1", "gate: {always_fail: {epss_at_least: 50}}\n", `policy.yaml:1:22: gate.always_fail.epss_at_least: it is a probability, from 0 to 1`},
		{"a probability that is no number", "gate: {always_fail: {epss_at_least: .nan}}\n", `policy.yaml:1:22: gate.always_fail.epss_at_least: it is a probability, from 0 to 1`},

		{"another version", "version: 2\n", `policy.yaml:1:1: version 2 is not known: this is version 1`},
		{"two documents", "version: 1\n---\nversion: 1\n", `policy.yaml:2:1: a second document: there is one at most`},
		{"an alias", "gate: {fail_on: &a {high: 0}}\n", `policy.yaml:1:17: gate.fail_on: anchors and aliases are not read: write the value out`},
		{"a merge", "gate:\n  <<: {only_fixed: true}\n", `policy.yaml:2:3: gate: unknown key "<<"`},
		{"no YAML", "gate:\n  fail_on: {high: 0\n", `policy.yaml:1:1: did not find expected ',' or '}'`},
		{"no text", "gate: \x00\n", `policy.yaml:1:1: control characters are not allowed`},
		{"locks of its own", "locked: [gate]\n", `policy.yaml:1:1: locked: only an organisation's file locks keys`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := effective(test.text)
			if diff := cmp.Diff(test.want, told(err)); diff != "" {
				t.Errorf("Effective (-want +got):\n%s", diff)
			}
		})
	}
}

// Sections of .hallmark.yaml are a policy, and its other keys are not looked at.
func TestEffectiveReadsSections(t *testing.T) {
	own := file(".hallmark.yaml", "repository: shop/api\ntag: [type=sha]\ngate: {fail_on: {low: 0}}\n")
	own.Sections = true
	got, err := policyfile.Effective(policyfile.Options{Own: own, Now: today})
	if diff := cmp.Diff(gate.Limits{"low": 0}, got.Rules.FailOn); diff != "" || err != nil {
		t.Errorf("Effective: %v (-want +got):\n%s", err, diff)
	}
	own.Data = []byte("repository: shop/api\ngate: {fail_no: {}}\n")
	_, err = policyfile.Effective(policyfile.Options{Own: own, Now: today})
	if diff := cmp.Diff(`.hallmark.yaml:2:8: gate: unknown key "fail_no"; did you mean "fail_on"`, told(err)); diff != "" {
		t.Errorf("Effective (-want +got):\n%s", diff)
	}
}

func TestEffectiveOfAFlag(t *testing.T) {
	got, err := policyfile.Effective(policyfile.Options{Own: file("policy.yaml", "gate: {fail_on: {low: 0}, only_fixed: true}"), FailOn: "critical", Now: today})
	want := gate.Rules{FailOn: gate.Limits{"critical": 0}, OnlyFixed: true}
	if diff := cmp.Diff(gate.Policy{Rules: want}.WithDefaults(), got); diff != "" || err != nil {
		t.Errorf("Effective: %v (-want +got):\n%s", err, diff)
	}
}
