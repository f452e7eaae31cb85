//go:build integration

package integration

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// TestWorkflowsOfTheDocsAreSound holds what documents show of workflows against actionlint, which reads action.yml for it: its metadata, the
// inputs that are set and the outputs that are used. A part of a workflow is put into a whole one.
func TestWorkflowsOfTheDocsAreSound(t *testing.T) {
	dir := t.TempDir()
	files := map[string]string{"action.yml": readFile(t, "action.yml")}
	for _, document := range []string{"README.md", "github-actions.md", "iam.md", "reports.md"} {
		for i, block := range blocks(t, document, "yaml") {
			if whole := wholeWorkflow(block); whole != "" {
				// An action that nobody holds is taken for the one of this folder.
				files[fmt.Sprintf(".github/workflows/%s-%d.yml", document, i)] = strings.ReplaceAll(whole, "OWNER/hallmark@COMMIT", "./")
			}
		}
	}
	if len(files) < 9 {
		t.Fatalf("the documents have %d workflows, want 8 or more", len(files)-1)
	}
	for file, text := range files {
		writeFile(t, filepath.Join(dir, file), text)
	}
	if err := os.Mkdir(filepath.Join(dir, ".git"), 0o755); err != nil {
		t.Fatal(err)
	}
	command{dir: dir}.must(t, "actionlint", "-verbose")
}

// TestWorkflowsOfTheProjectAreSound holds .github/workflows against actionlint, which runs shellcheck on their scripts.
func TestWorkflowsOfTheProjectAreSound(t *testing.T) {
	files, err := filepath.Glob(ofProject(t, ".github", "workflows", "*.yml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d workflows, %v", len(files), err)
	}
	command{}.must(t, "actionlint", append([]string{"-color"}, files...)...)
}

// wholeWorkflow completes a part of a workflow: steps, jobs, or permissions and steps. It is empty for what belongs to no workflow.
func wholeWorkflow(block string) string {
	first, _, _ := strings.Cut(block, "\n")
	switch {
	case first == "on: push":
		return block
	case strings.HasPrefix(block, "- uses: ") || strings.HasPrefix(block, "- id: "):
		return "on: push\njobs:\n  job:\n    runs-on: ubuntu-latest\n    steps:\n" + indented(block, 6)
	case first == "permissions:":
		return "on: push\njobs:\n  job:\n    runs-on: ubuntu-latest\n" + indented(block, 4)
	case first == "jobs:":
		return "on: push\n" + block
	}
	return ""
}

func indented(text string, by int) string {
	return regexp.MustCompile(`(?m)^(.)`).ReplaceAllString(text, strings.Repeat(" ", by)+"$1")
}

// writeFile writes a file that may be run, and its folder.
func writeFile(t *testing.T, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
}

// TestScriptsOutsideOfFilesAreSound holds the scripts of the component and of the documents against shellcheck.
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
	for _, document := range []string{"README.md", "ci.md", "doctor.md", "emulator.md", "gitlab.md", "iam.md", "lifecycle.md", "performance.md", "reports.md"} {
		scripts = append(scripts, blocks(t, document, "sh")...)
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
