package cli

import (
	"context"
	"errors"
	"slices"

	"github.com/hallmark-ci/hallmark/gate"
	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/ecr"
	"github.com/hallmark-ci/hallmark/registry/posture"
	"github.com/hallmark-ci/hallmark/report"
)

// applyRegistry is a registry of a run, with what all its repositories share.
type applyRegistry struct {
	api       *ecr.Client
	rules     posture.ScanRules // as they are
	planned   posture.ScanRules // as they will be
	rulesRead bool
	others    []string // names of all its repositories
	unlisted  error    // why they are not known
	listed    bool
	workloads *useReader
}

// applyTarget is a repository of a run.
type applyTarget struct {
	*applyRegistry
	host, name string
	standing   posture.Standing
	want       posture.Desired
	changes    []posture.Change
	report     *report.ApplyRepository
	raced      bool // it was created by somebody else while this run was about to
}

// registry reaches the registry of a host.
func (r *applyRun) registry(ctx context.Context, host string) (*applyRegistry, error) {
	if known := r.registries[host]; known != nil {
		return known, nil
	}
	api, err := reachECR(ctx, ecr.Options{Host: host})
	if err != nil {
		return nil, err
	}
	r.registries[host] = &applyRegistry{api: api, workloads: r.newUseReader(api, r.ask.live)}
	return r.registries[host], nil
}

// plan finds out what is to be changed of a repository. That one cannot be read is said, and kept for the end; its error is that of the run.
func (r *applyRun) plan(ctx context.Context, name applyName) error {
	shared, err := r.registry(ctx, name.host)
	if err != nil {
		return err
	}
	t := &applyTarget{applyRegistry: shared, host: name.host, name: name.name}
	t.report = &report.ApplyRepository{Name: name.name}
	if name.host != "" {
		t.report.Name = name.host + "/" + name.name
	}
	r.document.Repositories = append(r.document.Repositories, t.report)
	err = r.examine(ctx, t)
	if err != nil && stopped(ctx, err) {
		return err
	}
	if err != nil {
		t.report.Error = r.sayFailure(t, err)
		return nil
	}
	r.planned = append(r.planned, t)
	return nil
}

// sayFailure says what went wrong with a repository.
func (r *applyRun) sayFailure(t *applyTarget, err error) *report.Failure {
	failure := &report.Failure{Message: err.Error()}
	failure.Code, failure.Hint = mend(err, "")
	r.say.Error(t.report.Name+": "+failure.Message, failure.Hint)
	r.failures++
	var unavailable *registry.UnavailableError
	if errors.As(err, &unavailable) {
		r.unavailable++
	}
	return failure
}

// examine reads a repository, holds it against what is wanted, and looks at what a change would do.
func (r *applyRun) examine(ctx context.Context, t *applyTarget) error {
	t.report.Changes, t.report.Notes = []report.ApplyChange{}, nil
	if err := r.describe(ctx, t); err != nil {
		return err
	}
	t.want, t.report.Notes = r.ask.want.Excused(t.standing.Repository, r.ask.config.Exceptions, r.clock())
	for _, read := range []func(context.Context, *applyTarget) error{r.readScanning, r.readLifecycle} {
		if err := read(ctx, t); err != nil {
			return err
		}
	}
	t.changes = posture.Changes(t.standing, t.want)
	if err := r.narrow(ctx, t); err != nil {
		return err
	}
	if err := r.guard(ctx, t); err != nil {
		return err
	}
	for _, change := range t.changes {
		t.report.Changes = append(t.report.Changes, report.ApplyChange{
			Setting: change.Setting, From: change.From, To: change.To, Filter: change.Filter, Also: change.Also, Error: change.Barred,
		})
		if change.Filter != "" && change.Barred == "" {
			t.planned = t.planned.With(change.To, change.Filter)
		}
	}
	return nil
}

