package report

import (
	"fmt"
	"html/template"
	"io"
	"strings"
	"time"

	"github.com/hallmark-ci/hallmark/registry/posture"
)

// postureHTML writes one page that holds all it needs and runs nothing: its policy forbids scripts and whatever is elsewhere.
func postureHTML(w io.Writer, d Document) error {
	style, err := pageFiles.ReadFile("page/page.css")
	if err != nil {
		return err
	}
	own, err := pageFiles.ReadFile("page/posture.css")
	if err != nil {
		return err
	}
	style = append(style, own...)
	parts, err := template.ParseFS(pageFiles, "page/posture.html")
	if err != nil {
		return err
	}
	return parts.ExecuteTemplate(visible{w}, "posture", &posturePage{
		PostureDocument: d.Posture, Version: d.Version, Ended: d.Ended, Style: template.CSS(style),
		Security: fmt.Sprintf("default-src 'none'; img-src data:; style-src '%s'; base-uri 'none'; form-action 'none'", integrity(style)),
	})
}

// posturePage is what the template shows of an audit.
type posturePage struct {
	*PostureDocument
	Version  string
	Ended    time.Time
	Style    template.CSS
	Security string
}

// Headline is what the audit came to.
func (p *posturePage) Headline() string { return p.headline() }

// Summary counts.
func (p *posturePage) Summary() string { return p.summary() }

// Tone is whether that is good, bad or open.
func (p *posturePage) Tone() string {
	switch {
	case p.Totals.Drift+p.Totals.Templates > 0:
		return "bad"
	case p.Error != nil || p.Totals.Unknown > 0:
		return "open"
	}
	return "good"
}

// Rows are the checks that drift or are excepted, or that are worth a note.
func (p *posturePage) Rows() []postureRow {
	var rows []postureRow
	for _, row := range p.rows() {
		if row.State != posture.OK && row.State != posture.Unknown {
			rows = append(rows, row)
		}
	}
	return rows
}

// Class is the style of a state.
func (c PostureCheck) Class() string {
	return map[posture.State]string{posture.Drift: "critical", posture.Excepted: "medium", posture.Noted: "low", posture.Unknown: "informational"}[c.State]
}

// Sentences are what was found and what excuses it.
func (c PostureCheck) Sentences() []string {
	out := c.Found
	for _, e := range c.Excuses {
		out = append(out[:len(out):len(out)], e.String())
	}
	return out
}

// Others are the ids of the checks of others.
func (c PostureCheck) Others() string { return strings.Join(c.IDs, ", ") }

// Unseen are what could not be judged, and why.
func (p *posturePage) Unseen() []string {
	var out []string
	for _, u := range p.unknowns() {
		out = append(out, strings.Join(u.checks, ", ")+" of "+someNames(u.repositories)+": "+u.why)
	}
	return out
}

// Names are those of the checks of each repository, which are all in one order.
func (p *posturePage) Names() []string {
	if len(p.Repositories) == 0 {
		return nil
	}
	var names []string
	for _, c := range p.Repositories[0].Checks {
		names = append(names, string(c.Check))
	}
	return names
}

// Written is when the page was made.
func (p *posturePage) Written() string {
	if p.Ended.IsZero() {
		return ""
	}
	return p.Ended.UTC().Format(time.RFC3339)
}
