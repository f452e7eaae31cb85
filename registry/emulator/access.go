package emulator

import (
	"encoding/json"
	"fmt"
)

// maxAccess is how many bytes the policy of a repository may have
// (https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_SetRepositoryPolicy.html).
const maxAccess = 10_240

// checkAccess refuses what is no policy. Who it names is not looked up.
func checkAccess(text string) error {
	var policy struct {
		Statement json.RawMessage
	}
	if len(text) > maxAccess || json.Unmarshal([]byte(text), &policy) != nil || len(policy.Statement) == 0 {
		return invalid("Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Invalid repository policy provided'")
	}
	return nil
}

type accessRequest struct {
	repositoryRef
	Text string `json:"policyText"`
}

func (c *call) setRepositoryPolicy(request accessRequest) (any, error) {
	if err := checkAccess(request.Text); err != nil {
		return nil, err
	}
	err := c.store.change(request.RepositoryName, func(s *state) error {
		r, err := request.of(s)
		if err != nil {
			return err
		}
		r.Access = request.Text
		return nil
	})
	return accessAnswer(request.RepositoryName, request.Text), err
}

func (c *call) getRepositoryPolicy(request repositoryRef) (any, error) {
	var text string
	err := c.store.read(func(s *state) (err error) {
		text, err = accessOf(s, request)
		return err
	})
	return accessAnswer(request.RepositoryName, text), err
}

func (c *call) deleteRepositoryPolicy(request repositoryRef) (any, error) {
	var text string
	err := c.store.change(request.RepositoryName, func(s *state) (err error) {
		if text, err = accessOf(s, request); err == nil {
			s.Repositories[request.RepositoryName].Access = ""
		}
		return err
	})
	return accessAnswer(request.RepositoryName, text), err
}

func accessOf(s *state, request repositoryRef) (string, error) {
	r, err := request.of(s)
	if err != nil {
		return "", err
	}
	if r.Access == "" {
		return "", &apiError{"RepositoryPolicyNotFoundException",
			fmt.Sprintf("Repository policy does not exist for the repository with name '%s' in the registry with id '%s'", r.Name, Account)}
	}
	return r.Access, nil
}

func accessAnswer(repository, text string) any {
	return map[string]any{"registryId": Account, "repositoryName": repository, "policyText": text}
}
