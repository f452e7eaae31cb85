package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/cli"
)

func TestExamplesOfLifecycleDocument(t *testing.T) {
	examples(t, "lifecycle.md", 5, func() {})
}

func TestExamplesOfPostureDocument(t *testing.T) {
	examples(t, "posture.md", 3, func() {})
}

// examples runs the commands of a document, and holds what they print against it. Every console block with a command shows what the command
// prints. A block of JSON or YAML with a name is a file; prepare is called once they are there. At least so many commands are run.
func examples(t *testing.T, document string, least int, prepare func()) {
	file, err := filepath.Abs(filepath.Join("docs", document))
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	parts, ran := strings.Split(string(data), "```"), 0
	for i, part := range parts {
		head, block, _ := strings.Cut(part, "\n")
		if kind, name, named := strings.Cut(head, " "); named && i%2 == 1 && (kind == "json" || kind == "yaml") {
			if err := os.WriteFile(name, []byte(block), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	prepare()
	for i, part := range parts {
		head, block, _ := strings.Cut(part, "\n")
		if command, _, _ := strings.Cut(block, "\n"); i%2 == 1 && head == "console" {
			parts[i] = head + "\n" + command + "\n" + output(t, command)
			ran++
		}
	}
	if ran < least {
		t.Errorf("%d examples were run", ran)
	}
	out := strings.Join(parts, "```")
	if *update {
		if err := os.WriteFile(file, []byte(out), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(out, string(data)); diff != "" {
		t.Errorf("%s is not what -update writes (-want +got):\n%s", file, diff)
	}
}

// output is what a command prints, on both streams.
func output(t *testing.T, command string) string {
	t.Helper()
	var out bytes.Buffer
	words := strings.Fields(strings.TrimPrefix(command, "$ "))
	cli.Main(t.Context(), words, cli.Streams{In: strings.NewReader(""), Out: &out, Err: &out})
	return out.String()
}
