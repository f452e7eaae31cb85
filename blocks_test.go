package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// block is a fenced piece of a document.
type block struct {
	file     string // such as docs/tags.md
	line     int    // of its first fence
	language string // all that stands behind the fence
	text     string
}

// check is how a block is held against the program.
type check func(t *testing.T, b block)

// claim says of blocks how they are checked: those of a document that are of a language and begin in this way.
type claim struct {
	file, language, begins string
	check                  check
}

func (c claim) takes(b block) bool {
	return c.file == b.file && c.language == b.language && strings.HasPrefix(b.text, c.begins)
}

// TestEveryBlockOfTheDocumentsIsChecked holds every fenced block of every document against the program, as one claim says. A block that no
// claim takes is a failure, so that whatever a document shows is true, or is known not to be tried and why.
func TestEveryBlockOfTheDocumentsIsChecked(t *testing.T) {
	all := claims()
	used := make([]bool, len(all))
	for _, file := range documents(t) {
		for _, b := range blocksOf(t, file) {
			of := slices.IndexFunc(all, func(c claim) bool { return c.takes(b) })
			if of < 0 {
				t.Errorf("%s:%d: nothing checks this block of %q:\n%s", b.file, b.line, b.language, b.text)
				continue
			}
			used[of] = true
			t.Run(b.file+" "+all[of].begins, func(t *testing.T) {
				t.Parallel()
				all[of].check(t, b)
			})
		}
	}
	for i, c := range all {
		if !used[i] {
			t.Errorf("%s has no block of %q that begins with %q", c.file, c.language, c.begins)
		}
	}
}

// documents are all of them but the changes, which tell of what was.
func documents(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	return append(files, "README.md", "CONTRIBUTING.md")
}

var fenced = regexp.MustCompile("(?ms)^[ \t]*```([^\n]*)\n(.*?)^[ \t]*```[ \t]*$")

func blocksOf(t *testing.T, file string) []block {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var blocks []block
	for _, at := range fenced.FindAllSubmatchIndex(data, -1) {
		blocks = append(blocks, block{
			file: file, line: 1 + strings.Count(string(data[:at[0]]), "\n"),
			language: string(data[at[2]:at[3]]), text: string(data[at[4]:at[5]]),
		})
	}
	if fences := strings.Count("\n"+string(data), "\n```"); fences != 2*len(blocks) {
		t.Errorf("%s has %d fences, and %d blocks", file, fences, len(blocks))
	}
	return blocks
}
