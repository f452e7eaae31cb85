package tagger

import (
	"errors"
	"fmt"
	"strconv"
)

func checkMatch(r *Rule) error {
	if r.attributes["pattern"] == "" {
		return errors.New(`pattern is missing, such as pattern=v(.*)`)
	}
	if err := checkExpressions(r.passage("value"), variables); err != nil {
		return fmt.Errorf("value: %w", err)
	}
	group, err := strconv.Atoi(r.attributes["group"])
	if err != nil || group < 0 {
		return fmt.Errorf("group %q is no number of a group", r.attributes["group"])
	}
	if r.match, err = compilePattern(r.passage("pattern")); err != nil {
		return fmt.Errorf("pattern: %w", err)
	}
	return nil
}

// giveMatch is type=match: a group of the regular expression that every Git tag in sight, or the value, is held against.
func giveMatch(r Rule, e *evaluation) ([]given, string) {
	sources, why := e.sources(r)
	var out []given
	for _, source := range sources {
		g, reason := r.matchTag(source)
		if reason != "" {
			why = reason
			continue
		}
		out = append(out, g)
	}
	return out, why
}

// matchTag is the tag of one name. One that leaves the end of the name out stands for all names that go on otherwise, and moves.
func (r Rule) matchTag(source string) (g given, reason string) {
	group, err := strconv.Atoi(r.attributes["group"])
	if err != nil {
		return given{}, err.Error()
	}
	at := r.match.FindStringSubmatchIndex(source)
	switch {
	case at == nil:
		return given{}, fmt.Sprintf("%s does not match", source)
	case 2*group >= len(at):
		return given{}, fmt.Sprintf("the pattern has no group %d", group)
	case at[2*group] < 0 || at[2*group] == at[2*group+1]:
		return given{}, fmt.Sprintf("group %d matches nothing of %s", group, source)
	}
	g = given{name: source[at[2*group]:at[2*group+1]], kind: Version, release: true, why: "matched in " + source}
	for _, text := range []string{g.name, source} {
		if _, err := parseVersion(text); err == nil {
			g.version = text
			break
		}
	}
	if at[2*group+1] < len(source) {
		g.kind, g.leads = Moving, true
	}
	return g, ""
}
