package gitrepo_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/tagger"
	"github.com/hallmark-ci/hallmark/tagger/gitrepo"
)

// askGit is a comment in a repository's configuration that makes git be asked where its files would be read.
const askGit = "# refStorage\n"

// What is read from the files of a repository is what git says of it.
func TestTagsInFilesAreThoseThatGitTells(t *testing.T) {
	const tagObject = `git tag -a -m x annotated; git tag -a -m x nested annotated; `
	tests := []struct {
		name   string
		script string
		goGit  string // what go-git gets wrong where its own reading is asked
	}{
		{"no packed-refs", `git tag light; ` + tagObject, ""},
		{"all packed", `git tag light; ` + tagObject + `git pack-refs --all`, ""},
		{"packed tags that have moved since", `git tag there HEAD; git tag -a -m x away HEAD; git pack-refs --all; commit two; git tag -f there HEAD; git tag -f away HEAD^`, ""},
		{"packed tags that have moved away since", `git tag light; git tag -a -m x annotated; git pack-refs --all; commit two; git tag back; git tag -f light; git tag -f -a -m y annotated; git checkout -q --detach HEAD^`, ""},
		{"packed tags that were deleted", `git tag gone; git tag -a -m x also; git tag kept; git pack-refs --all; git tag -d gone also`, ""},
		{"packed before git peeled them", tagObject + `git pack-refs --all; sed -i -e '/^^/d' -e 's/ peeled fully-peeled//' .git/packed-refs`, ""},
		{"packed by a git that wrote no header", `git tag light; git pack-refs --all; sed -i -e '/^#/d' .git/packed-refs`, ""},
		{"an empty packed-refs", `git tag light; : >.git/packed-refs`, ""},
		{"no folder of tags", `rm -r .git/refs/tags`, ""},
		{"a tag that is a symbolic reference", `git tag light; git symbolic-ref refs/tags/symbolic refs/heads/main`, "it compares the reference, not what it names"},
		{"a tag that is a link", `git tag light; ln -s light .git/refs/tags/link`, ""},
		{"a tag that is being written", `git tag light; echo x >.git/refs/tags/new.lock`, ""},
		{"a tag that is no reference", `git tag light; echo x >.git/refs/tags/.DS_Store`, "it lists it"},
		{"branches and others of the same name", `git tag light; git branch refs/tags/branch; git update-ref refs/other/refs/tags/x HEAD; git branch $(git rev-parse HEAD)x; git pack-refs --all`, ""},
		{"a HEAD that is a link", `git tag light; rm .git/HEAD; ln -s refs/heads/main .git/HEAD`, "it does not see a branch"},
		{"more than is read at a time", `git tag -a -m x annotated; tag=$(git rev-parse annotated) one=$(git rev-parse HEAD)
awk -v tag=$tag -v one=$one 'BEGIN { print "# pack-refs with: peeled fully-peeled sorted "
	for (i = 0; i < 9000; i++) if (i % 3) printf "%s refs/tags/t%d\n^%s\n", tag, i, one; else printf "%s refs/tags/t%d\n", one, i }' >.git/packed-refs`, ""},
		{"a linked work tree", `git tag v1; ` + tagObject + `git pack-refs --all; git tag v2; git worktree add -q -b linked ../w`, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(script(t, "repo r; cd r; "+test.script), "r")
			asked := askedOf(t, dir)
			for name, options := range backends {
				if options.NoProgram && test.goGit != "" {
					continue
				}
				files, err := revisionAndNames(t, dir, options)
				if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				if len(files.Names) == 0 && test.name != "no folder of tags" {
					t.Fatalf("%s: no tags", name)
				}
				if diff := cmp.Diff(asked, files); diff != "" {
					t.Errorf("%s: (-asked +read from files):\n%s", name, diff)
				}
			}
		})
	}
}

// told is what a repository tells of its tags.
type told struct {
	Branch string
	Refs   []tagger.Ref
	Names  []string
}

func revisionAndNames(t *testing.T, dir string, options gitrepo.Options) (told, error) {
	t.Helper()
	repo, err := gitrepo.Open(t.Context(), dir, options)
	if err != nil {
		return told{}, err
	}
	revision, err := repo.Revision(t.Context())
	if err != nil {
		return told{}, err
	}
	names, err := repo.TagNames(t.Context())
	return told{revision.Branch, revision.Refs, names}, err
}

// askedOf is what git tells of the repository.
func askedOf(t *testing.T, dir string) told {
	t.Helper()
	config := filepath.Join(dir, ".git", "config")
	before, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(config, append([]byte(askGit), before...), 0o600); err != nil {
		t.Fatal(err)
	}
	asked, err := revisionAndNames(t, dir, gitrepo.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(config, before, 0o600); err != nil {
		t.Fatal(err)
	}
	return asked
}
