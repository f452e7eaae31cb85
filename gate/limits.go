package gate

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Limits are how many findings of each level are accepted. A level that is not in it has no limit. Nil is no critical and no high
// finding; an empty map accepts everything.
type Limits map[Level]int

// The two ends of --fail-on.
const (
	Any  = "any"
	None = "none"
)

// LimitsAt are the limits of --fail-on: nothing is accepted at or above a level. It takes critical, high, medium, low, any or none.
func LimitsAt(word string) (Limits, error) {
	if word == None {
		return Limits{}, nil
	}
	last := slices.Index(levels, Level(word))
	switch {
	case word == Any:
		last = len(levels) - 1
	case last < 0 || levels[last] == LevelInformational:
		return nil, fmt.Errorf("fail-on is %q: it takes critical, high, medium, low, any or none", word)
	}
	limits := Limits{}
	for _, level := range levels[:last+1] {
		limits[level] = 0
	}
	return limits, nil
}

// threshold is the word of --fail-on that gives these limits, if there is one.
func (l Limits) threshold() (word string, found bool) {
	for _, word := range []string{None, Any, "critical", "high", "medium", "low"} {
		if limits, err := LimitsAt(word); err == nil && maps.Equal(limits, l) {
			return word, true
		}
	}
	return "", false
}

// count says whether findings of a level count, and why.
func (l Limits) count(level Level) (counts bool, reason string) {
	limit, limited := l[level]
	switch word, found := l.threshold(); {
	case found && word == Any:
		return true, "every finding counts"
	case found && word == None:
		return false, "no finding counts"
	case found && limited:
		return true, "at or above " + word
	case found:
		return false, "below " + word
	case limited:
		return true, fmt.Sprintf("%s: %s", level, allowance(limit))
	}
	return false, fmt.Sprintf("%s: no limit", level)
}

// spared says of findings that do not count why.
func (l Limits) spared() string {
	switch word, found := l.threshold(); {
	case found && word == None:
		return ", and no finding counts"
	case found:
		return ", none at or above " + word
	}
	return " without a limit"
}

// exceeded says which limits are broken by so many findings, in words; nothing when none is.
func (l Limits) exceeded(n map[Level]int) []string {
	var out []string
	for _, level := range levels {
		if limit, limited := l[level]; limited && n[level] > limit {
			out = append(out, fmt.Sprintf("%d %s where %s", n[level], level, allowance(limit)))
		}
	}
	return out
}

// gap warns of a level without a limit that is worse than one with a limit, which few mean.
func (l Limits) gap() string {
	for i, level := range levels {
		if _, limited := l[level]; limited {
			continue
		}
		for _, lower := range levels[i+1:] {
			if _, limited := l[lower]; limited {
				return fmt.Sprintf("fail_on limits %s findings and not %s ones, which are worse", lower, level)
			}
		}
	}
	return ""
}

// allowance is a limit in words.
func allowance(limit int) string {
	switch limit {
	case 0:
		return "none is allowed"
	case 1:
		return "1 is allowed"
	default:
		return fmt.Sprintf("%d are allowed", limit)
	}
}

// countBy counts findings, once for each vulnerability of a package, whatever its versions: the unit of limits and of results. ECR's own
// counts have other ones: a finding of enhanced scanning may name several packages.
func countBy[K comparable](findings []Judged, key func(Judged) K) map[K]int {
	n := map[K]int{}
	seen := map[[2]string]bool{}
	for _, f := range findings { // worst first: a finding that is rated differently by version counts as the worst
		if unit := f.unit(); !seen[unit] {
			seen[unit] = true
			n[key(f)]++
		}
	}
	return n
}

// unit is what counts once.
func (f Finding) unit() [2]string { return [2]string{strings.ToLower(f.ID), f.Package} }
