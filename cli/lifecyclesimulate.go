package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/hallmark-ci/hallmark/registry/lifecycle"
	"github.com/hallmark-ci/hallmark/report"
)

// previewInterval is how long is waited between two looks at a preview. How long one takes is not documented.
const previewInterval = 2 * time.Second

func (p *program) lifecycleSimulateCommand() *cli.Command {
	return &cli.Command{
		Name:      "simulate",
		Usage:     "say which images a lifecycle policy takes",
		ArgsUsage: "[NAME]",
		Description: "NAME is a repository, whose images are read, and whose own policy counts where no --policy is given. With --images it is left out: " +
			"nothing is asked of AWS. Nothing is ever deleted. An image in use that would go, or may go, is exit status 4.",
		Flags: append(append([]cli.Flag{
			&cli.StringFlag{Name: "lifecycle-policy", Aliases: []string{"policy"}, Usage: "`FILE` with the policy, - for stdin; --policy for short",
				Category: categoryLifecycle, EnvVars: variable("lifecycle-policy")},
			textFlag(categoryLifecycle, "at", "", "`TIME` of the evaluation: a date, RFC 3339, or +30d from now (default: now)"),
			numberFlag(categoryLifecycle, "pulled-within", 0, "`DAYS` within which a pull means that an image is in use; 0 for none"),
			textFlag(categoryLifecycle, "price", "0.10", "`USD` for a GB and month of storage"),
			switchFlag(categoryLifecycle, "verify", "have ECR preview the policy, and compare"),
		}, append(factFlags(), liveFlags(categoryLifecycle)...)...), append(outputFlags(), ownReportFlag("lifecycle-report", report.LifecycleFormats(nil)))...),
		Action: p.command(p.lifecycleSimulate),
	}
}

func (p *program) lifecycleSimulate(c *cli.Context) error {
	limitMemory()
	document := &report.LifecycleDocument{Schema: report.LifecycleSchema, Command: p.result.Command, Problems: []report.LifecycleProblem{}}
	p.document = document
	if err := p.readReports(c, report.LifecycleFormats(document)); err != nil {
		return err
	}
	s, err := p.readSimulation(c, document)
	if err != nil {
		return err
	}
	if err := p.readRepositoryState(c.Context, s); err != nil {
		return withoutRepository(err)
	}
	s.document.Repository = s.repository.Name
	if err := p.askWhatRuns(c.Context, s); err != nil {
		return err
	}
	if s.policy, err = parsePolicy(s.document.Policy, s.text); err != nil {
		return err
	}
	outcomes := lifecycle.Simulate(s.policy, s.inventory.Images(), s.at)
	if err := s.verifyAgainstECR(c.Context, outcomes); err != nil {
		return err
	}
	p.tellUses(s, outcomes)
	s.document.SetOutcomes(outcomes, s.price)
	if !p.json {
		if err := report.LifecycleImages(p.Out, *s.document, p.say.Verbose); err != nil {
			return err
		}
	}
	return s.verdict(outcomes)
}

// askWhatRuns adds what AWS tells of what is in use.
func (p *program) askWhatRuns(ctx context.Context, s *simulated) error {
	if len(s.live.sources) == 0 {
		return nil
	}
	live, err := p.readWorkloads(ctx, p.newUseReader(s.api, s.live), s.repository)
	s.uses = append(s.uses, live.uses...)
	s.unseen, s.document.Sources = live.unseen, live.sources
	return err
}

// verifyAgainstECR holds outcomes against ECR's own preview.
func (s *simulated) verifyAgainstECR(ctx context.Context, outcomes []lifecycle.Outcome) error {
	if !s.verify {
		return nil
	}
	preview, err := s.api.PreviewLifecyclePolicy(ctx, s.repository.Name, string(s.text), previewInterval)
	if err != nil {
		return err
	}
	for _, d := range lifecycle.Verify(outcomes, preview) {
		s.document.Preview = append(s.document.Preview, report.LifecycleDifference(d))
	}
	return nil
}

// tellUses marks what is in use, and says what a person should know before the table.
func (p *program) tellUses(s *simulated, outcomes []lifecycle.Outcome) {
	for _, use := range lifecycle.Join(outcomes, s.repository.Name, s.uses) {
		s.document.Unknown = append(s.document.Unknown, use.String())
		p.say.Warn("in use, and not among the images: %s", use)
	}
	if s.live.pulled > 0 {
		lifecycle.JoinPulled(outcomes, s.live.pulled, s.now)
	}
	problems := lifecycle.Lint(s.policy, lifecycle.Facts{Repository: s.repository.Name, Images: s.inventory.Images(), Uses: s.uses})
	s.document.AddProblems(problems)
	for _, problem := range problems {
		if problem.Level == lifecycle.Bad {
			p.say.Warn("%s:%s", s.document.Policy, problem)
		}
	}
}

// verdict says what speaks against the policy: an image in use that goes, one that goes while not all that runs was seen, or a preview that
// differs.
func (s *simulated) verdict(outcomes []lifecycle.Outcome) error {
	endangered := lifecycle.Endangered(outcomes)
	if len(endangered) == 0 && len(s.unseen) > 0 && s.document.Totals.Keep < s.document.Totals.Images {
		return &unseenError{problems: s.unseen}
	}
	if len(endangered) == 0 && len(s.document.Preview) > 0 {
		return fmt.Errorf("ECR's own preview differs for %d images: it is what counts", len(s.document.Preview))
	}
	if len(endangered) == 0 {
		return nil
	}
	var names []string
	for _, o := range endangered {
		names = append(names, o.Image.Name()+usedBy(o.Uses))
	}
	const shown = 3
	if len(names) > shown {
		names = append(names[:shown], fmt.Sprintf("and %d more", len(names)-shown))
	}
	return &driftError{
		problem: "refused: the policy takes, or may take, what is in use: " + strings.Join(names, ", "),
		code:    "in-use",
		hint:    "put a rule for the tags of what runs before the others",
	}
}

// usedBy says who has an image in use, by the first of them. References that were given say no more than the image does.
func usedBy(uses []string) string {
	i := slices.IndexFunc(uses, func(use string) bool { return strings.Contains(use, " ") })
	switch {
	case i < 0:
		return ""
	case len(uses) == 1:
		return " (" + uses[i] + ")"
	}
	return fmt.Sprintf(" (%s and %d more)", uses[i], len(uses)-1)
}
