package tagger

import "strings"

// release is a version by one of the schemes.
type release interface {
	// fields are what a pattern can ask for, raw excepted.
	fields() map[string]string
	// final says that it is neither a pre-release nor another stop on the way: latest=auto and moving tags follow it.
	final() bool
	// compare orders releases of one scheme.
	compare(release) int
}

// scheme is one way to write versions, named after its type of rule.
type scheme string

const (
	semverScheme scheme = "semver"
	pep440Scheme scheme = "pep440"
	calverScheme scheme = "calver"
)

// parse reads a version of the scheme.
func (s scheme) parse(text string) (release, error) {
	switch s {
	case pep440Scheme:
		return parsePEP440(text)
	case calverScheme:
		return parseCalver(text)
	}
	return parseVersion(text)
}

// renderVersion fills a version pattern. raw is the text the version was read from. The error is an unknownError.
func renderVersion(pattern string, v release, raw string) (string, error) {
	words := v.fields()
	words["raw"] = raw
	return scope{words: words}.expand(pattern)
}

// compareNumbers orders two whole numbers of any length, written without leading zeros.
func compareNumbers(a, b string) int {
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}

// wholeNumber drops the zeros before a number.
func wholeNumber(s string) string {
	s = strings.TrimLeft(s, "0")
	if s == "" {
		return "0"
	}
	return s
}
