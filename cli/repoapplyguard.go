package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/lifecycle"
	"github.com/hallmark-ci/hallmark/registry/posture"
	"github.com/hallmark-ci/hallmark/report"
)

// guard looks at what changes would do beside what they are for: to the files of whoever made the repository, to its tags and its images.
func (r *applyRun) guard(ctx context.Context, t *applyTarget) error {
	for i, change := range t.changes {
		var err error
		switch {
		case change.Barred != "":
		case change.Setting == posture.SettingMutability && !t.standing.Absent:
			err = r.lookAtTags(ctx, t)
		case change.Setting == posture.SettingLifecycle && change.To != "":
			err = r.lookAtImages(ctx, t, i)
		}
		if err != nil {
			return err
		}
	}
	possible := slices.ContainsFunc(t.changes, func(c posture.Change) bool { return c.Barred == "" })
	if !possible || t.standing.Absent {
		return nil
	}
	return r.lookAtOwner(ctx, t)
}

// refuse notes why nothing may be written.
func (r *applyRun) refuse(t *applyTarget, code, hint, format string, a ...any) {
	problem := fmt.Sprintf("refused: %s: %s", t.report.Name, fmt.Sprintf(format, a...))
	t.report.Refused = append(t.report.Refused, problem)
	r.refusals = append(r.refusals, &driftError{problem: problem, code: code, hint: hint})
}

// unknown notes what may not be read, and can be done without. Its error is that of the run.
func (t *applyTarget) unknown(ctx context.Context, what string, err error) error {
	if stopped(ctx, err) {
		return err
	}
	t.note("%s: %v", what, t.withARN(err))
	return nil
}

// lookAtOwner finds out who else sets these settings. A run of theirs would undo the change, or this one theirs.
func (r *applyRun) lookAtOwner(ctx context.Context, t *applyTarget) error {
	labels, err := t.api.Labels(ctx, t.name, t.standing.ARN)
	if err != nil {
		return t.unknown(ctx, "whether a stack or Terraform has made it is not known", err)
	}
	owner, owned := posture.OwnerOf(labels)
	if !owned {
		return nil
	}
	t.report.Owner = owner.String()
	mend := fmt.Sprintf("change it there: %s; hallmark repo template --format %s %s writes it", strings.Join(owner.Properties(t.changes), ", "), owner.Format(), t.name)
	if r.ask.owned {
		t.note("%s is going to undo this unless it is changed there too: %s", owner, strings.Join(owner.Properties(t.changes), ", "))
		return nil
	}
	r.refuse(t, "owned", mend+"\nto change it here all the same: --owned", "it was made by %s, as its tag %s tells, and the change would be drift", owner, owner.Label)
	return nil
}

// tagPages bounds how many tags are looked at, in thousands.
const tagPages = 10

// lookAtTags says which tags a change of mutability freezes or frees.
func (r *applyRun) lookAtTags(ctx context.Context, t *applyTarget) error {
	before := t.standing.Repository
	tags, complete, err := t.api.FirstTags(ctx, before, tagPages)
	if err != nil {
		return t.unknown(ctx, "which tags can no longer be moved is not known", err)
	}
	after := before
	after.Mutability, after.Exclusions = t.want.Mutability, t.want.Exclusions
	frozen, freed := posture.Turned(tags, before, after)
	t.report.Tags = report.NewApplyTags(len(tags), complete, frozen, freed)
	if slices.Contains(frozen, "latest") {
		t.note("latest stays what it is now for ever: pushes that move it will be refused. To let it move: --mutable-tag latest")
	}
	return nil
}

// lookAtImages says what a lifecycle policy is going to take, and refuses one with a problem, and one that takes what is in use.
func (r *applyRun) lookAtImages(ctx context.Context, t *applyTarget, change int) error {
	inventory, err := r.inventory(ctx, t)
	switch {
	case err != nil && stopped(ctx, err):
		return err
	case err != nil && len(r.ask.uses)+len(r.ask.live.sources) > 0:
		t.changes[change].Barred = "whether it takes what is in use is not known: " + t.withARN(err).Error()
		return nil
	case err != nil:
		t.note("which images the lifecycle policy takes is not known: %v", t.withARN(err))
		return nil
	}
	live, err := r.readWorkloads(ctx, t.workloads, t.standing.Repository)
	if err != nil {
		return err
	}
	uses := slices.Concat(r.ask.uses, live.uses)
	sound := r.lint(t, lifecycle.Facts{Repository: t.name, Images: inventory.Images(), Uses: uses})
	outcomes := lifecycle.Simulate(r.ask.policy, inventory.Images(), r.clock().UTC())
	lifecycle.Join(outcomes, t.name, uses)
	t.report.Images = foreseen(outcomes)
	t.report.Images.Sources = live.sources
	names, goes := t.report.Images.Endangered, t.report.Images.Goes()
	switch {
	case len(names) > 0 && sound:
		r.refuse(t, "in-use", fmt.Sprintf("put a rule for the tags of what runs before the others; hallmark repo lifecycle simulate %s shows each image", t.name),
			"the lifecycle policy takes, or may take, what is in use: %s", strings.Join(names, ", "))
	case len(names) == 0 && len(live.unseen) > 0 && goes:
		t.changes[change].Barred = "whether it takes what is in use is not known: " + live.unseen[0].Error()
	}
	return nil
}

// lint tells of what is wrong with the policy, and refuses one with a problem. sound is set where it has none.
func (r *applyRun) lint(t *applyTarget, facts lifecycle.Facts) (sound bool) {
	sound = true
	for _, problem := range lifecycle.Lint(r.ask.policy, facts) {
		if problem.Level == lifecycle.Bad {
			r.refuse(t, "lint", problem.Hint, "%s:%s", r.ask.policyName, problem)
			sound = false
			continue
		}
		t.note("%s:%s", r.ask.policyName, problem)
	}
	return sound
}

// inventory reads the images of a repository, with the platforms of indexes as far as they may be read.
func (r *applyRun) inventory(ctx context.Context, t *applyTarget) (*lifecycle.Inventory, error) {
	if t.standing.Absent {
		return &lifecycle.Inventory{Repository: t.name}, nil
	}
	inventory, err := t.api.Inventory(ctx, t.name)
	if err != nil {
		return nil, err
	}
	err = t.api.Platforms(ctx, t.standing.Repository, inventory)
	var denied *registry.DeniedError
	if errors.As(err, &denied) {
		t.note("the platforms of indexes are not known: %v", t.withARN(err))
		err = nil
	}
	return inventory, err
}

// foreseen counts what becomes of images.
func foreseen(outcomes []lifecycle.Outcome) *report.ApplyImages {
	out := &report.ApplyImages{Images: len(outcomes), Endangered: []string{}}
	for _, o := range outcomes {
		switch {
		case o.Action == lifecycle.Uncertain:
			out.Uncertain++
		case o.Action == lifecycle.Act && o.Effect == lifecycle.Transition:
			out.Transition++
		case o.Action == lifecycle.Act:
			out.Expire++
		}
	}
	for _, o := range lifecycle.Endangered(outcomes) {
		out.Endangered = append(out.Endangered, o.Image.Name())
	}
	return out
}
