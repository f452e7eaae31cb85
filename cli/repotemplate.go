package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/ecr"
	"github.com/hallmark-ci/hallmark/registry/lifecycle"
	"github.com/hallmark-ci/hallmark/registry/posture"
	"github.com/hallmark-ci/hallmark/registry/posture/template"
	"github.com/hallmark-ci/hallmark/report"
)

func (p *program) repoTemplateCommand() *cli.Command {
	return &cli.Command{
		Name:      "template",
		Usage:     "write the settings of repositories as a template",
		ArgsUsage: "NAME...",
		Description: "stdout carries a template of CloudFormation or a configuration of Terraform with what repo audit wants: by the section posture of the " +
			"configuration file, the flags, and the tags that the rules make. Nothing is asked of AWS then. With --existing it carries the settings that the " +
			"repositories have. Nothing is ever written.",
		Flags: append(append(append([]cli.Flag{
			textFlag(categorySettings, "format", "", "language of the template: "+strings.Join(template.Format("").Words(), " or ")),
			switchFlag(categorySettings, "existing", "the settings that the repositories have, read from ECR"),
		}, settingFlags()...), ruleFlags()...), outputFlags()...),
		Action: p.command(p.repoTemplate),
	}
}

func (p *program) repoTemplate(c *cli.Context) error {
	host, names, err := templateNames(c)
	if err != nil {
		return err
	}
	var repositories []template.Repository
	var scan *posture.ScanRules
	if c.Bool("existing") {
		repositories, scan, err = p.existingSettings(c, host, names)
	} else {
		repositories, err = p.wantedSettings(c, names)
	}
	if err != nil {
		return err
	}
	written, err := template.Write(template.Format(c.String("format")), repositories, scan)
	if err != nil {
		return err
	}
	document := &report.TemplateDocument{Schema: report.TemplateSchema, Format: c.String("format"), Template: written.Text}
	for i, name := range names {
		document.Repositories = append(document.Repositories, report.TemplateRepository{Name: name, Resource: written.Resources[i]})
	}
	p.document = document
	if p.json {
		return nil
	}
	if _, err := io.WriteString(p.Out, written.Text); err != nil {
		return fmt.Errorf("write template: %w", err)
	}
	return nil
}

// templateNames reads the arguments and the format. host is empty where the names are those of the account's own registry.
func templateNames(c *cli.Context) (host string, names []string, err error) {
	words := template.Format("").Words()
	if c.String("format") == "" {
		return "", nil, &UsageError{Problem: "no format", Hint: "--format " + strings.Join(words, ", or --format ")}
	}
	if err := oneOf(c, "format", words...); err != nil {
		return "", nil, err
	}
	if !c.Args().Present() {
		return "", nil, &UsageError{Problem: "no repositories", Hint: "hallmark repo template --format " + c.String("format") + " NAME..."}
	}
	for i, text := range c.Args().Slice() {
		at, name, err := readRepository(text)
		switch {
		case err != nil:
			return "", nil, err
		case i > 0 && at != host:
			return "", nil, &UsageError{Problem: fmt.Sprintf("%q and %q are in two registries", c.Args().First(), text), Hint: "a template is for one account and region: write one for each"}
		case slices.Contains(names, name):
			return "", nil, &UsageError{Problem: fmt.Sprintf("%q stands twice", text), Hint: "a template has a repository once"}
		}
		host, names = at, append(names, name)
	}
	return host, names, nil
}

// wantedSettings are the settings that repositories are to have.
func (p *program) wantedSettings(c *cli.Context, names []string) ([]template.Repository, error) {
	w, err := p.readWanted(c)
	if err != nil {
		return nil, err
	}
	var classes []posture.Class
	if w.config.Immutable == nil {
		if classes, err = p.classesOfTemplate(c); err != nil {
			return nil, err
		}
	}
	desired, err := w.desired(classes)
	if err != nil {
		return nil, err
	}
	for _, problem := range lifecycle.Lint(w.policy, lifecycle.Facts{}) {
		p.say.Warn("%s:%s", w.policyName, problem)
	}
	if desired.Mutability == registry.MutabilityUnknown {
		return nil, &UsageError{
			Problem: "nothing says whether tags may move: there is no work tree here, and no --immutable",
			Hint:    "name the work tree that the images are built from: --path DIR, or set --immutable",
		}
	}
	var all []template.Repository
	for _, name := range names {
		all = append(all, template.Wanted(name, desired))
	}
	return all, nil
}

// classesOfTemplate are the classes of tags that the project writes. Where there is neither a work tree nor a rule they are not known.
func (p *program) classesOfTemplate(c *cli.Context) ([]posture.Class, error) {
	classes, found, err := p.projectClasses(c)
	if err == nil && !found && !c.IsSet("tag") {
		return nil, nil
	}
	return classes, err
}

// existingSettings are the settings that repositories have, and the rules by which their registry scans; nil where those could not be read.
func (p *program) existingSettings(c *cli.Context, host string, names []string) ([]template.Repository, *posture.ScanRules, error) {
	for _, flag := range settingFlags() {
		if name := flag.Names()[0]; c.IsSet(name) {
			return nil, nil, &UsageError{Problem: "--" + name + " with --existing", Hint: "leave one of the two out: settings are those there are, or those that are wanted"}
		}
	}
	api, err := reachECR(c.Context, ecr.Options{Host: host})
	if err != nil {
		return nil, nil, err
	}
	var all []template.Repository
	for _, name := range names {
		settings, err := readSettings(c.Context, api, host, name)
		if err != nil {
			return nil, nil, withoutRepository(err)
		}
		for _, part := range slices.Sorted(maps.Keys(settings.Unseen)) {
			p.say.Warn("repository %q: its %s is not in the template: %s", name, part, settings.Unseen[part])
		}
		all = append(all, template.Existing(settings))
	}
	rules, _, err := api.ScanRules(c.Context)
	if unseen(err) {
		p.say.Warn("the scanning rules of the registry are not in the template: %v", err)
		return all, nil, nil
	}
	return all, &rules, err
}

// readSettings reads the settings of a repository that a template has. What may not be read is noted as unseen.
func readSettings(ctx context.Context, api *ecr.Client, host, name string) (posture.Settings, error) {
	described, err := api.Describe(ctx, host, name)
	if err != nil {
		return posture.Settings{}, err
	}
	settings := described[0]
	for _, part := range []struct {
		name posture.Part
		read func() error
	}{
		{posture.PartLifecycle, func() (err error) { settings.Lifecycle, _, err = api.LifecyclePolicy(ctx, name); return err }},
		{posture.PartAccess, func() (err error) { settings.Access, _, err = api.AccessPolicy(ctx, name); return err }},
		{posture.PartLabels, func() (err error) { settings.Labels, err = api.Labels(ctx, name, settings.ARN); return err }},
	} {
		err := part.read()
		if unseen(err) {
			settings.Hide(part.name, err.Error())
			continue
		}
		if err != nil {
			return settings, err
		}
	}
	return settings, nil
}

// unseen says that credentials may not read something, and others might.
func unseen(err error) bool {
	var denied *registry.DeniedError
	return errors.As(err, &denied)
}
