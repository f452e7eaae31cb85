package report

import "strings"

// xmlText writes a text so that it may stand in an element or an attribute of XML 1.0. What XML cannot hold at all, such as most
// control characters (https://www.w3.org/TR/xml/#charsets), is written as U+FFFD, and so is what is no UTF-8.
func xmlText(s string) string {
	plain := true
	for i := 0; i < len(s) && plain; i++ {
		c := s[i]
		plain = c >= ' ' && c <= '~' && c != '<' && c != '>' && c != '&' && c != '"' && c != '\''
	}
	if plain {
		return s
	}
	var out strings.Builder
	for _, r := range s {
		switch {
		case r == '<':
			out.WriteString("&lt;")
		case r == '>': // of ]]> too, which may not stand in a text
			out.WriteString("&gt;")
		case r == '&':
			out.WriteString("&amp;")
		case r == '"':
			out.WriteString("&#34;")
		case r == '\'':
			out.WriteString("&#39;")
		case r == '\t', r == '\n', r == '\r':
			out.WriteString(map[rune]string{'\t': "&#x9;", '\n': "&#xA;", '\r': "&#xD;"}[r])
		case r < ' ', r == 0xFFFE, r == 0xFFFF:
			out.WriteRune('\uFFFD')
		default:
			out.WriteRune(r)
		}
	}
	return out.String()
}
