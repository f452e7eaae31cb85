//go:build integration

package integration

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// TestWorkflowsOfTheDocsAreSound holds the whole workflows of docs/github-actions.md against actionlint, which reads action.yml for it:
// its metadata, the inputs that are set and the outputs that are used.
func TestWorkflowsOfTheDocsAreSound(t *testing.T) {
	dir := t.TempDir()
	for _, folder := range []string{".git", ".github/workflows"} {
		if err := os.MkdirAll(filepath.Join(dir, folder), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	files := map[string]string{"action.yml": readFile(t, "action.yml")}
	for _, snippet := range regexp.MustCompile("(?ms)^```yaml\n(on: .*?)^```").FindAllStringSubmatch(readFile(t, "docs", "github-actions.md"), -1) {
		files[".github/workflows/docs.yml"] = strings.ReplaceAll(snippet[1], "OWNER/hallmark@COMMIT", "./")
	}
	if len(files) != 2 {
		t.Fatalf("docs/github-actions.md has no whole workflow")
	}
	for file, text := range files {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	command{dir: dir}.must(t, "actionlint", "-color", "-verbose")
}

// TestWorkflowsOfTheProjectAreSound holds .github/workflows against actionlint, which runs shellcheck on their scripts.
func TestWorkflowsOfTheProjectAreSound(t *testing.T) {
	files, err := filepath.Glob(ofProject(t, ".github", "workflows", "*.yml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d workflows, %v", len(files), err)
	}
	command{}.must(t, "actionlint", append([]string{"-color"}, files...)...)
}

// TestScriptsOutsideOfFilesAreSound holds the scripts of the component and of docs/ci.md against shellcheck.
func TestScriptsOutsideOfFilesAreSound(t *testing.T) {
	_, body, _ := strings.Cut(readFile(t, "templates", "hallmark.yml"), "\n---\n")
	var jobs map[string]struct{ Script []string }
	if err := yaml.Unmarshal([]byte(body), &jobs); err != nil {
		t.Fatal(err)
	}
	var scripts []string
	for _, job := range jobs {
		scripts = append(scripts, strings.Join(job.Script, "\n"))
	}
	for _, snippet := range regexp.MustCompile("(?ms)^```sh\n(.*?)^```").FindAllStringSubmatch(readFile(t, "docs", "ci.md"), -1) {
		scripts = append(scripts, snippet[1])
	}
	if len(scripts) < 4 {
		t.Fatalf("%d scripts, want four or more", len(scripts))
	}
	for _, script := range scripts {
		// Not told of: arguments that are parted at spaces on purpose.
		command{stdin: script}.must(t, "shellcheck", "--shell=sh", "--exclude=SC2086", "-")
	}
}

func readFile(t *testing.T, parts ...string) string {
	t.Helper()
	data, err := os.ReadFile(ofProject(t, parts...))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
