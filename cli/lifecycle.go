package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/hallmark-ci/hallmark/registry/lifecycle"
	"github.com/hallmark-ci/hallmark/report"
)

// Hints on where the files come from.
const (
	policyHint = "save one with: aws ecr get-lifecycle-policy --repository-name NAME --query lifecyclePolicyText --output text"
	imagesHint = "save them with: aws ecr describe-images --repository-name NAME --filter imageStatus=ANY"
)

func (p *program) lifecycleLintCommand() *cli.Command {
	return &cli.Command{
		Name:      "lint",
		Usage:     "find what is wrong with a lifecycle policy",
		ArgsUsage: "FILE",
		Description: "FILE is the policy, - for stdin. What ECR would refuse is exit status 64, a rule that does not do what it was written for, or takes " +
			"what is needed, is 4. Warnings alone are 0.",
		Flags:  append(factFlags(), outputFlags()...),
		Action: p.command(p.lifecycleLint),
	}
}

// factFlags tell what is in a repository, and what of it is in use.
func factFlags() []cli.Flag {
	return []cli.Flag{
		listFlag(categoryLifecycle, "images", "`FILE` with saved answers of describe-images; those of batch-get-image tell the platforms of indexes (repeatable)"),
		listFlag(categoryLifecycle, "in-use", "image that is in use: a digest, a reference, or a `FILE` with some, - for stdin (repeatable)"),
	}
}

func (p *program) lifecycleLint(c *cli.Context) error {
	document := &report.LifecycleDocument{
		Schema: report.LifecycleSchema, Command: p.result.Command, Policy: policyName(c.Args().First()), Problems: []report.LifecycleProblem{},
	}
	p.document = document
	if c.NArg() != 1 {
		return &UsageError{Problem: fmt.Sprintf("%d policies", c.NArg()), Hint: "hallmark repo lifecycle lint FILE"}
	}
	inventory, err := p.readInventory(c)
	if err != nil {
		return err
	}
	uses, err := p.readUses(c)
	if err != nil {
		return err
	}
	text, err := p.readPolicyText(c.Args().First())
	if err != nil {
		return err
	}
	policy, err := lifecycle.Parse(text)
	var invalid *lifecycle.InvalidError
	if errors.As(err, &invalid) {
		document.AddProblems(invalid.Problems)
		return errors.Join(p.printProblems(*document), &UsageError{Problem: fmt.Sprintf("ECR would refuse %s", document.Policy)})
	}
	if err != nil {
		return err
	}
	problems := lifecycle.Lint(policy, lifecycle.Facts{Repository: inventory.Repository, Images: inventory.Images(), Uses: uses})
	document.AddProblems(problems)
	if err := p.printProblems(*document); err != nil {
		return err
	}
	return lintError(document.Policy, problems)
}

// lintError says that a policy has problems, unless all are warnings.
func lintError(file string, problems []lifecycle.Problem) error {
	bad := 0
	for _, problem := range problems {
		if problem.Level == lifecycle.Bad {
			bad++
		}
	}
	switch bad {
	case 0:
		return nil
	case 1:
		return &driftError{problem: file + " has a problem", code: "lint"}
	}
	return &driftError{problem: fmt.Sprintf("%s has %d problems", file, bad), code: "lint"}
}

func (p *program) printProblems(document report.LifecycleDocument) error {
	if p.json {
		return nil
	}
	return report.LifecycleProblems(p.Out, document)
}

// policyName is how a file of a policy is called in messages.
func policyName(file string) string {
	if file == "-" {
		return "stdin"
	}
	return file
}

// readPolicyText reads the file of a policy. It is cut where it is much longer than ECR takes.
func (p *program) readPolicyText(file string) ([]byte, error) {
	var text []byte
	err := p.withFile(file, policyHint, func(r io.Reader) (err error) {
		text, err = io.ReadAll(io.LimitReader(r, 16*lifecycle.MaxLength))
		return err
	})
	return text, err
}

// readInventory reads the files of --images.
func (p *program) readInventory(c *cli.Context) (*lifecycle.Inventory, error) {
	inventory := &lifecycle.Inventory{}
	for _, file := range lines(c.StringSlice("images")) {
		if err := p.withFile(file, imagesHint, inventory.Read); err != nil {
			var usage *UsageError
			if errors.As(err, &usage) {
				return nil, err
			}
			return nil, &UsageError{Problem: err.Error(), Hint: imagesHint}
		}
	}
	return inventory, nil
}

// readUses reads --in-use: references, and files of them.
func (p *program) readUses(c *cli.Context) ([]lifecycle.Use, error) {
	var all []lifecycle.Use
	for _, word := range lines(c.StringSlice("in-use")) {
		if _, err := os.Stat(word); err != nil && word != "-" && strings.ContainsAny(word, ":@") {
			use, err := lifecycle.ParseUse(word)
			if err != nil {
				return nil, &UsageError{Problem: "--in-use: " + err.Error()}
			}
			all = append(all, use)
			continue
		}
		err := p.withFile(word, "a file holds references of images, one a line; one reference has a tag or a digest", func(r io.Reader) error {
			text, err := io.ReadAll(r)
			if err != nil {
				return err
			}
			uses, err := lifecycle.ParseUses(text)
			if err != nil {
				return &UsageError{Problem: err.Error()}
			}
			all = append(all, uses...)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}
