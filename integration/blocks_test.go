//go:build integration

package integration

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// blocks are the fenced pieces of a language in a document of docs, or in README.md.
func blocks(t *testing.T, document, language string) []string {
	t.Helper()
	file := filepath.Join("docs", document)
	if document == "README.md" {
		file = document
	}
	var found []string
	for _, block := range regexp.MustCompile("(?ms)^```"+language+"\n(.*?)^```").FindAllStringSubmatch(readFile(t, file), -1) {
		found = append(found, block[1])
	}
	if len(found) == 0 {
		t.Fatalf("%s has no piece of %s", file, language)
	}
	return found
}

// blockThat is the one piece of a language in a document that begins in this way.
func blockThat(t *testing.T, document, language, begins string) string {
	t.Helper()
	for _, block := range blocks(t, document, language) {
		if strings.HasPrefix(block, begins) {
			return block
		}
	}
	t.Fatalf("%s has no piece of %s that begins with %q", document, language, begins)
	return ""
}
