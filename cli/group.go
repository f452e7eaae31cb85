package cli

import (
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/hallmark-ci/hallmark/suggest"
)

// group makes a command that is only there for the commands under it.
func group(name, usage string, commands ...*cli.Command) *cli.Command {
	c := &cli.Command{Name: name, Usage: usage, ArgsUsage: "COMMAND", Subcommands: commands}
	c.Action = func(ctx *cli.Context) error {
		path := commandPath(ctx)
		hint := "hallmark " + path + " --help lists its commands"
		if !ctx.Args().Present() {
			return &UsageError{Problem: "no command after " + path, Hint: hint}
		}
		word := ctx.Args().First()
		if near, ok := suggest.Nearest(word, commandNames(commands)); ok {
			hint = "did you mean: hallmark " + path + " " + near
		}
		return &UsageError{Problem: "unknown command " + quote(path+" "+word), Hint: hint}
	}
	return c
}

func commandNames(commands []*cli.Command) []string {
	var names []string
	for _, c := range commands {
		names = append(names, c.Name)
	}
	return names
}

// commandPath is how a command is called: its name, after those of the groups that it is in.
func commandPath(c *cli.Context) string {
	var names []string
	for _, one := range c.Lineage() {
		if one.Command != nil && one.Command.Name != "" && one.Command.Name != c.App.Name {
			names = append(names, one.Command.Name)
		}
	}
	slices.Reverse(names)
	return strings.Join(names, " ")
}

// settle sets of each command, and of those under it, what urfave/cli would set otherwise. before is how its group is called.
func settle(commands []*cli.Command, before string) {
	for _, command := range commands {
		path := strings.TrimPrefix(before+" "+command.Name, " ")
		command.OnUsageError = onUsageError
		command.HideHelpCommand = true
		command.CustomHelpTemplate = helpOf(command, path)
		settle(command.Subcommands, path)
	}
}

// leaves are the commands that do something: those without commands under them.
func leaves(commands []*cli.Command) []*cli.Command {
	var out []*cli.Command
	for _, command := range commands {
		if len(command.Subcommands) == 0 {
			out = append(out, command)
		}
		out = append(out, leaves(command.Subcommands)...)
	}
	return out
}
