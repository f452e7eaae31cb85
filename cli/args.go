package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/hallmark-ci/hallmark/suggest"
)

// completionFlag is what the completion scripts of shells put at the end. urfave/cli looks for it there.
const completionFlag = "--generate-bash-completion"

// flagsFirst moves the flags of a command before its arguments, so that both "push IMAGE --repository R" and
// "push --repository R IMAGE" are read: urfave/cli stops at the first argument. Arguments after "--" stay as they are.
func flagsFirst(commands []*cli.Command, args []string) ([]string, error) {
	if len(args) < 2 || args[len(args)-1] == completionFlag {
		return args, nil
	}
	command, depth := called(commands, args[1:])
	if command == nil || len(command.Subcommands) > 0 {
		return args, nil
	}
	path := strings.Join(args[1:1+depth], " ")
	takesValue := valueFlags(command.Flags)
	var flags, rest []string
	help := false
	for words := args[1+depth:]; len(words) > 0; words = words[1:] {
		word := words[0]
		switch {
		case word == "--":
			rest = append(rest, words[1:]...)
			words = words[len(words)-1:]
		case word == "-" || !strings.HasPrefix(word, "-"):
			rest = append(rest, word)
		default:
			takes, known := takesValue[flagName(word)]
			if !known {
				return nil, unknownFlag(command, path, word)
			}
			flags, help = append(flags, word), help || flagName(word) == "help" || flagName(word) == "h"
			if !takes || strings.Contains(word, "=") {
				continue
			}
			if words = words[1:]; len(words) == 0 || words[0] == "--" {
				return nil, &UsageError{Problem: fmt.Sprintf("--%s needs a value", flagName(word)), Hint: fmt.Sprintf("hallmark %s --help lists the flags", path)}
			}
			flags = append(flags, words[0])
		}
	}
	if help { // urfave/cli would look for the help of a command that the first argument names
		return append(slices.Clone(args[:1+depth]), "--help"), nil
	}
	return slices.Concat(args[:1+depth], flags, []string{"--"}, rest), nil
}

// called is the command that words begin with, through the groups it is in, and how many of the words name it.
func called(commands []*cli.Command, words []string) (command *cli.Command, depth int) {
	for _, word := range words {
		i := slices.IndexFunc(commands, func(c *cli.Command) bool { return slices.Contains(c.Names(), word) })
		if i < 0 {
			break
		}
		command, commands, depth = commands[i], commands[i].Subcommands, depth+1
	}
	return command, depth
}

func flagName(word string) string {
	name, _, _ := strings.Cut(strings.TrimLeft(word, "-"), "=")
	return name
}

// valueFlags says of every name of every flag whether a value follows it as a word of its own.
func valueFlags(flags []cli.Flag) map[string]bool {
	takes := map[string]bool{"help": false, "h": false}
	for _, f := range flags {
		alone := false
		switch f := f.(type) {
		case *cli.BoolFlag:
			alone = true
		case *cli.GenericFlag:
			_, alone = f.Value.(*optional)
		}
		for _, name := range f.Names() {
			takes[name] = !alone
		}
	}
	return takes
}

func unknownFlag(command *cli.Command, path, word string) error {
	e := &UsageError{Problem: fmt.Sprintf("unknown flag %q for %s", "--"+flagName(word), path), Hint: fmt.Sprintf("hallmark %s --help lists the flags", path)}
	var names []string
	for _, f := range command.Flags {
		names = append(names, f.Names()...)
	}
	if near, ok := suggest.Nearest(flagName(word), names); ok {
		e.Hint = "did you mean --" + near
	}
	return e
}
