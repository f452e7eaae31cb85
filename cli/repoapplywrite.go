package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/hallmark-ci/hallmark/registry/ecr"
	"github.com/hallmark-ci/hallmark/registry/posture"
)

// write makes the changes, a repository after the other, and reads each back. What goes wrong with one does not keep the others.
func (r *applyRun) write(ctx context.Context) error {
	for _, t := range r.planned {
		if err := r.writeOne(ctx, t); err != nil {
			return err
		}
	}
	var names []string
	for _, one := range r.document.Repositories {
		if one.Failed() {
			names = append(names, one.Name)
		}
	}
	return r.fail(names)
}

// writeOne makes the changes of a repository. Its error is that of the run.
func (r *applyRun) writeOne(ctx context.Context, t *applyTarget) error {
	first := len(t.report.Changes) - len(t.changes) // before these are those that could not be read
	created := false
	for i, change := range t.changes {
		out := &t.report.Changes[first+i]
		if change.Barred != "" {
			r.sayFailure(t, fmt.Errorf("%s: %s", change.Setting, change.Barred))
			continue
		}
		if created && byCreation(change) {
			out.Written = true
			continue
		}
		err := r.make(ctx, t, change)
		var raced *racedError
		switch {
		case errors.As(err, &raced):
			return r.again(ctx, t)
		case err != nil && ctx.Err() != nil:
			out.Error = "whether it was written is not known: the run was interrupted"
			return err
		case err != nil:
			out.Error = r.sayFailure(t, fmt.Errorf("%s: %w", change.Setting, t.withARN(err))).Message
			if change.Setting == posture.SettingRepository {
				return nil
			}
			continue
		}
		out.Written = true
		created = created || change.Setting == posture.SettingRepository
		r.say.Say("%s: %s written", t.report.Name, change.Setting)
	}
	return r.readBack(ctx, t, first)
}

// racedError says that somebody else has created the repository first.
type racedError struct{}

func (*racedError) Error() string { return "somebody else has created it meanwhile" }

// again holds a repository that somebody else has created against what is wanted, and makes it so.
func (r *applyRun) again(ctx context.Context, t *applyTarget) error {
	before := len(r.refusals)
	err := errors.New("it was created and deleted by somebody else while this ran")
	if !t.raced {
		t.raced = true
		err = r.examine(ctx, t)
	}
	if err != nil && stopped(ctx, err) {
		return err
	}
	if err == nil && len(r.refusals) > before {
		err = errors.New(r.refusals[before].problem)
	}
	if err != nil {
		t.report.Error = r.sayFailure(t, err)
		return nil
	}
	t.note("somebody else has created it meanwhile")
	r.say.Say("%s: somebody else has created it meanwhile", t.report.Name)
	return r.writeOne(ctx, t)
}

// byCreation says whether a repository is created with a setting.
func byCreation(change posture.Change) bool {
	return change.Setting == posture.SettingMutability || change.Setting == posture.SettingEncryption ||
		change.Setting == posture.SettingScanning && change.Filter == ""
}

// make makes one change.
func (r *applyRun) make(ctx context.Context, t *applyTarget, change posture.Change) error {
	switch change.Setting {
	case posture.SettingRepository:
		return r.create(ctx, t)
	case posture.SettingMutability:
		return t.api.PutMutability(ctx, t.name, t.want.Mutability, t.want.Exclusions)
	case posture.SettingLifecycle:
		return t.api.PutLifecyclePolicy(ctx, t.name, change.To)
	case posture.SettingScanning:
		if change.Filter == "" {
			return t.api.ScanOnPush(ctx, t.name)
		}
		return t.addFilter(ctx, change)
	}
	return fmt.Errorf("there is no way to change %s", change.Setting)
}

// addFilter adds a filter to the scanning rules of the registry, which have to be those that the change was planned for.
func (t *applyTarget) addFilter(ctx context.Context, change posture.Change) error {
	rules, err := t.api.AddScanFilter(ctx, t.rules, change.To, change.Filter)
	var (
		blocked *ecr.BlockedError
		changed *ecr.ChangedError
	)
	switch {
	case errors.As(err, &blocked):
		return &hintedError{error: err, code: "blocked", hint: "no permission of this account helps: ask who manages Amazon Inspector in the organisation"}
	case errors.As(err, &changed):
		return &hintedError{error: err, code: "changed-meanwhile", hint: "the same command again looks at them as they are now"}
	case err != nil:
		return err
	}
	t.rules = rules
	return nil
}

func (r *applyRun) create(ctx context.Context, t *applyTarget) error {
	o := ecr.CreateOptions{Mutability: t.want.Mutability, Exclusions: t.want.Exclusions, KMS: t.want.Encryption == posture.KMS}
	for _, change := range t.changes {
		if change.Setting == posture.SettingScanning && change.Filter == "" && change.Barred == "" {
			o.ScanOnPush = true
		}
	}
	existed, err := t.api.Create(ctx, t.name, o)
	if err == nil && existed {
		return &racedError{}
	}
	return err
}

// readBack reads a repository again and holds it against what was written.
func (r *applyRun) readBack(ctx context.Context, t *applyTarget, first int) error {
	if !t.wrote(first) {
		return nil
	}
	differs, err := r.compare(ctx, t)
	if err != nil && stopped(ctx, err) {
		return err
	}
	for i, change := range t.changes {
		out := &t.report.Changes[first+i]
		is, still := differs[change.Setting]
		switch {
		case !out.Written:
			continue
		case err != nil:
			out.Error = r.sayFailure(t, fmt.Errorf("%s: it was written, and could not be read back: %w", change.Setting, t.withARN(err))).Message
		case still:
			out.Error = r.sayFailure(t, fmt.Errorf("%s: it was written, and did not take: it reads back as %s", change.Setting, is)).Message
		default:
			out.Verified = true
		}
	}
	return nil
}

// wrote says whether something was written.
func (t *applyTarget) wrote(first int) bool {
	for _, change := range t.report.Changes[first:] {
		if change.Written {
			return true
		}
	}
	return false
}

// compare reads a repository and says what still differs, and how it stands.
func (r *applyRun) compare(ctx context.Context, t *applyTarget) (map[posture.Setting]string, error) {
	all, err := t.api.Describe(ctx, t.host, t.name)
	if err == nil && len(all) == 0 {
		err = errors.New("the answer holds no repository")
	}
	if err != nil {
		return nil, err
	}
	now := posture.Standing{Settings: all[0], Rules: t.rules}
	if t.want.Scan != "" && t.want.Scan != posture.ScanOff {
		coverage, err := t.api.ScanConfigurations(ctx, t.rules.Type, []string{t.name})
		if err != nil {
			return nil, err
		}
		now.Scanning = coverage[t.name]
	}
	if t.want.Lifecycle != nil {
		if now.Lifecycle, _, err = t.api.LifecyclePolicy(ctx, t.name); err != nil {
			return nil, err
		}
	}
	differs := map[posture.Setting]string{}
	for _, change := range posture.Changes(now, t.want) {
		differs[change.Setting] = quote(change.From)
	}
	return differs, nil
}
