package policyfile_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/hallmark-ci/hallmark/gate"
	"github.com/hallmark-ci/hallmark/gate/policyfile"
	"github.com/hallmark-ci/hallmark/strictyaml"
)

// Whatever a file holds, it is a policy that judges and that can be read again, or an error with its place.
func FuzzEffective(f *testing.F) {
	f.Add(whole, "")
	f.Add("gate: {fail_on: {high: 0}}", "locked: [gate.fail_on]")
	f.Add("a: &a [*a]", "ignore: [{id: A, until: 2026-02-30}]")
	f.Add("---\n---\n", "? [a]\n: b")
	f.Add("gate: {always_fail: {epss_at_least: .inf}}", "ignore: [{id: A, purl: 'pkg:deb/x'}]")
	f.Fuzz(func(t *testing.T, own, organisation string) {
		policy, err := policyfile.Effective(policyfile.Options{Own: file("policy.yaml", own), Organisation: file("org.yaml", organisation), Now: today})
		if err != nil {
			var problem *strictyaml.Error
			if !errors.As(err, &problem) {
				t.Fatalf("an error without its place: %v", err)
			}
			if !strings.HasSuffix(problem.File, ".yaml") || problem.Line < 1 || problem.Column < 1 {
				t.Errorf("an error at %s: %v", problem.Position, err)
			}
			return
		}
		again, err := policyfile.Effective(policyfile.Options{Own: file("again.json", policy.JSON()), Now: today})
		if err != nil || again.JSON() != policy.JSON() {
			t.Errorf("%s\nread again: %v: %s", policy.JSON(), err, again.JSON())
		}
		if v := gate.Judge(policy, gate.Case{Now: today}); v.Result == gate.Pass {
			t.Errorf("nothing at all passes: %s", policy.JSON())
		}
	})
}
