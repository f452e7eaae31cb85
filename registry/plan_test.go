package registry_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/tagger"
)

var (
	thisImage   = registry.Image{Configs: []string{"sha256:1111111111111111111111111111111111111111111111111111111111111111"}, Commit: "c1"}
	published   = registry.Image{Digest: "sha256:aa", Configs: thisImage.Configs, Commit: "c1"}
	recompiled  = registry.Image{Digest: "sha256:bb", Configs: []string{"sha256:22"}, Commit: "c1"}
	recompiled2 = registry.Image{Digest: "sha256:cc", Configs: []string{"sha256:33"}, Commit: "c1"}
	reindexed   = registry.Image{Digest: "sha256:a2", Configs: thisImage.Configs, Commit: "c9"}
	halfway     = registry.Image{Digest: "sha256:a3", Configs: []string{thisImage.Configs[0], "sha256:22"}, Commit: "c1"}
	holed       = registry.Image{Digest: "sha256:a4", Commit: "c1"}
	foreign     = registry.Image{Digest: "sha256:dd", Configs: []string{"sha256:44"}, Commit: "c0"}
	nameless    = registry.Image{Digest: "sha256:ee", Configs: []string{"sha256:55"}}
)

// derived makes tags the way rules do, so that their kinds are true.
func derived(t *testing.T, revision tagger.Revision, lines ...string) []tagger.Tag {
	t.Helper()
	rules, err := tagger.ParseRules(lines)
	if err != nil {
		t.Fatal(err)
	}
	d, err := tagger.Derive(revision, rules, tagger.Flavor{})
	if err != nil {
		t.Fatal(err)
	}
	return d.Tags
}

func revision() tagger.Revision {
	return tagger.Revision{
		Commit: "c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1",
		Branch: "main",
		Tags:   []string{"v1.4.9"},
		Refs:   []tagger.Ref{{Kind: tagger.BranchRef, Name: "main"}, {Kind: tagger.TagRef, Name: "v1.4.9"}},
	}
}

