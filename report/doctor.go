package report

import (
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hallmark-ci/hallmark/doctor"
)

// DoctorSchema names the version of the document of doctor. Fields are added, never renamed.
const DoctorSchema = "hallmark.doctor/v1"

// DoctorDocument is what doctor --output json prints.
type DoctorDocument struct {
	Schema   string         `json:"schema"`
	ExitCode int            `json:"exit_code"`
	Missing  int            `json:"missing"`
	Warnings int            `json:"warnings"`
	Untried  int            `json:"untried"`
	Checks   []doctor.Check `json:"checks"` // in the order of a push
}

// End fills in how the run ended. What is missing is in the checks, so there is no error to add.
func (d *DoctorDocument) End(code int, _ *Failure) { d.ExitCode = code }

// NewDoctorDocument makes the document of checks.
func NewDoctorDocument(checks []doctor.Check) DoctorDocument {
	return DoctorDocument{
		Schema:   DoctorSchema,
		Missing:  doctor.Count(checks, doctor.Missing),
		Warnings: doctor.Count(checks, doctor.Warning),
		Untried:  doctor.Count(checks, doctor.Untried),
		Checks:   checks,
	}
}

// Columns of the checks: what was found begins at checkText, a mend at checkMend, a command to copy further in.
const (
	checkText    = len("warning  permissions  ")
	checkMend    = 4
	checkCommand = 6
)

// Write writes the checks for people, in lines of 80 columns: what was found, and under it the mend and the command for it, which goes on
// over several lines as a shell takes it.
func (d DoctorDocument) Write(w io.Writer, color bool) error {
	paint := &Text{Color: color}
	var lines []string
	for _, c := range d.Checks {
		head := paint.paint(statusColor(c.Status), pad(string(c.Status), 7)) + "  " + pad(c.Name, 11) + "  "
		lines = append(lines, beside(head, Clean(c.Found))...)
		if c.Mend != "" {
			mend := wrapHint(Clean(c.Mend), width-checkMend-len("mend: "), width-checkMend)
			mend[0] = "mend: " + mend[0]
			lines = append(lines, indent(checkMend, mend)...)
		}
		if c.Command != "" {
			lines = append(lines, indent(checkCommand, wrapCommand(Clean(c.Command), width-checkCommand))...)
		}
	}
	_, err := io.WriteString(w, strings.Join(lines, "\n")+"\n")
	return err
}

// beside writes text right of a head, or under it where a word of it is too long for that.
func beside(head, text string) []string {
	room := width - checkText
	if slices.ContainsFunc(strings.Fields(text), func(word string) bool { return utf8.RuneCountInString(word) > room }) {
		return append([]string{strings.TrimRight(head, " ")}, indent(checkMend, wrapTo(text, width-checkMend, width-checkMend))...)
	}
	lines := indent(checkText, wrapTo(text, room, room))
	lines[0] = head + strings.TrimLeft(lines[0], " ")
	return lines
}

// indent moves lines to a column.
func indent(columns int, lines []string) []string {
	for i, line := range lines {
		lines[i] = row(strings.Repeat(" ", columns) + line)
	}
	return lines
}

func statusColor(s doctor.Status) string {
	switch s {
	case doctor.Missing:
		return red
	case doctor.Warning:
		return yellow
	case doctor.OK:
		return green
	default:
		return cyan
	}
}
