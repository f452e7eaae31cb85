package cli

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/posture"
	"github.com/hallmark-ci/hallmark/report"
)

func (p *program) repoAuditCommand() *cli.Command {
	return &cli.Command{
		Name:      "audit",
		Usage:     "find what is wrong with settings of repositories",
		ArgsUsage: "[NAME...]",
		Description: "Judges immutability tag by tag, for the tags that the rules make, then scanning, lifecycle policy, encryption, access, deletion and " +
			"quotas. Nothing is written. Exit status 4 on drift; 1 when a named repository is not there, or nothing could be judged. " +
			"What is wanted, and exceptions, stand in the section posture of .hallmark.yaml.",
		Flags: append(append([]cli.Flag{
			switchFlag(categorySettings, "all", "every repository of the registry"),
			listFlag(categorySettings, "from", "`FILE` with saved answers of the AWS CLI, - for stdin: nothing is asked of AWS (repeatable)"),
			switchFlag(categorySettings, "with-images", "with --all, read the images too: a call or more for each repository"),
			textFlag(categorySettings, "at", "", "`DATE` to judge exceptions and lifecycle policies at, or +30d (default: now)"),
			ownReportFlag("audit-report", report.PostureFormats()),
		}, ruleFlags()...), outputFlags()...),
		Action: p.command(p.repoAudit),
	}
}

// audited is one run of repo audit.
type audited struct {
	*program
	now        time.Time
	config     posture.Config
	desired    posture.Desired
	classes    []posture.Class
	exceptions posture.Exceptions
	registry   posture.Registry
	document   *report.PostureDocument
	checks     []posture.Check // of all repositories and templates, for exceptions that fit none
	throttled  error           // that ended the reading early
	images     bool            // read what is in the repositories
	all        bool
}

func (p *program) repoAudit(c *cli.Context) error {
	a := &audited{program: p, all: c.Bool("all"), document: &report.PostureDocument{
		Schema: report.PostureSchema, Command: p.result.Command, Registry: report.PostureRegistry{Checks: []report.PostureCheck{}},
		Classes: []report.PostureClass{}, Repositories: []report.PostureRepository{},
	}}
	p.document = a.document
	if err := p.readReports(c, report.PostureFormats()); err != nil {
		return err
	}
	var err error
	if a.now, err = evaluationTime(c.String("at"), p.clock().UTC()); err != nil {
		return err
	}
	a.document.At = a.now.Truncate(time.Second)
	files := lines(c.StringSlice("from"))
	a.images = c.Bool("with-images") || !a.all
	switch sources := c.NArg(); {
	case len(files) > 0 && (a.all || c.Bool("with-images")):
		return &UsageError{Problem: "--from with --all or --with-images", Hint: "saved answers are judged as far as they go"}
	case len(files) == 0 && a.all == (sources > 0):
		return &UsageError{Problem: "repo audit takes names of repositories, --all or --from FILE", Hint: "hallmark repo audit NAME"}
	}
	if err := a.readTarget(c); err != nil {
		return err
	}
	if len(files) > 0 {
		err = a.readAnswers(files, c.Args().Slice())
	} else {
		err = a.readRegistry(c.Context, c.Args().Slice())
	}
	if err != nil {
		return err
	}
	return a.finish()
}

// add judges one repository, and forgets what it was judged by.
func (a *audited) add(s posture.Settings) (report.PostureRepository, []posture.Check) {
	checks := posture.Audit(s, a.registry, a.desired, a.classes, a.exceptions)
	return report.NewPostureRepository(s, checks, a.now), checks
}

// finish judges what the registry has in common, tells of all, and says what it comes to.
func (a *audited) finish() error {
	d := a.document
	var names []string
	for _, r := range d.Repositories {
		names = append(names, r.Name)
	}
	templates := names
	if a.all {
		templates = nil
	}
	if a.all || len(names) > 0 {
		checks := posture.AuditTemplates(a.registry, a.desired, a.classes, a.exceptions, templates...)
		d.Registry.Checks = report.NewPostureChecks(checks, a.now)
		a.checks = append(a.checks, checks...)
	}
	d.Registry.Host, d.Registry.Account, d.Registry.ScanType = a.registry.Host, a.registry.Account, a.registry.Scan.Type
	a.warnOfExceptions(names)
	d.Count()
	for _, warning := range d.Warnings {
		a.say.Warn("%s", warning)
	}
	if !a.json {
		if err := report.Posture(a.Out, *d, a.say.Verbose); err != nil {
			return err
		}
	}
	return a.verdict()
}

// warnOfExceptions tells of exceptions that are for nothing, and of those that are over.
func (a *audited) warnOfExceptions(names []string) {
	for _, e := range a.exceptions.Idle(a.checks, names, a.all) {
		a.document.Warnings = append(a.document.Warnings, fmt.Sprintf("%s: the exception for %s of %q matches nothing: take it out", e.Place, e.Check, e.Repository))
	}
	said := map[string]bool{}
	for _, check := range a.checks {
		for _, e := range check.Excuses {
			if e.Expired(a.now) && !said[e.Place] {
				said[e.Place] = true
				a.document.Warnings = append(a.document.Warnings, fmt.Sprintf("%s: the exception for %s of %q ended on %s, and excuses nothing", e.Place, e.Check, e.Repository, e.Until))
			}
		}
	}
}

// verdict is the error that the run ends in. Drift outweighs a repository that is not there: what was found counts.
func (a *audited) verdict() error {
	t := a.document.Totals
	switch {
	case a.throttled != nil:
		return a.throttled
	case t.Drift+t.Templates > 0:
		return &driftError{problem: driftText(t), code: "drift", hint: "each has its mend above; an exception with a reason and an end date stands in .hallmark.yaml under posture"}
	case t.Missing > 0:
		missing := strings.Join(a.document.Missing, ", ")
		return withoutRepository(&registry.NotFoundError{Repository: missing, Err: errors.New("not among the answers")})
	case !a.document.Judged() && t.Repositories > 0:
		return &hintedError{error: errors.New("nothing could be judged"), code: "nothing-judged", hint: "allow the actions of: hallmark doctor --iam audit"}
	case t.Repositories == 0 && !a.all:
		return errors.New("there is no repository to judge")
	}
	return nil
}

func driftText(t report.PostureTotals) string {
	text := fmt.Sprintf("drift in %d of %d repositories", t.Drift, t.Repositories)
	switch {
	case t.Templates == 1:
		text += ", and in a creation template"
	case t.Templates > 1:
		text += fmt.Sprintf(", and in %d creation templates", t.Templates)
	}
	if t.Missing > 0 {
		text += fmt.Sprintf("; %d not there", t.Missing)
	}
	return text
}
