package tagger

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
	"sync"
)

// slashed is a regular expression with flags, as JavaScript writes it: /RE/flags.
var slashed = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?s)^/(.+)/([a-z]*)$`)
})

// compilePattern compiles a regular expression of JavaScript, plain or as /RE/flags, into one of Go, which takes time linear to
// the text whatever it says. What Go has no such way for, looking around and referring back, is an error that names the column.
func compilePattern(text passage) (*regexp.Regexp, error) {
	flags := ""
	if m := slashed().FindStringSubmatch(text.text); m != nil {
		text = text.part(1, 1+len(m[1]))
		for _, flag := range m[2] {
			switch flag {
			case 'i', 'm', 's':
				flags += string(flag)
			case 'g', 'u', 'd': // more matches than one, Unicode, positions: none of them changes what is found first
			default:
				return nil, fmt.Errorf("unknown flag %q of the regular expression, known are i, m, s", string(flag))
			}
		}
	}
	translated, err := translatePattern(text)
	if err != nil {
		return nil, err
	}
	if flags != "" {
		translated = "(?" + flags + ")" + translated
	}
	re, err := regexp.Compile(translated)
	var wrong *syntax.Error
	if errors.As(err, &wrong) {
		return nil, fmt.Errorf("column %d: %s: %s", text.column(placeOf(wrong.Expr, text.text)), wrong.Code, wrong.Expr)
	}
	return re, err
}

// placeOf is where in a text what is wrong in it stands: at its beginning where that is not clear.
func placeOf(wrong, text string) int {
	if strings.Count(text, wrong) == 1 {
		return strings.Index(text, wrong)
	}
	return 0
}

// translatePattern writes what JavaScript and Go write differently as Go does.
func translatePattern(pattern passage) (string, error) {
	var b strings.Builder
	inClass := false
	for at := 0; at < len(pattern.text); {
		rest := pattern.text[at:]
		if m := refusedGroup().FindString(rest); m != "" && !inClass {
			return "", fmt.Errorf("column %d: %s looks around, which no expression here can do: match more, and take a group of it", pattern.column(at), m)
		}
		length, out := 1, rest[:1]
		switch {
		case rest[0] == '\\':
			var err error
			if length, out, err = translateEscape(rest, inClass); err != nil {
				return "", fmt.Errorf("column %d: %w", pattern.column(at), err)
			}
		case inClass && rest[0] == '[':
			out = `\[` // in Go [[:alpha:]] is a class of its own
		case inClass && rest[0] == ']':
			inClass = false
		case !inClass && strings.HasPrefix(rest, "[^]"):
			length, out = 3, `[\s\S]`
		case !inClass && strings.HasPrefix(rest, "[]"):
			length, out = 2, `[^\s\S]`
		case !inClass && rest[0] == '[':
			inClass = true
		}
		b.WriteString(out)
		at += length
	}
	return b.String(), nil
}

var (
	refusedGroup = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^\(\?<?[=!]`)
	})
	unicodeEscape = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^\\u(?:([0-9A-Fa-f]{4})|\{([0-9A-Fa-f]{1,6})\})`)
	})
	hexEscape = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^\\x[0-9A-Fa-f]{2}`)
	})
	controlEscape = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^\\c[A-Za-z]`)
	})
	categories = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^\\[pP]\{\^?[A-Za-z_=]+\}`)
	})
)

// translateEscape reads the escape that begins s.
func translateEscape(s string, inClass bool) (length int, out string, err error) {
	if len(s) == 1 {
		return 0, "", fmt.Errorf("a backslash stands at the end")
	}
	for _, same := range []*regexp.Regexp{hexEscape(), categories()} {
		if m := same.FindString(s); m != "" {
			return len(m), m, nil
		}
	}
	if m := unicodeEscape().FindStringSubmatch(s); m != nil {
		return len(m[0]), `\x{` + m[1] + m[2] + `}`, nil
	}
	if controlEscape().MatchString(s) {
		return 3, fmt.Sprintf(`\x%02X`, s[2]&31), nil
	}
	switch c := s[1]; {
	case c == '0':
		return 2, `\x00`, nil
	case '1' <= c && c <= '9' || strings.HasPrefix(s, `\k<`):
		return 0, "", fmt.Errorf("%s refers back to a group, which no expression here can do", s[:2])
	case inClass && c == 'b':
		return 2, `\x08`, nil
	case inClass && c == 'B':
		return 2, "B", nil
	case strings.IndexByte("dDwWsSbBnrtfv", c) >= 0:
		return 2, s[:2], nil
	case 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' || c >= 0x80:
		return 2, s[1:2], nil // itself; Go knows other escapes by these letters
	}
	return 2, s[:2], nil
}
