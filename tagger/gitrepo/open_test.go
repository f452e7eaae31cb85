package gitrepo_test

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/tagger/gitrepo"
)

// backends are the two ways to read.
var backends = map[string]gitrepo.Options{"git": {}, "go-git": {NoProgram: true}}

func notRepo(err error) bool {
	var is *gitrepo.NotARepositoryError
	return errors.As(err, &is)
}

func noCommit(err error) bool {
	var is *gitrepo.NoCommitError
	return errors.As(err, &is)
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	tests := []struct {
		name   string
		script string
		path   string
		is     func(error) bool
	}{
		{"a folder in no repository", `mkdir r`, "r", notRepo},
		{"a folder with an empty .git", `mkdir -p r/.git`, "r", notRepo},
		{"the .git folder", `repo r`, "r/.git", notRepo},
		{"a folder in the .git folder", `repo r; cd r`, "r/.git/objects", notRepo},
		{"no commit yet", `init r`, "r", noCommit},
		{"no commit yet on this branch", `repo r; cd r; git checkout -q --orphan other`, "r", noCommit},
		{"no folder", ``, "missing", func(err error) bool { return errors.Is(err, fs.ErrNotExist) && !noCommit(err) }},
		{"a file", `echo x >file`, "file", func(err error) bool { return strings.HasSuffix(err.Error(), `file" is a file`) }},
		{"a .git file that names no repository", `mkdir r; echo "gitdir: /nowhere" >r/.git`, "r", func(err error) bool {
			return strings.Contains(err.Error(), "open Git repository ") && !notRepo(err) && !noCommit(err)
		}},
		{"a configuration that cannot be read", `repo r; cd r; echo "[" >.git/config`, "r", func(err error) bool {
			return strings.Contains(err.Error(), "config") && !notRepo(err) && !noCommit(err)
		}},
		{"a commit that is lost", `repo r; cd r; rm -r .git/objects/??`, "r", func(err error) bool {
			return strings.Contains(err.Error(), one) && !notRepo(err) && !noCommit(err)
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(script(t, test.script), test.path)
			for name, options := range backends {
				if _, err := read(t, dir, options); err == nil || !test.is(err) {
					t.Errorf("%s: %v", name, err)
				}
			}
		})
	}
}

func TestOpenFindsTheTop(t *testing.T) {
	dir := script(t, `withfile r; mkdir r/a; ln -s r/a link; git -C r worktree add -q -b linked ../w; mkdir w/a; git clone -q --bare r bare`)
	for path, top := range map[string]string{"r": "r", "r/a": "r", "link": "r", "w/a": "w", "bare": "bare", "bare/refs": "bare"} {
		for name, options := range backends {
			repo, err := gitrepo.Open(t.Context(), filepath.Join(dir, path), options)
			if err != nil {
				t.Errorf("%s: Open(%s): %v", name, path, err)
				continue
			}
			if diff := cmp.Diff(filepath.Join(dir, top), repo.Top()); diff != "" {
				t.Errorf("%s: Top of %s (-want +got):\n%s", name, path, diff)
			}
		}
	}
}

func TestTagNames(t *testing.T) {
	tests := []struct {
		name   string
		script string
		want   []string
	}{
		{"none", `repo r; cd r`, nil},
		{"all, by name", "repo r; cd r; git tag b; git tag -a -m x nested b; git tag -a -m x a; git pack-refs --all; commit two; git tag 'c\u00a0d'; git tag -a -m x app/v1", []string{"a", "app/v1", "b", "c\u00a0d", "nested"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir := script(t, test.script)
			for name, options := range backends {
				repo, err := gitrepo.Open(t.Context(), filepath.Join(dir, "r"), options)
				if err != nil {
					t.Fatal(err)
				}
				got, err := repo.TagNames(t.Context())
				if diff := cmp.Diff(test.want, got); diff != "" || err != nil {
					t.Errorf("%s: TagNames: %v (-want +got):\n%s", name, err, diff)
				}
			}
		})
	}
}

func TestAGitProgramThatCannotBeRunIsNoMissingRepository(t *testing.T) {
	dir := script(t, `repo r; echo x >file; printf '#!/bin/sh\nexit 3\n' >fails; printf '#!/bin/sh\necho what\n' >odd; chmod +x fails odd`)
	for _, program := range []string{"missing", "file", "r", "fails", "odd"} {
		t.Run(program, func(t *testing.T) {
			_, err := read(t, filepath.Join(dir, "r"), gitrepo.Options{Program: filepath.Join(dir, program)})
			if err == nil || notRepo(err) || noCommit(err) {
				t.Errorf("Open: %v", err)
			}
		})
	}
}

func TestWithoutAGitProgramGoGitAnswers(t *testing.T) {
	dir := script(t, `repo r; cd r`)
	t.Setenv("PATH", dir)
	got, err := read(t, filepath.Join(dir, "r"), gitrepo.Options{})
	if err != nil || got.From != "go-git" {
		t.Errorf("read by %q, %v", got.From, err)
	}
}

func TestACancelledContextIsSaidAsSuch(t *testing.T) {
	dir := filepath.Join(script(t, `repo r; cd r; git tag v1`), "r")
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := gitrepo.Open(cancelled, dir, gitrepo.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("Open: %v", err)
	}
	for name, options := range backends {
		repo, err := gitrepo.Open(t.Context(), dir, options)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := repo.Revision(cancelled); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: Revision: %v", name, err)
		}
		if _, err := repo.TagNames(cancelled); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: TagNames: %v", name, err)
		}
	}
}
