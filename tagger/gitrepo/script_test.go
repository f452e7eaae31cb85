package gitrepo_test

import (
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/hallmark-ci/hallmark/tagger"
	"github.com/hallmark-ci/hallmark/tagger/gitrepo"
)

// Commits of the scripts below. Author, time and content are fixed, and so the ids are.
const (
	one    = "5316a3dec76858ade6bf675e224195105a88d640"                         // root, no files
	two    = "4691bd10d2f042e5ae6cb50cc84b834348dcdf33"                         // after one, no files
	file   = "3f0a5219b1486b8e0d9dbcdeb167168a11ccb505"                         // root, a file
	merge  = "0ea6fef3cf433d2de969c3aabbc4612d6788d560"                         // of side into two
	super  = "29e2217078390962d22623c253d820e7835d4511"                         // root, a submodule of file
	deep   = "b20ad62a6e22b549e7307eec57123c1894fc02da"                         // root, a submodule of super
	sha256 = "ceac91747ab7cf2193a91c91623d2e72ac1b559d2e2781909a250dc0033e109d" // one, by SHA-256
	side   = "c5d9fc8c20716b47b64ad59ea4799ff80e044686"                         // after one, no files
)

// prelude is what every script begins with.
const prelude = `set -eu
init() { git init -q -b main "$@"; }
commit() { git commit -q --allow-empty -m "$1"; }
# repo makes a repository with the commit one, withfile one with a tracked file.
repo() { cp -R "$HOME/one" "$1"; }
withfile() { cp -R "$HOME/file" "$1"; }
# submodule makes $2 a submodule of the repository $1, and commits that.
submodule() {
	cp -R "$2" "$1/$2"
	git -C "$1" config -f .gitmodules submodule.$2.path $2
	git -C "$1" config -f .gitmodules submodule.$2.url ../$2
	git -C "$1" -c advice.addEmbeddedRepo=false add .
	git -C "$1" commit -q -m $2
}
`

// withsubmodule makes a repository with one submodule, lib, that has one tracked file.
const withsubmodule = `withfile lib; init r; submodule r lib; cd r
`

// TestMain hides the configuration of the one who runs the tests, and fixes who commits when.
func TestMain(m *testing.M) {
	home, err := os.MkdirTemp("", "gitrepo-*")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(home)
	config := filepath.Join(home, "config")
	if err := os.WriteFile(config, []byte("[maintenance]\nauto = false\n[init]\ntemplateDir =\n[core]\nfsync = none\n"), 0o600); err != nil {
		log.Fatal(err)
	}
	for name, value := range map[string]string{
		"HOME": home, "GIT_CONFIG_GLOBAL": config, "GIT_CONFIG_NOSYSTEM": "1",
		"GIT_AUTHOR_NAME": "A U Thor", "GIT_AUTHOR_EMAIL": "author@example.com", "GIT_AUTHOR_DATE": "2026-01-02T03:04:05+01:00",
		"GIT_COMMITTER_NAME": "C O Mitter", "GIT_COMMITTER_EMAIL": "committer@example.com", "GIT_COMMITTER_DATE": "2026-01-02T04:05:06+01:00",
	} {
		os.Setenv(name, value)
	}
	for _, name := range []string{"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY"} {
		os.Unsetenv(name)
	}
	if out, err := shell(home, `init one; (cd one; commit one); init file; cd file; echo text >file; git add file; git commit -q -m file`); err != nil {
		log.Fatalf("%v\n%s", err, out)
	}
	m.Run()
}

// unset takes a variable out of the environment for the time of a test.
func unset(t *testing.T, name string) {
	t.Helper()
	t.Setenv(name, "") // sets it back afterwards
	if err := os.Unsetenv(name); err != nil {
		t.Fatal(err)
	}
}

// script runs shell commands in a new folder, and returns it.
func script(t *testing.T, commands string) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if out, err := shell(dir, commands); err != nil {
		t.Fatalf("%s\n%v\n%s", commands, err, out)
	}
	return dir
}

func shell(dir, commands string) ([]byte, error) {
	cmd := exec.Command("sh", "-c", prelude+commands)
	cmd.Dir = dir
	return cmd.CombinedOutput()
}

// read reads the revision of dir.
func read(t *testing.T, dir string, o gitrepo.Options) (tagger.Revision, error) {
	t.Helper()
	repo, err := gitrepo.Open(t.Context(), dir, o)
	if err != nil {
		return tagger.Revision{}, err
	}
	return repo.Revision(t.Context())
}

// at is a revision as both back ends read it; fields say what is special.
func at(commit string, fields ...func(*tagger.Revision)) tagger.Revision {
	r := tagger.Revision{Commit: commit, Branch: "main", Time: time.Date(2026, 1, 2, 3, 5, 6, 0, time.UTC), Dirty: tagger.Clean}
	for _, set := range fields {
		set(&r)
	}
	if r.Branch != "" {
		r.Refs = append(r.Refs, tagger.Ref{Kind: tagger.BranchRef, Name: r.Branch})
	}
	for _, tag := range r.Tags {
		r.Refs = append(r.Refs, tagger.Ref{Kind: tagger.TagRef, Name: tag})
	}
	return r
}

func on(branch string) func(*tagger.Revision) {
	return func(r *tagger.Revision) { r.Branch = branch }
}

func tagged(names ...string) func(*tagger.Revision) {
	return func(r *tagger.Revision) { r.Tags = names }
}

func after(parents ...string) func(*tagger.Revision) {
	return func(r *tagger.Revision) { r.Parents = parents }
}

func from(source string) func(*tagger.Revision) {
	return func(r *tagger.Revision) { r.Source = source }
}

func defaulting(branch string) func(*tagger.Revision) {
	return func(r *tagger.Revision) { r.DefaultBranch = branch }
}

func shallow(r *tagger.Revision) { r.Shallow = true }

func dirty(r *tagger.Revision) { r.Dirty = tagger.Dirty }

// bare is a repository without a work tree that could be clean.
func bare(r *tagger.Revision) { r.Dirty = tagger.DirtinessUnknown }
