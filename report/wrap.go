package report

import (
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// hanging is what the second line of a message and those after it begin with.
const hanging = "    "

// wrapper breaks text into lines, the first of at most first characters, the others of at most then.
type wrapper func(text string, first, then int) []string

// Wrap breaks text at spaces and ends of lines into lines of at most columns characters. A longer word stays whole.
func Wrap(text string, columns int) []string {
	return wrapTo(strings.Join(strings.Fields(text), " "), columns, columns)
}

// wrap breaks text at spaces into lines, the first of at most first characters, the others of what fits under a line.
func wrap(text string, first int) []string { return wrapTo(text, first, width-4) }

// wrapTo breaks text at spaces into lines, the first of at most first characters, the others of at most then. A longer word stays whole: it
// is there to be copied.
func wrapTo(text string, first, then int) []string {
	if utf8.RuneCountInString(text) <= first {
		return []string{text}
	}
	var out []string
	line, columns := "", first
	for word := range strings.FieldsSeq(text) {
		switch {
		case line == "":
			line = word
		case utf8.RuneCountInString(line+" "+word) <= columns:
			line += " " + word
		default:
			out = append(out, line)
			line, columns = word, then
		}
	}
	return append(out, line)
}

// wrapError breaks a line of an error. Spaces at its start stay: they set apart the lines of a list.
func wrapError(text string, first, then int) []string {
	words := strings.TrimLeft(text, " ")
	lines := wrapTo(words, first-(len(text)-len(words)), then)
	lines[0] = text[:len(text)-len(words)] + lines[0]
	return lines
}

// copied finds the command that a hint holds: it comes after a colon, and ends with the line or at a semicolon outside of quotes.
var copied = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(.*?:) ((?:hallmark|aws|docker|git) (?:'[^']*'|[^';])*(?:; ?)?)(.*)$`)
})

// wrapHint breaks a hint. A command that does not fit beside what comes before it gets a line of its own, or several as a shell takes it. So
// does a line that stands in: it is there to be copied into a file, and the line before it told so.
func wrapHint(text string, first, then int) []string {
	if utf8.RuneCountInString(text) <= first {
		return []string{text}
	}
	if strings.HasPrefix(text, " ") {
		return []string{"", strings.TrimLeft(text, " ")}
	}
	part := copied().FindStringSubmatch(text)
	if part == nil {
		return wrapTo(text, first, then)
	}
	command := strings.TrimRight(part[2], " ")
	lines := slices.Concat(wrapTo(part[1], first, then), wrapCommand(command, then))
	if part[3] != "" {
		lines = append(lines, wrapTo(part[3], then, then)...)
	}
	return lines
}

// words are the parts of a command between spaces that are not in quotes.
var words = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?:'[^']*'|"[^"]*"|[^ '"]|['"])+`)
})

// wrapCommand breaks a command into lines of at most columns characters that a shell takes for one: it reads on after a \. A document of JSON
// between quotes that is longer is broken within, where a line break means nothing.
func wrapCommand(command string, columns int) []string {
	if utf8.RuneCountInString(command) <= columns {
		return []string{command}
	}
	const on, indent = ` \`, "  "
	all := words().FindAllString(command, -1)
	line, out := all[0], []string(nil)
	for i, word := range all[1:] {
		room := columns
		if i+1 < len(all)-1 {
			room -= len(on)
		}
		if utf8.RuneCountInString(line+" "+word) <= room {
			line += " " + word
			continue
		}
		out = append(out, line+on)
		line = indent + word
		if json := strings.HasPrefix(word, "'{") || strings.HasPrefix(word, "'["); json && utf8.RuneCountInString(line) > room {
			parts := wrapTo(word, room-len(indent), room-len(indent))
			for _, part := range parts[:len(parts)-1] {
				out = append(out, indent+part)
			}
			line = indent + parts[len(parts)-1]
		}
	}
	return append(out, line)
}
