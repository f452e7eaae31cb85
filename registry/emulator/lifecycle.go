package emulator

import (
	"encoding/json"
	"fmt"
)

// maxPolicy is the longest lifecycle policy, in characters, and maxRules the most rules it may have
// (https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html).
const (
	maxPolicy = 30_720
	maxRules  = 50
)

func checkPolicy(text string) error {
	bad := func(format string, a ...any) error {
		return invalid("Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy validation failure: %s'", fmt.Sprintf(format, a...))
	}
	if len(text) > maxPolicy {
		return bad("longer than %d characters", maxPolicy)
	}
	var policy struct {
		Rules []struct {
			Priority  *int            `json:"rulePriority"`
			Selection json.RawMessage `json:"selection"`
			Action    json.RawMessage `json:"action"`
		} `json:"rules"`
	}
	if err := json.Unmarshal([]byte(text), &policy); err != nil {
		return bad("%v", err)
	}
	if len(policy.Rules) == 0 || len(policy.Rules) > maxRules {
		return bad("%d rules, and 1 to %d are allowed", len(policy.Rules), maxRules)
	}
	seen := map[int]bool{}
	for _, rule := range policy.Rules {
		switch {
		case rule.Priority == nil || rule.Selection == nil || rule.Action == nil:
			return bad("object has missing required properties ([\"action\",\"rulePriority\",\"selection\"])")
		case seen[*rule.Priority]:
			return bad("rulePriority %d stands twice", *rule.Priority)
		}
		seen[*rule.Priority] = true
	}
	return nil
}

type putLifecycleRequest struct {
	repositoryRef
	Text string `json:"lifecyclePolicyText"`
}

func (c *call) putLifecyclePolicy(request putLifecycleRequest) (any, error) {
	if err := checkPolicy(request.Text); err != nil {
		return nil, err
	}
	err := c.store.change(request.RepositoryName, func(s *state) error {
		r, err := request.of(s)
		if err != nil {
			return err
		}
		r.Lifecycle = &lifecyclePolicy{Text: request.Text, PutAt: c.now()}
		return nil
	})
	return map[string]any{"registryId": Account, "repositoryName": request.RepositoryName, "lifecyclePolicyText": request.Text}, err
}

func (c *call) getLifecyclePolicy(request repositoryRef) (any, error) {
	var answer any
	err := c.store.read(func(s *state) error {
		policy, err := lifecycleOf(s, request)
		if err == nil {
			answer = policy.answer(request.RepositoryName)
		}
		return err
	})
	return answer, err
}

func (c *call) deleteLifecyclePolicy(request repositoryRef) (any, error) {
	var answer any
	err := c.store.change(request.RepositoryName, func(s *state) error {
		policy, err := lifecycleOf(s, request)
		if err != nil {
			return err
		}
		answer = policy.answer(request.RepositoryName)
		s.Repositories[request.RepositoryName].Lifecycle = nil
		return nil
	})
	return answer, err
}

func lifecycleOf(s *state, request repositoryRef) (*lifecyclePolicy, error) {
	r, err := request.of(s)
	if err != nil {
		return nil, err
	}
	if r.Lifecycle == nil {
		return nil, &apiError{"LifecyclePolicyNotFoundException",
			fmt.Sprintf("Lifecycle policy does not exist for the repository with name '%s' in the registry with id '%s'", r.Name, Account)}
	}
	return r.Lifecycle, nil
}

// answer is a policy as the API tells it. It is evaluated once: when it is put.
func (p *lifecyclePolicy) answer(repository string) any {
	return map[string]any{
		"registryId": Account, "repositoryName": repository, "lifecyclePolicyText": p.Text, "lastEvaluatedAt": epoch(p.PutAt),
	}
}
