package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/hallmark-ci/hallmark/gate"
)

// How many findings are shown without --verbose: enough to act on, and no log that nobody reads.
const (
	countingShown = 50
	othersShown   = 10
)

// soon is how long before its end an ignore is said to end.
const soon = 14 * 24 * time.Hour

// Verdict writes the findings as a table, those that count first, and that they pass if they do: the error that ends the run tells any
// other verdict.
func (t *Text) Verdict(v gate.Verdict) {
	counting, others := byDecision(v.Findings)
	first, then := counting, others
	if !t.Verbose {
		first, then = counting[:min(countingShown, len(counting))], others[:min(othersShown, len(others))]
	}
	table := tableOf(slices.Concat(first, then), v)
	t.findings(first, table)
	if n := len(counting) - len(first); n > 0 {
		t.Say("%d more that count: --verbose lists them", n)
	}
	t.findings(then, table)
	if n := len(others) - len(then); n > 0 {
		t.sayWrapped("", fmt.Sprintf("%d more that do not count (%s): --verbose lists them", n, decisions(others[len(then):])))
	}
	for _, warning := range v.Warnings {
		t.Warn("%s", warning)
	}
	if v.Result == gate.Pass {
		t.sayWrapped(t.paint(green, string(v.Result)), ": "+strings.Join(v.Reasons, "; "))
	}
}

// byDecision parts findings into those that count and the others, of which those that somebody decided to ignore come first.
func byDecision(findings []gate.Judged) (counting, others []gate.Judged) {
	for _, f := range findings {
		if f.Decision == gate.Counts {
			counting = append(counting, f)
			continue
		}
		others = append(others, f)
	}
	slices.SortStableFunc(others, func(a, b gate.Judged) int {
		return cmp.Compare(isNot(a.Decision, gate.Ignored), isNot(b.Decision, gate.Ignored))
	})
	return counting, others
}

func isNot(a, b gate.Decision) int {
	if a != b {
		return 1
	}
	return 0
}

// decisions is how many findings there are of each decision, most first: "20 below, 3 not fixable".
func decisions(findings []gate.Judged) string {
	n := map[gate.Decision]int{}
	var order []gate.Decision
	for _, f := range findings {
		if n[f.Decision]++; n[f.Decision] == 1 {
			order = append(order, f.Decision)
		}
	}
	slices.SortStableFunc(order, func(a, b gate.Decision) int { return cmp.Compare(n[b], n[a]) })
	if len(order) == 1 {
		return spaced(order[0])
	}
	var parts []string
	for _, decision := range order {
		parts = append(parts, fmt.Sprintf("%d %s", n[decision], spaced(decision)))
	}
	return strings.Join(parts, ", ")
}

func spaced(d gate.Decision) string { return strings.ReplaceAll(string(d), "-", " ") }

// table is how wide the columns of a table of findings are, and on how many platforms findings can be.
type table struct{ severity, id, name, platforms int }

// The longest a column gets: what is longer pushes the rest of its row.
const (
	idColumn   = 19 // GHSA-xxxx-xxxx-xxxx
	nameColumn = 16
)

func tableOf(findings []gate.Judged, v gate.Verdict) table {
	c := table{severity: 8, id: 14, platforms: countPlatforms(v.Findings)}
	for _, f := range findings {
		c.severity = max(c.severity, min(13, utf8.RuneCountInString(f.Severity.String())))
		c.id = max(c.id, fitting(f.ID, idColumn))
		c.name = max(c.name, fitting(f.Package, nameColumn))
	}
	return c
}

// fitting is how much of a column a text takes; one that does not fit takes none.
func fitting(text string, limit int) int {
	if n := utf8.RuneCountInString(text); n <= limit {
		return n
	}
	return 0
}

func (t *Text) findings(findings []gate.Judged, c table) {
	if t.Quiet {
		return
	}
	for _, f := range findings {
		t.finding(f, c)
		if t.Verbose {
			t.more(f)
		}
	}
}

// finding writes one row, and under it what it has no room for.
func (t *Text) finding(f gate.Judged, c table) {
	head := "  " + t.paint(severityColor(f.Severity), pad(Clean(f.Severity.String()), c.severity)) + "  " + pad(Clean(f.ID), c.id) + "  "
	name, notes, why := Clean(f.Package), Clean(notes(f, c.platforms)), Clean(t.why(f))
	for _, named := range []string{pad(name, c.name) + "  ", name + " "} {
		line := strings.TrimRight(head+named+notes, " ")
		if why != "" && columnsOf(line+"  ["+why+"]") <= width {
			t.write(row(line + "  [" + why + "]"))
			return
		}
		if columnsOf(line) <= width {
			t.write(row(line))
			t.under(why)
			return
		}
	}
	t.write(row(head))
	t.under(strings.TrimSpace(name + " " + notes))
	t.under(why)
}

func columnsOf(line string) int { return utf8.RuneCountInString(uncoloured(line)) }

// notes are how to mend a finding, how urgent it is, and where it is unless on all platforms.
func notes(f gate.Judged, platforms int) string {
	version := f.Version
	switch {
	case f.FixedVersion != "":
		version += " -> " + f.FixedVersion
	case f.Fix == gate.HasFix:
		version += " (fix available)"
	case f.Fix == gate.NoFix:
		version += " (no fix)"
	}
	parts := []string{strings.TrimSpace(version)}
	switch {
	case f.KEV:
		parts = append(parts, "exploited")
	case f.Exploit:
		parts = append(parts, "exploit public")
	}
	if len(f.Platforms) > 0 && len(f.Platforms) < platforms {
		parts = append(parts, "on "+strings.Join(f.Platforms, " and "))
	}
	return strings.TrimPrefix(strings.Join(parts, ", "), ", ")
}

// why is the decision where a finding does not count, until when it holds, and its reason where that is somebody's or --verbose asks for it.
func (t *Text) why(f gate.Judged) string {
	if f.Decision == gate.Counts {
		return ""
	}
	text := spaced(f.Decision)
	if f.Until != "" {
		text += " until " + f.Until + t.left(f.Until)
	}
	if f.Reason != "" && (t.Verbose || f.Decision == gate.Ignored) {
		text += ": " + f.Reason
	}
	return text
}

// left tells how long it is to a day that is near. The day itself still counts.
func (t *Text) left(until string) string {
	day, err := time.Parse(time.DateOnly, until)
	if err != nil || t.Today.IsZero() {
		return ""
	}
	switch left := day.Sub(t.Today.UTC().Truncate(24 * time.Hour)); {
	case left < 0 || left > soon:
		return ""
	case left == 0:
		return ", its last day"
	default:
		return ", " + count(int(left.Hours()/24), "day") + " left"
	}
}

func countPlatforms(findings []gate.Judged) int {
	all := map[string]bool{}
	for _, f := range findings {
		for _, platform := range f.Platforms {
			all[platform] = true
		}
	}
	return len(all)
}
