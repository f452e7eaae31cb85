package cli

import (
	"context"
	"errors"
	"os"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/hallmark-ci/hallmark/tagger"
	"github.com/hallmark-ci/hallmark/tagger/cienv"
	"github.com/hallmark-ci/hallmark/tagger/gitrepo"
)

// facts is what Git and the CI job say of the commit, with the work tree they were read from.
type facts struct {
	tagger.Revision
	repo  *gitrepo.Repo // nil when only the CI job answered
	other *cienv.Disagreement
}

// readFacts reads the commit at --path. The work tree says what was built, the CI job what it is called.
func (p *program) readFacts(ctx context.Context, c *cli.Context) (facts, error) {
	now, err := now()
	if err != nil {
		return facts{}, err
	}
	job, inCI, err := cienv.Detect(environment())
	if err != nil {
		return facts{}, err
	}
	repo, err := gitrepo.Open(ctx, c.String("path"), gitrepo.Options{})
	var notRepo *gitrepo.NotARepositoryError
	if errors.As(err, &notRepo) && inCI && !c.IsSet("path") {
		if revision, ok := job.Revision(); ok {
			p.say.Warn("no Git work tree here: the commit is what %s says it is", job.System)
			revision.Now = now
			return facts{Revision: revision}, nil
		}
	}
	if err != nil {
		return facts{}, err
	}
	revision, err := repo.Revision(ctx)
	if err != nil {
		return facts{}, err
	}
	f := facts{Revision: revision, repo: repo}
	if inCI {
		f.Revision, f.other = job.Apply(revision, c.String("pr-sha"))
	}
	if f.Commit != revision.Commit {
		err = p.readTime(ctx, &f)
	}
	f.Now = now
	return f, err
}

// readTime reads when the head of a pull request was committed: what is checked out is a merge of it, with a time of its own. In a
// clone of depth 1 the head is missing.
func (p *program) readTime(ctx context.Context, f *facts) error {
	at, found, err := f.repo.CommitTime(ctx, f.Commit)
	switch {
	case err != nil:
		return err
	case found:
		f.Time = at
	case f.Time.IsZero():
		p.say.Say("the date of commit %s is not known, since this clone does not go back to it: fetch 2 commits or more", f.Short())
	}
	return nil
}

// checkCommit refuses to write tags for another commit than the job is for, unless --path says that this work tree is meant: a step
// that checks out something else, and a job that is run again on a machine that kept its work tree, look the same.
func (p *program) checkCommit(c *cli.Context, f facts) error {
	if f.other != nil && !c.IsSet("path") {
		return &otherCommitError{f.other}
	}
	p.warnOfCommit(f)
	return nil
}

func (p *program) warnOfCommit(f facts) {
	if f.other != nil {
		p.say.Warn("%s: the tags are for what is checked out", f.other)
	}
}

// otherCommitError says that a push was refused because the work tree is not at the job's commit.
type otherCommitError struct {
	*cienv.Disagreement
}

func (e *otherCommitError) Error() string { return "refused: " + e.Disagreement.String() }

// derive works out the tags of a revision by the rules of --tag and --flavor.
func (p *program) derive(c *cli.Context, revision tagger.Revision) (tagger.Derivation, error) {
	rules, flavor, err := p.readRules(c)
	if err != nil {
		return tagger.Derivation{}, err
	}
	derivation, err := tagger.Derive(revision, rules, flavor)
	return derivation, noTags(err, revision)
}

// readRules reads --tag and --flavor.
func (p *program) readRules(c *cli.Context) ([]tagger.Rule, tagger.Flavor, error) {
	rules := tagger.DefaultRules()
	if given := lines(c.StringSlice("tag")); len(given) > 0 {
		var err error
		if rules, err = tagger.ParseRules(given); err != nil {
			return nil, tagger.Flavor{}, &UsageError{Problem: err.Error(), Hint: "rules are those of docker/metadata-action: type=ref|semver|sha|… with attributes, as docs/tags.md lists them"}
		}
	}
	flavor, err := tagger.ParseFlavor(lines(c.StringSlice("flavor")))
	if err != nil {
		return nil, tagger.Flavor{}, &UsageError{Problem: err.Error(), Hint: "a flavor line is latest=auto|true|false, prefix=TEXT or suffix=TEXT"}
	}
	return rules, flavor, nil
}

// noTags adds to an error of tagger what to do about it.
func noTags(err error, r tagger.Revision) error {
	var (
		none   *tagger.NoTagsError
		hidden *tagger.HiddenTagsError
	)
	switch {
	case errors.As(err, &hidden):
		return &hintedError{error: err, code: "shallow", hint: fetchHint(r.CI)}
	case errors.As(err, &none):
		return &hintedError{error: err, code: "no-tags", hint: "a rule that always gives a tag is type=sha,format=long,prefix="}
	}
	return err
}

// environment is the environment as a map.
func environment() map[string]string {
	vars := map[string]string{}
	for _, variable := range os.Environ() {
		name, value, _ := strings.Cut(variable, "=")
		vars[name] = value
	}
	return vars
}

func (p *program) sayRevision(f facts) {
	where := ""
	switch {
	case f.Branch != "":
		where = " on " + f.Branch
	case len(f.Tags) > 0:
		where = " at " + strings.Join(f.Tags, ", ")
	}
	dirty := map[tagger.Dirtiness]string{
		tagger.Dirty:            ", with uncommitted changes",
		tagger.DirtinessUnknown: "; whether files have changed since is unknown",
	}[f.Dirty]
	p.say.Say("commit %s%s, read by %s%s", f.Short(), where, f.From, dirty)
}
