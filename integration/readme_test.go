//go:build integration

package integration

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestReadmeIsRight does what README.md tells those who come new, to the letter: in a clone, with Go and Git. What it prints is held against
// testdata/readme.txt.
func TestReadmeIsRight(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "hallmark")
	command{}.must(t, "git", "clone", "--quiet", "--no-local", "--no-tags", ofProject(t), dir)
	commit := command{dir: dir}.must(t, "git", "rev-parse", "HEAD")
	script := "exec 2>&1\n"
	for _, block := range slices.DeleteFunc(blocks(t, "README.md", "sh"), func(b string) bool { return !strings.HasPrefix(b, "go ") }) {
		for line := range strings.Lines(block) {
			script += "printf '$ %s\\n' " + shellQuote(strings.TrimSpace(line)) + "\n" + line + "status=$?; [ $status = 0 ] || echo \"[exit status $status]\"\n"
		}
	}
	env := slices.DeleteFunc(bareEnv(t.TempDir(), runnerEnv(t)), func(v string) bool { return strings.HasPrefix(v, "AWS_") })
	got := command{dir: dir, env: env}.must(t, "bash", "-c", script) + "\n"
	got = strings.NewReplacer(commit, "COMMIT", commit[:7], "SHORT").Replace(got)
	for _, differs := range [][2]string{
		{`127\.0\.0\.1:[0-9]+`, "REGISTRY"}, {`sha256:[0-9a-f]{64}`, "DIGEST"}, {`commit SHORT( on \S+)?, read`, "commit SHORT on BRANCH, read"}, {`[0-9.]+ s\b`, "0 s"},
		{`(?m)^hallmark: layer [0-9a-f]{12} uploaded, [0-9]+ B`, "hallmark: layer LAYER uploaded, 1 B"},
		{`(?m)(^hallmark: waiting for the scan: .*\n)+`, "hallmark: waiting for the scan\n"}, {`sent [0-9.]+ of [0-9.]+ kB`, "sent 1 kB"},
	} {
		got = regexp.MustCompile(differs[0]).ReplaceAllString(got, differs[1])
	}
	golden := filepath.Join("testdata", "readme.txt")
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if diff := cmp.Diff(string(want), got); err != nil || diff != "" {
		t.Errorf("%v (-%s +printed):\n%s", err, golden, diff)
	}
}
