package gate

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// broken says what of the policy the counting findings break, in words; nothing when they keep it.
func (d *decider) broken(counting []Judged) []string {
	var forced, others []Judged
	for _, f := range counting {
		if d.forced[f.key()] {
			forced = append(forced, f)
			continue
		}
		others = append(others, f)
	}
	var out []string
	if len(forced) > 0 {
		out = append(out, summary(forced)+", which always_fail names")
	}
	word, found := d.Rules.FailOn.threshold()
	switch {
	case !found:
		n := countBy(counting, func(f Judged) Level { return d.Rules.level(f.Severity) })
		return append(out, d.Rules.FailOn.exceeded(n)...)
	case len(others) == 0:
		return out
	case word == Any:
		return append(out, summary(others)+", and every finding counts")
	}
	return append(out, summary(others)+", at or above "+word)
}

// passed says why an image passes, in one reason; none where nothing was found and nothing can be said for that.
func (d *decider) passed(counting, rest []Judged, whole bool) []string {
	var parts []string
	if len(counting) > 0 {
		parts = append(parts, summary(counting)+" within the limits")
	}
	by := map[Decision][]Judged{}
	for _, f := range rest {
		if f.active() {
			by[f.Decision] = append(by[f.Decision], f)
		}
	}
	if below := by[Below]; len(below) > 0 {
		parts = append(parts, summary(below)+d.Rules.FailOn.spared())
	}
	if len(counting)+len(rest) == 0 && whole {
		parts = append(parts, "no findings")
	}
	for _, other := range []struct {
		findings []Judged
		which    string
	}{
		{by[Ignored], "ignored"},
		{by[Baseline], "not new"},
		{by[NotFixable], "without a fix"},
		{by[Grace], "in grace"},
	} {
		if len(other.findings) > 0 {
			parts = append(parts, summary(other.findings)+" "+other.which)
		}
	}
	parts = append(parts, dismissed(rest)...)
	if len(parts) == 0 {
		return nil
	}
	return []string{strings.Join(parts, "; ")}
}

// dismissed says how many findings the scanner itself has set aside, which is nobody's decision here; nothing when there are none.
func dismissed(findings []Judged) []string {
	var closed []Judged
	for _, f := range findings {
		if !f.active() {
			closed = append(closed, f)
		}
	}
	if len(closed) == 0 {
		return nil
	}
	return []string{summary(closed) + " that the scanner has as suppressed or closed"}
}

// summary is how many findings there are of each severity, worst first: "2 critical, 1 high".
func summary(findings []Judged) string {
	n := countBy(findings, func(f Judged) Severity { return f.Severity })
	var parts []string
	for _, severity := range slices.SortedFunc(maps.Keys(n), compareSeverities) {
		parts = append(parts, fmt.Sprintf("%d %s", n[severity], severity))
	}
	return strings.Join(parts, ", ")
}
