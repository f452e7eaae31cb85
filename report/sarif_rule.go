package report

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// The most characters that GitHub takes, less some for escapes.
const (
	sarifName        = 255
	sarifDescription = 900
)

// sarifRules are the vulnerabilities of a file, in the order of their first finding.
type sarifRules struct {
	list  []*sarifRule
	index map[string]int // by id
}

// sarifRule is a vulnerability, and the finding of it that is worst.
type sarifRule struct {
	*Finding
	packages []string // the first few
}

func newSarifRules(findings []*Finding) sarifRules {
	rules := sarifRules{index: map[string]int{}}
	for _, f := range findings {
		i, seen := rules.index[f.ID]
		if !seen {
			i = len(rules.list)
			rules.index[f.ID] = i
			rules.list = append(rules.list, &sarifRule{Finding: f})
		}
		rule := rules.list[i]
		if bandOf(f).order < bandOf(rule.Finding).order {
			rule.Finding = f
		}
		if f.Package != "" && len(rule.packages) < 5 && !slices.Contains(rule.packages, f.Package) {
			rule.packages = append(rule.packages, f.Package)
		}
	}
	return rules
}

// rule writes a rule, with the lengths that GitHub takes.
func (s *sarif) rule(r *sarifRule) {
	id := cmp.Or(r.ID, "unknown")
	title := id
	if len(r.packages) > 0 {
		title += " in " + strings.Join(r.packages, ", ")
	}
	s.text("id", id)
	s.text("name", clip(id, sarifName))
	s.message("shortDescription", clip(title, sarifDescription))
	s.message("fullDescription", clip(cmp.Or(r.Description, title), sarifDescription))
	address := webAddress(r.URL)
	s.object("help", func() {
		facts := r.facts()
		s.text("text", sarifEscapes.Replace(factsText(facts, address)))
		s.text("markdown", prose(cmp.Or(r.Description, id))+"\n\n"+factsMarkdown(facts, address))
	})
	s.some("helpUri", address)
	s.object("defaultConfiguration", func() { s.text("level", bandOf(r.Finding).level) })
	s.object("properties", func() {
		s.texts("tags", r.tags())
		s.text("precision", "very-high")
		s.some("security-severity", r.securitySeverity())
	})
}

func (r *sarifRule) tags() []string {
	tags := []string{"security", "vulnerability", strings.ToUpper(r.level())}
	if r.KEV {
		tags = append(tags, "KEV")
	}
	if r.Exploit {
		tags = append(tags, "exploit")
	}
	return tags
}

// facts are what is known of a vulnerability, as names and values.
func (r *sarifRule) facts() [][2]string {
	facts := [][2]string{{"Severity", cmp.Or(r.Severity, "unknown")}}
	for _, fact := range [...][2]string{
		{"Also known as", strings.Join(r.Aliases, ", ")},
		{"CVSS", number(r.Score)},
		{"Vector", r.Vector},
		{"EPSS", number(r.EPSS)},
		{"Exploited", yes(r.KEV, "listed by CISA as known to be exploited")},
		{"Exploit", yes(r.Exploit, "public")},
		{"Packages", strings.Join(r.packages, ", ")},
		{"Mend", r.mend()},
	} {
		if fact[1] != "" {
			facts = append(facts, fact)
		}
	}
	return facts
}

func factsText(facts [][2]string, address string) string {
	var lines []string
	for _, fact := range facts {
		lines = append(lines, fact[0]+": "+fact[1])
	}
	if address != "" {
		lines = append(lines, address)
	}
	return strings.Join(lines, "\n")
}

func factsMarkdown(facts [][2]string, address string) string {
	var out strings.Builder
	out.WriteString("| | |\n|---|---|\n")
	for _, fact := range facts {
		out.WriteString("| " + fact[0] + " | " + prose(fact[1]) + " |\n")
	}
	if address != "" {
		out.WriteString("\n<" + address + ">\n")
	}
	return out.String()
}

// band is how a severity stands on GitHub, which makes its label of a score
// (over 9.0 critical, 7.0 to 8.9 high, 4.0 to 6.9 medium, 0.1 to 3.9 low).
type band struct {
	order            int
	level            string
	low, high, stand float64 // the scores of the label, and the one for a finding without a score
}

func bandOf(f *Finding) band {
	switch f.level() {
	case "critical":
		return band{0, "error", 9.1, 10, 9.5}
	case "high":
		return band{2, "error", 7, 8.9, 8}
	case "medium":
		return band{3, "warning", 4, 6.9, 5.5}
	case "low":
		return band{4, "note", 0.1, 3.9, 2}
	case "informational":
		return band{5, "note", 0, 0, 0}
	default: // nobody has rated it: the score says, or nothing
		return band{1, "warning", 0.1, 10, 0}
	}
}

// securitySeverity is a score by which GitHub shows the severity that the gate judged, whatever the vendor's CVSS says; empty for none.
func (f *Finding) securitySeverity() string {
	b := bandOf(f)
	score := b.stand
	if f.Score > 0 && b.high > 0 {
		score = min(max(f.Score, b.low), b.high)
	}
	if score == 0 {
		return ""
	}
	return strconv.FormatFloat(score, 'f', 1, 64)
}

// sarifMessage says what was found; its first sentence is the title of an alert.
func (f *Finding) sarifMessage() string {
	text := cmp.Or(f.ID, "unknown")
	if f.Package != "" {
		text += " in " + f.Package
	}
	text += ".\n" + cmp.Or(f.where(), "no package named") + ", " + cmp.Or(f.Severity, "unknown")
	if f.Score > 0 {
		text += ", CVSS " + number(f.Score)
	}
	text += "; " + f.mend() + ".\n" + "The policy: " + f.ruling() + "."
	if len(f.Platforms) > 0 {
		text += "\nOn " + strings.Join(f.Platforms, ", ") + "."
	}
	return text
}

// sarifEscapes writes what would stand for arguments and links in a message (section 3.11 of the format).
var sarifEscapes = strings.NewReplacer("{", "{{", "}", "}}", `\`, `\\`, "[", `\[`, "]", `\]`)

// number is a number without needless zeros; nothing for 0, which stands for none.
func number(n float64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatFloat(n, 'f', -1, 64)
}

func yes(is bool, words string) string {
	if !is {
		return ""
	}
	return words
}
