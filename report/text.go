package report

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"
)

// width is how many columns a line for people may take: what a CI log and a small terminal show without wrapping.
const width = 80

// Text writes for people, one thing a line, each beginning with "hallmark: ". What it is given is cleaned, since much of it came from
// elsewhere. The zero Color and false everywhere is plain and complete. It may be used by several goroutines once its fields are set; what
// one call of Say, Detail, Warn or Error writes stays together.
type Text struct {
	W       io.Writer
	Color   bool
	Quiet   bool // errors and warnings only
	Verbose bool
	Today   time.Time // for what ends soon; zero where that is not to be told
	Columns int       // errors, warnings and hints are broken at words to fit; 0 leaves them whole, for grep and the viewers of logs

	mu    sync.Mutex // held while W is written to or replaced
	heard func()     // called after each thing that was said; may be nil
}

// Say writes one line of progress.
func (t *Text) Say(format string, a ...any) {
	if !t.Quiet {
		t.line("", fmt.Sprintf(format, a...))
	}
}

// Detail writes one line that only --verbose shows.
func (t *Text) Detail(format string, a ...any) {
	if t.Verbose {
		t.Say(format, a...)
	}
}

// Warn writes what a person should act on, though the run goes on.
func (t *Text) Warn(format string, a ...any) {
	t.write(t.message(t.paint(yellow, "warning: "), "", fmt.Sprintf(format, a...), wrapTo)...)
}

// Error writes what went wrong, and the mend if there is one. Either may have several lines.
func (t *Text) Error(message, hint string) {
	var out []string
	for line := range strings.Lines(message) {
		out = append(out, t.message("", red, line, wrapError)...)
	}
	for line := range strings.Lines(hint) {
		out = append(out, t.message(t.paint(cyan, "hint: "), "", line, wrapHint)...)
	}
	t.write(out...)
}

// message is a line of a message in lines that fit the terminal, each in a colour; first may hold one of its own. A line of nothing is none.
func (t *Text) message(first, color, line string, wrap wrapper) []string {
	line = strings.TrimRight(Clean(line), " ")
	if line == "" {
		return nil
	}
	lines := []string{line}
	if t.Columns > 0 {
		lines = wrap(line, t.Columns-len("hallmark: ")-len(uncoloured(first)), t.Columns-len(hanging))
	}
	out := []string{headed(first+t.paint(color, lines[0]), "")}
	if lines[0] == "" {
		out = nil
	}
	for _, line := range lines[1:] {
		out = append(out, t.paint(color, row(hanging+line)))
	}
	return out
}

// line writes one line: start as it is, which may hold colour, then text.
func (t *Text) line(start, text string) {
	t.write(headed(start, text))
}

func headed(start, text string) string {
	return "hallmark: " + start + Clean(text)
}

// write writes lines at once, so that nothing else comes between them.
func (t *Text) write(lines ...string) {
	var out strings.Builder
	for _, line := range lines {
		out.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	io.WriteString(t.W, out.String())
	if t.heard != nil {
		t.heard()
	}
}

// redirect has what is said from now on go to the writer that change makes of the one of now. Nothing is said while change runs.
func (t *Text) redirect(change func(io.Writer) io.Writer) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.W = change(t.W)
}

// listen has heard called after each thing that is said; nil ends that.
func (t *Text) listen(heard func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.heard = heard
}

// sayWrapped says what may take more than one line; first may hold colour.
func (t *Text) sayWrapped(first, text string) {
	if !t.Quiet {
		t.wrapped(first, text)
	}
}

func (t *Text) wrapped(first, text string) {
	lines := wrap(Clean(text), width-len("hallmark: ")-len(uncoloured(first)))
	lines[0] = headed(first, lines[0])
	for i, line := range lines[1:] {
		lines[i+1] = row("    " + line)
	}
	t.write(lines...)
}

// entry writes one row of a table: head, which may hold colour, and text beside it, or under it where the line is too short for both.
func (t *Text) entry(head, text string) {
	if t.Quiet {
		return
	}
	text = Clean(text)
	if text == "" || utf8.RuneCountInString("  "+uncoloured(head)+"  "+text) <= width {
		t.write(row("  " + head + "  " + text))
		return
	}
	lines := []string{row("  " + head)}
	for _, line := range wrap(text, width-4) {
		lines = append(lines, row("    "+line))
	}
	t.write(lines...)
}

// under writes what belongs to the row before it.
func (t *Text) under(text string) {
	if t.Quiet || text == "" {
		return
	}
	var lines []string
	for _, line := range wrap(Clean(text), width-4) {
		lines = append(lines, row("    "+line))
	}
	t.write(lines...)
}

// row is a line under the line before it. A word that GitHub would take for a command at the start of a line is quoted.
func row(line string) string {
	if text := strings.TrimSpace(line); strings.HasPrefix(text, "::") {
		return "    '" + text
	}
	return line
}

// commands are what CI systems take for commands wherever it stands in a log, in any tool's output: GitHub's older form
// (https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs) and Azure's.
var commands = strings.NewReplacer("##[", "## [", "##vso[", "## vso[")

// Clean makes text that came from elsewhere safe to show: control characters and those that turn the direction of writing, which
// could move the cursor, forge lines or hide words, become spaces, and what a CI system would take for a command is broken up.
func Clean(text string) string {
	if plain(text) {
		return text
	}
	return commands.Replace(strings.Map(shown, text))
}

// shown is a character as it may be shown.
func shown(r rune) rune {
	if unicode.IsControl(r) || unicode.In(r, unicode.Zl, unicode.Zp, unicode.Bidi_Control) {
		return ' '
	}
	return r
}

// plain says whether text is of visible ASCII, and holds no command: nearly all is.
func plain(text string) bool {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == '#' {
			return false
		}
	}
	return true
}

// BytesOf is how much of a whole is there, with one unit where both have the same. A whole that is not known is left out.
func BytesOf(n, whole int64) string {
	part := Bytes(n)
	if whole <= 0 {
		return part
	}
	total := Bytes(max(n, whole))
	number, unit, _ := strings.Cut(part, " ")
	if strings.HasSuffix(total, " "+unit) {
		part = number
	}
	return part + " of " + total
}

// Bytes is a size for people, in decimal units as registries bill them.
func Bytes(n int64) string {
	const unit = 1000
	if n < unit {
		return fmt.Sprintf("%d B", n)
	}
	value, prefixes := float64(n), "kMGTPE"
	i := -1
	for value >= unit-0.05 && i < len(prefixes)-1 { // what would be written as 1000.0
		value /= unit
		i++
	}
	return fmt.Sprintf("%.1f %cB", value, prefixes[i])
}
