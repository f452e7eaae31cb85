package tagger

import (
	"fmt"
	"strings"
)

// field is one part of a rule's line: key=value, or a value alone.
type field struct {
	key    string
	value  passage
	bare   bool // it has no key, and counts as value
	column int  // of its first character, counted from 1
}

// maxLine bounds a line, in bytes: what is made of it is read again for every name and revision.
const maxLine = 4096

// splitFields parts a line at its commas. A field may be quoted as a whole, "pattern=a,b", with "" for a quote inside. Every line
// is parsed once, so that quotes mean the same wherever the line came from.
func splitFields(line string) ([]field, error) {
	if len(line) > maxLine {
		return nil, fmt.Errorf("%d bytes, and %d is the most a line may have", len(line), maxLine)
	}
	var fields []field
	for start := 0; start <= len(line); {
		text, next, err := cutField(line, start)
		if err != nil {
			return nil, err
		}
		begin := start + leadingSpace(line[start:])
		f := field{column: columnOf(line, begin)}
		key, value, pair := text.split("=")
		switch {
		case pair && strings.HasPrefix(value.text, `"`) && line[begin] != '"':
			return nil, fmt.Errorf("a quote behind the equals sign at column %d: a field is quoted as a whole, \"%s=…\"", f.column, key.text)
		case pair:
			f.key, f.value = strings.ToLower(key.text), value
		default:
			f.key, f.value, f.bare = "value", key, true
		}
		fields = append(fields, f)
		start = next
	}
	return fields, nil
}

// cutField reads the field that begins at start, and says where the next one begins: behind the end of the line after the last.
func cutField(line string, start int) (text passage, next int, err error) {
	begin := start + leadingSpace(line[start:])
	if begin >= len(line) || line[begin] != '"' {
		end := len(line)
		if comma := strings.IndexByte(line[start:], ','); comma >= 0 {
			end = start + comma
		}
		return whole(line).part(start, end), end + 1, nil
	}
	var b strings.Builder
	at := []int{}
	for i := begin + 1; i < len(line); i++ {
		at = append(at, i)
		switch {
		case line[i] != '"':
			b.WriteByte(line[i])
		case i+1 < len(line) && line[i+1] == '"':
			b.WriteByte('"')
			i++
		default:
			next, err := afterQuote(line, i)
			return passage{text: b.String(), line: line, at: at}, next, err
		}
	}
	return passage{}, 0, fmt.Errorf("the quote at column %d is not closed", columnOf(line, begin))
}

// afterQuote says where the field begins that follows the closing quote at i.
func afterQuote(line string, i int) (next int, err error) {
	rest := strings.TrimLeft(line[i+1:], " \t")
	switch {
	case rest == "":
		return len(line) + 1, nil
	case rest[0] == ',':
		return len(line) - len(rest) + 1, nil
	}
	return 0, fmt.Errorf("a comma must follow the quote at column %d: a field is quoted as a whole or not at all", columnOf(line, i))
}

func leadingSpace(s string) int {
	return len(s) - len(strings.TrimLeft(s, " \t"))
}
