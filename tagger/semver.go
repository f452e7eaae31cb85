package tagger

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/Masterminds/semver/v3"
)

// parseVersion reads a semantic version (https://semver.org), with one v before it or none. Short forms such as 1.2 are refused.
func parseVersion(s string) (*semver.Version, error) {
	version, err := semver.StrictNewVersion(strings.TrimPrefix(s, "v"))
	if err != nil {
		return nil, fmt.Errorf("%q is no semantic version", s)
	}
	return version, nil
}

// versionFields are what a semver pattern can ask for.
var versionFields = []string{"raw", "version", "major", "minor", "patch"}

// renderVersion fills a semver pattern. raw is the text the version was read from.
func renderVersion(pattern string, v *semver.Version, raw string) string {
	s := scope{words: map[string]string{
		"raw":     raw,
		"version": strings.TrimSuffix(v.String(), "+"+v.Metadata()),
		"major":   strconv.FormatUint(v.Major(), 10),
		"minor":   strconv.FormatUint(v.Minor(), 10),
		"patch":   strconv.FormatUint(v.Patch(), 10),
	}}
	name, _ := s.expand(pattern) // every field is known
	return name
}

// giveSemver is type=semver: the pattern filled with the version of every Git tag in sight, or of the value attribute.
func giveSemver(r Rule, e *evaluation) ([]given, string) {
	sources := e.names(TagRef)
	value, err := e.scope.expand(r.attributes["value"])
	if err != nil {
		return nil, err.Error()
	}
	if value != "" {
		sources = []string{value}
	}
	if len(sources) == 0 {
		return nil, "no Git tag is at this commit"
	}
	var out []given
	var refused []string
	for _, source := range sources {
		g, err := versionTag(r, source)
		if err != nil {
			refused = append(refused, err.Error())
			continue
		}
		out = append(out, g)
	}
	return out, strings.Join(refused, ", ")
}

func versionTag(r Rule, source string) (given, error) {
	raw := strings.ReplaceAll(source, "/", "-")
	if r.match != nil {
		// A tag that does not match is used whole: the attribute cuts, it does not filter.
		if groups := r.match.FindStringSubmatch(raw); groups != nil {
			raw = groups[len(groups)-1]
		}
	}
	v, err := parseVersion(raw)
	if err != nil {
		return given{}, err
	}
	pattern := r.attributes["pattern"]
	if v.Prerelease() != "" && pattern != "{{raw}}" {
		pattern = "{{version}}" // 1 and 1.2 are never a pre-release
	}
	g := given{name: renderVersion(pattern, v, raw), kind: Version, release: v.Prerelease() == "", version: v.String(), why: "version " + raw}
	if !wholeVersion(pattern) {
		g.kind, g.pattern = Moving, pattern
	}
	return g, nil
}

// wholeVersion says whether a pattern names one version, not a line of several.
func wholeVersion(pattern string) bool {
	return asks(pattern, "raw", "version") || asks(pattern, "major") && asks(pattern, "minor") && asks(pattern, "patch")
}

func checkSemver(r *Rule) error {
	pattern := r.attributes["pattern"]
	if pattern == "" {
		return fmt.Errorf("pattern is missing, such as pattern={{version}}")
	}
	if err := checkExpressions(pattern, versionFields); err != nil {
		return fmt.Errorf("pattern: %w", err)
	}
	return compileMatch(r)
}

func compileMatch(r *Rule) error {
	text := r.attributes["match"]
	if text == "" {
		return nil
	}
	match, err := regexp.Compile(text)
	if err != nil {
		return fmt.Errorf("match: %w", err)
	}
	if match.NumSubexp() > 1 {
		return fmt.Errorf("match: %d groups, and one is used", match.NumSubexp())
	}
	r.match = match
	return nil
}
