package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"
)

// summaryLimit is how long the Markdown gets: GitHub shows nothing of a step summary of more than 1 MiB
// (https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#step-isolation-and-limits), and a step may add to it.
const summaryLimit = 900 << 10

// closingRoom is what is kept free for the parts after the tables.
const closingRoom = 64 << 10

// Markdown writes a summary of a run for a page on GitHub or GitLab: the verdict, what counts, and the rest folded away. Rows that would
// make it longer than GitHub shows are left out, and it says how many.
func Markdown(w io.Writer, r Result) error {
	var m markdown
	m.heading(r)
	m.facts(r)
	if r.Error != nil {
		m.failure(r)
	}
	if r.Verdict != nil {
		m.verdict(*r.Verdict)
	}
	m.tags(r.Tags)
	if r.Verdict != nil && len(r.Verdict.PolicySHA256) > 0 {
		m.line("<sub>Policy %s</sub>\n", code(r.Verdict.PolicySHA256))
	}
	_, err := w.Write(m.Bytes())
	return err
}

// markdown is a summary as it is written.
type markdown struct{ bytes.Buffer }

func (m *markdown) line(format string, a ...any) { fmt.Fprintf(m, format+"\n", a...) }

// headline is how a run ended, in two words.
func (r Result) headline() string {
	switch r.Status {
	case Passed:
		if r.Verdict == nil {
			return "Done"
		}
		return "Gate passed"
	case Planned:
		return "Planned"
	case Failed:
		return "Gate failed"
	case Undecided:
		return "No verdict"
	case Refused:
		return "Refused"
	case Timeout:
		return "Timed out"
	case Interrupted:
		return "Interrupted"
	default:
		return "Could not be done"
	}
}

func (m *markdown) heading(r Result) {
	mark := "❌"
	switch r.Status {
	case Passed, Planned:
		mark = "✅"
	case Undecided, Timeout, Interrupted:
		mark = "⚠️"
	}
	subject := ""
	if _, name := r.Address(); name != "" {
		subject = ": " + code(name)
	}
	m.line("## %s %s%s\n", mark, r.headline(), subject)
	if r.Verdict != nil && len(r.Verdict.Reasons) > 0 {
		m.line("%s\n", prose(strings.Join(r.Verdict.Reasons, "; ")))
	}
}

// facts are the image and the commit it is from.
func (m *markdown) facts(r Result) {
	var rows [][2]string
	add := func(name, value string) {
		if value != "" {
			rows = append(rows, [2]string{name, value})
		}
	}
	if r.Digest != "" {
		add("Image", code(strings.TrimPrefix(r.Repository+"@"+r.Digest, "@")))
	}
	var tags []string
	for _, name := range r.names() {
		tags = append(tags, code(name))
	}
	if len(tags) == 0 && len(r.Tags) > 0 {
		tags = []string{"none written"}
	}
	add("Tags", strings.Join(tags, " "))
	if v := r.Revision; v != nil {
		add("Commit", v.markdown())
	}
	var platforms []string
	for _, p := range r.Platforms {
		if p.Platform != "" {
			platforms = append(platforms, code(p.Platform))
		}
	}
	add("Platforms", strings.Join(platforms, " "))
	if len(rows) == 0 {
		return
	}
	m.line("| | |\n|---|---|")
	for _, row := range rows {
		m.line("| %s | %s |", row[0], row[1])
	}
	m.line("")
}

// markdown is the commit, linked where its page is known.
func (v Revision) markdown() string {
	text := code(v.Short)
	if page := v.page(); page != "" {
		text = fmt.Sprintf(`<a href="%s">%s</a>`, attribute(page), text)
	}
	if v.Branch != "" {
		text += " on " + code(v.Branch)
	}
	if v.Dirty != nil && *v.Dirty {
		text += ", with uncommitted changes"
	}
	return text
}

func (m *markdown) failure(r Result) {
	if r.Verdict == nil || r.Status != Failed {
		m.line("%s\n", prose(r.Error.Message))
	}
	for line := range strings.Lines(r.Error.Hint) {
		m.line("> %s  ", prose(strings.TrimRight(line, "\n")))
	}
	m.line("")
}

func (m *markdown) tags(tags []Tag) {
	if len(tags) == 0 {
		return
	}
	m.line("<details><summary>Plan for %s</summary>\n\n| Tag | Action | Written | Why |\n|---|---|---|---|", count(len(tags), "tag"))
	for _, tag := range tags {
		written := ""
		if tag.Written {
			written = "yes"
		}
		m.line("| %s | %s | %s | %s |", code(tag.Name), prose(tag.Action), written, prose(tag.Reason))
	}
	m.line("\n</details>\n")
}
