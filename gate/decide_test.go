package gate_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/gate"
)

// today is the day that policies are held against.
var today = time.Date(2026, 11, 24, 23, 59, 0, 0, time.UTC)

// day is the beginning of a day.
func day(text string) time.Time {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return t
}

// image is the one that is judged.
var image = gate.Image{Host: "registry.example.com", Name: "shop/api", Tags: []string{"v1.2.3"}, Digests: []string{"sha256:aa", "sha256:bb"}}

// libxml is a finding like many.
func libxml(change func(*gate.Finding)) gate.Finding {
	f := gate.Finding{ID: "CVE-2022-49043", Package: "libxml2", Version: "2.9.14", Severity: gate.High, Fix: gate.NoFix, Platforms: []string{"linux/amd64"}}
	if change != nil {
		change(&f)
	}
	return f
}

// judged is what a policy makes of one finding, in one line.
func judged(p gate.Policy, f gate.Finding) string {
	scan := gate.Scan{Platforms: []gate.PlatformScan{{Status: "COMPLETE", Findings: []gate.Finding{f}}}}
	baseline := gate.NewAccepted("shop/api:deployed", []gate.Finding{{ID: "CVE-2022-49043", Package: "libxml2", Version: "2.9.10"}})
	v := gate.Judge(p, gate.Case{Scan: scan, Image: image, Baseline: baseline, Now: today})
	got := v.Findings[0]
	return strings.TrimSuffix(string(got.Decision)+": "+got.Reason+" | "+got.Until, " | ")
}

func rules(r gate.Rules) gate.Policy { return gate.Policy{Rules: r} }

func ignoring(e gate.Ignore) gate.Policy {
	if e.ID == "" {
		e.ID = "CVE-2022-49043"
	}
	return gate.Policy{Ignore: []gate.Ignore{e}}
}

