package gitrepo

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/hallmark-ci/hallmark/tagger"
)

// program reads a repository with the git program.
type program struct {
	command
	top       string // of the work tree; the repository itself when it is bare
	bare      bool
	isShallow bool
}

func openProgram(ctx context.Context, path, dir string) (backend, string, error) {
	real, at, found := locate(dir)
	p := &program{command: command{path: path, dir: real, safe: []string{at}}}
	out, err := p.run(ctx, "rev-parse", "--is-bare-repository", "--is-inside-work-tree", "--is-shallow-repository", "--show-cdup")
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit) && !found:
		return nil, "", &NotARepositoryError{Dir: dir, Err: err}
	case err != nil:
		return nil, "", fmt.Errorf("open Git repository %s: %w", dir, err)
	}
	lines := strings.SplitN(out, "\n", 4)
	if len(lines) < 4 {
		return nil, "", fmt.Errorf("open Git repository %s: git rev-parse: %q is not understood", dir, out)
	}
	p.bare, p.isShallow = lines[0] == "true", lines[2] == "true"
	switch {
	case p.bare:
		p.top = at
	case lines[1] == "true":
		p.top = filepath.Join(real, filepath.FromSlash(strings.TrimSuffix(lines[3], "\n"))) // from dir upwards
	default:
		return nil, "", &NotARepositoryError{Dir: dir, Err: errInside}
	}
	return p, p.top, nil
}

// head asks all questions at once: each is a process of its own, and none waits for another.
func (p *program) head(ctx context.Context) (tagger.Revision, error) {
	out, err := p.found(ctx, "rev-parse", "--quiet", "--verify", "HEAD")
	switch {
	case err != nil:
		return tagger.Revision{}, err
	case out == "":
		return tagger.Revision{}, errNoCommit
	}
	r := tagger.Revision{From: "git", Commit: strings.TrimSpace(out), Shallow: p.isShallow}
	questions := []func(context.Context, *tagger.Revision) error{p.commit, p.branch, p.tags, p.remote, p.defaultBranch}
	if !p.bare {
		questions = append(questions, p.dirty)
	}
	errs := make([]error, len(questions))
	var group sync.WaitGroup
	for i, ask := range questions {
		group.Go(func() { errs[i] = ask(ctx, &r) })
	}
	group.Wait()
	for _, err := range errs {
		if err != nil {
			return tagger.Revision{}, err // the others say the same, or follow from it
		}
	}
	return r, nil
}

// commit reads time and parents from the object itself. Commands that walk the history, such as rev-list, leave out the parents
// that a shallow clone does not have, and with them the head of a pull request.
func (p *program) commit(ctx context.Context, r *tagger.Revision) error {
	out, err := p.run(ctx, "cat-file", "commit", r.Commit)
	if err != nil {
		return err
	}
	header, _, _ := strings.Cut(out, "\n\n")
	for line := range strings.SplitSeq(header, "\n") {
		key, value, _ := strings.Cut(line, " ")
		switch key {
		case "parent":
			r.Parents = append(r.Parents, value)
		case "committer":
			if r.Time, err = timeOf(value); err != nil {
				return fmt.Errorf("read commit %s: %w", r.Commit, err)
			}
		}
	}
	return nil
}

// timeOf reads the time from the end of a line such as "A U Thor <author@example.com> 1767323045 +0100".
func timeOf(person string) (time.Time, error) {
	fields := strings.Fields(person[strings.LastIndexByte(person, '>')+1:])
	if len(fields) == 0 {
		return time.Time{}, fmt.Errorf("committer %q has no time", person)
	}
	seconds, err := strconv.ParseInt(fields[0], 10, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("committer %q: time: %w", person, err)
	}
	return time.Unix(seconds, 0).UTC(), nil
}

func (p *program) branch(ctx context.Context, r *tagger.Revision) error {
	out, err := p.found(ctx, "symbolic-ref", "--quiet", "HEAD")
	r.Branch = shortName(strings.TrimSuffix(out, "\n"), "refs/heads/")
	return err
}

func (p *program) defaultBranch(ctx context.Context, r *tagger.Revision) error {
	out, err := p.found(ctx, "symbolic-ref", "--quiet", "refs/remotes/origin/HEAD")
	r.DefaultBranch = shortName(strings.TrimSuffix(out, "\n"), "refs/remotes/origin/")
	return err
}

// tags lists the tags at HEAD, annotated ones by what they point at in the end: for-each-ref --points-at looks through one tag only
// before Git 2.43, and reads every object.
func (p *program) tags(ctx context.Context, r *tagger.Revision) error {
	return p.eachTag(ctx, func(id, name string) {
		if id == r.Commit {
			r.Tags = append(r.Tags, name)
		}
	})
}

func (p *program) tagNames(ctx context.Context) ([]string, error) {
	var names []string
	err := p.eachTag(ctx, func(_, name string) {
		if len(names) == 0 || names[len(names)-1] != name {
			names = append(names, name)
		}
	})
	return names, err
}

// eachTag visits every tag, an annotated one twice in a row: with its own id, and with that of what it points at. Names may hold
// spaces of other scripts, but neither a space nor a newline.
func (p *program) eachTag(ctx context.Context, visit func(id, name string)) error {
	return orNothing(p.runTo(ctx, &lineWriter{visit: func(line string) {
		id, ref, _ := strings.Cut(line, " ")
		visit(id, strings.TrimSuffix(shortName(ref, "refs/tags/"), "^{}"))
	}}, "show-ref", "--tags", "--dereference"))
}

func (p *program) remote(ctx context.Context, r *tagger.Revision) error {
	entries, err := p.config(ctx, `^remote\..*\.url$`)
	if err != nil {
		return err
	}
	remotes := map[string]string{}
	for _, entry := range entries {
		name := strings.TrimSuffix(strings.TrimPrefix(entry.key, "remote."), ".url")
		if _, seen := remotes[name]; !seen && entry.value != "" {
			remotes[name] = entry.value
		}
	}
	r.Source = sourceOf(remotes)
	return nil
}
