package cli

import (
	"fmt"

	"github.com/urfave/cli/v2"

	"github.com/hallmark-ci/hallmark/report"
)

func (p *program) tagsCommand() *cli.Command {
	return &cli.Command{
		Name:        "tags",
		Usage:       "print the tags that Git and the rules give",
		Description: "Reads no registry. stdout carries one tag a line, in the order they would be written.",
		Flags: append(append(tagFlags(),
			listFlag(categoryTags, "image", "image `NAME` to print whole references of (repeatable)"),
			switchFlag(categoryTags, "explain", "say which rule gave what, and why not")),
			outputFlags()...),
		Action: p.command(p.tags),
	}
}

func (p *program) tags(c *cli.Context) error {
	if c.Args().Present() {
		return &UsageError{Problem: fmt.Sprintf("unexpected argument %q", c.Args().First()), Hint: "the work tree is named by --path"}
	}
	f, err := p.readFacts(c.Context, c)
	if err != nil {
		return err
	}
	p.warnOfCommit(f)
	p.result.Revision = report.NewRevision(f.Revision)
	derivation, err := p.derive(c, f.Revision)
	if err != nil {
		return err
	}
	document := report.NewTagsDocument(f.Revision, derivation, lines(c.StringSlice("image")))
	p.document = document
	if c.Bool("explain") {
		p.say.Explain(derivation)
	}
	if p.json {
		return nil
	}
	for _, name := range document.Lines() {
		if _, err := fmt.Fprintln(p.Out, name); err != nil {
			return fmt.Errorf("write tags: %w", err)
		}
	}
	return nil
}