func TestJudgeAppliesOneRule(t *testing.T) {
	const counts = "counts: at or above high"
	fixed := func(version string) gate.Finding {
		return libxml(func(f *gate.Finding) { f.Fix, f.FixedVersion = gate.HasFix, version })
	}
	unknown := libxml(func(f *gate.Finding) { f.Fix = gate.UnknownFix })
	published := func(date string) gate.Finding {
		return libxml(func(f *gate.Finding) { f.PublishedAt = day(date) })
	}
	grace := rules(gate.Rules{GraceDays: gate.Days{"high": 7}})
	onlyFixed := gate.Rules{OnlyFixed: true}
	tests := []struct {
		name    string
		policy  gate.Policy
		finding gate.Finding
		want    string
	}{
		{"fix: none", rules(onlyFixed), libxml(nil), "not-fixable: there is no fix"},
		{"fix: there is one", rules(onlyFixed), fixed("2.9.15"), counts},
		{"fix: unknown counts", rules(onlyFixed), unknown, counts},
		{"fix: unknown is skipped where that is asked for", rules(gate.Rules{OnlyFixed: true, WhenFixUnknown: gate.SkipUnknown}), unknown, "not-fixable: it is not known whether there is a fix"},
		{"fix: unknown, and only_fixed is off", rules(gate.Rules{WhenFixUnknown: gate.SkipUnknown}), unknown, counts},
		{"fix: ESM is none", rules(onlyFixed), fixed("2.9.14+dfsg-1ubuntu0.1~esm2"), "not-fixable: its fix needs an Ubuntu Pro subscription"},
		{"fix: ESM with a plus is none", rules(onlyFixed), fixed("2.9.14-1+esm1"), "not-fixable: its fix needs an Ubuntu Pro subscription"},
		{"fix: ESM is one where that is asked for", rules(gate.Rules{OnlyFixed: true, ESMCountsAsFix: true}), fixed("2.9.14-1+esm1"), counts},
		{"fix: a version that has esm in a word", rules(onlyFixed), fixed("1.0-wesm1"), counts},

		{"grace: the last day", grace, published("2026-11-17"), "grace: published on 2026-11-17, grace until 2026-11-24 | 2026-11-24"},
		{"grace: the day after", grace, published("2026-11-16"), counts + "; grace ended on 2026-11-23"},
		{"grace: no date", grace, libxml(nil), counts + "; no grace: it is not known when it was published"},
		{"grace: a date that has not come yet", grace, published("2026-11-26"), counts + "; no grace: it says that it was published on 2026-11-26"},
		{"grace: another severity", rules(gate.Rules{GraceDays: gate.Days{"critical": 7}}), published("2026-11-24"), counts},
		{"grace: none is 0 days", rules(gate.Rules{GraceDays: gate.Days{"high": 0}}), published("2026-11-24"), counts},
		{"grace: from the first sight", rules(gate.Rules{GraceDays: gate.Days{"high": 7}, GraceFrom: gate.FromFirstObserved}), libxml(func(f *gate.Finding) { f.FirstObservedAt = day("2026-11-24") }), "grace: first observed on 2026-11-24, grace until 2026-12-01 | 2026-12-01"},
		{"grace: the first sight does not stand in for a publication", grace, libxml(func(f *gate.Finding) { f.FirstObservedAt = day("2026-11-24") }), counts + "; no grace: it is not known when it was published"},
		{"grace: by what a severity that nobody rated counts as", grace, libxml(func(f *gate.Finding) { f.Severity, f.PublishedAt = "UNTRIAGED", day("2026-11-24") }), "grace: published on 2026-11-24, grace until 2026-12-01 | 2026-12-01"},

		{"baseline: in another version", rules(gate.Rules{NewOnly: gate.NewOnly{Baseline: "deployed"}}), libxml(nil), "baseline: not new: shop/api:deployed has it"},
		{"baseline: in another package", rules(gate.Rules{NewOnly: gate.NewOnly{Baseline: "deployed"}}), libxml(func(f *gate.Finding) { f.Package = "libxslt" }), counts},
		{"baseline: of a severity that fails still", rules(gate.Rules{NewOnly: gate.NewOnly{Baseline: "deployed", StillFail: gate.Levels{"high": true}}}), libxml(nil), counts + "; not new, and still_fail names high"},
		{"baseline: of a severity that fails still, switched off", rules(gate.Rules{NewOnly: gate.NewOnly{Baseline: "deployed", StillFail: gate.Levels{"high": false}}}), libxml(nil), "baseline: not new: shop/api:deployed has it"},
		{"baseline: not asked for", gate.Policy{}, libxml(nil), counts},

		{"always: KEV, of a severity below", rules(gate.Rules{AlwaysFail: gate.AlwaysFail{KEV: true}}), libxml(func(f *gate.Finding) { f.Severity, f.KEV = gate.Low, true }), "counts: always fails: it is known to be exploited (KEV)"},
		{"always: an exploit", rules(gate.Rules{AlwaysFail: gate.AlwaysFail{Exploit: true}}), libxml(func(f *gate.Finding) { f.Exploit = true }), "counts: always fails: an exploit is public"},
		{"always: an EPSS as high", rules(gate.Rules{AlwaysFail: gate.AlwaysFail{EPSS: 0.5}}), libxml(func(f *gate.Finding) { f.EPSS = 0.5 }), "counts: always fails: EPSS 0.5 is at least 0.5"},
		{"always: an EPSS below", rules(gate.Rules{AlwaysFail: gate.AlwaysFail{EPSS: 0.5}}), libxml(func(f *gate.Finding) { f.EPSS = 0.499 }), counts},
		{"always: an EPSS of 0 is off", rules(gate.Rules{}), libxml(nil), counts},
		{"always: an id in another case", rules(gate.Rules{AlwaysFail: gate.AlwaysFail{IDs: []string{"cve-2022-49043"}}}), libxml(nil), "counts: always fails: always_fail names it"},
		{"always: one of the CVEs of an advisory", rules(gate.Rules{AlwaysFail: gate.AlwaysFail{IDs: []string{"cve-2021-44228"}}}), libxml(func(f *gate.Finding) {
			f.ID, f.Aliases = "GHSA-jfh8-c2jp-5v3q", []string{"CVE-2021-45046", "CVE-2021-44228"}
		}), "counts: always fails: it is CVE-2021-44228, which always_fail names"},
		{"always: a part of an id", rules(gate.Rules{AlwaysFail: gate.AlwaysFail{IDs: []string{"CVE-2022-4904"}}}), libxml(nil), counts},
		{"always: known, and not asked for", rules(gate.Rules{}), libxml(func(f *gate.Finding) { f.KEV, f.Exploit, f.EPSS = true, true, 1 }), counts},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, judged(test.policy, test.finding)); diff != "" {
				t.Errorf("Judge (-want +got):\n%s", diff)
			}
		})
	}
}

