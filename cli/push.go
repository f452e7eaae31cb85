package cli

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/urfave/cli/v2"

	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/push"
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
	annotation map[string]string // that --annotation gives
	source     *source.Image
	image      registry.Image // the image of the run: as opened, then as published
	target     *target
	asked      []string                  // wanted tags that were read
	published  map[string]registry.Image // what they name
	plan       registry.Plan
	pusher     *push.Pusher   // once there is something to read or to push
	keeper     *source.Keeper // of a stream that is read for its identity alone
	progress   progress       // while layers are on their way
}

func (p *program) push(c *cli.Context) error {
	if err := p.readReports(c, report.Formats()); err != nil {
		return err
	}
	ask, err := readPushAsk(c, p.clock())
	if err != nil {
		return err
	}
	if ask.exploits, err = p.readExploitSources(c); err != nil {
		return err
	}
	run := &pushRun{program: p, ask: ask, published: map[string]registry.Image{}}
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
func (r *pushRun) run(ctx context.Context, c *cli.Context) (err error) {
	defer func() { err = errors.Join(err, r.close()) }()
	for _, part := range []func(context.Context) error{
		func(ctx context.Context) error { return r.revision(ctx, c) },
		r.open,
		r.reach,
		r.identify,
		r.decide,
	} {
		if err := part(ctx); err != nil {
			return err
		}
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

// close lets go of what the run has open.
func (r *pushRun) close() error {
	var errs []error
	if r.source != nil {
		errs = append(errs, r.source.Close())
	}
	if r.pusher != nil {
		errs = append(errs, r.pusher.Close())
	}
	if r.keeper != nil {
		errs = append(errs, r.keeper.Close())
	}
	return errors.Join(errs...)
}

// revision reads the commit and derives the tags from it.
func (r *pushRun) revision(ctx context.Context, c *cli.Context) error {
	var err error
	if r.facts, err = r.readFacts(ctx, c); err != nil {
		return err
	}
	r.result.Revision = report.NewRevision(r.facts.Revision)
	r.sayRevision(r.facts)
	if err := r.checkCommit(c, r.facts); err != nil {
		return err
	}
	if r.derivation, err = r.derive(c, r.facts.Revision); err != nil {
		return err
	}
	for _, notice := range r.derivation.Notices {
		r.say.Say("%s", notice)
	}
	r.tags, r.result.Version = r.derivation.Tags, r.derivation.Version
	if err := r.readAnnotations(); err != nil {
		return err
	}
	if r.ask.name == "" {
		r.ask.name = r.defaultRepository()
	}
	r.decideDirty()
	return nil
}

// readAnnotations fills the expressions of --annotation.
func (r *pushRun) readAnnotations() error {
	pairs, idle, err := r.facts.Pairs(r.ask.annotation)
	if err == nil && len(idle) > 0 {
		err = fmt.Errorf("%q has no key and value", idle[0])
	}
	if err != nil {
		return &UsageError{Problem: "--annotation: " + err.Error(), Hint: "write KEY=VALUE"}
	}
	r.annotation = pairs
	return nil
}

// decideDirty decides what uncommitted changes mean for the plan.
func (r *pushRun) decideDirty() {
	if r.facts.Dirty != tagger.Dirty {
		return
	}
	if r.ask.dirty == "" {
		r.ask.dirty = "suffix"
		if r.facts.CI != "" {
			r.ask.dirty = "allow"
		}
	}
	r.ask.plan.Dirty, r.ask.plan.RefuseDirty = r.ask.dirty == "suffix", r.ask.dirty == "refuse"
}

// open opens the image. No layer is read for that, and of a stream nothing but its first bytes.
func (r *pushRun) open(ctx context.Context) error {
	var err error
	r.source, err = source.Open(ctx, r.ask.image, r.ask.source)
	return err
}

// reach connects to the repository and reads what the wanted tags name there.
func (r *pushRun) reach(ctx context.Context) error {
	var err error
	r.target, err = r.connect(ctx, connection{
		host: r.ask.host, name: r.ask.name, api: r.ask.api, create: r.ask.create, dryRun: r.ask.dryRun, tempDir: r.ask.source.TempDir,
	})
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
	return r.readTags(ctx)
}

// readTags reads what the wanted tags name that have not been read yet: those of a dirty work tree are named after the image.
func (r *pushRun) readTags(ctx context.Context) error {
	var names []string
	for _, tag := range r.tags {
		if !slices.Contains(r.asked, tag.String()) {
			names = append(names, tag.String())
		}
	}
	if len(names) == 0 {
		return nil
	}
	now, err := r.target.images(ctx, names)
	r.asked = append(r.asked, names...)
	maps.Copy(r.published, now)
	return err
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
