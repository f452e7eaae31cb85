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

// Every console block of docs/lifecycle.md with a command shows what the command prints. A json block with a name is a file.
func TestExamplesOfLifecycleDocument(t *testing.T) { runExamples(t, "lifecycle.md", 5) }

// runExamples runs the commands of a document, of which there are so many at least, and holds what they print against it.
func runExamples(t *testing.T, name string, least int) {
	t.Helper()
	file, err := filepath.Abs(filepath.Join("docs", name))
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
		if name, named := strings.CutPrefix(head, "json "); named && i%2 == 1 {
			if err := os.WriteFile(name, []byte(block), 0o644); err != nil {
				t.Fatal(err)
			}
		}
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
