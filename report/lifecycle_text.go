package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/hallmark-ci/hallmark/registry/lifecycle"
)

// LifecycleProblems writes the problems of a policy, each with its place, for people.
func LifecycleProblems(w io.Writer, d LifecycleDocument) error {
	out := bufio.NewWriter(w)
	for _, p := range d.Problems {
		writeFolded(out, fmt.Sprintf("%s:%d:%d: %s: %s", d.Policy, p.Line, p.Column, p.Level, p.Message))
		if p.Hint != "" {
			writeFolded(out, "    hint: "+p.Hint)
		}
	}
	return out.Flush()
}

// writeFolded writes a line of at most 80 columns, and what is too much for it under it.
func writeFolded(out *bufio.Writer, text string) {
	text = Clean(text)
	indent := text[:len(text)-len(strings.TrimLeft(text, " "))]
	lines := wrap(text[len(indent):], width-len(indent))
	for i, line := range lines {
		if i > 0 {
			indent = "    "
		}
		out.WriteString(strings.TrimRight(indent+line, " ") + "\n")
	}
}

// Columns of the table of images.
const (
	effectColumn = 9
	imageColumn  = 26
)

// LifecycleImages writes what becomes of the images as a table for people: those that go or may go, and those in use; the others too where
// all is set. A ! marks an image in use that may go, a * one that stays.
func LifecycleImages(w io.Writer, d LifecycleDocument, all bool) error {
	out := bufio.NewWriter(w)
	for _, i := range d.Images {
		if i.Action == lifecycle.Keep && len(i.InUse) == 0 && !all {
			continue
		}
		writeImage(out, i)
	}
	writeTotals(out, *d.Totals)
	for _, difference := range d.Preview {
		writeFolded(out, fmt.Sprintf("ECR's preview differs for %s: %s, and here %s", lifecycle.Short(difference.Digest), difference.Previewed, difference.Simulated))
	}
	return out.Flush()
}

func writeImage(out *bufio.Writer, i LifecycleImage) {
	mark := " "
	switch {
	case len(i.InUse) > 0 && i.Action == lifecycle.Keep:
		mark = "*"
	case len(i.InUse) > 0:
		mark = "!"
	}
	word := string(i.Action)
	if i.Action == lifecycle.Act {
		word = map[lifecycle.Effect]string{lifecycle.Expire: "expire", lifecycle.Transition: "archive"}[i.Effect]
	}
	name := clip(Clean(lifecycle.Image{Digest: i.Digest, Tags: i.Tags}.Name()), imageColumn)
	head := fmt.Sprintf("%s %s  %s  %s", mark, pad(word, effectColumn), pad(name, imageColumn), i.PushedAt.Format(time.DateOnly))
	reason := Clean(i.Reason)
	if i.Rule != 0 {
		reason = fmt.Sprintf("rule %d: %s", i.Rule, reason)
	}
	if i.Action == lifecycle.Keep && i.At != nil {
		reason += fmt.Sprintf(", until %s", i.At.Format(time.DateOnly))
	}
	if utf8.RuneCountInString(head+"  "+reason) <= width {
		out.WriteString(head + "  " + reason + "\n")
	} else {
		out.WriteString(head + "\n")
		writeFolded(out, "    "+reason)
	}
	if len(i.InUse) > 0 {
		writeFolded(out, "    in use: "+strings.Join(i.InUse, ", "))
	}
}

func writeTotals(out *bufio.Writer, t LifecycleTotals) {
	writeFolded(out, fmt.Sprintf("%s: %d expire, %d archived, %d uncertain, %d stay", count(t.Images, "image"), t.Expire, t.Transition, t.Uncertain, t.Keep))
	writeFolded(out, fmt.Sprintf("storage: at most %s now, %s after; %.2f USD a month, then %.2f",
		Bytes(t.Bytes), Bytes(t.BytesAfter), t.Cost, t.CostAfter))
	if t.InUse > 0 {
		writeFolded(out, fmt.Sprintf("of these, %d in use, and %d of them not certain to stay", t.InUse, t.Endangered))
	}
}
