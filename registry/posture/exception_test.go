package posture_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/gate"
	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/posture"
)

func TestExceptions(t *testing.T) {
	exception := func(repository, tag string, until gate.Date) posture.Exception {
		return posture.Exception{Repository: repository, Check: posture.CheckImmutability, Tag: tag, Reason: "others build on it", Until: until, Place: repository + tag + string(until)}
	}
	for _, tt := range []struct {
		name string
		list []posture.Exception
		want string
		idle int
	}{
		{"none", nil, "drift", 0},
		{"for all tags", []posture.Exception{exception("shop/*", "", "2026-11-24")}, "excepted", 0},
		{"for each tag that drifts", []posture.Exception{exception("shop/api", "v*", "2027-01-01"), exception("*", "8d*", "2027-01-01")}, "excepted", 0},
		{"for one of two tags", []posture.Exception{exception("shop/api", "v*", "2027-01-01")}, "drift", 0},
		{"one that is over", []posture.Exception{exception("shop/api", "", "2026-11-23")}, "drift", 0},
		{"one for another repository", []posture.Exception{exception("base/*", "", "2027-01-01")}, "drift", 0},
		{"one for a tag that is not there", []posture.Exception{exception("shop/api", "nightly", "2027-01-01")}, "drift", 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := fit()
			s.Mutability, s.Exclusions = registry.Mutable, nil
			got, _, _ := strings.Cut(audit(t, s, posture.Desired{}, posture.CheckImmutability, tt.list...), "\n")
			if got != tt.want {
				t.Errorf("immutability is %s, want %s", got, tt.want)
			}
			ex := posture.Exceptions{List: tt.list, Now: today}
			checks := posture.Audit(s, posture.Registry{}, posture.Desired{}, wanted(), ex)
			if diff := cmp.Diff(tt.idle, len(ex.Idle(checks, []string{"shop/api"}, false))); diff != "" {
				t.Errorf("exceptions for nothing (-want +got):\n%s", diff)
			}
		})
	}
}
