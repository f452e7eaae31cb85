package cli

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/report"
)

func (p *program) repoApplyCommand() *cli.Command {
	return &cli.Command{
		Name:      "apply",
		Usage:     "make the settings of repositories as they should be",
		ArgsUsage: "NAME...",
		Description: "What is wanted stands in the section posture of .hallmark.yaml, or in flags, which beat it. What differs is shown, and written once it is " +
			"agreed to; then it is read back. What is not asked for is left as it is.",
		Flags: slices.Concat(settingFlags(), []cli.Flag{
			listFlag(categorySettings, "in-use", "image that is in use: a digest, a reference, or a `FILE` with some, - for stdin (repeatable)"),
		}, liveFlags(categorySettings), []cli.Flag{
			switchFlag(categorySettings, "create", "create repositories that are not there"),
			switchFlag(categorySettings, "owned", "change repositories too that a stack or Terraform has made"),
			switchFlag(categorySettings, "yes", "do not ask"),
			switchFlag(categorySettings, "dry-run", "show what differs and write nothing"),
		}, ruleFlags(), outputFlags()),
		Action: p.command(p.repoApply),
	}
}

func (p *program) repoApply(c *cli.Context) error {
	run := &applyRun{program: p, registries: map[string]*applyRegistry{}}
	run.document = &report.ApplyDocument{
		Schema: report.ApplySchema, Command: p.result.Command, DryRun: c.Bool("dry-run"), Repositories: []*report.ApplyRepository{},
	}
	p.document = run.document
	var err error
	if run.ask, err = p.readApplyAsk(c); err != nil {
		return err
	}
	for _, one := range run.ask.repositories {
		if err := run.plan(c.Context, one); err != nil {
			return err
		}
	}
	if err := run.show(); err != nil {
		return err
	}
	if err := run.refused(); err != nil {
		return err
	}
	if run.ask.dryRun || !run.differs() {
		return run.unread()
	}
	if err := run.agree(c.Context); err != nil {
		return err
	}
	return run.write(c.Context)
}

// show prints what differs: on stdout, or on stderr where that is for a document, and there is a question to come.
func (r *applyRun) show() error {
	out := r.Out
	if r.json {
		out = r.Err
	}
	if r.json && (r.ask.yes || r.ask.dryRun) {
		return nil
	}
	for _, one := range r.document.Repositories {
		if err := one.Write(out); err != nil {
			return fmt.Errorf("write result: %w", err)
		}
	}
	return nil
}

// agree asks whether to go on, unless --yes has said so. Only a person can answer.
func (r *applyRun) agree(ctx context.Context) error {
	if r.ask.yes {
		return nil
	}
	unasked := &UsageError{Problem: "the changes were not agreed to, and nothing was written", Hint: "look at them with --dry-run, then run it with --yes"}
	if !terminal(r.In) {
		return unasked
	}
	fmt.Fprint(r.Err, "hallmark: write these changes? [y/N] ")
	answers := make(chan string, 1)
	go func() { // which is left behind where the run is interrupted first: a read of a terminal cannot be
		answer, err := bufio.NewReader(r.In).ReadString('\n')
		if err != nil {
			close(answers)
			return
		}
		answers <- strings.ToLower(strings.TrimSpace(answer))
	}()
	select {
	case <-ctx.Done():
		fmt.Fprintln(r.Err)
		return ctx.Err()
	case answer, answered := <-answers:
		switch {
		case !answered:
			fmt.Fprintln(r.Err)
			return unasked
		case answer == "y" || answer == "yes":
			return nil
		}
		return &driftError{problem: "nothing was written: the answer was no", code: "declined"}
	}
}

// terminal says whether a person is at the other end.
func terminal(r io.Reader) bool {
	file, ok := r.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// refused says why nothing is written; nil where nothing speaks against it.
func (r *applyRun) refused() error {
	if len(r.refusals) == 0 {
		return nil
	}
	var problems, hints []string
	for _, refusal := range r.refusals {
		problems, hints = append(problems, refusal.problem), append(hints, refusal.hint)
	}
	return &driftError{problem: strings.Join(problems, "\n"), hint: strings.Join(hints, "\n"), code: r.refusals[0].code}
}

// differs says whether there is something to write.
func (r *applyRun) differs() bool {
	for _, one := range r.planned {
		for _, change := range one.changes {
			if change.Barred == "" {
				return true
			}
		}
	}
	return false
}

// unread is the error of a run that has nothing to write: some repositories may not have been read, or are not as wanted and cannot be.
func (r *applyRun) unread() error {
	var names []string
	for _, one := range r.document.Repositories {
		if one.Error != nil || !r.ask.dryRun && one.Failed() {
			names = append(names, one.Name)
		}
	}
	return r.fail(names)
}

// fail is the error of a run after which some repositories are not as wanted. What became of each has been said.
func (r *applyRun) fail(names []string) error {
	if len(names) == 0 {
		return nil
	}
	err := fmt.Errorf("not as wanted: %s (%d of %d repositories)", strings.Join(names, ", "), len(names), len(r.document.Repositories))
	if r.failures > 0 && r.failures == r.unavailable {
		return &registry.UnavailableError{Err: err}
	}
	return &hintedError{error: err, code: "not-as-wanted"}
}

// applyRun is a run of repo apply.
type applyRun struct {
	*program
	ask        applyAsk
	document   *report.ApplyDocument
	registries map[string]*applyRegistry // by host
	planned    []*applyTarget
	refusals   []*driftError

	failures, unavailable int // how often something went wrong, and how often because ECR was out of reach
}

// note says something of a repository, to people and in the document.
func (t *applyTarget) note(format string, a ...any) {
	t.report.Notes = append(t.report.Notes, fmt.Sprintf(format, a...))
}
