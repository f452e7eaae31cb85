package cli

import (
	"context"

	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/report"
	"github.com/hallmark-ci/hallmark/tagger"
)

// identify finds out which image it is, and deals with a work tree that has uncommitted changes. In CI those are recorded and no more,
// since builds touch files.
func (r *pushRun) identify(ctx context.Context) error {
	if err := r.recognise(ctx); err != nil {
		return err
	}
	for _, note := range r.source.Notes {
		r.say.Say("%s", note)
	}
	r.sayImage()
	if label := r.image.Commit; label != "" && label != r.facts.Commit {
		r.say.Warn("the image says it was built from commit %s, the tags are for %s", label, r.facts.Commit)
	}
	r.image.Commit = r.facts.Commit
	switch {
	case r.ask.plan.Dirty:
		r.image.Commit = "" // what is published for the commit is not what was built here
		var err error
		r.tags, err = registry.MarkDirty(r.tags, r.image)
		return err
	case r.facts.Dirty == tagger.Dirty && !r.ask.plan.RefuseDirty:
		r.say.Warn("the work tree has uncommitted changes: the tags name a commit that does not hold them")
	}
	return nil
}

// recognise reads a stream, unless what a daemon says of it is enough.
func (r *pushRun) recognise(ctx context.Context) error {
	r.image = r.source.Identity()
	if r.source.Identified() {
		return nil
	}
	for _, image := range r.published {
		if r.image.Digest != "" && image.Digest == r.image.Digest && len(image.Configs) > 0 {
			r.image = image
			return nil
		}
	}
	if err := r.readStream(ctx); err != nil {
		return err
	}
	r.image = r.source.Identity()
	return nil
}

// decide makes the plan from what is known of the image and the repository.
func (r *pushRun) decide(ctx context.Context) error {
	state, err := r.state(ctx)
	if err != nil {
		return err
	}
	r.plan = registry.NewPlan(state, r.image, r.tags, r.ask.plan)
	if r.plan.FollowsVersions() && !r.ask.plan.MoveBack {
		if err := r.readVersions(ctx, &state); err != nil {
			return err
		}
		r.plan = registry.NewPlan(state, r.image, r.tags, r.ask.plan)
	}
	r.result.Tags = report.NewTags(r.plan)
	r.say.Plan(r.plan)
	return r.plan.Err()
}

// state is what the plan needs to know of the repository.
func (r *pushRun) state(ctx context.Context) (registry.State, error) {
	if err := r.readTags(ctx); err != nil {
		return registry.State{}, err
	}
	if err := r.target.labelled(ctx, r.published, r.image); err != nil {
		return registry.State{}, err
	}
	state := registry.State{Repository: r.target.Repository, Published: r.published}
	var err error
	if r.derivation.FollowsVersions() && r.facts.repo != nil {
		state.GitTags, err = r.facts.repo.TagNames(ctx)
	}
	return state, err
}

// readVersions adds the tags of the repository to what holds a moving tag back: the Git tags may not all be here, and only the
// repository knows what was published. A run that may not list them goes by the Git tags alone.
func (r *pushRun) readVersions(ctx context.Context, state *registry.State) error {
	if r.target.absent {
		return nil
	}
	var err error
	if state.Tags, err = r.target.tags(ctx); err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	r.say.Warn("which versions %s holds is unknown: %v: moving tags follow the Git tags alone", r.target.Name, err)
	state.Partial = r.facts.repo == nil || r.facts.Shallow
	return nil
}
