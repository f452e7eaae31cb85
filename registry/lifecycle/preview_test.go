package lifecycle_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/registry/lifecycle"
)

func TestVerify(t *testing.T) {
	p := policy(t, rule(1, tagged(`"v*"`)+since("Pushed", 7), "archive"), rule(2, anyTag+keeps(1), "expire"))
	images := []lifecycle.Image{image("old", 30, "v1"), image("edge", 7.5, "v2"), image("new", 1, "v3"), image("build", 2, "main")}
	archives := func(name string) lifecycle.Previewed {
		return lifecycle.Previewed{Digest: digest(name), Priority: 1, Effect: lifecycle.Transition}
	}
	for _, c := range []struct {
		name    string
		preview []lifecycle.Previewed
		want    []lifecycle.Difference
		edge    lifecycle.Action
	}{
		{"the same, and the edge goes", []lifecycle.Previewed{archives("old"), archives("edge"), {Digest: digest("build"), Priority: 2, Effect: lifecycle.Expire}}, nil, lifecycle.Act},
		{"the same, and the edge stays", []lifecycle.Previewed{archives("old"), {Digest: digest("build"), Priority: 2, Effect: lifecycle.Expire}}, nil, lifecycle.Keep},
		{"one fewer", []lifecycle.Previewed{{Digest: digest("build"), Priority: 2, Effect: lifecycle.Expire}},
			[]lifecycle.Difference{{Digest: digest("old"), Simulated: "transition by rule 1", Previewed: "keep"}}, lifecycle.Keep},
		{"one more, and one that is not known", []lifecycle.Previewed{archives("old"), archives("new"), archives("other"), {Digest: digest("build"), Priority: 2, Effect: lifecycle.Expire}},
			[]lifecycle.Difference{
				{Digest: digest("new"), Simulated: "keep", Previewed: "transition by rule 1"},
				{Digest: digest("other"), Simulated: "not among the images", Previewed: "transition by rule 1"},
			}, lifecycle.Keep},
		{"another rule", []lifecycle.Previewed{archives("old"), archives("build"), {Digest: digest("edge"), Priority: 2, Effect: lifecycle.Expire}},
			[]lifecycle.Difference{
				{Digest: digest("edge"), Simulated: "transition by rule 1", Previewed: "expire by rule 2"},
				{Digest: digest("build"), Simulated: "expire by rule 2", Previewed: "transition by rule 1"},
			}, lifecycle.Uncertain},
	} {
		t.Run(c.name, func(t *testing.T) {
			// build is number 2 by age of all that rule 2 is for, so that it goes.
			outcomes := lifecycle.Simulate(p, images, now)
			if diff := cmp.Diff(c.want, lifecycle.Verify(outcomes, c.preview)); diff != "" {
				t.Errorf("Verify (-want +got):\n%s", diff)
			}
			if got := actions(outcomes, "edge")["edge"]; got != c.edge {
				t.Errorf("the edge is %s, want %s", got, c.edge)
			}
		})
	}
}

func TestVerifyTakesWhatThePreviewTakes(t *testing.T) {
	outcomes := lifecycle.Simulate(policy(t, rule(1, tagged(`"v*"`)+keeps(1), "expire")), []lifecycle.Image{image("old", 30, "v1"), image("new", 1, "v2")}, now)
	lifecycle.Verify(outcomes, []lifecycle.Previewed{{Digest: digest("old"), Priority: 1, Effect: lifecycle.Expire}, {Digest: digest("new"), Priority: 1, Effect: lifecycle.Expire}})
	lifecycle.Join(outcomes, "", []lifecycle.Use{{Digest: digest("new"), Text: "running"}})
	got := lifecycle.Endangered(outcomes)
	if len(got) != 1 || got[0].Image.Digest != digest("new") || got[0].Rule == nil || got[0].Rule.Priority != 1 {
		t.Errorf("in use and taken by the preview: %+v", got)
	}
}
