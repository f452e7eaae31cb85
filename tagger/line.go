package tagger

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// line is the row of versions that one moving tag follows: those that the same rule turns into the same name.
type line struct {
	rule    *Rule   // that read the version, and reads other names the same way
	version string  // the version the tag stands for; empty when it follows none
	every   bool    // every release is of the line, as of that of latest
	own     affixes // around the names of the rule
	run     affixes // around the first whole version of the run
}

// affixes are what stands around a version in a tag.
type affixes struct{ prefix, suffix string }

// cut is a tag without them; ok is false when it does not have both, or is nothing else.
func (a affixes) cut(tag string) (rest string, ok bool) {
	rest, before := strings.CutPrefix(tag, a.prefix)
	rest, behind := strings.CutSuffix(rest, a.suffix)
	return rest, before && behind && rest != ""
}

// Versions are where a higher version than a run's may be found.
type Versions struct {
	GitTags []string // of the work tree
	Tags    []string // of the repository
	Current string   // what the image that a tag names now says of itself
}

// FollowsVersion says whether t is to name the highest version of a line, as latest, 1 and 1.2 do.
func (t Tag) FollowsVersion() bool { return t.Kind == Moving && t.line.version != "" }

// Outranked says whether a version of the line of t is higher than the one t stands for, and names the highest with where it was found.
// Names that are no release version are passed over. Tags that follow no version are never outranked.
func (t Tag) Outranked(by Versions) (higher string, ok bool) {
	if !t.FollowsVersion() {
		return "", false
	}
	highest, err := t.line.rule.scheme().parse(t.line.version)
	if err != nil {
		return "", false
	}
	hold := func(version release, where string) {
		if version != nil && version.compare(highest) > 0 {
			highest, higher = version, where
		}
	}
	for _, name := range by.GitTags {
		if source, ok := t.line.rule.tagPrefix.cut(name); ok {
			hold(t.higher(source, highest), "Git tag "+name)
		}
	}
	for _, name := range by.Tags {
		for _, source := range t.line.within(name) {
			hold(t.higher(source, highest), fmt.Sprintf("tag %s of the repository", name))
		}
	}
	for _, source := range append(t.line.within(by.Current), by.Current) {
		hold(t.higher(source, highest), fmt.Sprintf("version %s that it names", by.Current))
	}
	return higher, higher != ""
}

// Reaches says whether the version t stands for is that of the image that t names now, as that says of itself, or a higher one.
func (t Tag) Reaches(current string) bool {
	if !t.FollowsVersion() {
		return false
	}
	scheme := t.line.rule.scheme()
	mine, err := scheme.parse(t.line.version)
	if err != nil {
		return false
	}
	for _, text := range append(t.line.within(current), current) {
		if version, err := scheme.parse(text); err == nil {
			return mine.compare(version) >= 0
		}
	}
	return false
}

// within lists what may be the version in a tag. Digits alone are one by PEP 440, but as a tag more often a commit or a date.
func (l line) within(tag string) []string {
	var out []string
	for _, a := range []affixes{l.own, l.run} {
		rest, ok := a.cut(tag)
		if ok && !slices.Contains(out, rest) && (l.rule.scheme() != pep440Scheme || strings.Trim(rest, "0123456789") != "") {
			out = append(out, rest)
		}
	}
	return out
}

// higher is the release that a name stands for, when that is of the line of t and higher than another; else nil.
func (t Tag) higher(source string, than release) release {
	version, err := t.line.rule.scheme().parse(t.line.rule.versionOf(source))
	if err != nil || !version.final() || version.compare(than) <= 0 {
		return nil
	}
	if !t.line.every && t.line.name(source) != t.name {
		return nil
	}
	return version
}

// name is the tag that the rule of the line makes of a name; empty where it makes none.
func (l line) name(source string) string {
	g, ok := l.rule.read(source)
	if !ok {
		return ""
	}
	name, _ := spell(l.own.prefix+g.name+l.own.suffix, l.rule.attributes["unique"] == "true")
	return name
}

// read is what the rule gives of the name of a Git tag.
func (r Rule) read(source string) (g given, ok bool) {
	switch r.kind.name {
	case "match":
		g, why := r.matchTag(source)
		return g, why == ""
	case "semver", "pep440", "calver":
		g, err := r.versionTag(source)
		return g, err == nil
	}
	return given{name: source, version: source}, true
}

// versionOf is the text that the rule reads as the version in a name.
func (r Rule) versionOf(source string) string {
	switch r.kind.name {
	case "match":
		g, _ := r.matchTag(source)
		return cmp.Or(g.version, source)
	case "semver", "pep440", "calver":
		return r.matched(source)
	}
	return source
}

// byVersion sorts names whose rule read versions, the highest first, and leaves the rest behind them in their order: several Git tags
// at one commit may lead to one name, which stands for the highest then.
func (r Rule) byVersion(names []given) []given {
	version := func(g given) release {
		v, err := r.scheme().parse(g.version)
		if err != nil {
			return nil
		}
		return v
	}
	slices.SortStableFunc(names, func(a, b given) int {
		va, vb := version(a), version(b)
		switch {
		case va != nil && vb != nil:
			return vb.compare(va)
		case va != nil:
			return -1
		case vb != nil:
			return 1
		}
		return 0
	})
	return names
}
