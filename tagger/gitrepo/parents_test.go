package gitrepo_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/tagger/gitrepo"
)

// merged is a merge of side into main, which had two.
const merged = `repo r; cd r; git checkout -q -b side; commit side; git checkout -q main; commit two; git merge -q --no-edit -m merge side; `

func TestFirstParents(t *testing.T) {
	tests := []struct {
		name   string
		script string
		path   string
		n      int
		want   []string
	}{
		{"of the first commit", `repo r`, "r", 5, nil},
		{"of a merge follow the branch that was merged into", merged, "r", 5, []string{two, one}},
		{"are no more than asked for", merged, "r", 1, []string{two}},
		{"of which none are asked for", merged, "r", 0, nil},
		{"of a shallow clone end where it ends", merged + `git clone -q --depth 2 "file://$PWD" ../c`, "c", 5, []string{two}},
		{"of a clone of depth 1 are none", merged + `git clone -q --depth 1 "file://$PWD" ../c`, "c", 5, nil},
		{"of a bare repository", merged + `git clone -q --bare . ../b`, "b", 5, []string{two, one}},
		{"of a detached HEAD", merged + `git checkout -q --detach HEAD^`, "r", 5, []string{one}},
		{"in a folder that has a file called HEAD", merged + `echo x >HEAD`, "r", 5, []string{two, one}},
		{"are not those of a commit that replaces it", `repo r; cd r; commit two; git replace HEAD HEAD^`, "r", 5, []string{one}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(script(t, test.script), test.path)
			for name, options := range backends {
				repo, err := gitrepo.Open(t.Context(), dir, options)
				if err != nil {
					t.Fatal(err)
				}
				got, err := repo.FirstParents(t.Context(), test.n)
				if diff := cmp.Diff(test.want, got); diff != "" || err != nil {
					t.Errorf("%s: FirstParents: %v (-want +got):\n%s", name, err, diff)
				}
			}
		})
	}
}

func TestFirstParentsSaysWhatIsWrong(t *testing.T) {
	dir := filepath.Join(script(t, `init r`), "r")
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for name, options := range backends {
		repo, err := gitrepo.Open(t.Context(), dir, options)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := repo.FirstParents(t.Context(), 5); got != nil || err == nil || !strings.HasPrefix(err.Error(), "read the history of "+dir+": ") {
			t.Errorf("%s: FirstParents of no commit: %v, %v", name, got, err)
		}
	}
	dir = filepath.Join(script(t, merged), "r")
	for name, options := range backends {
		repo, err := gitrepo.Open(t.Context(), dir, options)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := repo.FirstParents(cancelled, 5); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: FirstParents with a context that has ended: %v", name, err)
		}
	}
}