// Every cell of the plan table, one row each.
func TestNewPlan(t *testing.T) {
	const fixed, moving = "type=raw,value=fixed", "type=ref,event=branch"
	type options = registry.Options
	holds := func(image registry.Image) map[string]registry.Image {
		return map[string]registry.Image{"fixed": image, "main": image, "latest": image}
	}
	tests := []struct {
		name      string
		mode      registry.Mutability
		exclude   []string
		rule      string
		published map[string]registry.Image
		options   options
		want      registry.Action
		reason    string // a part of it
		adopted   string
	}{
		{name: "creates an absent fixed tag on a mutable repository", mode: registry.Mutable, rule: fixed, want: registry.Create, reason: "new"},
		{name: "creates an absent fixed tag on an immutable repository", mode: registry.Immutable, rule: fixed, want: registry.Create, reason: "new"},
		{name: "creates an absent moving tag on a mutable repository", mode: registry.Mutable, rule: moving, want: registry.Create, reason: "new"},
		{name: "refuses an absent moving tag on an immutable repository", mode: registry.Immutable, rule: moving, want: registry.Refuse, reason: "would freeze at its first push"},
		{name: "refuses an absent latest on an immutable repository", mode: registry.Immutable, rule: "type=raw,value=latest", want: registry.Refuse, reason: "would freeze"},
		{name: "creates an absent moving tag that a filter excludes", mode: registry.ImmutableWithExclusion, exclude: []string{"ma*"}, rule: moving, want: registry.Create, reason: "new"},
		{name: "refuses an absent moving tag that no filter excludes", mode: registry.ImmutableWithExclusion, exclude: []string{"latest"}, rule: moving, want: registry.Refuse, reason: "would freeze"},
		{name: "refuses an absent moving tag that a filter makes immutable", mode: registry.MutableWithExclusion, exclude: []string{"main"}, rule: moving, want: registry.Refuse, reason: "would freeze"},
		{name: "creates an absent moving tag beside the filters of a mutable repository", mode: registry.MutableWithExclusion, exclude: []string{"v*"}, rule: moving, want: registry.Create, reason: "new"},

		{name: "keeps a fixed tag that names this image on a mutable repository", mode: registry.Mutable, rule: fixed, published: holds(published), want: registry.Keep, reason: "names this image", adopted: "sha256:aa"},
		{name: "keeps a fixed tag that names this image on an immutable repository", mode: registry.Immutable, rule: fixed, published: holds(published), want: registry.Keep, reason: "names this image", adopted: "sha256:aa"},
		{name: "keeps a moving tag that names this image on a mutable repository", mode: registry.Mutable, rule: moving, published: holds(published), want: registry.Keep, reason: "names this image", adopted: "sha256:aa"},
		{name: "keeps a moving tag that names this image on an immutable repository", mode: registry.Immutable, rule: moving, published: holds(published), want: registry.Keep, reason: "names this image", adopted: "sha256:aa"},
		{name: "keeps a tag that names another image of this commit on a mutable repository", mode: registry.Mutable, rule: fixed, published: holds(recompiled), want: registry.Keep, reason: "another image of this commit", adopted: "sha256:bb"},
		{name: "keeps a tag that names another image of this commit on an immutable repository", mode: registry.Immutable, rule: fixed, published: holds(recompiled), want: registry.Keep, reason: "another image of this commit", adopted: "sha256:bb"},
		{name: "keeps a moving tag that names another image of this commit on a mutable repository", mode: registry.Mutable, rule: moving, published: holds(recompiled), want: registry.Keep, reason: "another image of this commit", adopted: "sha256:bb"},
		{name: "keeps a moving tag that names another image of this commit on an immutable repository", mode: registry.Immutable, rule: moving, published: holds(recompiled), want: registry.Keep, reason: "another image of this commit", adopted: "sha256:bb"},
		{name: "keeps a tag with this image's configs whose index was made again", mode: registry.Immutable, rule: fixed, published: holds(reindexed), options: options{Accept: registry.AcceptImage}, want: registry.Keep, reason: "names this image", adopted: "sha256:a2"},
		{name: "refuses an index of which one platform was made again", mode: registry.Immutable, rule: fixed, published: holds(halfway), options: options{Accept: registry.AcceptImage}, want: registry.Refuse, reason: "already names sha256:a3 of commit c1"},
		{name: "refuses an index of this commit with a hole", mode: registry.Immutable, rule: fixed, published: holds(holed), want: registry.Refuse, reason: "already names sha256:a4 of commit c1"},
		{name: "moves a moving tag from an index of this commit with a hole", mode: registry.Mutable, rule: moving, published: holds(holed), want: registry.Move, reason: "from sha256:a4"},
		{name: "refuses an index with a hole when only this image is accepted", mode: registry.Immutable, rule: fixed, published: holds(holed), options: options{Accept: registry.AcceptImage}, want: registry.Refuse, reason: "already names sha256:a4 of commit c1"},
		{name: "refuses another image of this commit when only this image is accepted", mode: registry.Immutable, rule: fixed, published: holds(recompiled), options: options{Accept: registry.AcceptImage}, want: registry.Refuse, reason: "already names sha256:bb"},
		{name: "refuses another image of this commit on a mutable repository when only this image is accepted", mode: registry.Mutable, rule: fixed, published: holds(recompiled), options: options{Accept: registry.AcceptImage}, want: registry.Refuse, reason: "already names sha256:bb"},
		{name: "moves a moving tag from another image of this commit when only this image is accepted", mode: registry.Mutable, rule: moving, published: holds(recompiled), options: options{Accept: registry.AcceptImage}, want: registry.Move, reason: "from sha256:bb"},
		{name: "keeps this image when only this image is accepted", mode: registry.Immutable, rule: fixed, published: holds(published), options: options{Accept: registry.AcceptImage}, want: registry.Keep, adopted: "sha256:aa"},
		{name: "refuses this image when nothing is accepted", mode: registry.Immutable, rule: fixed, published: holds(published), options: options{Accept: registry.AcceptNone}, want: registry.Refuse, reason: "is not new"},
		{name: "refuses this image when nothing is accepted, even if fixed tags may move", mode: registry.Mutable, rule: fixed, published: holds(published), options: options{Accept: registry.AcceptNone, MoveFixed: true}, want: registry.Refuse, reason: "is not new"},
		{name: "refuses another image of this commit when nothing is accepted", mode: registry.Immutable, rule: fixed, published: holds(recompiled), options: options{Accept: registry.AcceptNone}, want: registry.Refuse, reason: "already names sha256:bb"},
		{name: "keeps a moving tag that names this image when nothing is accepted", mode: registry.Mutable, rule: moving, published: holds(published), options: options{Accept: registry.AcceptNone}, want: registry.Keep, reason: "names this image", adopted: "sha256:aa"},
		{name: "moves a moving tag from another image of this commit when nothing is accepted", mode: registry.Mutable, rule: moving, published: holds(recompiled), options: options{Accept: registry.AcceptNone}, want: registry.Move, reason: "from sha256:bb"},
		{name: "does not take two unknown commits for one", mode: registry.Immutable, rule: fixed, published: holds(nameless), want: registry.Refuse, reason: "already names sha256:ee"},

		{name: "refuses a fixed tag that names another image on a mutable repository", mode: registry.Mutable, rule: fixed, published: holds(foreign), want: registry.Refuse, reason: "already names sha256:dd of commit c0"},
		{name: "moves a fixed tag on a mutable repository when allowed", mode: registry.Mutable, rule: fixed, published: holds(foreign), options: options{MoveFixed: true}, want: registry.Move, reason: "from sha256:dd"},
		{name: "refuses a fixed tag that names another image on an immutable repository", mode: registry.Immutable, rule: fixed, published: holds(foreign), want: registry.Refuse, reason: "this image has config sha256:1111"},
		{name: "refuses to move a fixed tag of an immutable repository even when allowed", mode: registry.Immutable, rule: fixed, published: holds(foreign), options: options{MoveFixed: true}, want: registry.Refuse},
		{name: "moves a moving tag of a mutable repository", mode: registry.Mutable, rule: moving, published: holds(foreign), want: registry.Move, reason: "from sha256:dd"},
		{name: "refuses a moving tag of an immutable repository", mode: registry.Immutable, rule: moving, published: holds(foreign), want: registry.Refuse, reason: `already names sha256:dd and repository "shop/api" is immutable`},
		{name: "does not take a moving tag of an unknown commit for this commit's", mode: registry.Mutable, rule: moving, published: holds(nameless), want: registry.Move, reason: "from sha256:ee"},
		{name: "moves a moving tag beside the filters of a mutable repository", mode: registry.MutableWithExclusion, exclude: []string{"v*"}, rule: moving, published: holds(foreign), want: registry.Move, reason: "from sha256:dd"},
		{name: "refuses a moving tag that a filter makes immutable", mode: registry.MutableWithExclusion, exclude: []string{"main"}, rule: moving, published: holds(foreign), want: registry.Refuse, reason: `already names sha256:dd and is immutable in repository "shop/api"`},
		{name: "refuses a moving tag that no filter excludes", mode: registry.ImmutableWithExclusion, exclude: []string{"latest"}, rule: moving, published: holds(foreign), want: registry.Refuse, reason: `already names sha256:dd and is immutable in repository "shop/api"`},
		{name: "moves a fixed tag that a filter excludes when allowed", mode: registry.ImmutableWithExclusion, exclude: []string{"fix*"}, rule: fixed, published: holds(foreign), options: options{MoveFixed: true}, want: registry.Move, reason: "from sha256:dd"},
		{name: "refuses to move a fixed tag that a filter makes immutable", mode: registry.MutableWithExclusion, exclude: []string{"fix*"}, rule: fixed, published: holds(foreign), options: options{MoveFixed: true}, want: registry.Refuse, reason: "already names sha256:dd"},
		{name: "refuses to move a fixed tag in a mode of the future", mode: "SOMETHING_NEW", rule: fixed, published: holds(foreign), options: options{MoveFixed: true}, want: registry.Refuse, reason: "already names sha256:dd"},
		{name: "keeps another image of this commit although fixed tags may move", mode: registry.Mutable, rule: fixed, published: holds(recompiled), options: options{MoveFixed: true}, want: registry.Keep, reason: "another image of this commit", adopted: "sha256:bb"},
		{name: "moves a fixed tag from another image of this commit when only this image is accepted and fixed tags may move", mode: registry.Mutable, rule: fixed, published: holds(recompiled), options: options{Accept: registry.AcceptImage, MoveFixed: true}, want: registry.Move, reason: "from sha256:bb"},
		{name: "moves latest on a mutable repository", mode: registry.Mutable, rule: "type=raw,value=latest", published: holds(foreign), want: registry.Move, reason: "from sha256:dd"},
		{name: "moves a moving tag that a filter excludes", mode: registry.ImmutableWithExclusion, exclude: []string{"main"}, rule: moving, published: holds(foreign), want: registry.Move},

		{name: "creates a fixed tag when mutability is unknown", rule: fixed, want: registry.Create},
		{name: "refuses an absent moving tag when mutability is unknown", rule: moving, want: registry.Refuse, reason: "whether this repository lets it is unknown"},
		{name: "refuses a moving tag when mutability is unknown", rule: moving, published: holds(foreign), want: registry.Refuse, reason: "whether this repository lets it move is unknown"},
		{name: "refuses a fixed tag that names another image when mutability is unknown", rule: fixed, published: holds(foreign), options: options{MoveFixed: true}, want: registry.Refuse},
		{name: "keeps a moving tag that names this image when mutability is unknown", rule: moving, published: holds(published), want: registry.Keep, reason: "names this image", adopted: "sha256:aa"},
		{name: "creates a moving tag when mutability is assumed", rule: moving, options: options{Assume: registry.Mutable}, want: registry.Create, reason: "new"},
		{name: "moves a fixed tag when mutability is assumed and fixed tags may move", rule: fixed, published: holds(foreign), options: options{Assume: registry.Mutable, MoveFixed: true}, want: registry.Move, reason: "from sha256:dd"},
		{name: "moves a moving tag when mutability is assumed", rule: moving, published: holds(foreign), options: options{Assume: registry.Mutable}, want: registry.Move},
		{name: "refuses a moving tag when immutability is assumed", rule: moving, options: options{Assume: registry.Immutable}, want: registry.Refuse, reason: "would freeze"},
		{name: "does not let an assumption override what is known", mode: registry.Immutable, rule: moving, options: options{Assume: registry.Mutable}, want: registry.Refuse},

		{name: "refuses every tag of a dirty work tree when asked", mode: registry.Mutable, rule: fixed, options: options{RefuseDirty: true}, want: registry.Refuse, reason: "clean work tree"},
		{name: "refuses a version of a dirty work tree", mode: registry.Mutable, rule: "type=ref,event=tag", options: options{Dirty: true}, want: registry.Refuse, reason: "is a version"},
		{name: "refuses a tag of a dirty work tree when asked, although it names this image", mode: registry.Mutable, rule: fixed, published: holds(published), options: options{RefuseDirty: true}, want: registry.Refuse, reason: "clean work tree", adopted: "sha256:aa"},
		{name: "moves a moving tag to a dirty work tree's image", mode: registry.Mutable, rule: moving, published: holds(foreign), options: options{Dirty: true}, want: registry.Move, reason: "from sha256:dd"},
		{name: "gives a dirty work tree its literal tag", mode: registry.Mutable, rule: fixed, options: options{Dirty: true}, want: registry.Create},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			state := registry.State{
				Repository: registry.Repository{Host: "localhost", Name: "shop/api", Mutability: test.mode, Exclusions: test.exclude},
				Published:  test.published,
			}
			plan := registry.NewPlan(state, thisImage, derived(t, revision(), test.rule), test.options)
			step := plan.Steps[0]
			if step.Action != test.want || !strings.Contains(step.Reason, test.reason) || plan.Adopted.Digest != test.adopted {
				t.Errorf("NewPlan: %s %q, adopted %q; want %s %q, adopted %q", step.Action, step.Reason, plan.Adopted.Digest, test.want, test.reason, test.adopted)
			}
			if (step.Action == registry.Refuse) != (step.Hint != "") {
				t.Errorf("NewPlan: a %s has hint %q", step.Action, step.Hint)
			}
		})
	}
}

