package gitrepo_test

import (
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hallmark-ci/hallmark/tagger/gitrepo"
)

func TestReftable(t *testing.T) {
	const layout = `repo r; cd r; git config core.repositoryFormatVersion 1; mkdir .git/reftable; git config extensions.refStorage reftable`
	dir := filepath.Join(script(t, layout), "r")
	for name, options := range backends {
		_, err := read(t, dir, options)
		var unreadable *gitrepo.UnreadableError
		if !errors.As(err, &unreadable) || !strings.Contains(err.Error(), "reftable") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if exec.Command("git", "init", "-q", "--ref-format=reftable", filepath.Join(t.TempDir(), "r")).Run() != nil {
		return // a git that knows no reftable cannot make one
	}
	dir = script(t, `init --ref-format=reftable r; cd r; commit one; git tag light; git tag -a -m x annotated; git worktree add -q -b linked ../w`)
	readGit(t, filepath.Join(dir, "r"), at(one, tagged("annotated", "light")))
	readGit(t, filepath.Join(dir, "w"), at(one, on("linked"), tagged("annotated", "light")))
}

// Without the git program, what changes how a repository is read is refused, and what does not is not.
func TestExtensionsWithoutTheGitProgram(t *testing.T) {
	tests := []struct{ name, setting, problem string }{
		{"another hash", "objectFormat sha256", "its objectFormat is sha256, which only the git program reads, and there is none"},
		{"another storage of references", "refStorage reftable", "its refStorage is reftable"},
		{"one that is not known", "somethingNew true", `it has the extension "somethingNew"`},
		{"the usual hash", "objectFormat sha1", ""},
		{"a configuration of the work tree's own", "worktreeConfig true", ""},
		{"a partial clone", "partialClone origin", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := filepath.Join(script(t, `repo r; cd r; git config core.repositoryFormatVersion 1; git config extensions.`+test.setting), "r")
			_, err := read(t, dir, gitrepo.Options{NoProgram: true})
			if (err != nil) != (test.problem != "") || err != nil && !strings.Contains(err.Error(), test.problem) {
				t.Errorf("Revision: %v, want %q", err, test.problem)
			}
		})
	}
}

func TestCommitTime(t *testing.T) {
	dir := script(t, `repo r; (cd r; commit two); git clone -q --depth 1 "file://$PWD/r" c
git -C r config uploadpack.allowFilter true
git clone -q --depth 1 --filter=tree:0 "file://$PWD/r" partial; rm -rf r/.git/refs`)
	for _, path := range []string{"c", "partial"} {
		for name, options := range backends {
			repo, err := gitrepo.Open(t.Context(), filepath.Join(dir, path), options)
			if err != nil {
				t.Fatal(err)
			}
			if when, found, err := repo.CommitTime(t.Context(), two); !found || err != nil || !when.Equal(at(two).Time) {
				t.Errorf("%s, %s: CommitTime of what is there = %s, %t, %v", path, name, when, found, err)
			}
			if when, found, err := repo.CommitTime(t.Context(), one); found || err != nil {
				t.Errorf("%s, %s: CommitTime of what was cut off = %s, %t, %v", path, name, when, found, err)
			}
		}
	}
}
