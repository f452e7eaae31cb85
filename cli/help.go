package cli

import (
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/hallmark-ci/hallmark/report"
)

// Columns of help: where the texts of flags begin, and where lines end.
const (
	helpText  = 26
	helpWidth = 80
)

// helpOf is the help of a command: what it is for, how it is called, and its flags by category. It stands in for urfave/cli's own, which
// is wider than a terminal, since it names the variable of each flag. It is a template without actions. path is how the command is called.
func helpOf(c *cli.Command, path string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "hallmark %s: %s\n\nusage: hallmark %s", path, c.Usage, path)
	if len(c.Flags) > 0 {
		b.WriteString(" [flags]")
	}
	fmt.Fprintf(&b, "%s\n", strings.TrimRight(" "+c.ArgsUsage, " "))
	if c.Description != "" {
		fmt.Fprintf(&b, "\n%s\n", strings.Join(report.Wrap(c.Description, helpWidth), "\n"))
	}
	if len(c.Subcommands) > 0 {
		b.WriteString("\ncommands:\n")
	}
	for _, under := range c.Subcommands {
		fmt.Fprintf(&b, "  %-*s%s\n", helpText-2, under.Name, under.Usage)
	}
	for _, category := range categories() {
		flags := flagsOf(c, category)
		if len(flags) > 0 {
			fmt.Fprintf(&b, "\n%s:\n", category)
		}
		for _, f := range flags {
			writeFlag(&b, f)
		}
	}
	if len(c.Flags) > 0 {
		b.WriteString("\nEach flag has a variable (--dry-run is HALLMARK_DRY_RUN) and may stand in\n.hallmark.yaml at the top of the work tree, under its name.\n")
	}
	return strings.ReplaceAll(b.String(), "{{", `{{"{{"}}`)
}

// flagHelp is what a flag says of itself. The name of its value stands in backquotes in the flag's text.
type flagHelp struct {
	name     string // with dashes, and the value it takes
	text     string
	standard string // default; empty where there is none to name
	variable string
}

func flagHelpOf(f cli.Flag) (flagHelp, bool) {
	flag, ok := f.(cli.DocGenerationFlag)
	if !ok {
		return flagHelp{}, false
	}
	h := flagHelp{name: "--" + f.Names()[0], text: flag.GetUsage(), variable: strings.Join(flag.GetEnvVars(), ", ")}
	value := "VALUE"
	if before, rest, found := strings.Cut(h.text, "`"); found {
		word, after, _ := strings.Cut(rest, "`")
		value, h.text = word, before+word+after
	}
	if _, alone := f.(*cli.GenericFlag); alone {
		h.name += "[=" + value + "]"
	} else if flag.TakesValue() {
		h.name += " " + value
		if standard := flag.GetValue(); standard != "0" {
			h.standard = standard
		}
	}
	return h, true
}

// categories are those of flags, in the order they are told.
func categories() []string {
	return []string{categorySettings, categoryLifecycle, categoryImage, categoryTags, categoryPush, categoryGate, categoryOutput}
}

// flagsOf are the flags of a command of one category.
func flagsOf(c *cli.Command, category string) []flagHelp {
	var out []flagHelp
	for _, f := range c.Flags {
		categorised, ok := f.(cli.CategorizableFlag)
		if !ok || categorised.GetCategory() != category {
			continue
		}
		if help, ok := flagHelpOf(f); ok {
			out = append(out, help)
		}
	}
	return out
}

// writeFlag writes one flag.
func writeFlag(b *strings.Builder, h flagHelp) {
	name, text := h.name, h.text
	if h.standard != "" {
		text += " (default: " + h.standard + ")"
	}
	lines := report.Wrap(text, helpWidth-helpText)
	if len(name)+4 > helpText {
		fmt.Fprintf(b, "  %s\n", name)
		name = ""
	}
	for _, line := range lines {
		fmt.Fprintf(b, "%-*s%s\n", helpText, strings.TrimRight("  "+name, " "), line)
		name = ""
	}
}