// describe reads whether the repository is there, and its own settings.
func (r *applyRun) describe(ctx context.Context, t *applyTarget) error {
	t.standing = posture.Standing{Settings: posture.Settings{Repository: registry.Repository{Host: t.host, Name: t.name}}}
	all, err := t.api.Describe(ctx, t.host, t.name)
	var missing *registry.NotFoundError
	switch {
	case errors.As(err, &missing) && r.ask.create:
		t.standing.Absent = true
		return nil
	case errors.As(err, &missing):
		return &hintedError{error: err, code: "repository-not-found", hint: "check its name and the region, or create it: --create"}
	case err != nil:
		return err
	}
	t.standing.Settings = all[0]
	return nil
}

// readScanning reads how a repository is scanned, where that is asked for. What may not be read is left as it is.
func (r *applyRun) readScanning(ctx context.Context, t *applyTarget) error {
	if t.want.Scan == "" || t.want.Scan == posture.ScanOff {
		return nil
	}
	err := t.readRules(ctx)
	if err == nil && !t.standing.Absent {
		var all map[string]gate.Coverage
		if all, err = t.api.ScanConfigurations(ctx, t.rules.Type, []string{t.name}); err == nil {
			t.standing.Scanning = all[t.name]
		}
	}
	if err != nil {
		to := string(t.want.Scan)
		t.want.Scan = ""
		return r.leave(ctx, t, posture.SettingScanning, to, err)
	}
	t.standing.Rules = t.applyRegistry.planned
	if frequency, filters := t.standing.Rules.Effect(t.name); len(filters) > len(t.standing.Scanning.Filters) {
		t.standing.Scanning.Frequency = frequency // a filter of an earlier repository is going to match
	}
	return nil
}

// readRules reads the scanning rules of the registry, once.
func (g *applyRegistry) readRules(ctx context.Context) error {
	if g.rulesRead {
		return nil
	}
	rules, _, err := g.api.ScanRules(ctx)
	if err == nil {
		g.rules, g.planned, g.rulesRead = rules, rules, true
	}
	return err
}

func (r *applyRun) readLifecycle(ctx context.Context, t *applyTarget) error {
	if t.want.Lifecycle == nil || t.standing.Absent {
		return nil
	}
	text, _, err := t.api.LifecyclePolicy(ctx, t.name)
	if err != nil {
		to := *t.want.Lifecycle
		t.want.Lifecycle = nil
		return r.leave(ctx, t, posture.SettingLifecycle, to, err)
	}
	t.standing.Lifecycle = text
	return nil
}

// leave notes that a setting cannot be held against what is wanted. The others go on.
func (r *applyRun) leave(ctx context.Context, t *applyTarget, setting posture.Setting, to string, err error) error {
	if stopped(ctx, err) {
		return err
	}
	failure := r.sayFailure(t, t.withARN(err))
	t.report.Changes = append(t.report.Changes, report.ApplyChange{Setting: setting, To: to, Error: "it could not be read: " + failure.Message})
	return nil
}

// withARN names the repository in a denial as IAM does, now that it is known.
func (t *applyTarget) withARN(err error) error {
	var denied *registry.DeniedError
	if errors.As(err, &denied) && denied.Resource != "*" && t.standing.ARN != "" {
		denied.Resource = t.standing.ARN
	}
	return err
}

// narrow looks for a scanning filter that matches no other repository of the registry.
func (r *applyRun) narrow(ctx context.Context, t *applyTarget) error {
	if !slices.ContainsFunc(t.changes, func(c posture.Change) bool { return c.Filter != "" }) {
		return nil
	}
	if !t.listed {
		all, err := t.api.Describe(ctx, t.host)
		if err != nil && stopped(ctx, err) {
			return err
		}
		t.listed, t.unlisted = true, err
		for _, one := range all {
			t.others = append(t.others, one.Name)
		}
	}
	if t.unlisted != nil {
		t.note("what else the scanning filter matches is not known: %v", t.unlisted)
	}
	t.standing.Others = t.others
	t.changes = posture.Changes(t.standing, t.want)
	return nil
}
