package cli

import (
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/hallmark-ci/hallmark/doctor"
	"github.com/hallmark-ci/hallmark/iam"
	"github.com/hallmark-ci/hallmark/registry/ecr"
	"github.com/hallmark-ci/hallmark/report"
	"github.com/hallmark-ci/hallmark/suggest"
)

func (p *program) doctorCommand() *cli.Command {
	return &cli.Command{
		Name:  "doctor",
		Usage: "say what is missing here for a push, each with its mend",
		Description: "Looks at the work tree, the daemon, the credentials and the repository, and tries what the\n" +
			"credentials may do by calls that change nothing. Exit status 1 when something is missing. With\n" +
			"--iam it prints an IAM policy in place of that, and asks nothing of AWS; arguments are further\n" +
			"jobs of the policy.",
		Flags: append(append([]cli.Flag{
			textFlag(categoryImage, "repository", "", "repository `URI-or-NAME`; a name is one of the account's own registry"),
			listFlag(categoryImage, "iam", "print the policy of `JOB`: "+strings.Join(iam.Words(), ", ")+"; joined by + (repeatable)"),
			assumeFlag(),
			noGateFlag(),
		}, tagFlags()...), outputFlags()...),
		Action: p.command(p.doctor),
	}
}

// missingError says that doctor found something missing.
type missingError struct {
	n int
}

func (e *missingError) Error() string {
	if e.n == 1 {
		return "1 thing is missing"
	}
	return fmt.Sprintf("%d things are missing", e.n)
}

func (p *program) doctor(c *cli.Context) error {
	var host, name string
	if text := c.String("repository"); text != "" {
		var err error
		if host, name, err = readRepository(text); err != nil {
			return err
		}
	}
	if words := lines(c.StringSlice("iam")); len(words) > 0 {
		return p.printPolicy(c, host, name, append(words, c.Args().Slice()...))
	}
	if c.Args().Present() {
		return &UsageError{Problem: fmt.Sprintf("unexpected argument %q", c.Args().First()), Hint: "the repository is named by --repository"}
	}
	if err := oneOf(c, "assume-mutability", "mutable", "immutable"); err != nil {
		return err
	}
	facts, err := p.examine(c, host, name)
	if err != nil {
		return err
	}
	document := report.NewDoctorDocument(doctor.Diagnose(facts))
	p.document = &document
	if !p.json {
		if err := document.Write(p.Out, colorful(c.String("color"), p.Out)); err != nil {
			return fmt.Errorf("write checks: %w", err)
		}
	}
	if document.Missing > 0 {
		return &missingError{document.Missing}
	}
	return nil
}

// printPolicy prints the policy of jobs, as far as the repository is known.
func (p *program) printPolicy(c *cli.Context, host, name string, words []string) error {
	jobs, optional, unknown := iam.ParseJobs(words)
	if unknown != "" {
		e := &UsageError{Problem: "--iam is " + quote(unknown), Hint: "it takes " + strings.Join(iam.Words(), ", ") + ", joined by +"}
		if near, ok := suggest.Nearest(unknown, iam.Words()); ok {
			e.Hint = "did you mean --iam " + near
		}
		return e
	}
	if len(jobs) == 0 {
		return &UsageError{Problem: "--iam names no job", Hint: "say what for, such as --iam push+gate"}
	}
	if name == "" {
		name = "NAME"
	}
	api, err := ecr.New(c.Context, ecr.Options{Host: host})
	if err != nil {
		return err
	}
	if host != "" && !api.Serves(host) {
		return &UsageError{Problem: host + " is not Amazon ECR, and IAM has no say in it"}
	}
	arn := api.ARN(name)
	for _, word := range []string{"REGION", "ACCOUNT", "NAME"} {
		if strings.Contains(arn, word) {
			p.say.Say("write yours in place of %s", word)
		}
	}
	document := iam.NewPolicy(jobs, arn, optional)
	p.document = document
	if p.json {
		return nil
	}
	return report.JSON(p.Out, document)
}

// problem is an error as doctor takes it, with the mend that it has elsewhere.
func problem(err error) *doctor.Problem {
	if err == nil {
		return nil
	}
	_, hint := mend(err, "")
	return &doctor.Problem{Err: err, Mend: hint}
}