// Each row takes away the rule that decided in the row before.
func TestJudgeAsksTheRulesInOrder(t *testing.T) {
	finding := libxml(func(f *gate.Finding) {
		f.Status, f.KEV, f.EPSS, f.Exploit, f.PublishedAt = "CLOSED", true, 1, true, day("2026-11-24")
	})
	policy := gate.Policy{
		Rules: gate.Rules{
			OnlyFixed:  true,
			AlwaysFail: gate.AlwaysFail{KEV: true, Exploit: true, EPSS: 0.1, IDs: []string{finding.ID}},
			GraceDays:  gate.Days{"high": 7},
			NewOnly:    gate.NewOnly{Baseline: "deployed"},
		},
		Ignore: []gate.Ignore{{ID: finding.ID, Reason: "not reached"}},
		Statements: []gate.Statement{{IDs: []string{finding.ID}, Impact: gate.NotAffected, Reason: "component_not_present", Document: "vex.json",
			Products: []gate.Product{{Names: []string{"pkg:deb/debian/libxml2"}}}}},
	}
	for _, step := range []struct {
		want string
		take func()
	}{
		{"ignored: the scanner has it as closed", func() { finding.Status = "" }},
		{"counts: always fails: always_fail names it", func() { policy.Rules.AlwaysFail.IDs = nil }},
		{"ignored: vex.json says not_affected: component_not_present", func() { policy.Statements = nil }},
		{"ignored: not reached", func() { policy.Ignore[0].Reason = "" }},
		{"counts: always fails: it is known to be exploited (KEV); its ignore gives no reason", func() { policy.Rules.AlwaysFail.KEV = false }},
		{"counts: always fails: an exploit is public; its ignore gives no reason", func() { policy.Rules.AlwaysFail.Exploit = false }},
		{"counts: always fails: EPSS 1 is at least 0.1; its ignore gives no reason", func() { policy.Rules.AlwaysFail.EPSS = 0 }},
		{"ignored: no reason given", func() { policy.Ignore = nil }},
		{"baseline: not new: shop/api:deployed has it", func() { policy.Rules.NewOnly.Baseline = "" }},
		{"not-fixable: there is no fix", func() { policy.Rules.OnlyFixed = false }},
		{"grace: published on 2026-11-24, grace until 2026-12-01 | 2026-12-01", func() { policy.Rules.GraceDays = nil }},
		{"counts: at or above high", func() { finding.Severity = gate.Low }},
		{"below: below high", func() {}},
	} {
		if diff := cmp.Diff(step.want, judged(policy, finding)); diff != "" {
			t.Errorf("Judge (-want +got):\n%s", diff)
		}
		step.take()
	}
}

// What always fails does so whatever the limits are, and is told apart from what breaks them.
func TestJudgeFailsForWhatAlwaysFails(t *testing.T) {
	known := libxml(func(f *gate.Finding) { f.KEV = true })
	other := libxml(func(f *gate.Finding) { f.ID = "CVE-2026-1" })
	scan := gate.Scan{Platforms: []gate.PlatformScan{{Status: "COMPLETE", Findings: []gate.Finding{known, other}}}, Told: gate.Told{KEV: true}}
	always := gate.AlwaysFail{KEV: true}
	for want, limits := range map[string]gate.Limits{
		"fail: 1 high, which always_fail names":                            {"critical": 0, "high": 5},
		"fail: 1 high, which always_fail names; 1 high, at or above high":  {"critical": 0, "high": 0},
		"fail: 1 high, which always_fail names; 2 high where 1 is allowed": {"critical": 0, "high": 1},
	} {
		v := gate.Judge(rules(gate.Rules{FailOn: limits, AlwaysFail: always}), gate.Case{Scan: scan, Now: today})
		if diff := cmp.Diff(want, said(v)); diff != "" {
			t.Errorf("Judge (-want +got):\n%s", diff)
		}
	}
}
