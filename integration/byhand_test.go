//go:build integration

package integration

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestRecipesByHandWork runs the Makefile and the hook of docs/ci.md as they stand there.
func TestRecipesByHandWork(t *testing.T) {
	const repository = "hand/release"
	createRepository(t, lab.ecr, repository, "IMMUTABLE")
	dir, origin := filepath.Join(t.TempDir(), "worktree"), filepath.Join(t.TempDir(), "origin.git")
	if _, err := makeWorktree(dir); err != nil {
		t.Fatal(err)
	}
	bin := filepath.Dir(lab.hallmark)
	c := command{dir: dir, env: bareEnv(t.TempDir(), []string{"PATH=" + bin + ":" + os.Getenv("PATH"), at(lab.ecr), "IMAGE=" + helloTar(t), "REPOSITORY=" + repository})}
	c.must(t, "git", "init", "-q", "--bare", origin)
	c.must(t, "git", "remote", "add", "origin", origin)
	writeFile(t, filepath.Join(dir, "Makefile"), blockThat(t, "ci.md", "make", ""))
	writeFile(t, filepath.Join(dir, ".git", "hooks", "pre-push"), blockThat(t, "ci.md", "sh", "#!/bin/sh\n"))

	c.must(t, "git", "tag", "v1.2.3")
	c.must(t, "make", "plan")
	wantOnlyTags(t, repository)
	c.must(t, "git", "push", "--quiet", "origin", "v1.2.3")
	wantOnlyTags(t, repository)
	c.must(t, "make", "release")
	wantOnlyTags(t, repository, "1.2.3")

	if err := os.WriteFile(filepath.Join(dir, "app.txt"), []byte("changed\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	c.must(t, "git", "tag", "v1.2.4")
	for _, args := range [][]string{{"make", "release"}, {"git", "push", "--quiet", "origin", "v1.2.4"}} {
		o, err := c.run(args[0], args[1:]...)
		if err != nil || o.code == 0 || !strings.Contains(o.stderr, "hallmark: refused: ") {
			t.Errorf("%q with uncommitted changes: exit status %d, %v\n%s", args, o.code, err, o.stderr)
		}
	}
	wantOnlyTags(t, repository, "1.2.3")
	if diff := cmp.Diff("v1.2.3", command{dir: origin}.must(t, "git", "tag")); diff != "" {
		t.Errorf("Git tags of the origin (-want +got):\n%s", diff)
	}
}

func wantOnlyTags(t *testing.T, repository string, want ...string) {
	t.Helper()
	if diff := cmp.Diff(append([]string{}, want...), ecrTags(t, lab.ecr, repository)); diff != "" {
		t.Errorf("tags of %s (-want +got):\n%s", repository, diff)
	}
}
