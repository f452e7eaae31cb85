package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/hallmark-ci/hallmark/registry/posture"
)

// postureMarkdown writes a summary of an audit for a page on GitHub or GitLab. Rows that would make it longer than GitHub shows are left out,
// and it says how many.
func postureMarkdown(w io.Writer, d Document) error {
	var m markdown
	p := d.Posture
	m.line("## %s\n", p.headline())
	m.line("%s\n", prose(p.summary()))
	if p.Error != nil && p.Totals.Repositories == 0 {
		m.line("%s\n", prose(p.Error.Message))
	}
	m.line("| repository | check | state | found | mend |\n|---|---|---|---|---|")
	left := 0
	for _, row := range p.rows() {
		if row.State == posture.OK || row.State == posture.Unknown {
			continue
		}
		if m.Len() > summaryLimit {
			left++
			continue
		}
		mend := ""
		if row.Mend != nil {
			mend = code(row.Mend.Command)
		}
		m.line("| %s | %s%s | **%s** | %s | %s |", code(row.Repository), prose(string(row.Check)), bracketed(row.IDs), row.State, prose(row.text()), mend)
	}
	if left > 0 {
		m.line("\n%d more rows are left out.", left)
	}
	m.line("")
	for _, name := range p.Missing {
		m.line("- %s is not there", code(name))
	}
	for _, u := range p.unknowns() {
		m.line("- not seen: %s of %s: %s", prose(strings.Join(u.checks, ", ")), prose(someNames(u.repositories)), prose(u.why))
	}
	for _, warning := range p.Warnings {
		m.line("- %s", prose(warning))
	}
	_, err := w.Write(m.Bytes())
	return err
}

func bracketed(ids []string) string {
	if len(ids) == 0 {
		return ""
	}
	return " <sub>" + strings.Join(ids, ", ") + "</sub>"
}

// postureRow is a check and what it is of.
type postureRow struct {
	Repository string
	PostureCheck
}

// rows are the checks of all repositories, then those of creation templates.
func (d *PostureDocument) rows() []postureRow {
	var rows []postureRow
	for _, r := range d.Repositories {
		for _, c := range r.Checks {
			rows = append(rows, postureRow{r.Name, c})
		}
	}
	for _, c := range d.Registry.Checks {
		rows = append(rows, postureRow{"creation template " + c.Template, c})
	}
	return rows
}

// text is what was found, why it matters, and what excuses it.
func (c PostureCheck) text() string {
	text := strings.Join(c.Found, "; ")
	if c.Why != "" {
		text += ": " + c.Why
	}
	for _, e := range c.Excuses {
		text += "; " + e.String()
	}
	return text
}

// headline is what the audit came to, in a few words.
func (d *PostureDocument) headline() string {
	t := d.Totals
	switch {
	case t.Drift+t.Templates > 0:
		return "Drift"
	case d.Error != nil:
		return "Not audited"
	case t.Unknown > 0:
		return "No drift seen"
	}
	return "No drift"
}

func (d *PostureDocument) summary() string {
	t := d.Totals
	text := fmt.Sprintf("%d %s: %d drift, %d excepted, %d in part unknown, %d ok", t.Repositories, plural(t.Repositories, "repository", "repositories"), t.Drift, t.Excepted, t.Unknown, t.OK)
	if t.Templates > 0 {
		text += fmt.Sprintf("; drift in %s", count(t.Templates, "creation template"))
	}
	return text
}
