package gate_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/gate"
)

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
