package tagger

import (
	"strings"

	"github.com/Masterminds/semver/v3"
)

// line is the row of versions that one moving tag follows: those that the same pattern turns into the same name.
type line struct {
	version        string // the version the tag stands for; empty when it follows none
	pattern        string // of the semver rule; empty for latest, which every release belongs to
	prefix, suffix string
}

// Outranked says whether one of the named versions belongs to the line of t and is higher than the version t stands for, and
// names the highest. Names that are no release version are passed over. Tags that follow no version are never outranked.
func (t Tag) Outranked(names []string) (higher string, ok bool) {
	if t.line.version == "" {
		return "", false
	}
	highest, err := parseVersion(t.line.version)
	if err != nil {
		return "", false
	}
	for _, name := range names {
		version, err := parseVersion(strings.TrimSuffix(strings.TrimPrefix(name, t.line.prefix), t.line.suffix))
		if err != nil || version.Prerelease() != "" || !version.GreaterThan(highest) || !t.leads(version) {
			continue
		}
		highest, higher = version, name
	}
	return higher, higher != ""
}

// leads says whether version would get the name of t too.
func (t Tag) leads(version *semver.Version) bool {
	if t.line.pattern == "" {
		return true
	}
	return sanitise(t.line.prefix+renderVersion(t.line.pattern, version, "")+t.line.suffix) == t.name
}
