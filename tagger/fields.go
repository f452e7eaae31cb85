package tagger

import (
	"fmt"
	"strings"
)

// field is one part of a rule's line: key=value, or a value alone.
type field struct {
	key, value string
	bare       bool // it has no key, and counts as value
	column     int  // of its first character, counted from 1
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
		f := field{column: start + 1 + leadingSpace(line[start:])}
		key, value, pair := strings.Cut(strings.TrimSpace(text), "=")
		switch {
		case pair && strings.HasPrefix(strings.TrimSpace(value), `"`) && line[f.column-1] != '"':
			return nil, fmt.Errorf("a quote behind the equals sign at column %d: a field is quoted as a whole, \"%s=…\"", f.column, strings.TrimSpace(key))
		case pair:
			f.key, f.value = strings.ToLower(strings.TrimSpace(key)), strings.TrimSpace(value)
		default:
			f.key, f.value, f.bare = "value", strings.TrimSpace(key), true
		}
		fields = append(fields, f)
		start = next
	}
	return fields, nil
}

// cutField reads the field that begins at start, and says where the next one begins: behind the end of the line after the last.
func cutField(line string, start int) (text string, next int, err error) {
	begin := start + leadingSpace(line[start:])
	if begin >= len(line) || line[begin] != '"' {
		if end := strings.IndexByte(line[start:], ','); end >= 0 {
			return line[start : start+end], start + end + 1, nil
		}
		return line[start:], len(line) + 1, nil
	}
	var b strings.Builder
	for i := begin + 1; i < len(line); i++ {
		switch {
		case line[i] != '"':
			b.WriteByte(line[i])
		case i+1 < len(line) && line[i+1] == '"':
			b.WriteByte('"')
			i++
		default:
			rest := strings.TrimLeft(line[i+1:], " \t")
			if rest == "" {
				return b.String(), len(line) + 1, nil
			}
			if rest[0] != ',' {
				return "", 0, fmt.Errorf("a comma must follow the quote at column %d: a field is quoted as a whole or not at all", i+1)
			}
			return b.String(), len(line) - len(rest) + 1, nil
		}
	}
	return "", 0, fmt.Errorf("the quote at column %d is not closed", begin+1)
}

func leadingSpace(s string) int {
	return len(s) - len(strings.TrimLeft(s, " \t"))
}
