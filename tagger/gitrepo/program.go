package gitrepo

import (
	"bytes"
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
	own       string // folders that refDirs found
	common    string
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
	if p.top == at {
		p.own, p.common = refDirs(at)
	}
	return p, p.top, nil
}

// head asks all questions at once: each is a process of its own, and none waits for another.
func (p *program) head(ctx context.Context) (tagger.Revision, error) {
	r := tagger.Revision{From: "git", Shallow: p.isShallow}
	questions := []func(context.Context, *tagger.Revision) error{p.commitAndTags, p.branch, p.remote, p.defaultBranch}
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

func (p *program) commitAndTags(ctx context.Context, r *tagger.Revision) error {
	if err := p.commit(ctx, r); err != nil {
		return err
	}
	return p.tags(ctx, r)
}

// commit reads id, time and parents from the object itself. Commands that walk the history, such as rev-list, leave out the parents
// that a shallow clone does not have, and with them the head of a pull request.
func (p *program) commit(ctx context.Context, r *tagger.Revision) error {
	var stdout bytes.Buffer
	if err := p.pipe(ctx, strings.NewReader("HEAD\n"), &stdout, "cat-file", "--batch"); err != nil {
		return err
	}
	first, object, _ := strings.Cut(stdout.String(), "\n")
	id, kind, _ := strings.Cut(first, " ")
	if !isID(id) {
		return p.noCommit(ctx)
	}
	if !strings.HasPrefix(kind, "commit ") {
		return fmt.Errorf("HEAD is %s, and no commit", first)
	}
	r.Commit = id
	header, _, _ := strings.Cut(object, "\n\n")
	for line := range strings.SplitSeq(header, "\n") {
		key, value, _ := strings.Cut(line, " ")
		switch key {
		case "parent":
			r.Parents = append(r.Parents, value)
		case "committer":
			var err error
			if r.Time, err = timeOf(value); err != nil {
				return fmt.Errorf("read commit %s: %w", r.Commit, err)
			}
		}
	}
	return nil
}

// noCommit finds out why HEAD gives no commit: there is none yet, or it is lost.
func (p *program) noCommit(ctx context.Context) error {
	out, err := p.found(ctx, "rev-parse", "--quiet", "--verify", "HEAD")
	switch {
	case err != nil:
		return err
	case out == "":
		return errNoCommit
	}
	if _, err := p.run(ctx, "cat-file", "commit", strings.TrimSpace(out)); err != nil {
		return err
	}
	return fmt.Errorf("read commit %s: git cat-file says it is missing", strings.TrimSpace(out))
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
	ref, err := p.symbolic(ctx, p.own, "HEAD")
	r.Branch = shortName(ref, "refs/heads/")
	return err
}

func (p *program) defaultBranch(ctx context.Context, r *tagger.Revision) error {
	ref, err := p.symbolic(ctx, p.common, "refs/remotes/origin/HEAD")
	r.DefaultBranch = shortName(ref, "refs/remotes/origin/")
	return err
}

// symbolic is what a symbolic reference names: from its file in dir where that tells, else from git.
func (p *program) symbolic(ctx context.Context, dir, name string) (string, error) {
	if ref, ok := readSymbolic(dir, name); ok {
		return ref, nil
	}
	out, err := p.found(ctx, "symbolic-ref", "--quiet", name)
	return strings.TrimSuffix(out, "\n"), err
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
