package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestLinksOfTheDocumentsLead follows every link and picture of the documents that stays in the checkout, to the heading where it names one.
func TestLinksOfTheDocumentsLead(t *testing.T) {
	for _, file := range documents(t) {
		text := fenced.ReplaceAllString(readFile(t, file), "")
		for _, link := range regexp.MustCompile(`\]\(([^)\s]+)\)`).FindAllStringSubmatch(text, -1) {
			name, heading, _ := strings.Cut(link[1], "#")
			if strings.Contains(name, "://") {
				continue
			}
			to := file
			if name != "" {
				to = filepath.Join(filepath.Dir(file), name)
			}
			if _, err := os.Stat(to); err != nil {
				t.Errorf("%s: %v", file, err)
			} else if heading != "" && !strings.Contains(anchors(readFile(t, to)), " "+heading+" ") {
				t.Errorf("%s: %s has no heading %s", file, to, heading)
			}
		}
	}
}

// anchors are the names of a document's headings, as GitHub makes them: small letters, no punctuation, dashes for spaces.
func anchors(text string) string {
	all := " "
	for _, heading := range regexp.MustCompile(`(?m)^#+ (.*)$`).FindAllStringSubmatch(fenced.ReplaceAllString(text, ""), -1) {
		name := regexp.MustCompile(`[^\p{L}\p{N} _-]`).ReplaceAllString(strings.ToLower(heading[1]), "")
		all += strings.ReplaceAll(name, " ", "-") + " "
	}
	return all
}
