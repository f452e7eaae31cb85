package doctor

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hallmark-ci/hallmark/iam"
)

// Actions lists what a push and its gate ask of IAM, in the order of the table: what can be tried of them is what doctor tries.
func Actions(jobs ...iam.Job) []string {
	var actions []string
	for _, need := range iam.Needs() {
		if !slices.ContainsFunc(jobs, need.Asks) {
			continue
		}
		for _, action := range need.Actions {
			if !slices.Contains(actions, action) {
				actions = append(actions, action)
			}
		}
	}
	return actions
}

// jobs are those of a push to the repository, by how it is judged.
func (t Target) jobs() []iam.Job {
	switch {
	case t.NoGate:
		return []iam.Job{iam.Push}
	case t.Coverage.Type == "ENHANCED":
		return []iam.Job{iam.Push, iam.Enhanced}
	}
	return []iam.Job{iam.Push, iam.Gate}
}

// actions are what a push to the repository asks of IAM. Templates are for one that is not there.
func (t Target) actions() []string {
	actions := Actions(t.jobs()...)
	if t.Problem != nil || t.OnPush {
		return actions
	}
	return slices.DeleteFunc(actions, func(action string) bool { return action == "ecr:DescribeRepositoryCreationTemplates" })
}

// permissions checks the IAM actions of a push: those that are allowed together, each that is denied, and those that
// could not be tried or told.
func permissions(t Target) []Check {
	allowed := Check{Name: "permissions", Status: OK}
	untried := Check{Name: "permissions", Status: Untried}
	var rest []Check
	actions := t.actions()
	for _, action := range actions {
		i := slices.IndexFunc(t.Trials, func(trial Trial) bool { return trial.Action == action })
		switch {
		case i < 0:
			untried.Actions = append(untried.Actions, action)
		case t.Trials[i].Err == nil:
			allowed.Actions = append(allowed.Actions, action)
		case isDenied(t.Trials[i].Err):
			rest = append(rest, t.denied(action))
		case unreached(t.Trials[i].Err):
			return []Check{{Name: "permissions", Status: Untried, Found: "there are no credentials", Actions: actions}}
		default:
			rest = untold(rest, action, t.Trials[i].Err)
		}
	}
	if len(allowed.Actions) > 0 {
		allowed.Found = "allowed: " + strings.Join(allowed.Actions, ", ")
		rest = append([]Check{allowed}, rest...)
	}
	if len(untried.Actions) > 0 {
		untried.Found = "not tried, since that would write or takes a finding: " + strings.Join(untried.Actions, ", ")
		untried.Mend = "IAM can tell"
		untried.Command = "aws iam simulate-principal-policy --policy-source-arn ROLE-ARN --resource-arns " + t.ARN + " --action-names " + strings.Join(untried.Actions, " ")
		rest = append(rest, untried)
	}
	return rest
}

// untold adds an action of which nothing is known, to the others of which that is so for the same reason.
func untold(checks []Check, action string, err error) []Check {
	reason := err.Error()
	if isSilent(err) {
		reason = silence
	}
	begin := fmt.Sprintf("cannot be told, %s: ", reason)
	i := slices.IndexFunc(checks, func(c Check) bool { return strings.HasPrefix(c.Found, begin) })
	if i < 0 {
		return append(checks, Check{Name: "permissions", Status: Untried, Found: begin + action, Actions: []string{action}})
	}
	checks[i].Found += ", " + action
	checks[i].Actions = append(checks[i].Actions, action)
	return checks
}

// denied is a check of an action that is not allowed.
func (t Target) denied(action string) Check {
	check := Check{Name: "permissions", Status: Warning, Found: action + " is denied", Actions: []string{action}}
	for _, job := range t.jobs() {
		if loss := strings.ReplaceAll(iam.Loss(job, action), "`", ""); loss != "" && check.Status == Warning {
			check.Found = action + " is denied: " + loss
		}
		if !iam.Optional(job, action) {
			check.Status, check.Found = Missing, action+" is denied"
		}
	}
	var words []string
	for _, job := range t.jobs() {
		words = append(words, string(job))
	}
	if check.Status == Warning {
		words = append(words, "optional")
	}
	check.Mend = "allow it in the IAM policy of these credentials, which this prints"
	check.Command = "hallmark doctor --iam " + strings.Join(words, "+") + " --repository " + t.name()
	return check
}
