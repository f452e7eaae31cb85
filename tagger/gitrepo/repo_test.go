package gitrepo_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/tagger"
	"github.com/hallmark-ci/hallmark/tagger/gitrepo"
)

func TestRevision(t *testing.T) {
	tests := []struct {
		name   string
		script string
		path   string // to read, in the script's folder
		want   tagger.Revision
		goGit  string // what go-git's error says where it cannot read this
	}{
		{name: "a branch", script: `repo r`, path: "r", want: at(one)},
		{name: "a second commit", script: `repo r; cd r; commit two`, path: "r", want: at(two, after(one))},
		{name: "a detached HEAD", script: `repo r; cd r; git checkout -q --detach`, path: "r", want: at(one, on(""))},
		{name: "a branch with slashes", script: `repo r; cd r; git checkout -q -b feature/a/b`, path: "r", want: at(one, on("feature/a/b"))},
		{name: "a branch in other scripts", script: `repo r; cd r; git checkout -q -b zweig/grün-日本`, path: "r", want: at(one, on("zweig/grün-日本"))},
		{name: "a HEAD that is a reference but no branch", script: `repo r; cd r; git update-ref refs/other/x HEAD; git symbolic-ref HEAD refs/other/x`, path: "r", want: at(one, on(""))},
		{name: "a merge", script: `repo r; cd r; git checkout -q -b side; commit side; git checkout -q main; commit two; git merge -q --no-edit -m merge side`, path: "r", want: at(merge, after(two, side))},

		{name: "lightweight, annotated and nested tags", script: `repo r; cd r; git tag light; git tag -a -m x annotated; git tag -a -m x nested annotated; git tag -a -m x deeper nested; git tag direct deeper`, path: "r",
			want: at(one, tagged("annotated", "deeper", "direct", "light", "nested"))},
		{name: "tags at other commits and at what is no commit", script: `repo r; cd r; git tag old; git tag -a -m x older; commit two; git tag tree HEAD^{tree}; git tag new`, path: "r", want: at(two, after(one), tagged("new"))},
		{name: "packed references", script: `repo r; cd r; git tag light; git tag -a -m x annotated; git pack-refs --all; git tag loose`, path: "r", want: at(one, tagged("annotated", "light", "loose"))},
		{name: "versions first, the highest on top, and the rest by name", script: `repo r; cd r; for t in b v1.2.3 a 1.10.0 v1.2.3-rc.1 1.2 v1.9.0 1.9.0; do git tag $t; done`, path: "r",
			want: at(one, tagged("1.10.0", "1.9.0", "v1.9.0", "v1.2.3", "v1.2.3-rc.1", "1.2", "a", "b"))},
		{name: "tags with slashes and spaces of other scripts", script: "repo r; cd r; git tag app/v1; git tag 'v1\u00a0x'; git tag 'v1\u3000y'", path: "r", want: at(one, tagged("app/v1", "v1\u00a0x", "v1\u3000y"))},

		{name: "a folder in the work tree", script: `repo r; cd r; mkdir -p a/b`, path: "r/a/b", want: at(one)},
		{name: "a linked work tree", script: `repo r; cd r; git tag v1; git worktree add -q -b linked ../w`, path: "w", want: at(one, on("linked"), tagged("v1"))},
		{name: "a submodule", script: `repo lib; repo r; cd r; git -c protocol.file.allow=always submodule --quiet add ../lib lib`, path: "r/lib", want: at(one, defaulting("main"))},
		{name: "a bare repository", script: `repo r; git clone -q --bare r bare`, path: "bare", want: at(one, bare)},
		{name: "a clone", script: `repo r; (cd r; git tag v1); git clone -q r c`, path: "c", want: at(one, tagged("v1"), defaulting("main"))},
		{name: "a clone that shares objects", script: `repo r; (cd r; git tag -a -m x v1); git clone -q --shared r c`, path: "c", want: at(one, tagged("v1"), defaulting("main"))},
		{name: "a clone with a reference", script: `repo r; (cd r; git tag -a -m x v1); git clone -q --reference r "file://$PWD/r" c`, path: "c", want: at(one, tagged("v1"), defaulting("main"))},
		{name: "a shallow clone of a merge still knows its parents", script: `repo r; (cd r; git checkout -q -b side; commit side; git checkout -q main; commit two; git merge -q --no-edit -m merge side); git clone -q --depth 1 "file://$PWD/r" c`, path: "c",
			want: at(merge, after(two, side), shallow, defaulting("main"))},
		{name: "a partial clone", script: `withfile r; git -C r config uploadpack.allowFilter true; git clone -q --filter=blob:none "file://$PWD/r" c`, path: "c", want: at(file, defaulting("main"))},
		{name: "a partial clone without trees", script: `withfile r; git -C r config uploadpack.allowFilter true; git clone -q --filter=tree:0 "file://$PWD/r" c`, path: "c", want: at(file, defaulting("main"))},
		{name: "a partial clone that is shallow", script: `withfile r; git -C r config uploadpack.allowFilter true; git clone -q --depth 1 --filter=blob:none "file://$PWD/r" c`, path: "c", want: at(file, shallow, defaulting("main"))},
		{name: "a split index", script: `withfile r; cd r; git update-index --split-index; echo more >>file`, path: "r", want: at(file, dirty)},
		{name: "a submodule whose repository was absorbed", script: withsubmodule + `cd ..; git -C r submodule --quiet absorbgitdirs; git -C r/lib tag v1`, path: "r/lib", want: at(file, tagged("v1"))},
		{name: "a linked work tree of a bare repository", script: `repo r; git clone -q --bare r bare; git -C bare tag v1; git -C bare worktree add -q -b linked ../w`, path: "w", want: at(one, on("linked"), tagged("v1"))},
		{name: "a linked work tree with a sparse checkout", script: `withfile r; git -C r worktree add -q -b linked ../w; cd w; git sparse-checkout set other`, path: "w", want: at(file, on("linked"))},
		{name: "a sparse checkout", script: `withfile r; cd r; git sparse-checkout set other`, path: "r", want: at(file)},
		{name: "SHA-256", script: `init --object-format=sha256 r; cd r; commit one; git tag v1`, path: "r", want: at(sha256, tagged("v1")), goGit: "its objectformat is sha256, which only the git program reads"},
		{name: "a commit that replaces another does not", script: `repo r; cd r; commit two; git replace HEAD HEAD^`, path: "r", want: at(two, after(one))},

		{name: "a changed file, seen from another folder", script: `withfile r; echo more >>r/file; mkdir r/a`, path: "r/a", want: at(file, dirty)},
		{name: "a staged change", script: `withfile r; cd r; echo more >>file; git add file`, path: "r", want: at(file, dirty)},
		{name: "a deleted file", script: `withfile r; rm r/file`, path: "r", want: at(file, dirty)},
		{name: "a renamed file", script: `withfile r; git -C r mv file other`, path: "r", want: at(file, dirty)},
		{name: "a file that was touched only", script: `withfile r; touch -d 2001-01-01 r/file`, path: "r", want: at(file)},
		{name: "untracked files only", script: `withfile r; echo x >r/untracked`, path: "r", want: at(file)},

		{name: "a changed file in a submodule", script: withsubmodule + `echo more >>lib/file`, path: "r", want: at(super, dirty)},
		{name: "another commit in a submodule", script: withsubmodule + `cd lib; commit two`, path: "r", want: at(super, dirty)},
		{name: "a submodule that is as it should be, but for an untracked file", script: withsubmodule + `echo x >lib/untracked`, path: "r", want: at(super)},

		{name: "a remote's address without its credentials", script: `repo r; cd r; git remote add origin https://user:secret@git.example.com/shop/api.git`, path: "r", want: at(one, from("https://git.example.com/shop/api"))},
		{name: "origin among several remotes", script: `repo r; cd r; git remote add fork https://git.example.com/fork/api; git remote add origin git@git.example.com:shop/api.git`, path: "r", want: at(one, from("https://git.example.com/shop/api"))},
		{name: "an only remote of another name", script: `repo r; cd r; git remote add upstream ssh://git@git.example.com:2222/shop/api.git`, path: "r", want: at(one, from("https://git.example.com/shop/api"))},
		{name: "several remotes and no origin", script: `repo r; cd r; git remote add a https://git.example.com/a/api; git remote add b https://git.example.com/b/api`, path: "r", want: at(one)},
		{name: "a remote with several addresses", script: `repo r; cd r; git remote add origin https://git.example.com/first; git remote set-url --add origin https://git.example.com/second`, path: "r", want: at(one, from("https://git.example.com/first"))},
		{name: "a remote's address before it is rewritten", script: `repo r; cd r; git remote add origin git@git.example.com:shop/api.git; git config url.https://token:secret@mirror.example.com/.insteadOf git@git.example.com:`, path: "r", want: at(one, from("https://git.example.com/shop/api"))},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(script(t, test.script), test.path)
			want := test.want
			want.From = "git"
			got, err := read(t, dir, gitrepo.Options{})
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				t.Errorf("git: %v (-want +got):\n%s", err, diff)
			}
			want.From, want.Dirty = "go-git", tagger.DirtinessUnknown
			got, err = read(t, dir, gitrepo.Options{NoProgram: true})
			if test.goGit != "" {
				if err == nil || !strings.Contains(err.Error(), test.goGit) {
					t.Errorf("go-git: %v, want %q", err, test.goGit)
				}
				return
			}
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				t.Errorf("go-git: %v (-want +got):\n%s", err, diff)
			}
		})
	}
}
