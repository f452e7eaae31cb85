package tagger

import "strings"

// tagPrefix is what the Git tags of one part of a repository begin with, such as app/ or @scope/pkg@. A star stands for any
// run of characters but a slash; the shortest beginning that fits is cut.
type tagPrefix string

// cut is name without the prefix; ok is false when name does not have it, or is nothing else.
func (p tagPrefix) cut(name string) (rest string, ok bool) {
	literals := strings.Split(string(p), "*")
	rest, ok = strings.CutPrefix(name, literals[0])
	for _, literal := range literals[1:] {
		at := strings.Index(rest, literal)
		if literal == "" {
			at = len(rest) // a star at the end would cut nothing: it takes all up to the next digit
			if digit := strings.IndexAny(rest, "0123456789"); digit >= 0 {
				at = digit
			}
		}
		if !ok || at < 0 || strings.Contains(rest[:max(at, 0)], "/") {
			return "", false
		}
		rest = rest[at+len(literal):]
	}
	return rest, ok && rest != ""
}
