package cli

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/report"
	"github.com/hallmark-ci/hallmark/suggest"
)

// program is one run: its streams, what it says, and the document it ends with.
type program struct {
	Streams
	say      *report.Text
	json     bool
	progress report.Style // how layers and waits are told as they go

	// document is what --output json prints. Commands replace it by their own; a run that ends before that leaves a result.
	document any
	result   *report.Result
	reports  []reportFile // of --report
	began    time.Time
	started  bool // a command was run, not its help

	// clock tells the time that a policy's dates are held against. SOURCE_DATE_EPOCH does not move it: that is about what is built.
	clock func() time.Time
}

func newProgram(args []string, streams Streams) *program {
	p := &program{Streams: streams, say: &report.Text{W: streams.Err, Today: time.Now()}, result: &report.Result{Schema: report.Schema}, clock: time.Now, began: time.Now()}
	p.document = p.result
	if len(args) > 1 && !strings.HasPrefix(args[1], "-") {
		p.result.Command = args[1]
	}
	p.json = wantsJSON(args) // known before the flags are read, for what goes wrong while they are
	p.say.Color = colorful("auto", streams.Err)
	if watched(streams.Err) {
		p.say.Columns = report.Columns(streams.Err)
	}
	return p
}

func wantsJSON(args []string) bool {
	for i, arg := range args {
		if name, value, found := strings.Cut(strings.TrimLeft(arg, "-"), "="); strings.HasPrefix(arg, "-") && name == "output" {
			return found && value == "json" || !found && i+1 < len(args) && args[i+1] == "json"
		}
	}
	return os.Getenv("HALLMARK_OUTPUT") == "json"
}

// command wraps the action of a command: it reads the configuration file and the output flags first.
func (p *program) command(action func(c *cli.Context) error) cli.ActionFunc {
	return func(c *cli.Context) error {
		p.result.Command, p.started = commandPath(c), true
		if err := configure(c); err != nil {
			return err
		}
		if err := p.readOutputFlags(c); err != nil {
			return err
		}
		return action(c)
	}
}

func (p *program) readOutputFlags(c *cli.Context) error {
	for _, f := range []struct {
		name   string
		values []string
	}{
		{"output", outputForms(c.Command.Name)},
		{"color", []string{"auto", "always", "never"}},
		{"progress", []string{"auto", "bar", "plain", "none"}},
		{"pr-sha", []string{"head", "merge"}},
		{"moving", []string{"forward", "always"}},
	} {
		if err := oneOf(c, f.name, f.values...); err != nil {
			return err
		}
	}
	p.json = c.String("output") == "json"
	p.say.Quiet, p.say.Verbose = c.Bool("quiet"), c.Bool("verbose")
	p.progress = progressStyle(c.String("progress"), p.Err)
	p.say.Color = colorful(c.String("color"), p.Err)
	return nil
}

// outputForms are what a command's stdout can carry.
func outputForms(command string) []string {
	if command == "tags" {
		return []string{"text", "json", "github", "bake"}
	}
	return []string{"text", "json"}
}

// oneOf checks a flag that takes one of a few words. A flag that the command does not have is not checked.
func oneOf(c *cli.Context, name string, values ...string) error {
	value := c.String(name)
	if value == "" || slices.Contains(values, value) {
		return nil
	}
	e := &UsageError{Problem: "--" + name + " is " + quote(value), Hint: "it takes " + strings.Join(values, ", ")}
	if near, ok := suggest.Nearest(value, values); ok {
		e.Hint = "did you mean --" + name + " " + near
	}
	return e
}

// colorful decides on colour: NO_COLOR (https://no-color.org) and anything but a terminal mean none.
func colorful(mode string, w any) bool {
	switch {
	case mode == "always":
		return true
	case mode == "never" || os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb":
		return false
	}
	file, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// finish says what went wrong, prints the document and returns the exit status.
func (p *program) finish(ctx context.Context, err error) int {
	code := exitCode(ctx, err)
	failure := describeFailure(ctx, err, p.standing())
	for _, line := range failure {
		p.say.Error(line.Message, line.Hint)
	}
	if credentials := (*registry.CredentialsError)(nil); errors.As(err, &credentials) && credentials.Absent {
		p.say.Detail("asked for credentials: %v", credentials.Err)
	}
	p.close(code, failure)
	for _, problem := range p.writeReports() {
		p.say.Error(problem.Error(), "")
		if code == 0 {
			code = 1
			p.close(code, describeFailure(ctx, problem, p.standing()))
		}
	}
	for _, problem := range p.tellGitHub(err) {
		p.say.Error(problem.Error(), "")
		code = max(code, 1)
	}
	if p.json && (p.started || err != nil) {
		if writeErr := report.JSON(p.Out, p.document); writeErr != nil && code == 0 {
			p.say.Error("write result: "+writeErr.Error(), "")
			return 1
		}
	}
	return code
}

// ending is a document that tells by itself how the run ended. Others are replaced by a result where it did not end well.
type ending interface {
	End(code int, failure *report.Failure)
}

// close fills the parts of the result that only the end of the run knows.
func (p *program) close(code int, failure []report.Failure) {
	p.result.ExitCode = code
	if p.result.Status != report.Planned || code != 0 {
		p.result.Status = status(code)
	}
	if len(failure) > 0 {
		p.result.Error = &failure[0]
	}
	if own, ok := p.document.(ending); ok {
		own.End(code, p.result.Error)
		return
	}
	if code != 0 && p.document != any(p.result) {
		p.document = p.result
	}
}
