package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/hallmark-ci/hallmark/gate"
	"github.com/hallmark-ci/hallmark/report"
)

// inGitHub says whether the log is read by a runner of GitHub Actions, or by one that works alike, such as Gitea's.
func inGitHub() bool { return os.Getenv("GITHUB_ACTIONS") == "true" }

// sayVerdict shows the findings, whose texts are strangers'.
func (p *program) sayVerdict(v gate.Verdict) {
	if inGitHub() {
		p.say.WithoutCommands(func() { p.say.Verdict(v) })
		return
	}
	p.say.Verdict(v)
}

// tellGitHub hands the result to what comes after the run in a job of GitHub Actions: outputs, the step's summary and annotations. It does
// so whatever the outcome, and never touches GITHUB_ENV, which would change the programs of later steps.
func (p *program) tellGitHub(runErr error) []error {
	if !slices.Contains([]string{"push", "gate"}, p.result.Command) || !p.started && runErr == nil {
		return nil
	}
	var problems []error
	document, err := p.jsonFile()
	if err != nil {
		problems = append(problems, err)
	}
	for _, part := range []struct {
		variable string
		write    func(io.Writer) error
	}{
		{"GITHUB_OUTPUT", func(w io.Writer) error { return report.GitHubOutputs(w, *p.result, document) }},
		{"GITHUB_STEP_SUMMARY", func(w io.Writer) error { return report.Markdown(w, *p.result) }},
	} {
		if file := os.Getenv(part.variable); file != "" {
			if err := appendTo(file, part.write); err != nil {
				problems = append(problems, fmt.Errorf("append to the file that %s names: %w", part.variable, err))
			}
		}
	}
	if inGitHub() {
		if err := report.GitHubAnnotations(p.Err, *p.result); err != nil {
			problems = append(problems, fmt.Errorf("write annotations: %w", err))
		}
	}
	return problems
}

// jsonFile is where the result document is: in the file of a report, or else in a new one of the runner's temporary folder, which lasts as
// long as the job. Empty where nobody is told of it.
func (p *program) jsonFile() (string, error) {
	for _, r := range p.reports {
		if r.format.Name == "json" {
			return r.file, nil
		}
	}
	dir := os.Getenv("RUNNER_TEMP")
	if dir == "" || os.Getenv("GITHUB_OUTPUT") == "" {
		return "", nil
	}
	f, err := os.CreateTemp(dir, "hallmark-*.json")
	if err != nil {
		return "", fmt.Errorf("write result to the folder that RUNNER_TEMP names: %w", err)
	}
	if err := errors.Join(report.JSON(f, p.result), f.Close()); err != nil {
		return "", fmt.Errorf("write result to %s: %w", f.Name(), err)
	}
	return f.Name(), nil
}

// appendTo adds to a file that the runner has made: one that is not there is an error, since nobody would read it.
func appendTo(file string, write func(io.Writer) error) error {
	f, err := os.OpenFile(file, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	if err := write(f); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
