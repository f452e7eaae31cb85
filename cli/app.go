// Package cli is the command line: it reads flags, variables and the configuration file, calls the packages that do the work
// in the order of a run, and turns what comes of it into output and an exit status. Start at Main.
package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/hallmark-ci/hallmark/suggest"
)

// Streams are the standard streams of the program.
type Streams struct {
	In  io.Reader
	Out io.Writer // the result, nothing else
	Err io.Writer // everything for people
}

// Main runs the program with args, args[0] being its name, and returns the exit status.
func Main(ctx context.Context, args []string, streams Streams) int {
	dropEmptyVariables()
	p := newProgram(args, streams)
	app := p.app()
	args, err := flagsFirst(app.Commands, args)
	if err == nil {
		err = app.RunContext(ctx, args)
	}
	return p.finish(ctx, err)
}

func (p *program) app() *cli.App {
	app := &cli.App{
		Name:  "hallmark",
		Usage: "give an image its tags in Amazon ECR, once its scan has passed",
		Description: "Pushes an image by digest, waits for ECR's scan, judges it, and only then\n" +
			"writes the tags that Git and the rules give. Exit status: 0 done, 1 could not\n" +
			"be done, 2 the gate failed, 3 undecided, 4 refused, 64 wrong usage, 75 timed\n" +
			"out, 130 and 143 interrupted.",
		Version:                   version().String(),
		Reader:                    p.In,
		Writer:                    p.Out,
		ErrWriter:                 p.Err,
		HideHelpCommand:           true,
		Suggest:                   true,
		EnableBashCompletion:      true,
		DisableSliceFlagSeparator: true,
		ExitErrHandler:            func(*cli.Context, error) {}, // the exit status is chosen in one place: exitCode
		OnUsageError:              onUsageError,
		Commands: []*cli.Command{
			p.pushCommand(),
			p.tagsCommand(),
			p.gateCommand(),
			p.repoCommand(),
			p.emulatorCommand(),
			p.doctorCommand(),
			p.completionCommand(),
			p.versionCommand(),
		},
	}
	app.Action = func(c *cli.Context) error {
		if c.Args().Present() {
			return unknownCommand(app.Commands, c.Args().First())
		}
		return &UsageError{Problem: "no command", Hint: "hallmark --help lists them; most runs are: hallmark push IMAGE --repository NAME"}
	}
	settle(app.Commands, "")
	return app
}

func onUsageError(c *cli.Context, err error, _ bool) error {
	e := &UsageError{Problem: err.Error()}
	if c.Command != nil && len(c.Command.Subcommands) > 0 && commandPath(c) != "" {
		path := commandPath(c)
		e.Problem = "no command after " + path
		e.Hint = "a command stands before its flags: hallmark " + path + " --help lists the commands"
	}
	return e
}

func unknownCommand(commands []*cli.Command, name string) error {
	e := &UsageError{Problem: fmt.Sprintf("unknown command %q", name), Hint: "hallmark --help lists the commands"}
	if near, ok := suggest.Nearest(name, commandNames(commands)); ok {
		e.Hint = "did you mean: hallmark " + near
	}
	return e
}

// dropEmptyVariables unsets every HALLMARK_ variable that is empty. An empty variable is an unset one, since every input of a
// CI step that nobody filled in arrives so; urfave/cli would take it for a value.
func dropEmptyVariables() {
	for _, variable := range os.Environ() {
		if name, value, _ := strings.Cut(variable, "="); value == "" && strings.HasPrefix(name, "HALLMARK_") {
			os.Unsetenv(name)
		}
	}
}
