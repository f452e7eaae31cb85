package posture_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/gate"
	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/lifecycle"
	"github.com/hallmark-ci/hallmark/registry/posture"
)

// standing is a repository with ECR's defaults.
func standing(change func(*posture.Standing)) posture.Standing {
	s := posture.Standing{Rules: posture.ScanRules{Type: "BASIC"}}
	s.Name, s.Mutability, s.Encryption.Type = "shop/api", registry.Mutable, "AES256"
	s.Scanning = gate.Coverage{Type: "BASIC", Frequency: "MANUAL"}
	change(&s)
	return s
}

func TestChanges(t *testing.T) {
	keep := lifecycle.KeepLast(3)
	none := ""
	plain := func(*posture.Standing) {}
	enhanced := func(rules ...posture.ScanRule) func(*posture.Standing) {
		return func(s *posture.Standing) { s.Rules = posture.ScanRules{Type: "ENHANCED", Rules: rules} }
	}
	full := posture.ScanRule{Frequency: "SCAN_ON_PUSH"}
	for range 100 {
		full.Filters = append(full.Filters, "web")
	}
	for _, tt := range []struct {
		name   string
		change func(*posture.Standing)
		want   posture.Desired
		out    []posture.Change
	}{
		{"nothing is asked for", plain, posture.Desired{}, nil},
		{"nothing differs", func(s *posture.Standing) {
			s.Mutability, s.Exclusions, s.Lifecycle = registry.ImmutableWithExclusion, []string{"a", "b"}, keep
			s.Scanning.Frequency, s.Encryption.Type = "CONTINUOUS_SCAN", "KMS_DSSE"
		}, posture.Desired{
			Mutability: registry.ImmutableWithExclusion, Exclusions: []string{"b", "a"}, Scan: posture.ScanOnPush, Lifecycle: &keep, Encryption: posture.KMS,
		}, nil},
		{"what deletes comes last", plain, posture.Desired{Mutability: registry.Immutable, Scan: posture.ScanOnPush, Lifecycle: &keep}, []posture.Change{
			{Setting: posture.SettingScanning, From: "MANUAL", To: "SCAN_ON_PUSH"},
			{Setting: posture.SettingMutability, From: "MUTABLE", To: "IMMUTABLE"},
			{Setting: posture.SettingLifecycle, To: keep},
		}},
		{"other filters", func(s *posture.Standing) { s.Mutability, s.Exclusions = registry.ImmutableWithExclusion, []string{"a"} },
			posture.Desired{Mutability: registry.ImmutableWithExclusion, Exclusions: []string{"b"}},
			[]posture.Change{{Setting: posture.SettingMutability, From: "IMMUTABLE_WITH_EXCLUSION: a", To: "IMMUTABLE_WITH_EXCLUSION: b"}}},
		{"no policy is wanted", func(s *posture.Standing) { s.Lifecycle = keep }, posture.Desired{Lifecycle: &none},
			[]posture.Change{{Setting: posture.SettingLifecycle, From: keep}}},
		{"encryption cannot be changed", plain, posture.Desired{Encryption: posture.KMS}, []posture.Change{{
			Setting: posture.SettingEncryption, From: "AES256", To: "KMS",
			Barred: "the encryption of a repository cannot be changed: create another, and push to that one",
		}}},
		{"encryption can be chosen", func(s *posture.Standing) { s.Absent = true }, posture.Desired{Encryption: posture.KMS}, []posture.Change{
			{Setting: posture.SettingRepository, To: "created"}, {Setting: posture.SettingEncryption, To: "KMS"},
		}},
		{"a new repository that a rule scans already", func(s *posture.Standing) {
			s.Absent, s.Rules.Rules = true, []posture.ScanRule{{Frequency: "SCAN_ON_PUSH", Filters: []string{"*"}}}
		}, posture.Desired{Scan: posture.ScanOnPush}, []posture.Change{{Setting: posture.SettingRepository, To: "created"}}},
		{"basic scanning is not continuous", plain, posture.Desired{Scan: posture.ScanContinuous}, []posture.Change{{
			Setting: posture.SettingScanning, From: "MANUAL", To: "CONTINUOUS_SCAN",
			Barred: "continuous scanning is a part of enhanced scanning, and the registry has basic scanning: that is one setting for all its repositories",
		}}},
		{"enhanced scanning goes by rules", enhanced(), posture.Desired{Scan: posture.ScanOnPush},
			[]posture.Change{{Setting: posture.SettingScanning, From: "MANUAL", To: "SCAN_ON_PUSH", Filter: "shop/api"}}},
		{"a rule that is full", enhanced(full), posture.Desired{Scan: posture.ScanOnPush}, []posture.Change{{
			Setting: posture.SettingScanning, From: "MANUAL", To: "SCAN_ON_PUSH", Filter: "shop/api",
			Barred: "the registry's rule SCAN_ON_PUSH has 100 filters already, the most there can be: put a wider one in place of some",
		}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.out, posture.Changes(standing(tt.change), tt.want)); diff != "" {
				t.Errorf("Changes (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTurned(t *testing.T) {
	frozen, freed := posture.Turned([]string{"latest", "dev-1", "1.0.0"},
		registry.Repository{Mutability: registry.MutableWithExclusion, Exclusions: []string{"latest"}},
		registry.Repository{Mutability: registry.ImmutableWithExclusion, Exclusions: []string{"latest", "dev-*"}})
	if diff := cmp.Diff([][]string{{"1.0.0"}, {"latest"}}, [][]string{frozen, freed}); diff != "" {
		t.Errorf("Turned (-want +got):\n%s", diff)
	}
}

func TestSamePolicy(t *testing.T) {
	const rule = `{"rulePriority":1,"selection":{"tagStatus":"any","countType":"imageCountMoreThan","countNumber":5},"action":{"type":"expire"}}`
	const other = `{"rulePriority":2,"selection":{"tagStatus":"any","countType":"imageCountMoreThan","countNumber":5},"action":{"type":"expire"}}`
	const named = `{"rulePriority":0,"selection":{"tagStatus":"untagged","countType":"imageCountMoreThan","countNumber":5},"action":{"type":"expire"}}`
	for _, tt := range []struct {
		name, a, b string
		want       bool
	}{
		{"none and none", "", "", true},
		{"none and one", "", `{"rules":[` + rule + `]}`, false},
		{"blanks", `{"rules":[` + rule + `]}`, "{\n \"rules\": [ " + rule + " ]\n}", true},
		{"another order of rules", `{"rules":[` + named + "," + rule + `]}`, `{"rules":[` + rule + "," + named + `]}`, true},
		{"a default that is written out", `{"rules":[` + rule + `]}`, `{"rules":[` + strings.Replace(rule, `"tagStatus"`, `"storageClass":"standard","tagStatus"`, 1) + `]}`, true},
		{"another number", `{"rules":[` + rule + `]}`, `{"rules":[` + strings.Replace(rule, "5", "6", 1) + `]}`, false},
		{"another priority", `{"rules":[` + rule + `]}`, `{"rules":[` + other + `]}`, false},
		{"a key that is not known", `{"rules":[` + rule + `],"new":1}`, `{"rules":[` + rule + `]}`, false},
		{"the same key that is not known", `{"rules":[` + rule + `],"new":1}`, `{"new":1,"rules":[` + rule + `]}`, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := posture.SamePolicy(tt.a, tt.b); got != tt.want {
				t.Errorf("SamePolicy = %t", got)
			}
		})
	}
}

func TestExcused(t *testing.T) {
	keep := lifecycle.KeepLast(3)
	want := posture.Desired{Mutability: registry.Immutable, Scan: posture.ScanOnPush, Lifecycle: &keep, Encryption: posture.KMS}
	for _, tt := range []struct {
		name      string
		exception posture.Exception
		now       registry.Repository
		change    func(*posture.Desired)
	}{
		{"a setting is left alone", posture.Exception{Check: posture.CheckLifecycle}, registry.Repository{}, func(d *posture.Desired) { d.Lifecycle = nil }},
		{"all tags are left alone", posture.Exception{Check: posture.CheckImmutability}, registry.Repository{}, func(d *posture.Desired) { d.Mutability = "" }},
		{"a tag that may move stays so", posture.Exception{Check: posture.CheckImmutability, Tag: "latest"}, registry.Repository{Mutability: registry.Mutable},
			func(d *posture.Desired) {
				d.Mutability, d.Exclusions = registry.ImmutableWithExclusion, []string{"latest"}
			}},
		{"a tag that may not move is not let to", posture.Exception{Check: posture.CheckImmutability, Tag: "latest"}, registry.Repository{Mutability: registry.Immutable}, nil},
		{"another repository", posture.Exception{Repository: "base/*", Check: posture.CheckScanning}, registry.Repository{}, nil},
		{"one that is over", posture.Exception{Check: posture.CheckScanning, Until: "2026-11-23"}, registry.Repository{}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.exception.Repository == "" {
				tt.exception.Repository = "shop/*"
			}
			if tt.exception.Until == "" {
				tt.exception.Until = "2026-11-24"
			}
			tt.now.Name = "shop/api"
			expected, notes := want, 0
			if tt.change != nil {
				tt.change(&expected)
				notes = 1
			}
			got, told := want.Excused(tt.now, []posture.Exception{tt.exception}, time.Date(2026, 11, 24, 23, 0, 0, 0, time.UTC))
			if diff := cmp.Diff(expected, got); diff != "" || len(told) != notes {
				t.Errorf("Excused: %q (-want +got):\n%s", told, diff)
			}
		})
	}
}
