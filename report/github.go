package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"
)

// GitHub limits the annotations of a step: more of a kind than these are dropped
// (https://github.com/actions/toolkit/blob/main/docs/problem-matchers.md#limitations).
const annotationsOfAKind = 10

// GitHubOutputs writes the outputs of a run for the file that GITHUB_OUTPUT names. jsonFile is where the result document is, if it is
// in a file: the outputs of a job may take 1 MB, so findings are never among them.
func GitHubOutputs(w io.Writer, r Result, jsonFile string) error {
	var out bytes.Buffer
	for _, output := range append(r.Outputs(), Output{"result-json", jsonFile}) {
		output.Value = cleanLines(output.Value)
		output.github(&out)
	}
	_, err := w.Write(out.Bytes())
	return err
}

// GitHubAnnotations writes the commands that show on the page of a GitHub job: how the run ended, the worst findings that count, and
// what deserves a look.
func GitHubAnnotations(w io.Writer, r Result) error {
	var out bytes.Buffer
	switch {
	case r.Error != nil:
		annotate(&out, "error", "Hallmark: "+string(r.Status), strings.TrimSpace(r.Error.Message+"\n"+r.Error.Hint))
	case r.Verdict != nil:
		annotate(&out, "notice", "Hallmark: "+string(r.Status), strings.Join(r.Verdict.Reasons, "; "))
	}
	if r.Verdict != nil {
		for _, f := range r.Verdict.worst(annotationsOfAKind - 1) {
			annotate(&out, "error", f.Severity+": "+f.ID, f.what())
		}
		for i, warning := range r.Verdict.Warnings {
			if i == annotationsOfAKind {
				break
			}
			annotate(&out, "warning", "Hallmark", warning)
		}
	}
	_, err := w.Write(out.Bytes())
	return err
}

// worst are the first n findings that count; a verdict has them worst first.
func (v Verdict) worst(n int) []Finding {
	var out []Finding
	for _, f := range v.Findings {
		if f.Decision == "counts" && len(out) < n {
			out = append(out, f)
		}
	}
	return out
}

// what is a finding in one line, without its id and severity.
func (f Finding) what() string {
	parts := []string{strings.TrimSpace(f.Package + " " + f.Version)}
	switch {
	case f.FixedVersion != "":
		parts = append(parts, "fixed in "+f.FixedVersion)
	case f.Fix == "yes":
		parts = append(parts, "a fix is there")
	case f.Fix == "no":
		parts = append(parts, "no fix")
	}
	if f.KEV {
		parts = append(parts, "known to be exploited")
	} else if f.Exploit {
		parts = append(parts, "an exploit is public")
	}
	if len(f.Platforms) > 0 {
		parts = append(parts, "on "+strings.Join(f.Platforms, " and "))
	}
	if f.URL != "" {
		parts = append(parts, f.URL)
	}
	return strings.TrimPrefix(strings.Join(parts, ", "), ", ")
}

// annotate writes one command, which is one line whatever the texts hold
// (https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts).
func annotate(out *bytes.Buffer, kind, title, message string) {
	fmt.Fprintf(out, "::%s title=%s::%s\n", kind, commandProperty.Replace(cleanLines(title)), commandData.Replace(cleanLines(message)))
}

// cleanLines is Clean that keeps the lines.
func cleanLines(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(Clean(line), " ")
	}
	return strings.Join(lines, "\n")
}

var (
	commandData     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	commandProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// WithoutCommands wraps what write says between two commands of GitHub, so that no line of it is taken for one
// (https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#stopping-and-starting-workflow-commands).
func (t *Text) WithoutCommands(write func()) {
	var said bytes.Buffer
	var w io.Writer
	t.redirect(func(now io.Writer) io.Writer {
		w = now
		return &said
	})
	write()
	t.redirect(func(io.Writer) io.Writer { return w })
	if said.Len() == 0 {
		return
	}
	word := "hallmark-" + fingerprint(said.String())
	t.mu.Lock()
	defer t.mu.Unlock()
	fmt.Fprintf(t.W, "::stop-commands::%s\n%s::%s::\n", word, said.Bytes(), word)
}
