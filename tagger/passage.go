package tagger

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// passage is a text and where it stands in the line that the user wrote, so that what is wrong in it is named by its column there.
type passage struct {
	text string
	line string
	at   []int // where in line each byte of text stands, and its end; nil when text is all of the line
}

// whole is a text that is a line of its own.
func whole(text string) passage { return passage{text: text, line: text} }

// column is where the byte i of the text stands in the line, in characters counted from 1.
func (p passage) column(i int) int {
	if p.at != nil {
		i = p.at[i]
	}
	return columnOf(p.line, i)
}

// columnOf is the column of the byte i of a line.
func columnOf(line string, i int) int { return utf8.RuneCountInString(line[:i]) + 1 }

// part is the text between two of its bytes.
func (p passage) part(from, to int) passage {
	if p.at == nil {
		return passage{text: p.text[from:to], line: p.line, at: offsets(from, to)}
	}
	return passage{text: p.text[from:to], line: p.line, at: p.at[from : to+1]}
}

// trimmed is the text without the blanks around it.
func (p passage) trimmed() passage {
	rest := strings.TrimLeftFunc(p.text, unicode.IsSpace)
	from := len(p.text) - len(rest)
	return p.part(from, from+len(strings.TrimRightFunc(rest, unicode.IsSpace)))
}

// split parts a text at the first separator, without the blanks around both parts.
func (p passage) split(separator string) (before, after passage, found bool) {
	i := strings.Index(p.text, separator)
	if i < 0 {
		return p.trimmed(), passage{}, false
	}
	return p.part(0, i).trimmed(), p.part(i+len(separator), len(p.text)).trimmed(), true
}

// offsets counts from one number to another.
func offsets(from, to int) []int {
	out := make([]int, 0, to-from+1)
	for i := from; i <= to; i++ {
		out = append(out, i)
	}
	return out
}
