package cli

import (
	"context"
	"fmt"

	"github.com/urfave/cli/v2"

	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/source"
	"github.com/hallmark-ci/hallmark/report"
	"github.com/hallmark-ci/hallmark/tagger"
)

func (p *program) pushCommand() *cli.Command {
	return &cli.Command{
		Name:      "push",
		Usage:     "push by digest, wait for the scan, judge it, then write the tags",
		ArgsUsage: "IMAGE",
		Description: "IMAGE is NAME[:TAG] of the Docker or Podman daemon, archive:FILE or a path ending in\n" +
			".tar, .tar.gz, .tgz or .tar.zst, - for an archive on stdin, oci:DIR[:TAG|@DIGEST], or\n" +
			"registry:REFERENCE.",
		Flags:  append(pushFlags(), append(tagFlags(), outputFlags()...)...),
		Action: p.command(p.push),
	}
}

// pushRun is one run of push: what it was asked, and what it has found out so far.
type pushRun struct {
	*program
	ask pushAsk

	facts      facts
	derivation tagger.Derivation
	tags       []tagger.Tag
	source     *source.Image
	image      registry.Image // the image of the run: as opened, then as published
	target     *target
	plan       registry.Plan
}

func (p *program) push(c *cli.Context) error {
	ask, err := readPushAsk(c)
	if err != nil {
		return err
	}
	if p.reports, err = readReports(lines(c.StringSlice("report"))); err != nil {
		return err
	}
	run := &pushRun{program: p, ask: ask}
	if ask.emulator.On {
		stop, err := p.embedEmulator(c.Context, &run.ask)
		if err != nil {
			return err
		}
		defer stop()
	}
	return run.run(c.Context, c)
}

// run is the main job, in the order of its parts: nothing is written before the plan is whole, and no tag before the verdict.
func (r *pushRun) run(ctx context.Context, c *cli.Context) error {
	if err := r.revision(ctx, c); err != nil {
		return err
	}
	if err := r.open(ctx); err != nil {
		return err
	}
	defer r.source.Close()
	if err := r.decide(ctx); err != nil {
		return err
	}
	if r.ask.dryRun {
		r.result.Status = report.Planned
		return r.printReferences(false)
	}
	if err := r.publish(ctx); err != nil {
		return err
	}
	if r.ask.tagWhen == "pushed" {
		if err := r.writeTags(ctx); err != nil {
			return err
		}
	}
	if err := r.gate(ctx); err != nil {
		return err
	}
	if r.ask.tagWhen == "passed" {
		if err := r.writeTags(ctx); err != nil {
			return err
		}
	}
	return r.printReferences(true)
}

// revision reads the commit and derives the tags from it.
func (r *pushRun) revision(ctx context.Context, c *cli.Context) error {
	var err error
	if r.facts, err = r.readFacts(ctx, c); err != nil {
		return err
	}
	r.result.Revision = report.NewRevision(r.facts.Revision)
	r.sayRevision(r.facts)
	if r.derivation, err = derive(c, r.facts.Revision); err != nil {
		return err
	}
	r.tags = r.derivation.Tags
	if r.ask.name == "" {
		r.ask.name = r.defaultRepository()
	}
	return nil
}

// open opens the image and finds out what it is. No layer is read for that.
func (r *pushRun) open(ctx context.Context) error {
	var err error
	if r.source, err = source.Open(ctx, r.ask.image, r.ask.source); err != nil {
		return err
	}
	r.image = r.source.Identity()
	for _, note := range r.source.Notes {
		r.say.Say("%s", note)
	}
	r.sayImage()
	return r.markDirty()
}

// markDirty deals with a work tree that has uncommitted changes. In CI they are recorded and no more, since builds touch files.
func (r *pushRun) markDirty() error {
	if label := r.image.Commit; label != "" && label != r.facts.Commit {
		r.say.Warn("the image says it was built from commit %s, the tags are for %s", label, r.facts.Commit)
	}
	r.image.Commit = r.facts.Commit
	if r.facts.Dirty != tagger.Dirty {
		return nil
	}
	if r.ask.dirty == "" {
		r.ask.dirty = "suffix"
		if r.facts.CI != "" {
			r.ask.dirty = "allow"
		}
	}
	switch r.ask.dirty {
	case "suffix":
		r.ask.plan.Dirty = true
		r.image.Commit = "" // what is published for the commit is not what was built here
		var err error
		r.tags, err = registry.MarkDirty(r.tags, r.image)
		return err
	case "refuse":
		r.ask.plan.RefuseDirty = true
	case "allow":
		r.say.Warn("the work tree has uncommitted changes: the tags name a commit that does not hold them")
	}
	return nil
}

// decide connects to the repository, reads what the wanted tags name there, and makes the plan.
func (r *pushRun) decide(ctx context.Context) error {
	var err error
	r.target, err = r.connect(ctx, connection{host: r.ask.host, name: r.ask.name, api: r.ask.api, create: r.ask.create, dryRun: r.ask.dryRun})
	if err != nil {
		return err
	}
	r.result.Repository = r.target.String()
	if r.target.api == nil && !r.ask.noGate {
		return &UsageError{
			Problem: fmt.Sprintf("%s is not Amazon ECR, so there is no scan to wait for", r.target.Host),
			Hint:    "--no-gate pushes without a verdict",
		}
	}
	state, err := r.state(ctx)
	if err != nil {
		return err
	}
	r.plan = registry.NewPlan(state, r.image, r.tags, r.ask.plan)
	r.result.Tags = report.NewTags(r.plan)
	r.say.Plan(r.plan)
	return r.plan.Err()
}

// state reads what the plan needs to know of the repository.
func (r *pushRun) state(ctx context.Context) (registry.State, error) {
	names := make([]string, len(r.tags))
	moving := false
	for i, tag := range r.tags {
		names[i] = tag.String()
		moving = moving || tag.Kind == tagger.Moving
	}
	published, err := r.target.images(ctx, names)
	if err != nil {
		return registry.State{}, err
	}
	if err := r.target.labelled(ctx, published, r.image); err != nil {
		return registry.State{}, err
	}
	state := registry.State{Repository: r.target.Repository, Published: published}
	if moving && r.facts.repo != nil {
		state.Versions, err = r.facts.repo.TagNames(ctx)
	}
	return state, err
}

// publish brings the image into the repository by digest, or takes the published one that the plan adopts.
func (r *pushRun) publish(ctx context.Context) error {
	if r.plan.Adopted.Digest != "" {
		r.image = r.plan.Adopted
		r.say.Say("nothing to push: the repository has it as %s", r.image.Digest)
		r.result.Upload = &report.Upload{Requests: r.target.remote.Requests()}
	} else if err := r.upload(ctx); err != nil {
		return err
	}
	r.target.absent = false
	return r.reportImage()
}

// gate waits for the scan of the published image and judges it.
func (r *pushRun) gate(ctx context.Context) error {
	if r.ask.noGate {
		r.say.Say("not judged: --no-gate")
		return nil
	}
	return r.judge(ctx, judgement{
		source:   r.target.api.Scans(r.target.Repository),
		images:   r.scanImages(),
		policy:   r.ask.policy,
		timeout:  r.ask.timeout,
		mayStart: true,
	})
}
