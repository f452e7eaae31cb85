package posture_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/gate"
	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/lifecycle"
	"github.com/hallmark-ci/hallmark/registry/posture"
)

func TestMendsAreCommandsThatWork(t *testing.T) {
	none, keep := "", lifecycle.KeepLast(30)
	basic := posture.Registry{Scan: posture.ScanRules{Type: "BASIC", Rules: []posture.ScanRule{{Frequency: "SCAN_ON_PUSH", Filters: []string{"web/*"}}}}}
	for _, tt := range []struct {
		name     string
		check    posture.CheckName
		change   func(*posture.Settings)
		registry posture.Registry
		desired  posture.Desired
		want     string
	}{
		{name: "tags that move", check: posture.CheckImmutability, change: func(s *posture.Settings) { s.Mutability = registry.Mutable },
			want: "hallmark repo apply shop/api --immutable --mutable-tag latest"},
		{name: "tags that are all to move", check: posture.CheckImmutability, desired: posture.Desired{Mutability: registry.Mutable},
			want: "hallmark repo apply shop/api --immutable=false"},
		{name: "patterns are for a shell", check: posture.CheckImmutability, change: func(s *posture.Settings) { s.Mutability = registry.Mutable },
			desired: posture.Desired{Mutability: registry.ImmutableWithExclusion, Exclusions: []string{"dev-*"}},
			want:    "hallmark repo apply shop/api --immutable --mutable-tag 'dev-*'"},
		{name: "a name of saved answers that is more than a name", check: posture.CheckImmutability,
			change: func(s *posture.Settings) { s.Name, s.Mutability = "a;rm -rf 'b", registry.Mutable },
			want:   `hallmark repo apply 'a;rm -rf '\''b' --immutable --mutable-tag latest`},
		{name: "no scan", check: posture.CheckScanning, change: func(s *posture.Settings) { s.Scanning = gate.Coverage{Type: "BASIC", Frequency: "MANUAL"} },
			registry: basic, desired: posture.Desired{Scan: posture.ScanOnPush}, want: "hallmark repo apply shop/api --scan-on-push"},
		{name: "no continuous scan where enhanced scanning is off", check: posture.CheckScanning, registry: basic, desired: posture.Desired{Scan: posture.ScanContinuous},
			want: `aws ecr put-registry-scanning-configuration --scan-type ENHANCED --rules '[{"scanFrequency": "SCAN_ON_PUSH", "repositoryFilters": ` +
				`[{"filter": "web/*", "filterType": "WILDCARD"}]}, {"scanFrequency": "CONTINUOUS_SCAN", "repositoryFilters": [{"filter": "shop/api", "filterType": "WILDCARD"}]}]'`},
		{name: "no continuous scan where rules are not known", check: posture.CheckScanning, desired: posture.Desired{Scan: posture.ScanContinuous},
			want: "hallmark repo apply shop/api"},
		{name: "a lifecycle policy where none is wanted", check: posture.CheckLifecycle, desired: posture.Desired{Lifecycle: &none},
			want: "hallmark repo apply shop/api --lifecycle none"},
		{name: "another lifecycle policy than that of a named file", check: posture.CheckLifecycle, change: func(s *posture.Settings) { s.Lifecycle = "" },
			desired: posture.Desired{Lifecycle: &keep, ConfigFile: "ops/prod settings.yaml"}, want: "hallmark repo apply shop/api --config 'ops/prod settings.yaml'"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := fit()
			if tt.change != nil {
				tt.change(&s)
			}
			checks := posture.Audit(s, tt.registry, tt.desired, wanted(), posture.Exceptions{Now: today})
			i := slices.IndexFunc(checks, func(c posture.Check) bool { return c.Name == tt.check })
			if checks[i].Mend == nil {
				t.Fatalf("%s is %s, and has no mend", tt.check, checks[i].State)
			}
			if diff := cmp.Diff(tt.want, checks[i].Mend.Command); diff != "" {
				t.Errorf("command (-want +got):\n%s", diff)
			}
		})
	}
}

func TestMendOfATemplateNamesItsFilters(t *testing.T) {
	r := posture.Registry{Templates: []posture.Template{{Prefix: "shop/", AppliedFor: []string{"CREATE_ON_PUSH"}, Mutability: registry.Mutable}}}
	d := posture.Desired{Mutability: registry.ImmutableWithExclusion, Exclusions: []string{"latest", "dev-*"}}
	checks := posture.AuditTemplates(r, d, wanted(), posture.Exceptions{Now: today}, "shop/api")
	if len(checks) != 1 || checks[0].Mend == nil {
		t.Fatalf("checks = %+v", checks)
	}
	want := "aws ecr update-repository-creation-template --prefix shop/ --image-tag-mutability IMMUTABLE_WITH_EXCLUSION" +
		" --image-tag-mutability-exclusion-filters filterType=WILDCARD,filter=latest 'filterType=WILDCARD,filter=dev-*'"
	if diff := cmp.Diff(want, checks[0].Mend.Command); diff != "" {
		t.Errorf("command (-want +got):\n%s", diff)
	}
}
