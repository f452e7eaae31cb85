package posture_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/posture"
	"github.com/hallmark-ci/hallmark/strictyaml"
)

func TestReadConfig(t *testing.T) {
	yes := true
	got, err := posture.ReadConfig(".hallmark.yaml", []byte(`fail-on: high
posture:
  immutable: true
  mutable_tags: [latest, "dev-*"]
  scan: continuous
  lifecycle: keep=30
  encryption: kms
  exceptions:
    - {repository: "base/*", check: immutability, tag: latest, reason: others build on it, until: 2027-06-30}
`))
	if err != nil {
		t.Fatal(err)
	}
	want := posture.Config{
		Immutable: &yes, MutableTags: []string{"latest", "dev-*"}, Scan: posture.ScanContinuous, Lifecycle: "keep=30", Encryption: posture.KMS,
		Exceptions: []posture.Exception{{
			Repository: "base/*", Check: posture.CheckImmutability, Tag: "latest", Reason: "others build on it", Until: "2027-06-30", Place: ".hallmark.yaml:9",
		}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("configuration (-want +got):\n%s", diff)
	}
}

func TestReadConfigSaysWhatIsWrong(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"unknown key", "posture: {imutable: true}", `c.yaml:1:11: posture: unknown key "imutable"`},
		{"no switch", "posture: {immutable: always}", `c.yaml:1:22: posture.immutable: want true or false, not "always"`},
		{"unknown way to scan", "posture: {scan: on_push}", `c.yaml:1:17: posture.scan: "on_push" is none of on-push, continuous, off`},
		{"six filters", "posture: {mutable_tags: [a, b, c, d, e, f]}", `c.yaml:1:11: posture.mutable_tags: 6 patterns, and a repository has at most 5`},
		{"a filter with three wildcards", "posture: {mutable_tags: ['*a*b*']}", `c.yaml:1:11: posture.mutable_tags: "*a*b*" has 3 wildcards, and a pattern has at most 2`},
		{"a filter of other characters", "posture: {mutable_tags: ['v[0-9]']}", `c.yaml:1:11: posture.mutable_tags: "v[0-9]": a pattern has letters, digits and the characters . _ - *`},
		{"a filter twice", "posture: {mutable_tags: [a, a]}", `c.yaml:1:11: posture.mutable_tags: "a" stands twice`},
		{"filters without immutability", "posture: {immutable: false, mutable_tags: [a]}", `c.yaml:1:29: posture.mutable_tags: every tag may move where immutable is false`},
		{"keep nothing", "posture: {lifecycle: keep=0}", `c.yaml:1:11: posture.lifecycle: "keep=0": want keep=N, with a number of images from 1 to 100000`},
		{"no reason", "posture: {exceptions: [{repository: a, check: scanning, until: 2027-01-01}]}", `c.yaml:1:24: posture.exceptions[0]: no reason`},
		{"no end", "posture: {exceptions: [{repository: a, check: scanning, reason: b}]}", `c.yaml:1:24: posture.exceptions[0]: no until`},
		{"no date", "posture: {exceptions: [{repository: a, check: scanning, reason: b, until: 2027-02-30}]}", `c.yaml:1:75: posture.exceptions[0].until: "2027-02-30" is no date: write YYYY-MM-DD`},
		{"a tag of another check", "posture: {exceptions: [{repository: a, check: scanning, tag: b, reason: b, until: 2027-01-01}]}", `c.yaml:1:57: posture.exceptions[0].tag: only immutability is judged by tags`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := posture.ReadConfig("c.yaml", []byte(tt.text))
			var problem *strictyaml.Error
			if !errors.As(err, &problem) {
				t.Fatalf("error %v", err)
			}
			if diff := cmp.Diff(tt.want, problem.Error()); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDesiredMutability(t *testing.T) {
	yes, no := true, false
	commit := posture.Class{Name: "commit", Samples: []posture.Sample{{Tag: "8d5f", Varies: true}}}
	latest := posture.Class{Name: "moving", Moving: true, Samples: []posture.Sample{{Tag: "latest"}}}
	branch := posture.Class{Name: "moving", Moving: true, Samples: []posture.Sample{
		{Tag: "main", Rule: "type=ref,event=branch", Varies: true}, {Tag: "another", Rule: "type=ref,event=branch", Varies: true},
	}}
	for _, tt := range []struct {
		name       string
		config     posture.Config
		classes    []posture.Class
		mutability registry.Mutability
		exclusions []string
		problem    string
	}{
		{name: "nothing is asked for"},
		{name: "fixed tags alone", classes: []posture.Class{commit}, mutability: registry.Immutable},
		{name: "a tag that moves", classes: []posture.Class{commit, latest}, mutability: registry.ImmutableWithExclusion, exclusions: []string{"latest"}},
		{name: "a tag that moves and a pattern for it", config: posture.Config{MutableTags: []string{"la*"}}, classes: []posture.Class{latest}, mutability: registry.ImmutableWithExclusion, exclusions: []string{"la*"}},
		{name: "tags that cannot be foreseen", classes: []posture.Class{commit, branch}, problem: `tag "main" of rule "type=ref,event=branch" moves, and its rule gives other tags for other commits: no pattern is known that fits them all`},
		{name: "a pattern for tags that cannot be foreseen", config: posture.Config{MutableTags: []string{"main"}}, classes: []posture.Class{branch}, mutability: registry.ImmutableWithExclusion, exclusions: []string{"main"}},
		{name: "immutable whatever the rules", config: posture.Config{Immutable: &yes}, classes: []posture.Class{latest}, mutability: registry.Immutable},
		{name: "mutable", config: posture.Config{Immutable: &no}, classes: []posture.Class{commit}, mutability: registry.Mutable},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := tt.config.Desired(tt.classes, nil)
			if text := problemOf(err); text != tt.problem {
				t.Fatalf("error %q, want %q", text, tt.problem)
			}
			if diff := cmp.Diff(tt.mutability, got.Mutability); diff != "" {
				t.Errorf("mutability (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.exclusions, got.Exclusions); diff != "" {
				t.Errorf("exclusions (-want +got):\n%s", diff)
			}
		})
	}
}

func problemOf(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
