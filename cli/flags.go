package cli

import (
	"strings"
	"time"

	"github.com/urfave/cli/v2"
)

// Categories of flags, in the order help shows them: urfave/cli sorts them by name.
const (
	categoryImage  = "image and repository"
	categoryTags   = "tags"
	categoryGate   = "scan and gate"
	categoryPush   = "push"
	categoryOutput = "output"

	categoryLifecycle = "lifecycle policy"
	categorySettings  = "settings of repositories"
)

// variable is the environment variable of a flag.
func variable(flag string) []string {
	return []string{"HALLMARK_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))}
}

func textFlag(category, name, value, usage string) cli.Flag {
	return &cli.StringFlag{Name: name, Value: value, Usage: usage, Category: category, EnvVars: variable(name)}
}

func listFlag(category, name, usage string) cli.Flag {
	return &cli.StringSliceFlag{Name: name, Usage: usage, Category: category, EnvVars: variable(name)}
}

func switchFlag(category, name, usage string) cli.Flag {
	return &cli.BoolFlag{Name: name, Usage: usage, Category: category, EnvVars: variable(name)}
}

func numberFlag(category, name string, value int, usage string) cli.Flag {
	return &cli.IntFlag{Name: name, Value: value, Usage: usage, Category: category, EnvVars: variable(name)}
}

func durationFlag(category, name string, value time.Duration, usage string) cli.Flag {
	return &cli.DurationFlag{Name: name, Value: value, Usage: usage, Category: category, EnvVars: variable(name)}
}

// optionalFlag is a flag that stands alone or with a value: --emulator, --emulator=FILE.
func optionalFlag(category, name, usage string) cli.Flag {
	return &cli.GenericFlag{Name: name, Value: &optional{}, Usage: usage, Category: category, EnvVars: variable(name)}
}

// optional is the value of an optionalFlag.
type optional struct {
	On   bool
	Text string
}

// Set takes what the flag package gives: "true" when the flag stands alone.
func (o *optional) Set(text string) error {
	o.On, o.Text = text != "false", ""
	if text != "true" && text != "false" {
		o.Text = text
	}
	return nil
}

func (o *optional) String() string {
	if o == nil || !o.On {
		return ""
	}
	return o.Text
}

// IsBoolFlag tells the flag package that no value need follow.
func (o *optional) IsBoolFlag() bool { return true }

func tagFlags() []cli.Flag {
	return append(ruleFlags(), textFlag(categoryTags, "moving", "forward", "latest, 1 and 1.2 go to higher versions only, or to any: forward or always"))
}

// ruleFlags say which tags a revision gets.
func ruleFlags() []cli.Flag {
	return []cli.Flag{
		textFlag(categoryTags, "path", ".", "work `DIR` whose commit the image was built from"),
		listFlag(categoryTags, "tag", "`RULE` that makes tags, as in docker/metadata-action (repeatable)"),
		listFlag(categoryTags, "flavor", "`LINE` that shapes all tags: latest, prefix, suffix (repeatable)"),
		textFlag(categoryTags, "pr-sha", "head", "commit of a pull request: head or merge"),
	}
}

func outputFlags() []cli.Flag { return outputFlagsOf("text or json") }

// outputFlagsOf are the flags on output of a command whose stdout can carry forms.
func outputFlagsOf(forms string) []cli.Flag {
	return []cli.Flag{
		textFlag(categoryOutput, "output", "text", "what stdout carries: "+forms),
		switchFlag(categoryOutput, "quiet", "say only what went wrong"),
		switchFlag(categoryOutput, "verbose", "say more"),
		textFlag(categoryOutput, "color", "auto", "auto, always or never"),
		textFlag(categoryOutput, "progress", "auto", "how layers and waits are told: auto, bar, plain or none"),
		&cli.PathFlag{Name: "config", Usage: "`FILE` to read in place of .hallmark.yaml", Category: categoryOutput, EnvVars: variable("config"), TakesFile: true},
	}
}

// lines splits the values of a repeatable flag where a variable or a file gave several in one text, one a line.
func lines(values []string) []string {
	var out []string
	for _, value := range values {
		for line := range strings.Lines(value) {
			if line = strings.TrimSpace(line); line != "" {
				out = append(out, line)
			}
		}
	}
	return out
}
