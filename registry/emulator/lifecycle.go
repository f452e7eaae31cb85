package emulator

import (
	"fmt"

	"github.com/hallmark-ci/hallmark/registry/lifecycle"
)

// checkPolicy refuses a policy as ECR does. What it says begins as ECR says it; the rest is the emulator's.
func checkPolicy(text string) (lifecycle.Policy, error) {
	policy, err := lifecycle.Parse([]byte(text))
	if err != nil {
		return lifecycle.Policy{}, invalid("Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy validation failure: %v'", err)
	}
	return policy, nil
}

type putLifecycleRequest struct {
	repositoryRef
	Text string `json:"lifecyclePolicyText"`
}

func (c *call) putLifecyclePolicy(request putLifecycleRequest) (any, error) {
	if _, err := checkPolicy(request.Text); err != nil {
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
