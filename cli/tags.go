package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/hallmark-ci/hallmark/report"
	"github.com/hallmark-ci/hallmark/tagger"
)

func (p *program) tagsCommand() *cli.Command {
	return &cli.Command{
		Name:        "tags",
		Usage:       "print the tags that Git and the rules give",
		Description: "Reads no registry. stdout carries one tag a line, in the order they would be written.",
		Flags:       append(append(tagFlags(), buildFlags()...), outputFlagsOf("text, json, github or bake")...),
		Action:      p.command(p.tags),
	}
}

// buildFlags are what only tags takes: for the step that builds the image.
func buildFlags() []cli.Flag {
	return []cli.Flag{
		listFlag(categoryTags, "image", "`LINE` with images to print whole references of (repeatable)"),
		listFlag(categoryTags, "label", "`KEY=VALUE` to add to the labels, with expressions (repeatable)"),
		listFlag(categoryTags, "annotation", "`KEY=VALUE` to add to the annotations, with expressions (repeatable)"),
		listFlag(categoryTags, "annotation-level", "`LEVEL` of annotations: manifest, index, manifest-descriptor or index-descriptor (repeatable)"),
		textFlag(categoryTags, "bake-target", report.DefaultTarget, "`NAME` of the target in a bake file"),
		textFlag(categoryTags, "separator", "", "`TEXT` between parts of a GitHub output (default: a newline)"),
		switchFlag(categoryTags, "explain", "say which rule gave what, and why not"),
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
	if c.String("moving") != "always" {
		if derivation, err = p.forward(c.Context, f, derivation); err != nil {
			return err
		}
	}
	for _, notice := range derivation.Notices {
		p.say.Say("%s", notice)
	}
	build, err := p.readBuild(c, f.Revision, derivation)
	if err != nil {
		return err
	}
	p.document = build.Document
	if c.Bool("explain") {
		p.say.Explain(derivation)
	}
	if err := p.printBuild(c.String("output"), build); err != nil {
		return fmt.Errorf("write tags: %w", err)
	}
	return nil
}

// readBuild works out what the step that builds the image is told.
func (p *program) readBuild(c *cli.Context, r tagger.Revision, d tagger.Derivation) (report.Build, error) {
	images, err := tagger.ParseImages(c.StringSlice("image"))
	if err != nil {
		return report.Build{}, &UsageError{Problem: err.Error(), Hint: "an image line is NAME, or name=NAME,enable=true|false"}
	}
	created, err := sourceDateEpoch()
	if err != nil {
		return report.Build{}, err
	}
	if created.IsZero() {
		created = r.Time
	}
	build := report.Build{Images: images, Levels: lines(c.StringSlice("annotation-level")), Target: c.String("bake-target"), Separator: c.String("separator")}
	for _, level := range build.Levels {
		if known := []string{"manifest", "index", "manifest-descriptor", "index-descriptor"}; !slices.Contains(known, level) {
			return report.Build{}, &UsageError{Problem: "--annotation-level is " + quote(level), Hint: "it takes " + strings.Join(known, ", ")}
		}
	}
	build.Document = report.NewTagsDocument(r, d, images)
	for _, kind := range []struct {
		flag string
		to   *map[string]string
	}{{"label", &build.Document.Labels}, {"annotation", &build.Document.Annotations}} {
		labels, idle, err := r.Labels(d.Version, created, c.StringSlice(kind.flag))
		if err != nil {
			return report.Build{}, &UsageError{Problem: "--" + kind.flag + ": " + err.Error(), Hint: "write KEY=VALUE"}
		}
		for _, line := range idle {
			p.say.Warn("--%s %s has no key and value, and counts for nothing", kind.flag, quote(line))
		}
		*kind.to = labels
	}
	return build, nil
}

// printBuild writes what is asked for on stdout. JSON is written at the end of the run.
func (p *program) printBuild(form string, b report.Build) error {
	switch form {
	case "json":
		return nil
	case "github":
		return b.GitHub(p.Out)
	case "bake":
		parts := []string{"tags", "labels"}
		if len(b.Levels) > 0 {
			parts = append(parts, "annotations")
		}
		return report.JSON(p.Out, b.Bake(parts...))
	}
	for _, name := range b.Document.Lines() {
		if _, err := fmt.Fprintln(p.Out, name); err != nil {
			return err
		}
	}
	return nil
}
