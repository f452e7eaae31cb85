package report

import "unicode/utf8"

// zeros is what becomes of U+0000 in a text.
type zeros bool

// Databases refuse it: GitLab's takes no report that has one.
const (
	keepZeros    zeros = false
	replaceZeros zeros = true // by U+FFFD
)

const hexadecimal = "0123456789abcdef"

// appendText writes a text as encoding/json does without its escapes for HTML. ## is written with an escape, since ##[ and ##vso[ are
// commands to CI systems, in whose logs documents end.
func appendText(out []byte, text string, z zeros) []byte {
	out = append(out, '"')
	start := 0 // of what needs no escape
	for i := 0; i < len(text); {
		c := text[i]
		if c >= ' ' && c < utf8.RuneSelf && c != '"' && c != '\\' && c != '#' {
			i++
			continue
		}
		escape, size := escapeOf(text[i:], z)
		if escape != "" {
			out = append(append(out, text[start:i]...), escape...)
			start = i + size
		}
		i += size
	}
	return append(append(out, text[start:]...), '"')
}

// escapeOf is what stands for the first character of a text, and how long that is; empty when it stands for itself.
func escapeOf(text string, z zeros) (escape string, size int) {
	switch c := text[0]; {
	case c == '#' && len(text) > 1 && text[1] == '#':
		return `#\u0023`, 2
	case c == '#':
		return "", 1
	case c == 0 && z == replaceZeros:
		return `\ufffd`, 1
	case c < utf8.RuneSelf:
		return escapeASCII(c), 1
	}
	switch r, size := utf8.DecodeRuneInString(text); {
	case r == utf8.RuneError && size == 1:
		return `\ufffd`, 1
	case r == '\u2028', r == '\u2029': // line ends in JavaScript
		return `\u202` + hexadecimal[r&0xF:r&0xF+1], size
	default:
		return "", size
	}
}

func escapeASCII(c byte) string {
	switch c {
	case '"', '\\':
		return `\` + string(rune(c))
	case '\b':
		return `\b`
	case '\f':
		return `\f`
	case '\n':
		return `\n`
	case '\r':
		return `\r`
	case '\t':
		return `\t`
	default:
		return `\u00` + hexadecimal[c>>4:c>>4+1] + hexadecimal[c&0xF:c&0xF+1]
	}
}
