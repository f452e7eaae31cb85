package registry_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/registry"
)

func TestNewPlanOfSeveralTags(t *testing.T) {
	tests := []struct {
		name      string
		published map[string]registry.Image
		versions  []string
		want      map[string]registry.Action
		adopted   string
	}{
		{
			name:      "gives the adopted image the tags that are absent",
			published: map[string]registry.Image{"v1.4.9": recompiled},
			want:      map[string]registry.Action{"v1.4.9": registry.Keep, "1": registry.Create, "main": registry.Create},
			adopted:   "sha256:bb",
		},
		{
			name:      "refuses two tags that name two accepted images",
			published: map[string]registry.Image{"v1.4.9": recompiled, "main": recompiled2},
			want:      map[string]registry.Action{"v1.4.9": registry.Refuse, "1": registry.Create, "main": registry.Refuse},
		},
		{
			name:      "takes two manifests of one config for one image",
			published: map[string]registry.Image{"v1.4.9": published, "main": {Digest: "sha256:ab", Configs: published.Configs}},
			want:      map[string]registry.Action{"v1.4.9": registry.Keep, "1": registry.Create, "main": registry.Keep},
			adopted:   "sha256:aa",
		},
		{
			name:      "gives what a moving tag names for this commit to a fixed tag that is absent",
			published: map[string]registry.Image{"main": recompiled},
			want:      map[string]registry.Action{"v1.4.9": registry.Create, "1": registry.Create, "main": registry.Keep},
			adopted:   "sha256:bb",
		},
		{
			name:      "keeps a tag that names the adopted image and does not tell its commit",
			published: map[string]registry.Image{"v1.4.9": {Digest: "sha256:b2", Configs: recompiled.Configs}, "main": recompiled},
			want:      map[string]registry.Action{"v1.4.9": registry.Keep, "1": registry.Create, "main": registry.Keep},
			adopted:   "sha256:bb",
		},
		{
			name:      "refuses this image beside another one of this commit",
			published: map[string]registry.Image{"v1.4.9": published, "main": recompiled},
			want:      map[string]registry.Action{"v1.4.9": registry.Refuse, "1": registry.Create, "main": registry.Refuse},
		},
		{
			name:      "moves a moving tag to the adopted image",
			published: map[string]registry.Image{"v1.4.9": recompiled, "main": foreign},
			want:      map[string]registry.Action{"v1.4.9": registry.Keep, "1": registry.Create, "main": registry.Move},
			adopted:   "sha256:bb",
		},
		{
			name:      "refuses a fixed tag of another commit beside an adopted image",
			published: map[string]registry.Image{"v1.4.9": foreign, "main": recompiled},
			want:      map[string]registry.Action{"v1.4.9": registry.Refuse, "1": registry.Create, "main": registry.Keep},
			adopted:   "sha256:bb",
		},
		{
			name:      "leaves a moving version tag where the adopted image would take it back",
			published: map[string]registry.Image{"v1.4.9": recompiled, "1": {Digest: "sha256:dd", Configs: foreign.Configs, Version: "1.5.0"}},
			want:      map[string]registry.Action{"v1.4.9": registry.Keep, "1": registry.Keep, "main": registry.Create},
			adopted:   "sha256:bb",
		},
		{
			name:      "moves a moving version tag from a pre-release of a higher version",
			published: map[string]registry.Image{"1": {Digest: "sha256:dd", Configs: foreign.Configs, Version: "1.5.0-rc.1"}},
			versions:  []string{"v1.5.0-rc.1"},
			want:      map[string]registry.Action{"v1.4.9": registry.Create, "1": registry.Move, "main": registry.Create},
		},
		{
			name:      "keeps a moving version tag that a higher version holds",
			published: map[string]registry.Image{"1": {Digest: "sha256:dd", Configs: foreign.Configs, Version: "1.5.0"}},
			want:      map[string]registry.Action{"v1.4.9": registry.Create, "1": registry.Keep, "main": registry.Create},
		},
		{
			name:     "leaves a moving version tag absent when a higher version is known",
			versions: []string{"v1.6.0", "v2.0.0"},
			want:     map[string]registry.Action{"v1.4.9": registry.Create, "1": registry.Keep, "main": registry.Create},
		},
		{
			name:      "moves a moving version tag past versions of other lines",
			published: map[string]registry.Image{"1": foreign},
			versions:  []string{"v1.4.8", "v2.0.0"},
			want:      map[string]registry.Action{"v1.4.9": registry.Create, "1": registry.Move, "main": registry.Create},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			tags := derived(t, revision(), "type=ref,event=tag", "type=semver,pattern={{major}}", "type=ref,event=branch")
			state := registry.State{Repository: registry.Repository{Name: "shop/api", Mutability: registry.Mutable}, Published: test.published, GitTags: test.versions}
			plan := registry.NewPlan(state, thisImage, tags, registry.Options{})
			got := map[string]registry.Action{}
			for _, step := range plan.Steps {
				got[step.Tag.String()] = step.Action
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("NewPlan (-want +got):\n%s", diff)
			}
			if plan.Adopted.Digest != test.adopted {
				t.Errorf("NewPlan adopted %q, want %q", plan.Adopted.Digest, test.adopted)
			}
		})
	}
}

// What lacks a part is pushed again, under the tag it has.
func TestNewPlanDoesNotAdoptThisImageWithAHole(t *testing.T) {
	image := registry.Image{Digest: holed.Digest, Configs: []string{"sha256:1", "sha256:2"}, Commit: "c1"}
	state := registry.State{
		Repository: registry.Repository{Name: "shop/api", Mutability: registry.Immutable},
		Published:  map[string]registry.Image{"fixed": holed},
	}
	plan := registry.NewPlan(state, image, derived(t, revision(), "type=raw,value=fixed"), registry.Options{})
	if plan.Steps[0].Action != registry.Keep || plan.Adopted.Digest != "" {
		t.Errorf("NewPlan: %s, adopted %q; want keep, and nothing adopted", plan.Steps[0].Action, plan.Adopted.Digest)
	}
}

// Two images with the manifest or the configs of this one are one image, although they have nothing in common.
func TestNewPlanTakesTwoImagesThatAreBothThisOneForOne(t *testing.T) {
	image := thisImage
	image.Digest = "sha256:a4"
	state := registry.State{
		Repository: registry.Repository{Name: "shop/api", Mutability: registry.Immutable},
		Published:  map[string]registry.Image{"v1.4.9": holed, "fixed": published},
	}
	plan := registry.NewPlan(state, image, derived(t, revision(), "type=ref,event=tag", "type=raw,value=fixed"), registry.Options{Accept: registry.AcceptImage})
	if err := plan.Err(); err != nil || plan.Adopted.Digest != published.Digest {
		t.Errorf("NewPlan adopted %q, want the one that is whole: %v", plan.Adopted.Digest, err)
	}
}
