package tagger

import (
	"errors"
	"fmt"
	"strings"
)

// versionFields are what the pattern of a version can ask for.
var versionFields = []string{"raw", "version", "major", "minor", "patch"}

// versionAttributes are the attributes of the types that read versions.
func versionAttributes() map[string]string {
	return map[string]string{"pattern": "", "value": "", "match": "", "tag-prefix": ""}
}

// giveVersion is type=semver, pep440 and calver: the pattern filled with the version of every Git tag in sight, or of the value
// attribute.
func giveVersion(r Rule, e *evaluation) ([]given, string) {
	sources, why := e.sources(r)
	var out []given
	refused := []string{}
	for _, source := range sources {
		g, err := r.versionTag(source)
		if err != nil {
			refused = append(refused, err.Error())
			continue
		}
		out = append(out, g)
	}
	if len(refused) > 0 {
		why = strings.Join(refused, ", ")
	}
	return out, why
}

// sources are the names that a rule reads: its value, else the Git tags in sight, without the tag-prefix they must have.
func (e *evaluation) sources(r Rule) (names []string, why string) {
	value, err := e.scope.expand(r.attributes["value"])
	if err != nil {
		return nil, "value: " + err.Error()
	}
	if value != "" {
		return []string{value}, ""
	}
	tags := e.names(TagRef)
	if len(tags) == 0 && e.revision.mayHideTags() {
		e.hidden = append(e.hidden, r.Line)
	}
	if len(tags) == 0 {
		return nil, "no Git tag is at this commit"
	}
	for _, tag := range tags {
		if rest, ok := r.tagPrefix.cut(tag); ok {
			names = append(names, rest)
		}
	}
	if len(names) == 0 {
		return nil, fmt.Sprintf("none of the Git tags %s begins with %s", strings.Join(tags, ", "), r.tagPrefix)
	}
	return names, ""
}

func (r Rule) versionTag(source string) (given, error) {
	raw := r.matched(source)
	v, err := r.scheme().parse(raw)
	if err != nil {
		return given{}, err
	}
	pattern := r.attributes["pattern"]
	if !v.final() && !isRaw(pattern) {
		pattern = "{{version}}" // 1 and 1.2 are never a pre-release
	}
	name, err := renderVersion(pattern, v, raw)
	if err != nil {
		return given{}, fmt.Errorf("%s: %w", raw, err)
	}
	g := given{name: name, kind: Version, release: v.final(), version: raw, why: "version " + raw}
	if !wholeVersion(pattern) {
		g.kind, g.leads = Moving, true
	}
	return g, nil
}

// matched is the part of a name that the match attribute picks out: its first group, or all it matches. A name that does not
// match is used whole: the attribute cuts, it does not filter. It is tried on the name with its slashes, then as it goes into a tag.
func (r Rule) matched(name string) string {
	flat := strings.ReplaceAll(name, "/", "-")
	if r.match == nil {
		return flat
	}
	for _, form := range []string{name, flat} {
		if groups := r.match.FindStringSubmatch(form); groups != nil {
			return strings.ReplaceAll(groups[min(1, len(groups)-1)], "/", "-")
		}
	}
	return flat
}

// scheme is how the rule reads versions; types that read none read semantic ones for the sake of latest.
func (r Rule) scheme() scheme {
	switch s := scheme(r.kind.name); s {
	case pep440Scheme, calverScheme:
		return s
	}
	return semverScheme
}

// isRaw says whether a pattern is {{raw}} and nothing else.
func isRaw(pattern string) bool {
	t, err := parseTemplate(whole(pattern))
	return err == nil && len(t) == 1 && t[0].call != nil && !t[0].block && t[0].call.name == "raw"
}

// wholeVersion says whether a pattern names one version, not a line of several.
func wholeVersion(pattern string) bool {
	return asks(pattern, "raw", "version") || asks(pattern, "major") && asks(pattern, "minor") && asks(pattern, "patch")
}

func checkVersion(r *Rule) error {
	pattern := r.attributes["pattern"]
	if pattern == "" {
		return errors.New("pattern is missing, such as pattern={{version}}")
	}
	if err := checkExpressions(r.passage("pattern"), versionFields); err != nil {
		return fmt.Errorf("pattern: %w", err)
	}
	if err := checkExpressions(r.passage("value"), variables); err != nil {
		return fmt.Errorf("value: %w", err)
	}
	if r.attributes["match"] != "" {
		match, err := compilePattern(r.passage("match"))
		if err != nil {
			return fmt.Errorf("match: %w", err)
		}
		r.match = match
	}
	return nil
}
