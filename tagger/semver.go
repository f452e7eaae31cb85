package tagger

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// semver is a semantic version (https://semver.org/spec/v2.0.0.html). Its numbers are of any length.
type semver struct {
	numbers [3]string // major, minor, patch
	pre     string    // identifiers between dots; empty when it is no pre-release
	build   string    // likewise, which order nothing
}

// parseVersion reads a semantic version, with one v before it or none. Short forms such as 1.2 are refused.
func parseVersion(s string) (release, error) {
	rest, build, built := strings.Cut(strings.TrimPrefix(s, "v"), "+")
	rest, pre, early := strings.Cut(rest, "-")
	numbers := strings.Split(rest, ".")
	ok := len(numbers) == 3 && !slices.ContainsFunc(numbers, func(n string) bool { return !isWholeNumber(n) }) &&
		(!early || areIdentifiers(pre, true)) && (!built || areIdentifiers(build, false))
	if !ok {
		return nil, fmt.Errorf("%q is no semantic version", s)
	}
	return semver{numbers: [3]string(numbers), pre: pre, build: build}, nil
}

// isWholeNumber says whether s is a number without leading zeros.
func isWholeNumber(s string) bool {
	return s != "" && isDigits(s) && (s == "0" || s[0] != '0')
}

func isDigits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// areIdentifiers says whether s is one or more identifiers between dots. Those of a pre-release have numbers without leading zeros.
func areIdentifiers(s string, early bool) bool {
	for identifier := range strings.SplitSeq(s, ".") {
		if identifier == "" || strings.ContainsFunc(identifier, notInIdentifier) || early && isDigits(identifier) && !isWholeNumber(identifier) {
			return false
		}
	}
	return true
}

func notInIdentifier(r rune) bool {
	return r != '-' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
}

func (v semver) fields() map[string]string {
	version := strings.Join(v.numbers[:], ".")
	if v.pre != "" {
		version += "-" + v.pre
	}
	return map[string]string{"version": version, "major": v.numbers[0], "minor": v.numbers[1], "patch": v.numbers[2]}
}

func (v semver) final() bool { return v.pre == "" }

func (v semver) compare(other release) int {
	w := other.(semver)
	for i := range v.numbers {
		if c := compareNumbers(v.numbers[i], w.numbers[i]); c != 0 {
			return c
		}
	}
	if v.pre == "" || w.pre == "" {
		return cmp.Compare(len(w.pre), len(v.pre)) // the release itself is above its pre-releases
	}
	return slices.CompareFunc(strings.Split(v.pre, "."), strings.Split(w.pre, "."), compareIdentifiers)
}

// compareIdentifiers orders numbers by their size and below words, which go by their bytes.
func compareIdentifiers(a, b string) int {
	switch number := isDigits(a); {
	case number && isDigits(b):
		return compareNumbers(a, b)
	case number != isDigits(b):
		if number {
			return -1
		}
		return 1
	}
	return strings.Compare(a, b)
}

// SortGitTags puts semantic versions first, the highest on top, and the rest by name.
func SortGitTags(names []string) {
	slices.SortFunc(names, func(a, b string) int {
		va, errA := parseVersion(a)
		vb, errB := parseVersion(b)
		switch {
		case errA == nil && errB == nil:
			return cmp.Or(vb.compare(va), strings.Compare(a, b))
		case errA == nil:
			return -1
		case errB == nil:
			return 1
		}
		return strings.Compare(a, b)
	})
}
