package report_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/gate"
	"github.com/hallmark-ci/hallmark/report"
)

func TestNextStep(t *testing.T) {
	fixed := func(id, name, version string) gate.Judged {
		return gate.Judged{Decision: gate.Counts, Finding: gate.Finding{ID: id, Package: name, FixedVersion: version, Fix: gate.HasFix}}
	}
	open := func(name string, fix gate.Fix) gate.Judged {
		return gate.Judged{Decision: gate.Counts, Finding: gate.Finding{ID: "CVE-1", Package: name, Fix: fix}}
	}
	ignore := "\nto accept one for a while, add to ignore in .hallmark.yaml:\n  - {id: CVE-1, package: a, reason: WHY, until: YYYY-MM-DD}"
	tests := []struct {
		name     string
		findings []gate.Judged
		want     string
	}{
		{"one package", []gate.Judged{fixed("CVE-1", "a", "2"), open("b", gate.NoFix)}, "no tag was written: update a to 2, and build again" + ignore},
		{"several, and each once", []gate.Judged{fixed("CVE-1", "a", "2"), fixed("CVE-2", "a", "2"), fixed("CVE-3", "b", ""), fixed("CVE-4", "c", "1"), fixed("CVE-5", "d", "1"), fixed("CVE-6", "e", "1")}, "no tag was written: update a to 2, b, c to 1 and 2 more, and build again" + ignore},
		{"one package with two fixed versions", []gate.Judged{fixed("CVE-1", "a", "2"), fixed("CVE-2", "a", "10"), fixed("CVE-3", "a", "10")}, "no tag was written: update a, and build again" + ignore},
		{"nobody says what is fixed", []gate.Judged{open("a", gate.UnknownFix), open("b", gate.UnknownFix)}, "no tag was written: look for newer versions of a, b, and build again" + ignore},
		{"nothing is fixed", []gate.Judged{open("a", gate.NoFix)}, "no tag was written: nothing has a fix yet: use another base image or leave the packages out, and build again" + ignore},
		{"a package that YAML would read otherwise", []gate.Judged{fixed("CVE-1", "a, reason: x", "2")}, "no tag was written: update a, reason: x to 2, and build again\nto accept one for a while, add to ignore in .hallmark.yaml:\n  - {id: CVE-1, reason: WHY, until: YYYY-MM-DD}"},
		{"a finding that YAML would read otherwise", []gate.Judged{fixed("*", "a", "2")}, "no tag was written: update a to 2, and build again"},
		{"nothing that counts", nil, "no tag was written: mend what counts and build again"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, report.NextStep("no tag was written: ", gate.Verdict{Findings: test.findings})); diff != "" {
				t.Errorf("NextStep (-want +got):\n%s", diff)
			}
		})
	}
}
