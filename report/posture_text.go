package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/hallmark-ci/hallmark/registry/posture"
)

// Posture writes what an audit came to for people: a line for each repository, and under it what is wrong with its mend, or all checks where
// all is set.
func Posture(w io.Writer, d PostureDocument, all bool) error {
	out := bufio.NewWriter(w)
	for _, r := range d.Repositories {
		writeFolded(out, fmt.Sprintf("%-8s  %s", r.State, r.Name))
		writeChecks(out, r.Checks, all)
	}
	for _, c := range d.Registry.Checks {
		if c.State == posture.Drift || c.State == posture.Excepted || all {
			writeFolded(out, fmt.Sprintf("%-8s  creation template %s", c.State, c.Template))
			writeChecks(out, []PostureCheck{c}, true)
		}
	}
	for _, name := range d.Missing {
		writeFolded(out, "missing   "+name)
	}
	for _, u := range d.unknowns() {
		writeFolded(out, fmt.Sprintf("not seen: %s of %s: %s", strings.Join(u.checks, ", "), someNames(u.repositories), u.why))
	}
	writeFolded(out, d.summary())
	return out.Flush()
}

// someNames are a few names and how many more.
func someNames(names []string) string {
	const shown = 3
	if len(names) > shown {
		return fmt.Sprintf("%d repositories", len(names))
	}
	return strings.Join(names, ", ")
}

func writeChecks(out *bufio.Writer, checks []PostureCheck, all bool) {
	for _, c := range checks {
		if !all && (c.State == posture.OK || c.State == posture.Unknown) {
			continue
		}
		head := fmt.Sprintf("  %-8s  ", c.State)
		text := string(c.Check) + ": " + strings.Join(c.Found, "; ")
		writeHanging(out, head, text)
		if c.State != posture.Drift && c.State != posture.Excepted {
			continue
		}
		under := strings.Repeat(" ", len(head))
		if c.Why != "" {
			writeHanging(out, under, "why: "+c.Why)
		}
		for _, e := range c.Excuses {
			writeHanging(out, under, e.String())
		}
		if m := c.Mend; m != nil {
			for _, line := range wrapCommand("mend: "+Clean(m.Command), width-len(under)) {
				out.WriteString(row(under+line) + "\n")
			}
			if all {
				writeHanging(out, under, "CloudFormation: "+m.CloudFormation)
				writeHanging(out, under, "Terraform: "+m.Terraform)
			}
		}
		if len(c.IDs) > 0 {
			writeHanging(out, under, "ids: "+strings.Join(c.IDs, ", "))
		}
	}
}

// String says what an exception is for and whether it still holds.
func (e PostureExcuse) String() string {
	what := "excepted"
	if e.Tag != "" {
		what += " for " + e.Tag
	}
	if e.Expired {
		return fmt.Sprintf("no longer %s: until %s by %s (%s)", what, e.Until, e.Place, e.Reason)
	}
	return fmt.Sprintf("%s until %s by %s (%s)", what, e.Until, e.Place, e.Reason)
}

// writeHanging writes text beside a head, and what does not fit below itself.
func writeHanging(out *bufio.Writer, head, text string) {
	room := width - len(head)
	for i, line := range wrapTo(Clean(text), room, room-2) {
		out.WriteString(row(strings.TrimRight(head+line, " ")) + "\n")
		if i == 0 {
			head = strings.Repeat(" ", len(head)+2)
		}
	}
}
