package doctor

import (
	"errors"
	"fmt"

	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/tagger"
)

// name is the repository with its host, where that is known.
func (t Target) name() string {
	if t.Settings.Host == "" {
		return t.Settings.Name
	}
	return t.Settings.String()
}

// repository checks that the repository is there.
func repository(t Target) Check {
	check := Check{Name: "repository", Status: OK, Found: fmt.Sprintf("%s, %s", t.name(), t.Settings.Mutability)}
	switch {
	case t.OnPush:
		check.Found = fmt.Sprintf("%s is not there yet, its first push creates it, %s", t.name(), t.Settings.Mutability)
	case t.Problem == nil:
		return check
	case isMissing(t.Problem.Err):
		return Check{Name: "repository", Status: Missing, Found: t.Problem.Err.Error(), Mend: "create it", Command: t.Create}
	case isDenied(t.Problem.Err):
		return Check{Name: "repository", Status: Warning, Found: "its settings are not known", Mend: "allow ecr:DescribeRepositories on " + t.ARN}
	case unreached(t.Problem.Err):
		return Check{Name: "repository", Status: Untried, Found: "there are no credentials"}
	default:
		return failed("repository", Missing, t.Problem)
	}
	return check
}

// mutability checks whether the repository lets each tag of the rules be what it is meant to be, by the plan that a push would make if none
// of them was there.
func mutability(t Target, c Checkout) []Check {
	switch {
	case c.Problem != nil || c.TagsProblem != nil:
		return []Check{{Name: "mutability", Status: Untried, Found: "there are no tags to write"}}
	case t.Problem != nil && !t.OnPush && !isDenied(t.Problem.Err):
		return []Check{{Name: "mutability", Status: Untried, Found: "the repository's settings are not known"}}
	}
	plan := registry.NewPlan(registry.State{Repository: t.Settings}, registry.Image{}, c.Tags, registry.Options{Assume: t.Assume})
	var checks []Check
	for _, step := range plan.Refused() {
		check := Check{Name: "mutability", Status: Missing, Found: fmt.Sprintf("tag %q %s", step.Tag, step.Reason)}
		check.Mend, check.Command = splitCommand(step.Hint)
		checks = append(checks, check)
	}
	if len(checks) > 0 {
		return checks
	}
	moving := 0
	for _, tag := range c.Tags {
		if tag.Kind == tagger.Moving {
			moving++
		}
	}
	if moving == 0 {
		return []Check{{Name: "mutability", Status: OK, Found: "no tag of the rules is meant to move"}}
	}
	return []Check{{Name: "mutability", Status: OK, Found: "tags that are meant to move can"}}
}

// scanning checks whether a scan will come.
func scanning(t Target) Check {
	check := Check{Name: "scanning", Status: OK, Found: t.Coverage.Type + ", " + t.Coverage.Frequency}
	never, isNever := t.Coverage.NeverComes()
	switch {
	case t.OnPush || t.Problem != nil && isMissing(t.Problem.Err):
		return Check{Name: "scanning", Status: Untried, Found: "there is no repository yet"}
	case t.Uncover != nil && unreached(t.Uncover.Err):
		return Check{Name: "scanning", Status: Untried, Found: "there are no credentials"}
	case t.Uncover != nil && isSilent(t.Uncover.Err):
		return Check{Name: "scanning", Status: Untried, Found: silence}
	case t.Uncover != nil:
		return failed("scanning", Warning, t.Uncover)
	case isNever && t.Coverage.Type == "ENHANCED":
		check.Status, check.Found = Missing, never
		check.Mend = "add a scanning rule for " + t.Settings.Name + " to the registry; put-registry-scanning-configuration replaces all rules, so name those that are there too"
		check.Command = "aws ecr get-registry-scanning-configuration"
	case isNever:
		check.Status, check.Found = Warning, never+": push starts a scan itself, where ecr:StartImageScan is allowed"
		check.Mend = "turn it on"
		check.Command = "aws ecr put-image-scanning-configuration --repository-name " + t.Settings.Name + " --image-scanning-configuration scanOnPush=true"
	}
	return check
}

func isMissing(err error) bool {
	var notFound *registry.NotFoundError
	return errors.As(err, &notFound)
}

func isDenied(err error) bool {
	var denied *registry.DeniedError
	return errors.As(err, &denied)
}

// silence is what is said of a service of which another check tells why it does not answer.
const silence = "ECR does not answer"

// isSilent says whether ECR was out of reach, or had no time to the end.
func isSilent(err error) bool {
	var (
		unavailable *registry.UnavailableError
		host        *registry.HostError
	)
	return errors.As(err, &unavailable) || errors.As(err, &host)
}

// unreached says whether a call never came to an answer because of the credentials, of which another check tells.
func unreached(err error) bool {
	var credentials *registry.CredentialsError
	return errors.As(err, &credentials)
}
