package gate

import "strings"

// like says whether all of text is as pattern says, in which * stands for any text, slashes and nothing included. Nothing is like an
// empty text: what is not known must not be taken for a match.
func like(pattern, text string) bool {
	if text == "" {
		return false
	}
	parts := strings.Split(pattern, "*")
	last := len(parts) - 1
	if last == 0 {
		return pattern == text
	}
	text, found := strings.CutPrefix(text, parts[0])
	if !found {
		return false
	}
	text, found = strings.CutSuffix(text, parts[last])
	if !found {
		return false
	}
	for _, part := range parts[1:last] {
		if _, text, found = strings.Cut(text, part); !found {
			return false
		}
	}
	return true
}
