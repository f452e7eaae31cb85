package tagger

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// pep440Form is Python's version scheme (https://packaging.python.org/en/latest/specifications/version-specifiers/, appendix).
var pep440Form = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)^v?(?:(\d+)!)?(\d+(?:\.\d+)*)` +
		`(?:[-_.]?(alpha|beta|preview|pre|a|b|c|rc)[-_.]?(\d+)?)?` +
		`(-\d+|[-_.]?(?:post|rev|r)[-_.]?\d*)?` +
		`([-_.]?dev[-_.]?\d*)?` +
		`(?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?$`)
})

// pep440 is a version of that scheme, its numbers without leading zeros.
type pep440 struct {
	epoch   string
	numbers []string
	phase   string // a, b, rc; empty when it is no pre-release
	pre     string // its number
	post    string // empty when it is no post-release
	dev     string // empty when it is no development release
	local   string
}

func parsePEP440(s string) (release, error) {
	m := pep440Form().FindStringSubmatch(strings.TrimSpace(s))
	if m == nil {
		return nil, fmt.Errorf("%q is no version by PEP 440", s)
	}
	v := pep440{epoch: wholeNumber(m[1]), phase: strings.ToLower(m[3]), post: suffixNumber(m[5]), dev: suffixNumber(m[6])}
	for number := range strings.SplitSeq(m[2], ".") {
		v.numbers = append(v.numbers, wholeNumber(number))
	}
	switch v.phase {
	case "alpha", "beta":
		v.phase = v.phase[:1]
	case "c", "pre", "preview":
		v.phase = "rc"
	}
	if v.phase != "" {
		v.pre = wholeNumber(m[4])
	}
	v.local = localVersion(m[7])
	return v, nil
}

// suffixNumber is the number at the end of a post or dev part, 0 where it has none; empty where there is no such part.
func suffixNumber(part string) string {
	if part == "" {
		return ""
	}
	return wholeNumber(part[len(strings.TrimRight(part, "0123456789")):])
}

// localVersion normalises the part behind the plus.
func localVersion(s string) string {
	if s == "" {
		return ""
	}
	parts := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return strings.ContainsRune("-_.", r) })
	for i, part := range parts {
		if strings.Trim(part, "0123456789") == "" {
			parts[i] = wholeNumber(part)
		}
	}
	return strings.Join(parts, ".")
}

// String is the version in its normal form.
func (v pep440) String() string {
	text := strings.Join(v.numbers, ".") + v.phase + v.pre
	if v.epoch != "0" {
		text = v.epoch + "!" + text
	}
	if v.post != "" {
		text += ".post" + v.post
	}
	if v.dev != "" {
		text += ".dev" + v.dev
	}
	if v.local != "" {
		text += "+" + v.local
	}
	return text
}

func (v pep440) fields() map[string]string {
	return map[string]string{"version": v.String(), "major": v.number(0), "minor": v.number(1), "patch": v.number(2)}
}

// number is one of the numbers between dots; missing ones are 0.
func (v pep440) number(i int) string {
	if i < len(v.numbers) {
		return v.numbers[i]
	}
	return "0"
}

func (v pep440) final() bool { return v.phase == "" && v.post == "" && v.dev == "" }

func (v pep440) compare(other release) int {
	w := other.(pep440)
	if c := compareNumbers(v.epoch, w.epoch); c != 0 {
		return c
	}
	for i := range max(len(v.numbers), len(w.numbers)) {
		if c := compareNumbers(v.number(i), w.number(i)); c != 0 {
			return c
		}
	}
	return cmp.Or(
		v.stage()-w.stage(),
		compareNumbers(v.pre, w.pre),
		compareNumbers(v.post, w.post), // none is shorter than any
		compareDev(v.dev, w.dev),
		strings.Compare(v.local, w.local),
	)
}

// stage orders the ways to a release: development, alpha, beta, candidate, the release itself.
func (v pep440) stage() int {
	if v.phase == "" && v.post == "" && v.dev != "" {
		return -1
	}
	if v.phase == "" {
		return 3
	}
	return slices.Index([]string{"a", "b", "rc"}, v.phase)
}

// compareDev orders development releases, which come before the one that is none.
func compareDev(a, b string) int {
	if (a == "") != (b == "") {
		return len(b) - len(a)
	}
	return compareNumbers(a, b)
}
