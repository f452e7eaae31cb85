package gitrepo

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-git/go-billy/v5"
	"github.com/go-git/go-billy/v5/osfs"
	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/cache"
	"github.com/go-git/go-git/v5/storage/filesystem"

	"github.com/hallmark-ci/hallmark/tagger"
)

// goGit reads a repository with go-git. It says nothing of whether the work tree is dirty: go-git's status ignores
// core.fileMode, attributes and split indexes, and so calls clean trees dirty and the other way round
// (https://github.com/go-git/go-git/issues/181).
type goGit struct {
	repo   *git.Repository
	common string // that refDirs found
}

func openGoGit(dir string) (backend, string, error) {
	_, top, found := locate(dir)
	if !found {
		return nil, "", &NotARepositoryError{Dir: dir, Err: git.ErrRepositoryNotExists}
	}
	repo, err := git.PlainOpenWithOptions(top, &git.PlainOpenOptions{EnableDotGitCommonDir: true})
	if err != nil {
		// Sparse checkouts, SHA-256 and reftable are among what go-git cannot open (https://github.com/go-git/go-git/pull/1861).
		return nil, "", fmt.Errorf("open Git repository %s without the git program, which could open more: %w", dir, err)
	}
	var files billy.Filesystem
	if work, err := repo.Worktree(); err == nil {
		files = work.Filesystem
	} else if config, err := repo.Config(); err != nil || !config.Core.IsBare {
		return nil, "", &NotARepositoryError{Dir: dir, Err: errors.Join(errInside, err)}
	}
	if stored, ok := repo.Storer.(*filesystem.Storage); ok {
		// Objects that lie in another repository are found only with the root of the file system for it
		// (https://github.com/go-git/go-git/issues/1006).
		storage := filesystem.NewStorageWithOptions(stored.Filesystem(), cache.NewObjectLRUDefault(), filesystem.Options{AlternatesFS: osfs.New("/")})
		if repo, err = git.Open(storage, files); err != nil {
			return nil, "", fmt.Errorf("open Git repository %s: %w", dir, err)
		}
	}
	_, common := refDirs(top)
	return &goGit{repo: repo, common: common}, top, nil
}

func (g *goGit) head(ctx context.Context) (tagger.Revision, error) {
	head, err := g.repo.Head()
	if errors.Is(err, plumbing.ErrReferenceNotFound) {
		return tagger.Revision{}, errNoCommit
	}
	if err != nil {
		return tagger.Revision{}, fmt.Errorf("read HEAD: %w", err)
	}
	commit, err := g.repo.CommitObject(head.Hash())
	if err != nil {
		return tagger.Revision{}, fmt.Errorf("read commit %s: %w", head.Hash(), err)
	}
	r := tagger.Revision{From: "go-git", Commit: head.Hash().String(), Time: commit.Committer.When.UTC()}
	if head.Name().IsBranch() {
		r.Branch = head.Name().Short()
	}
	for _, parent := range commit.ParentHashes {
		r.Parents = append(r.Parents, parent.String())
	}
	if err := g.others(ctx, &r); err != nil {
		return tagger.Revision{}, err
	}
	return r, nil
}

// others reads what is beside the commit: tags at it, remotes, shallowness, the remote's default branch.
func (g *goGit) others(ctx context.Context, r *tagger.Revision) error {
	var err error
	if r.Tags, err = g.tags(ctx, r.Commit); err != nil {
		return fmt.Errorf("read tags: %w", err)
	}
	if err := g.remote(r); err != nil {
		return err
	}
	shallow, err := g.repo.Storer.Shallow()
	if err != nil {
		return fmt.Errorf("read shallow commits: %w", err)
	}
	r.Shallow = len(shallow) > 0
	if ref, err := g.repo.Reference("refs/remotes/origin/HEAD", false); err == nil {
		r.DefaultBranch = shortName(ref.Target().String(), "refs/remotes/origin/")
	}
	return nil
}

// remote reads the source from the remotes as they are written: with the rules of url.BASE.insteadOf, which Remotes has applied, an
// address may hold a job's token.
func (g *goGit) remote(r *tagger.Revision) error {
	config, err := g.repo.Config()
	if err != nil {
		return fmt.Errorf("read configuration: %w", err)
	}
	remotes := map[string]string{}
	for _, section := range config.Raw.Section("remote").Subsections {
		if url := section.OptionAll("url"); len(url) > 0 {
			remotes[section.Name] = url[0]
		}
	}
	r.Source = sourceOf(remotes)
	return nil
}

// peel is what an annotated tag points at in the end; the zero hash for anything else.
func (g *goGit) peel(hash plumbing.Hash) plumbing.Hash {
	for range 10 { // tags of tags of tags: nobody nests them deeper
		tag, err := g.repo.TagObject(hash)
		if err != nil {
			return plumbing.ZeroHash
		}
		if tag.TargetType != plumbing.TagObject {
			return tag.Target
		}
		hash = tag.Target
	}
	return plumbing.ZeroHash
}
