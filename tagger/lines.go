package tagger

import "strings"

// SplitLines parts texts of several lines, as the inputs of a CI step are, into lines. Blank ones, and those that begin with a #,
// are left out; a # further on is part of the line.
func SplitLines(texts ...string) []string {
	var out []string
	for _, text := range texts {
		for line := range strings.Lines(text) {
			if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
				out = append(out, line)
			}
		}
	}
	return out
}
