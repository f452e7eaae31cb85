// Package gitrepo reads a revision from a Git work tree. Start at Open. The git program answers where there is one; go-git reads
// the repository where there is none. It writes nothing.
package gitrepo

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"

	"github.com/hallmark-ci/hallmark/tagger"
)

// Options say how to read a repository. The zero value is right for a program.
type Options struct {
	Program   string // path of the git program; looked up on PATH when empty
	NoProgram bool   // read with go-git even where there is a git program
}

// Repo is a Git work tree, or a bare repository.
type Repo struct {
	dir string
	top string
	backend
}

// errNoCommit is what a backend says of a repository without a commit. An error of the file system would not do: a git program that
// cannot be run is one too.
var errNoCommit = errors.New("no commit yet")

// errInside says why a folder of a repository, such as .git, is no work tree.
var errInside = errors.New("it lies in the repository itself")

// backend is one way to read a repository: the git program or go-git.
type backend interface {
	// head reads the facts of the commit that is checked out; errNoCommit where there is none yet.
	head(ctx context.Context) (tagger.Revision, error)
	// object reads the object of a commit by its full id; found is false where it is not there.
	object(ctx context.Context, id string) (text string, found bool, err error)
	// tagNames lists all tags of the repository.
	tagNames(ctx context.Context) ([]string, error)
	// firstParents lists at most n commits before the one that is checked out, along first parents.
	firstParents(ctx context.Context, n int) ([]string, error)
}

// NotARepositoryError says that a folder lies in no Git work tree.
type NotARepositoryError struct {
	Dir string
	Err error
}

func (e *NotARepositoryError) Error() string {
	return fmt.Sprintf("%s is not in a Git work tree", e.Dir)
}

// Unwrap returns what said so.
func (e *NotARepositoryError) Unwrap() error { return e.Err }

// UnreadableError says that a repository is stored in a way that a newer git program can read: there is an older one, or none.
type UnreadableError struct {
	Format string // how it is stored
	Err    error  // what the git program said; nil where there is none
}

func (e *UnreadableError) Error() string {
	if e.Err == nil {
		return e.Format + ", which only the git program reads, and there is none"
	}
	return fmt.Sprintf("%s, which this git program does not read: %v", e.Format, e.Err)
}

// Unwrap returns what the git program said.
func (e *UnreadableError) Unwrap() error { return e.Err }

// NoCommitError says that a work tree has no commit yet.
type NoCommitError struct {
	Dir string
}

func (e *NoCommitError) Error() string { return fmt.Sprintf("%s has no commit yet", e.Dir) }

// Open finds the repository that dir lies in, whatever variables such as GIT_DIR say. A folder that is in none is a
// NotARepositoryError.
func Open(ctx context.Context, dir string, o Options) (*Repo, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("work tree %q: %w", dir, err)
	}
	info, err := os.Stat(abs)
	switch {
	case err != nil:
		return nil, fmt.Errorf("work tree: %w", err)
	case !info.IsDir():
		return nil, fmt.Errorf("work tree %q is a file", dir)
	}
	repo := &Repo{dir: abs}
	if o.Program == "" && !o.NoProgram {
		o.Program, _ = exec.LookPath("git") // without it go-git answers
	}
	if o.Program != "" && !o.NoProgram {
		repo.backend, repo.top, err = openProgram(ctx, o.Program, abs)
	} else {
		repo.backend, repo.top, err = openGoGit(abs)
	}
	if err != nil {
		return nil, err
	}
	return repo, nil
}

// Top is the folder at the top of the work tree.
func (r *Repo) Top() string { return r.top }

// Revision reads the facts of the commit that is checked out. A work tree without one is a NoCommitError.
func (r *Repo) Revision(ctx context.Context) (tagger.Revision, error) {
	revision, err := r.head(ctx)
	if errors.Is(err, errNoCommit) {
		return tagger.Revision{}, &NoCommitError{Dir: r.dir}
	}
	if err != nil {
		return tagger.Revision{}, fmt.Errorf("read Git repository %s: %w", r.dir, err)
	}
	tagger.SortGitTags(revision.Tags)
	if revision.Branch != "" {
		revision.Refs = append(revision.Refs, tagger.Ref{Kind: tagger.BranchRef, Name: revision.Branch})
	}
	for _, tag := range revision.Tags {
		revision.Refs = append(revision.Refs, tagger.Ref{Kind: tagger.TagRef, Name: tag})
	}
	return revision, nil
}

// TagNames lists all tags of the repository, by name. In a shallow clone there may be more elsewhere.
func (r *Repo) TagNames(ctx context.Context) ([]string, error) {
	names, err := r.tagNames(ctx)
	if err != nil {
		return nil, fmt.Errorf("list Git tags of %s: %w", r.dir, err)
	}
	slices.Sort(names)
	return names, nil
}

// sourceOf picks the remote that stands for the repository: origin, else the only one.
func sourceOf(remotes map[string]string) string {
	if url, found := remotes["origin"]; found {
		return tagger.SourceURL(url)
	}
	if len(remotes) == 1 {
		for _, url := range remotes {
			return tagger.SourceURL(url)
		}
	}
	return ""
}
