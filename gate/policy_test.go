package gate_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/gate"
)

func TestPolicyJSON(t *testing.T) {
	p := gate.Policy{
		Rules: gate.Rules{FailOn: gate.Limits{"high": 3, "critical": 0}, NewOnly: gate.NewOnly{Baseline: "deployed"}, GraceDays: gate.Days{"high": 7}},
		Ignore: []gate.Ignore{
			{ID: "CVE-1", Package: "zlib", Reason: "r", Until: "2027-01-31", While: gate.WhileUnfixed, VEX: "component_not_present", Place: "policy.yaml:3", Shared: true},
		},
		Statements: []gate.Statement{{IDs: []string{"CVE-2"}}},
		Documents:  []string{"0a1b"},
	}
	const want = `{"version":1,"gate":{"fail_on":{"critical":0,"high":3},"unknown_severity":"high","only_fixed":false,"when_fix_unknown":"count","esm_counts_as_fix":false,` +
		`"always_fail":{"kev":false,"exploit_available":false,"epss_at_least":0},"grace_days":{"high":7},"grace_from":"published","new_only":{"baseline":"deployed"},` +
		`"on_unsupported":"fail","on_timeout":"fail","on_never_scanned":"fail"},` +
		`"ignore":[{"id":"CVE-1","package":"zlib","reason":"r","until":"2027-01-31","while":"unfixed","vex":"component_not_present"}],` +
		`"settings":{"unused_ignores":"warn","expired_ignores":"warn","max_ignore_days":0},"vex_sha256":["0a1b"]}`
	if diff := cmp.Diff(want, p.JSON()); diff != "" {
		t.Errorf("JSON (-want +got):\n%s", diff)
	}
}

func TestPolicySHA256(t *testing.T) {
	// Results name their policy by it, so it must not change.
	const high = "e80756841b120bf33ec686dd380a20d51fdf801eba6ead4eb0065bcca0baf0a4"
	if got := policy(t, "high").SHA256(); got != high {
		t.Errorf("SHA256 = %s, want %s", got, high)
	}
	if got := (gate.Policy{}).SHA256(); got != high {
		t.Errorf("SHA256 of the default = %s, want that of high", got)
	}
	moved := gate.Policy{Ignore: []gate.Ignore{{ID: "CVE-1", Place: "policy.yaml:3"}}}
	if here := (gate.Policy{Ignore: []gate.Ignore{{ID: "CVE-1", Place: "other.yaml:9"}}}); here.SHA256() != moved.SHA256() {
		t.Error("the place of an entry changes the policy")
	}
	seen := map[string]bool{high: true}
	for _, other := range []gate.Policy{
		policy(t, "low"), moved, {Documents: []string{"0a"}}, {Settings: gate.Settings{MaxIgnoreDays: 1}}, {Rules: gate.Rules{OnlyFixed: true}},
	} {
		if seen[other.SHA256()] {
			t.Errorf("two policies have one name: %s", other.JSON())
		}
		seen[other.SHA256()] = true
	}
}
