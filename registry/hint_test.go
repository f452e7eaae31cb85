package registry_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/registry"
)

func TestNewPlanHints(t *testing.T) {
	const fixed, moving, version = "type=raw,value=fixed", "type=ref,event=branch", "type=ref,event=tag"
	const command = "take the rule out, or let the tag move: aws ecr put-image-tag-mutability --repository-name shop/api --image-tag-mutability IMMUTABLE_WITH_EXCLUSION --image-tag-mutability-exclusion-filters "
	five := []string{"a", "b", "c", "d", "e"}
	tests := []struct {
		name      string
		mode      registry.Mutability
		exclude   []string
		rules     []string
		published map[string]registry.Image
		options   registry.Options
		want      string
	}{
		{"lets a tag move that would freeze", registry.Immutable, nil, []string{moving}, nil, registry.Options{}, command + "filterType=WILDCARD,filter='main'"},
		{"keeps the filters there are", registry.ImmutableWithExclusion, []string{"latest"}, []string{moving}, nil, registry.Options{}, command + "filterType=WILDCARD,filter='latest' filterType=WILDCARD,filter='main'"},
		{"knows that five filters are the most", registry.ImmutableWithExclusion, five, []string{moving}, nil, registry.Options{}, "take the rule out: the repository has all 5 exclusion filters it can have"},
		{"takes a filter out of a mutable repository", registry.MutableWithExclusion, []string{"main"}, []string{moving}, nil, registry.Options{}, `take the rule out, or take the filter that makes "main" immutable out of the repository`},
		{"writes no filters over ones it does not know", "", nil, []string{moving}, nil, registry.Options{Assume: registry.Immutable}, "take the rule out, or add an exclusion filter for the tag to the repository"},
		{"asks to say what is unknown", "", nil, []string{moving}, nil, registry.Options{}, "allow ecr:DescribeRepositories, or say --assume-mutability mutable"},
		{"asks to say what is unknown before a fixed tag moves", "", nil, []string{fixed}, map[string]registry.Image{"fixed": foreign}, registry.Options{MoveFixed: true}, "allow ecr:DescribeRepositories, or say --assume-mutability mutable"},
		{"asks for another name", registry.Immutable, nil, []string{fixed}, map[string]registry.Image{"fixed": foreign}, registry.Options{}, "a fixed tag names one image for ever: give this image another name"},
		{"tells that a fixed tag can move", registry.Mutable, nil, []string{fixed}, map[string]registry.Image{"fixed": foreign}, registry.Options{}, "give this image another name; --allow-move-fixed moves the tag all the same"},
		{"tells how to keep what is there of the commit", registry.Immutable, nil, []string{fixed}, map[string]registry.Image{"fixed": recompiled}, registry.Options{Accept: registry.AcceptImage}, "to keep what is published for this commit: --accept-existing commit"},
		{"tells both where both can be", registry.Mutable, nil, []string{fixed}, map[string]registry.Image{"fixed": recompiled}, registry.Options{Accept: registry.AcceptNone}, "to keep what is published for this commit: --accept-existing commit; --allow-move-fixed moves the tag"},
		{"tells how to run again", registry.Immutable, nil, []string{fixed}, map[string]registry.Image{"fixed": published}, registry.Options{Accept: registry.AcceptNone}, "a run that may find its tags written needs --accept-existing image or commit"},
		{"names the rules of two tags that differ", registry.Mutable, nil, []string{version, moving}, map[string]registry.Image{"v1.4.9": recompiled, "main": recompiled2}, registry.Options{}, `one of the two was built again after it was published: leave out the rule of the one that is wrong, "type=ref,event=tag" or "type=ref,event=branch"`},
		{"asks for a clean work tree", registry.Mutable, nil, []string{fixed}, nil, registry.Options{RefuseDirty: true}, "commit or undo the changes, or choose --dirty suffix or --dirty allow"},
		{"asks for a clean work tree before a version", registry.Mutable, nil, []string{version}, nil, registry.Options{Dirty: true}, "commit or undo the changes, or choose --dirty allow"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			state := registry.State{
				Repository: registry.Repository{Name: "shop/api", Mutability: test.mode, Exclusions: test.exclude},
				Published:  test.published,
			}
			plan := registry.NewPlan(state, thisImage, derived(t, revision(), test.rules...), test.options)
			for _, step := range plan.Refused() {
				if diff := cmp.Diff(test.want, step.Hint); diff != "" {
					t.Errorf("hint for %q (-want +got):\n%s", step.Tag, diff)
				}
			}
			if len(plan.Refused()) == 0 {
				t.Error("NewPlan refused nothing")
			}
		})
	}
}

func TestNewPlanTellsBothImages(t *testing.T) {
	index := registry.Image{Configs: []string{"sha256:1", "sha256:2"}, Commit: "c1"}
	sealed := registry.Image{Digest: "sha256:a5", Configs: []string{"sha256:1"}, Commit: "c1"}
	nowhere := registry.Image{Configs: thisImage.Configs}
	for _, test := range []struct {
		name      string
		image     registry.Image
		published registry.Image
		want      string
	}{
		{"by config where the manifest is still to be built", thisImage, foreign, "already names sha256:dd of commit c0, this image has config " + thisImage.Configs[0] + " of commit c1"},
		{"by digest where the manifest is there", sealed, foreign, "already names sha256:dd of commit c0, this image is sha256:a5 of commit c1"},
		{"without commits where none is known", nowhere, nameless, "already names sha256:ee, this image has config " + thisImage.Configs[0]},
		{"without a config where there are several", index, nameless, "already names sha256:ee"},
	} {
		t.Run(test.name, func(t *testing.T) {
			state := registry.State{
				Repository: registry.Repository{Name: "shop/api", Mutability: registry.Immutable},
				Published:  map[string]registry.Image{"fixed": test.published},
			}
			plan := registry.NewPlan(state, test.image, derived(t, revision(), "type=raw,value=fixed"), registry.Options{})
			if diff := cmp.Diff(test.want, plan.Steps[0].Reason); diff != "" {
				t.Errorf("reason (-want +got):\n%s", diff)
			}
		})
	}
}
