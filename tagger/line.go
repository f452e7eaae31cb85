package tagger

import (
	"regexp"
	"strings"
)

// line is the row of versions that one moving tag follows: those that the same pattern turns into the same name.
type line struct {
	scheme         scheme
	version        string         // the version the tag stands for; empty when it follows none
	pattern        string         // of the rule that read it; empty for latest, which every release belongs to
	match          *regexp.Regexp // of type=match, in place of a pattern
	group          int
	tagPrefix      tagPrefix
	prefix, suffix string
}

// Outranked says whether one of the named versions belongs to the line of t and is higher than the version t stands for, and
// names the highest. Names that are no release version are passed over. Tags that follow no version are never outranked.
func (t Tag) Outranked(names []string) (higher string, ok bool) {
	if t.line.version == "" {
		return "", false
	}
	highest, err := t.line.scheme.parse(t.line.version)
	if err != nil {
		return "", false
	}
	for _, name := range names {
		version, err := t.line.scheme.parse(t.line.bare(name))
		if err != nil || !version.final() || version.compare(highest) <= 0 || !t.leads(name, version) {
			continue
		}
		highest, higher = version, name
	}
	return higher, higher != ""
}

// bare is a name without what the line's names have around the version: a Git tag's tag-prefix, or a tag's prefix and suffix.
func (l line) bare(name string) string {
	if rest, ok := l.tagPrefix.cut(name); ok && l.tagPrefix != "" {
		return rest
	}
	return strings.TrimSuffix(strings.TrimPrefix(name, l.prefix), l.suffix)
}

// leads says whether name, which stands for version, would give the name of t too.
func (t Tag) leads(name string, version release) bool {
	l := t.line
	switch {
	case l.match != nil:
		groups := l.match.FindStringSubmatch(l.bare(name))
		return l.group < len(groups) && sanitise(l.prefix+groups[l.group]+l.suffix) == t.name
	case l.pattern == "":
		return true
	}
	text, err := renderVersion(l.pattern, version, "")
	return err == nil && sanitise(l.prefix+text+l.suffix) == t.name
}
