package cli

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/urfave/cli/v2"
)

var update = flag.Bool("update", false, "rewrite docs/cli.md")

// introduction begins docs/cli.md.
const introduction = `# The command line

` + "`hallmark COMMAND [flags] [argument]`" + `. This page is written from the flags themselves (` + "`go test ./cli -update`" + `), and a test holds it.

Flags may stand before or after the argument. Each has an environment variable and may stand in ` + "`.hallmark.yaml`" + ` at the top of the work tree, under its name without the
dashes: the flag beats the variable, the variable the file, the file the default. What is wanted
of repositories (` + "`--immutable`, `--mutable-tag`, `--scan-on-push`, `--lifecycle`" + `) stands in its [section posture](posture.md#say-what-is-wanted) alone. An empty variable is an unset one. A flag that is repeatable takes one value a line in a
variable, and a list in the file. stdout carries the result only; everything for people goes to stderr. [Exit statuses](exit-status.md) are the same for all commands.

`

func TestReferenceIsThatOfTheFlags(t *testing.T) {
	file := filepath.Join("..", "docs", "cli.md")
	want := reference(newProgram([]string{"hallmark"}, Streams{}).app())
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("%s is not what -update writes (-want +got):\n%s", file, diff)
	}
}

// reference is docs/cli.md.
func reference(app *cli.App) string {
	var out strings.Builder
	out.WriteString(introduction + "| command | does |\n|---|---|\n")
	walk(app.Commands, "hallmark", func(path string, c *cli.Command) {
		anchor := strings.ReplaceAll(path, " ", "-")
		fmt.Fprintf(&out, "| [`%s`](#%s) | %s |\n", strings.TrimPrefix(path, "hallmark "), anchor, cell(c.Usage))
	})
	walk(app.Commands, "hallmark", func(path string, c *cli.Command) { writeCommand(&out, path, c) })
	return out.String()
}

// walk visits commands and those below them. One that only holds others does nothing by itself.
func walk(commands []*cli.Command, path string, visit func(string, *cli.Command)) {
	for _, c := range commands {
		if c.Hidden {
			continue
		}
		if len(c.Subcommands) == 0 {
			visit(path+" "+c.Name, c)
		}
		walk(c.Subcommands, path+" "+c.Name, visit)
	}
}

func writeCommand(out *strings.Builder, path string, c *cli.Command) {
	usage := path
	if len(c.Flags) > 0 {
		usage += " [flags]"
	}
	fmt.Fprintf(out, "\n## %s\n\n%s.\n\n```text\n%s\n```\n", path, strings.ToUpper(c.Usage[:1])+c.Usage[1:], strings.TrimSpace(usage+" "+c.ArgsUsage))
	if c.Description != "" {
		fmt.Fprintf(out, "\n%s\n", strings.Join(strings.Fields(c.Description), " "))
	}
	for _, category := range categories() {
		flags := flagsOf(c, category)
		if len(flags) == 0 {
			continue
		}
		fmt.Fprintf(out, "\n| %s | variable | default | |\n|---|---|---|---|\n", category)
		for _, f := range flags {
			standard := ""
			if f.standard != "" {
				standard = "`" + f.standard + "`"
			}
			fmt.Fprintf(out, "| `%s` | `%s` | %s | %s |\n", cell(f.name), f.variable, standard, cell(f.text))
		}
	}
}

// cell is text in a table.
func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }

func TestEveryFlagIsInTheReference(t *testing.T) {
	app := newProgram([]string{"hallmark"}, Streams{}).app()
	text := reference(app)
	walk(app.Commands, "hallmark", func(path string, c *cli.Command) {
		_, section, found := strings.Cut(text, "\n## "+path+"\n")
		section, _, _ = strings.Cut(section, "\n## ")
		for _, f := range c.Flags {
			if name := f.Names()[0]; !found || !strings.Contains(section, "`--"+name) {
				t.Errorf("%s has a flag --%s that is of no category: its help and the reference leave it out", path, name)
			}
		}
	})
}
