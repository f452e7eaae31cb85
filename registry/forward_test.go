package registry_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/tagger"
)

// release149 are the tags of a backport of 1.4.9, the moving ones last.
func release149(t *testing.T) []tagger.Tag {
	t.Helper()
	return derived(t, revision(), "type=semver,pattern={{version}}", "type=semver,pattern={{major}}.{{minor}}", "type=semver,pattern={{major}}", "type=raw,value=latest")
}

func TestNewPlanNeverMovesATagBack(t *testing.T) {
	at := func(version string) registry.Image {
		return registry.Image{Digest: "sha256:dd", Configs: foreign.Configs, Commit: "c0", Version: version}
	}
	all := func(image registry.Image) map[string]registry.Image {
		return map[string]registry.Image{"1.4": image, "1": image, "latest": image}
	}
	const from = "move: from sha256:dd"
	tests := []struct {
		name                  string
		published             map[string]registry.Image
		gitTags, tags         []string
		partial               bool
		back                  bool
		lines, major, highest string // what is planned for 1.4, 1 and latest
	}{
		{name: "a backport, by the Git tags", published: all(at("")), gitTags: []string{"v1.4.9", "v2.0.0"}, lines: from, major: from, highest: "keep: stays: Git tag v2.0.0 is higher"},
		{name: "a backport, by the repository's tags", published: all(at("")), gitTags: []string{"v1.4.9"}, tags: []string{"2.0.0", "2", "latest"}, lines: from, major: from, highest: "keep: stays: tag 2.0.0 of the repository is higher"},
		{name: "a backport, by what latest names", published: map[string]registry.Image{"1.4": at("1.4.8"), "1": at("1.4.8"), "latest": at("2.0.0")}, partial: true, lines: from, major: from, highest: "keep: stays: version 2.0.0 that it names is higher"},
		{name: "a backport of an older line", published: all(at("")), tags: []string{"1.5.0"}, lines: from, major: "keep: stays: tag 1.5.0 of the repository is higher", highest: "keep: stays: tag 1.5.0 of the repository is higher"},
		{name: "a backport whose moving tags are absent", tags: []string{"2.0.0"}, lines: "create: new", major: "create: new", highest: "keep: stays absent: tag 2.0.0 of the repository is higher"},
		{name: "a backport that may go back", published: all(at("2.0.0")), gitTags: []string{"v2.0.0"}, tags: []string{"2.0.0"}, partial: true, back: true, lines: from, major: from, highest: from},
		{name: "the highest version", published: all(at("1.4.8")), gitTags: []string{"v1.4.9", "v1.4.8"}, tags: []string{"1.4.8"}, lines: from, major: from, highest: from},
		{name: "a version that may not be the highest", published: all(at("")), partial: true,
			lines:   "refuse: names sha256:dd and follows the highest version: which one that is cannot be told",
			major:   "refuse: names sha256:dd and follows the highest version: which one that is cannot be told",
			highest: "refuse: names sha256:dd and follows the highest version: which one that is cannot be told"},
		{name: "a version that may not be the highest, of tags that are absent", partial: true, lines: "create: new", major: "create: new", highest: "create: new"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			state := registry.State{
				Repository: registry.Repository{Name: "shop/api", Mutability: registry.Mutable}, Published: test.published,
				GitTags: test.gitTags, Tags: test.tags, Partial: test.partial,
			}
			plan := registry.NewPlan(state, thisImage, release149(t), registry.Options{MoveBack: test.back})
			got := map[string]string{}
			for _, step := range plan.Steps {
				got[step.Tag.String()] = string(step.Action) + ": " + step.Reason
			}
			want := map[string]string{"1.4.9": "create: new", "1.4": test.lines, "1": test.major, "latest": test.highest}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("NewPlan (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPlanFollowsVersions(t *testing.T) {
	tests := []struct {
		name  string
		mode  registry.Mutability
		rules []string
		names registry.Image // what the tags name; nothing when zero
		want  bool
	}{
		{"where it moves a tag of a line", registry.Mutable, []string{"type=semver,pattern={{major}}"}, foreign, true},
		{"where it creates one", registry.Mutable, []string{"type=semver,pattern={{major}}"}, registry.Image{}, true},
		{"not where it keeps one", registry.Mutable, []string{"type=semver,pattern={{major}}"}, published, false},
		{"not where it refuses one", registry.Immutable, []string{"type=semver,pattern={{major}}"}, foreign, false},
		{"not where a branch moves", registry.Mutable, []string{"type=ref,event=branch"}, foreign, false},
		{"not where versions are whole", registry.Mutable, []string{"type=semver,pattern={{version}}"}, registry.Image{}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			state := registry.State{Repository: registry.Repository{Name: "shop/api", Mutability: test.mode}}
			if test.names.Digest != "" {
				state.Published = map[string]registry.Image{"1": test.names, "main": test.names}
			}
			plan := registry.NewPlan(state, thisImage, derived(t, revision(), test.rules...), registry.Options{})
			if got := plan.FollowsVersions(); got != test.want {
				t.Errorf("FollowsVersions = %t for %+v", got, plan.Steps)
			}
		})
	}
}