func TestPlanErrNamesEveryRefusal(t *testing.T) {
	state := registry.State{
		Repository: registry.Repository{Name: "shop/api", Mutability: registry.Immutable},
		Published:  map[string]registry.Image{"v1.4.9": foreign},
	}
	plan := registry.NewPlan(state, thisImage, derived(t, revision(), "type=ref,event=tag", "type=raw,value=fixed", "type=ref,event=branch"), registry.Options{})
	err := plan.Err()
	var refused *registry.RefusedError
	if !errors.As(err, &refused) || len(refused.Steps) != 2 {
		t.Fatalf("Err() = %v", err)
	}
	want := `refused: tag "v1.4.9" already names sha256:dd of commit c0, this image has config ` + thisImage.Configs[0] + ` of commit c1; ` +
		`tag "main" is meant to move, and repository "shop/api" is immutable: it would freeze at its first push`
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Errorf("Err() (-want +got):\n%s", diff)
	}
}

func TestPlanErrOfAPlanWithoutRefusalsIsNone(t *testing.T) {
	plan := registry.NewPlan(registry.State{}, thisImage, derived(t, revision(), "type=raw,value=fixed"), registry.Options{})
	if err := plan.Err(); err != nil {
		t.Errorf("Err() = %v", err)
	}
}

func TestPlanWritesFixedTagsFirst(t *testing.T) {
	tags := derived(t, revision(), "type=ref,event=branch,priority=950", "type=ref,event=tag", "type=raw,value=latest", "type=sha,format=long,prefix=")
	plan := registry.NewPlan(registry.State{Repository: registry.Repository{Mutability: registry.Mutable}}, thisImage, tags, registry.Options{})
	var got []string
	for _, step := range plan.Writes() {
		got = append(got, step.Tag.String())
	}
	want := []string{"v1.4.9", revision().Commit, "main", "latest"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Writes() (-want +got):\n%s", diff)
	}
}
