package gitrepo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-git/go-billy/v5/osfs"
	"github.com/go-git/go-git/v5/config"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/cache"
	"github.com/go-git/go-git/v5/plumbing/storer"
	"github.com/go-git/go-git/v5/storage/filesystem"
	"github.com/go-git/go-git/v5/storage/filesystem/dotgit"

	"github.com/hallmark-ci/hallmark/tagger"
)

// goGit reads a repository with go-git's storage. It says nothing of whether the work tree is dirty: go-git's status ignores
// core.fileMode, attributes and split indexes, and so calls clean trees dirty and the other way round
// (https://github.com/go-git/go-git/issues/181). Nor is go-git's Repository used, which opens no sparse checkout
// (https://github.com/go-git/go-git/pull/1861) and brings along the means to talk to remotes.
type goGit struct {
	store  *filesystem.Storage
	config *config.Config
	common string // that refDirs found
}

func openGoGit(dir string) (backend, string, error) {
	_, top, found := locate(dir)
	own, common := gitDirs(top)
	switch {
	case !found:
		return nil, "", &NotARepositoryError{Dir: dir, Err: errNone}
	case !exists(filepath.Join(own, "HEAD")) || !exists(filepath.Join(common, "objects")):
		return nil, "", fmt.Errorf("open Git repository %s: %s names no repository", dir, filepath.Join(top, ".git"))
	}
	// Objects that lie in another repository are found only with the root of the file system for it
	// (https://github.com/go-git/go-git/issues/1006).
	files := dotgit.NewRepositoryFilesystem(osfs.New(own), osfs.New(common))
	store := filesystem.NewStorageWithOptions(files, cache.NewObjectLRUDefault(), filesystem.Options{AlternatesFS: osfs.New("/")})
	config, err := store.Config()
	switch {
	case err != nil:
		return nil, "", fmt.Errorf("open Git repository %s: read configuration: %w", dir, err)
	case own == top && !config.Core.IsBare:
		return nil, "", &NotARepositoryError{Dir: dir, Err: errInside}
	}
	if err := checkExtensions(config); err != nil {
		return nil, "", fmt.Errorf("open Git repository %s: %w", dir, err)
	}
	_, refs := refDirs(top)
	return &goGit{store: store, config: config, common: refs}, top, nil
}

// errNone says that no folder upwards holds a repository.
var errNone = errors.New("no repository")

// checkExtensions refuses what changes how a repository is read and is not known here
// (https://git-scm.com/docs/repository-version#_version_1).
func checkExtensions(c *config.Config) error {
	for _, option := range c.Raw.Section("extensions").Options {
		key, value := strings.ToLower(option.Key), strings.ToLower(option.Value)
		switch {
		case key == "objectformat" && value == "sha1", key == "refstorage" && value == "files":
		case key == "objectformat" || key == "refstorage":
			return &UnreadableError{Format: fmt.Sprintf("its %s is %s", option.Key, option.Value)}
		case !slices.Contains([]string{"noop", "noop-v1", "partialclone", "preciousobjects", "worktreeconfig", "relativeworktrees", "compatobjectformat"}, key):
			return &UnreadableError{Format: fmt.Sprintf("it has the extension %q", option.Key)}
		}
	}
	return nil
}

func (g *goGit) head(ctx context.Context) (tagger.Revision, error) {
	head, err := storer.ResolveReference(g.store, plumbing.HEAD)
	if errors.Is(err, plumbing.ErrReferenceNotFound) {
		return tagger.Revision{}, errNoCommit
	}
	if err != nil {
		return tagger.Revision{}, fmt.Errorf("read HEAD: %w", err)
	}
	c, err := g.commit(head.Hash())
	if err != nil {
		return tagger.Revision{}, err
	}
	r := tagger.Revision{From: "go-git", Commit: head.Hash().String(), Time: c.time, Parents: c.parents, Branch: shortName(head.Name().String(), "refs/heads/")}
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
	shallow, err := g.store.Shallow()
	if err != nil {
		return fmt.Errorf("read shallow commits: %w", err)
	}
	r.Shallow = len(shallow) > 0
	if ref, err := g.store.Reference("refs/remotes/origin/HEAD"); err == nil {
		r.DefaultBranch = shortName(ref.Target().String(), "refs/remotes/origin/")
	}
	r.Source = g.source()
	return nil
}

// source reads the remotes as they are written: with the rules of url.BASE.insteadOf, which go-git has applied elsewhere, an address may
// hold a job's token.
func (g *goGit) source() string {
	remotes := map[string]string{}
	for _, section := range g.config.Raw.Section("remote").Subsections {
		if url := section.OptionAll("url"); len(url) > 0 {
			remotes[section.Name] = url[0]
		}
	}
	return sourceOf(remotes)
}

func (g *goGit) commit(hash plumbing.Hash) (commit, error) {
	text, err := g.text(plumbing.CommitObject, hash)
	if err != nil {
		return commit{}, fmt.Errorf("read commit %s: %w", hash, err)
	}
	c, err := parseCommit(text)
	if err != nil {
		return commit{}, fmt.Errorf("read commit %s: %w", hash, err)
	}
	return c, nil
}

func (g *goGit) object(_ context.Context, id string) (string, bool, error) {
	text, err := g.text(plumbing.CommitObject, plumbing.NewHash(id))
	if errors.Is(err, plumbing.ErrObjectNotFound) {
		return "", false, nil
	}
	return text, err == nil, err
}

// text is what an object of a kind holds.
func (g *goGit) text(kind plumbing.ObjectType, hash plumbing.Hash) (string, error) {
	object, err := g.store.EncodedObject(kind, hash)
	if err != nil {
		return "", err
	}
	r, err := object.Reader()
	if err != nil {
		return "", err
	}
	defer r.Close()
	content, err := io.ReadAll(r)
	return string(content), err
}

// peel is what an annotated tag points at in the end; the zero hash for anything else.
func (g *goGit) peel(hash plumbing.Hash) plumbing.Hash {
	for range 10 { // tags of tags of tags: nobody nests them deeper
		text, err := g.text(plumbing.TagObject, hash)
		if err != nil {
			return plumbing.ZeroHash
		}
		target, rest, _ := strings.Cut(strings.TrimPrefix(text, "object "), "\n")
		hash = plumbing.NewHash(target)
		if !strings.HasPrefix(rest, "type tag\n") {
			return hash
		}
	}
	return plumbing.ZeroHash
}
