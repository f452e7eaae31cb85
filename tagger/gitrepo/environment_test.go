package gitrepo_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/tagger"
	"github.com/hallmark-ci/hallmark/tagger/gitrepo"
)

// readGit reads the revision of dir with the git program, and compares it.
func readGit(t *testing.T, dir string, want tagger.Revision) {
	t.Helper()
	want.From = "git"
	got, err := read(t, dir, gitrepo.Options{})
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%s: %v (-want +got):\n%s", dir, err, diff)
	}
}

// Git hands its hooks these variables, and --path names another repository than they do.
func TestThePathDecidesNotTheVariablesOfAHook(t *testing.T) {
	dir := script(t, `withfile other; repo r; cd r; git tag v1; mkdir a`)
	other := filepath.Join(dir, "other")
	for name, value := range map[string]string{
		"GIT_DIR":                          filepath.Join(other, ".git"),
		"GIT_WORK_TREE":                    other,
		"GIT_COMMON_DIR":                   filepath.Join(other, ".git"),
		"GIT_INDEX_FILE":                   filepath.Join(other, ".git", "index"),
		"GIT_OBJECT_DIRECTORY":             filepath.Join(other, ".git", "objects"),
		"GIT_ALTERNATE_OBJECT_DIRECTORIES": filepath.Join(other, ".git", "objects"),
		"GIT_NAMESPACE":                    "other",
		"GIT_PREFIX":                       "a/",
		"GIT_SHALLOW_FILE":                 filepath.Join(other, "file"),
		"GIT_GRAFT_FILE":                   filepath.Join(other, "file"),
		"GIT_CONFIG":                       filepath.Join(other, ".git", "config"),
	} {
		t.Setenv(name, value)
	}
	readGit(t, filepath.Join(dir, "r", "a"), at(one, tagged("v1")))
}

func TestARepositoryOfAnotherUser(t *testing.T) {
	dir := script(t, withsubmodule+`cd ..
git -C r tag v1; mkdir r/a; ln -s r link
git -C r worktree add -q -b linked ../w
git clone -q --bare r bare; git clone -q --bare r r/inner
init deep; mv r/inner .; submodule deep r; mv inner r/inner`)
	t.Setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1") // git's own tests do so
	readGit(t, filepath.Join(dir, "r"), at(super, tagged("v1")))
	readGit(t, filepath.Join(dir, "r", "a"), at(super, tagged("v1")))
	readGit(t, filepath.Join(dir, "link", "a"), at(super, tagged("v1")))
	readGit(t, filepath.Join(dir, "w"), at(super, on("linked"), tagged("v1")))
	readGit(t, filepath.Join(dir, "bare"), at(super, tagged("v1"), bare))
	readGit(t, filepath.Join(dir, "r", "inner"), at(super, tagged("v1"), bare))
	readGit(t, filepath.Join(dir, "deep"), at(deep))
	if err := os.WriteFile(filepath.Join(dir, "deep", "r", "lib", "file"), []byte("changed"), 0o600); err != nil {
		t.Fatal(err)
	}
	readGit(t, filepath.Join(dir, "deep"), at(deep, dirty))
}

// Submodules are named by a file that anyone can write. Only folders that git would look into count, and links do not lead in circles.
func TestSubmodulesThatAreNone(t *testing.T) {
	dir := script(t, `withfile r; cd r
for path in .. . /tmp "" loop; do git config --file .gitmodules --add submodule.x.path "$path"; done
for n in 1 2 3 4 5 6 7 8 9; do ln -s . loop$n; git config --file .gitmodules --add submodule.x.path loop$n; done`)
	readGit(t, filepath.Join(dir, "r"), at(file))
}

func TestWithoutAHomeFolder(t *testing.T) {
	dir := filepath.Join(script(t, `withfile r`), "r")
	for _, name := range []string{"HOME", "GIT_CONFIG_GLOBAL", "XDG_CONFIG_HOME"} {
		unset(t, name)
	}
	readGit(t, dir, at(file))
	if _, err := read(t, dir, gitrepo.Options{NoProgram: true}); err != nil {
		t.Errorf("go-git: %v", err)
	}
}

// Reading must neither run what a repository's configuration names nor write to the repository.
func TestReadingRunsNothingAndWritesNothing(t *testing.T) {
	dir := script(t, withsubmodule+`cd ..
git -C r submodule --quiet absorbgitdirs
for repo in r/.git r/.git/modules/lib; do
	mkdir -p $repo/hooks
	for hook in fsmonitor post-index-change reference-transaction post-checkout; do
		printf '#!/bin/sh\ntouch %s/ran-%s\n' "$PWD" $hook >$repo/hooks/$hook
		chmod +x $repo/hooks/$hook
	done
	for command in rev-parse status show-ref config cat-file symbolic-ref; do git --git-dir=$repo config alias.$command "!touch $PWD/ran-alias"; done
	git --git-dir=$repo config core.fsmonitor "$PWD/$repo/hooks/fsmonitor"
	git --git-dir=$repo config core.pager "touch $PWD/ran-pager"
	git --git-dir=$repo config core.hooksPath "$PWD/$repo/hooks"
done
touch -d 2001-01-01 r/.gitmodules r/lib/file
cp r/.git/index index`)
	readGit(t, filepath.Join(dir, "r"), at(super))
	if ran, err := filepath.Glob(filepath.Join(dir, "ran-*")); len(ran) > 0 || err != nil {
		t.Errorf("reading ran %q, %v", ran, err)
	}
	before, err := os.ReadFile(filepath.Join(dir, "index"))
	if err != nil {
		t.Fatal(err)
	}
	if now, err := os.ReadFile(filepath.Join(dir, "r", ".git", "index")); err != nil || !bytes.Equal(before, now) {
		t.Errorf("the index was written, %v", err)
	}
}

// A git that hangs ends with the context, though a child of it holds on to its output.
func TestACancelledContextEndsGit(t *testing.T) {
	dir := script(t, `repo r; mkfifo started ended
cat >hangs <<'END'
#!/bin/sh
cd "$(dirname "$0")"
cat <ended &
echo >started
wait
END
chmod +x hangs`)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		defer cancel()
		if _, err := os.ReadFile(filepath.Join(dir, "started")); err != nil { // it waits for git to write
			t.Error(err)
		}
	}()
	_, err := gitrepo.Open(ctx, filepath.Join(dir, "r"), gitrepo.Options{Program: filepath.Join(dir, "hangs")})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("Open: %v", err)
	}
	end, err := os.OpenFile(filepath.Join(dir, "ended"), os.O_WRONLY, 0) // ends the child
	if err != nil {
		t.Fatal(err)
	}
	end.Close()
}
