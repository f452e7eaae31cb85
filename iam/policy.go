package iam

import "slices"

// Policy is an identity-based policy document
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html).
type Policy struct {
	Version   string      `json:"Version"`
	Statement []Statement `json:"Statement"`
}

// Statement allows actions on one resource.
type Statement struct {
	Sid      string   `json:"Sid"`
	Effect   string   `json:"Effect"`
	Action   []string `json:"Action"` // sorted
	Resource string   `json:"Resource"`
}

// NewPolicy makes the policy of jobs on the repository of an ARN: the fewest actions they can be done with, and where optional is set, those
// they are done better with in statements of their own. Nothing is allowed twice; what is allowed on the repository may be on everything besides.
func NewPolicy(jobs []Job, arn string, optional bool) Policy {
	policy := Policy{Version: "2012-10-17"} // the newest version of the language of policies
	allowed := map[string]Resource{}
	for _, part := range []struct {
		sid      string
		on       Resource
		optional bool
	}{
		{"Registry", Everything, false},
		{"Repository", Repository, false},
		{"OptionalRegistry", Everything, true},
		{"OptionalRepository", Repository, true},
	} {
		if part.optional && !optional {
			continue
		}
		actions := slices.DeleteFunc(actionsOf(jobs, part.on, part.optional), func(action string) bool {
			on, found := allowed[action]
			return found && (on == part.on || on == Everything)
		})
		if len(actions) == 0 {
			continue
		}
		for _, action := range actions {
			allowed[action] = part.on
		}
		resource := string(Everything)
		if part.on == Repository {
			resource = arn
		}
		policy.Statement = append(policy.Statement, Statement{Sid: part.sid, Effect: "Allow", Action: actions, Resource: resource})
	}
	return policy
}

// actionsOf lists the actions of jobs on one kind of resource, sorted.
func actionsOf(jobs []Job, on Resource, optional bool) []string {
	var actions []string
	for _, need := range Needs() {
		if need.On == on && need.Optional == optional && slices.ContainsFunc(jobs, need.Asks) {
			actions = append(actions, need.Actions...)
		}
	}
	slices.Sort(actions)
	return slices.Compact(actions)
}
