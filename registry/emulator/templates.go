package emulator

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/hallmark-ci/hallmark/registry"
)

// createOnPush makes sure that the repository of a push is there, and makes it where a push may.
func (e *Emulator) createOnPush(name string) error {
	err := e.store.read(func(s *state) error {
		_, err := s.repository(name)
		return err
	})
	if err == nil || !e.scenario.createsOnPush() {
		return err
	}
	if err := checkName(name); err != nil {
		return &registryError{http.StatusBadRequest, "NAME_INVALID", "invalid repository name"}
	}
	return e.store.change(name, func(s *state) error {
		if s.Repositories[name] == nil {
			made := newRepository(name, e.now())
			made.Mutability = registry.Immutable
			s.Repositories[name] = made
		}
		return nil
	})
}

// describeRepositoryCreationTemplates tells what a push makes: with ECR it takes a template for the purpose, and the name ROOT stands
// for every repository (https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates.html).
func (c *call) describeRepositoryCreationTemplates(request struct {
	Prefixes []string `json:"prefixes"`
}) (any, error) {
	templates := []map[string]any{}
	asked := len(request.Prefixes) == 0 || slices.ContainsFunc(request.Prefixes, func(p string) bool { return strings.EqualFold(p, "ROOT") })
	if c.scenario.createsOnPush() && asked {
		templates = append(templates, map[string]any{
			"prefix": "ROOT", "appliedFor": []string{"CREATE_ON_PUSH"}, "imageTagMutability": string(registry.Immutable),
			"createdAt": epoch(c.now()), "updatedAt": epoch(c.now()),
		})
	}
	for _, t := range c.scenario.Templates {
		if len(request.Prefixes) > 0 && !slices.Contains(request.Prefixes, t.Prefix) {
			continue
		}
		if len(t.AppliedFor) == 0 {
			t.AppliedFor = []string{"CREATE_ON_PUSH"}
		}
		template := map[string]any{
			"prefix": t.Prefix, "appliedFor": t.AppliedFor, "imageTagMutability": cmp.Or(t.Mutability, string(registry.Mutable)),
			"createdAt": epoch(c.now()), "updatedAt": epoch(c.now()),
		}
		if len(t.Exclusions) > 0 {
			template["imageTagMutabilityExclusionFilters"] = exclusionsOf(t.Exclusions)
		}
		templates = append(templates, template)
	}
	return map[string]any{"registryId": Account, "repositoryCreationTemplates": templates}, nil
}
