package report

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// warningsShown is how many warnings a summary lists.
const warningsShown = 20

// verdict writes what there is of each severity, what counts, and the rest folded away.
func (m *markdown) verdict(v Verdict) {
	for i, warning := range v.Warnings {
		if i == warningsShown {
			m.line("> ⚠️ %s\n", count(len(v.Warnings)-i, "more warning"))
			break
		}
		m.line("> ⚠️ %s\n", prose(warning))
	}
	m.counts(v)
	counting := v.with("counts")
	if len(counting) > 0 {
		m.line("### %s\n", count(len(counting), "finding")+" that count"+plural(len(counting), "s", ""))
		m.findings(counting, false)
	}
	for _, group := range []struct{ decision, title string }{
		{"ignored", "ignored"}, {"grace", "within their days of grace"}, {"not-fixable", "without a fix"}, {"baseline", "in the baseline already"}, {"below", "below the policy's limit"},
	} {
		if rest := v.with(group.decision); len(rest) > 0 {
			m.line("<details><summary>%s %s</summary>\n", count(len(rest), "finding"), group.title)
			m.findings(rest, true)
			m.line("</details>\n")
		}
	}
}

func (v Verdict) with(decision string) []*Finding {
	var out []*Finding
	for i := range v.Findings {
		if f := &v.Findings[i]; f.Decision == decision {
			out = append(out, f)
		}
	}
	return out
}

// counts is a small table: how many there are of each severity, and how many count.
func (m *markdown) counts(v Verdict) {
	severities := v.Severities()
	if len(severities) == 0 {
		return
	}
	head, rule, all, counting := "|", "|---|", "| Found |", "| Count |"
	for _, s := range severities {
		head += " | " + prose(s.Name)
		rule += "--:|"
		all += fmt.Sprintf(" %d |", s.All)
		counting += fmt.Sprintf(" %d |", s.Counting)
	}
	m.line("%s |\n%s\n%s\n%s\n", head, rule, all, counting)
}

// SeverityCount is how many findings of one severity there are.
type SeverityCount struct {
	Name          string
	All, Counting int
}

// Severities counts the findings of each severity, in the order the verdict has them, worst first.
func (v Verdict) Severities() []SeverityCount {
	var out []SeverityCount
	for k := range v.Findings {
		f := &v.Findings[k]
		i := slices.IndexFunc(out, func(s SeverityCount) bool { return s.Name == f.Severity })
		if i < 0 {
			i = len(out)
			out = append(out, SeverityCount{Name: f.Severity})
		}
		out[i].All++
		if f.Decision == "counts" {
			out[i].Counting++
		}
	}
	slices.SortStableFunc(out, func(a, b SeverityCount) int { return severityRank(a.Name) - severityRank(b.Name) })
	return out
}

// severityRank orders the severities of results, worst first; a word nobody has rated stands right behind critical.
func severityRank(severity string) int {
	if i := slices.Index([]string{"critical", "", "high", "medium", "low", "informational"}, severity); i >= 0 {
		return i
	}
	return 1
}

// findings writes a table as far as there is room.
func (m *markdown) findings(findings []*Finding, why bool) {
	head, rule := "| Severity | Finding | Package | Installed | Fixed in | Platforms |", "|---|---|---|---|---|---|"
	if why {
		head, rule = head+" Why |", rule+"---|"
	}
	m.line("%s\n%s", head, rule)
	for i, f := range findings {
		var row bytes.Buffer
		f.row(&row, why)
		if m.Len()+row.Len() > summaryLimit-closingRoom {
			m.line("\n**%s left out here**: the reports html and json have all of them.\n", count(len(findings)-i, "more finding"))
			return
		}
		m.Write(row.Bytes())
	}
	m.line("")
}

func (f *Finding) row(out *bytes.Buffer, why bool) {
	id := code(f.ID)
	if webPage(f.URL) {
		id = fmt.Sprintf(`<a href="%s">%s</a>`, attribute(f.URL), id)
	}
	if f.KEV {
		id += " known to be exploited"
	} else if f.Exploit {
		id += " exploit public"
	}
	fmt.Fprintf(out, "| %s | %s | %s | %s | %s | %s |", prose(f.Severity), id, code(f.Package), code(f.Version), f.fixedIn(code), prose(strings.Join(f.Platforms, ", ")))
	if why {
		fmt.Fprintf(out, " %s |", prose(f.why()))
	}
	out.WriteString("\n")
}

// fixedIn is the version to update to, or that there is none; version is how one is written.
func (f *Finding) fixedIn(version func(string) string) string {
	switch {
	case f.FixedVersion != "":
		return version(f.FixedVersion)
	case f.Fix == "yes":
		return "yes"
	case f.Fix == "no":
		return "no fix"
	default:
		return ""
	}
}

// why is the rule that decided, and until when.
func (f *Finding) why() string {
	if f.Until == "" {
		return f.Reason
	}
	return strings.TrimSuffix("until "+f.Until+": "+f.Reason, ": ")
}

// count is a number of things: "1 finding", "2 findings".
func count(n int, thing string) string {
	return fmt.Sprintf("%d %s", n, thing+plural(n, "", "s"))
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
