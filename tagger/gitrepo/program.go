package gitrepo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"

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
	case errors.As(err, &exit) && hasReftable(at):
		return nil, "", fmt.Errorf("open Git repository %s: %w", dir, &UnreadableError{Format: "its references are a reftable", Err: err})
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

func (p *program) commit(ctx context.Context, r *tagger.Revision) error {
	id, object, found, err := p.show(ctx, "HEAD")
	if err != nil {
		return err
	}
	if !found {
		return p.noCommit(ctx)
	}
	c, err := parseCommit(object)
	if err != nil {
		return fmt.Errorf("read commit %s: %w", id, err)
	}
	r.Commit, r.Time, r.Parents = id, c.time, c.parents
	return nil
}

func (p *program) object(ctx context.Context, id string) (string, bool, error) {
	_, object, found, err := p.show(ctx, id)
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return "", false, nil // a partial clone would fetch it
	}
	return object, found, err
}

// show reads the object of a commit; found is false where there is none.
func (p *program) show(ctx context.Context, name string) (id, object string, found bool, err error) {
	var stdout bytes.Buffer
	if err := p.pipe(ctx, strings.NewReader(name+"\n"), &stdout, "cat-file", "--batch"); err != nil {
		return "", "", false, err
	}
	first, object, _ := strings.Cut(stdout.String(), "\n")
	id, kind, _ := strings.Cut(first, " ")
	switch {
	case !isID(id) || kind == "missing":
		return "", "", false, nil
	case !strings.HasPrefix(kind, "commit "):
		return "", "", false, fmt.Errorf("%s is %s, and no commit", name, first)
	}
	return id, object, true, nil
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
