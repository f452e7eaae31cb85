package emulator

import (
	"fmt"
	"maps"
	"slices"

	"github.com/hallmark-ci/hallmark/registry"
)

// repositoryRef is how every request names a repository.
type repositoryRef struct {
	RegistryID     string `json:"registryId"`
	RepositoryName string `json:"repositoryName"`
}

// of finds the repository. Those of other registries are not here.
func (ref repositoryRef) of(s *state) (*repository, error) {
	if ref.RegistryID != "" && ref.RegistryID != Account {
		return nil, &apiError{"RepositoryNotFoundException",
			fmt.Sprintf("The repository with name '%s' does not exist in the registry with id '%s'", ref.RepositoryName, ref.RegistryID)}
	}
	if err := checkName(ref.RepositoryName); err != nil {
		return nil, err
	}
	return s.repository(ref.RepositoryName)
}

// exclusion is an exclusion filter of tag mutability as requests and answers have it.
type exclusion struct {
	FilterType string `json:"filterType"`
	Filter     string `json:"filter"`
}

func patterns(filters []exclusion) []string {
	var out []string
	for _, f := range filters {
		out = append(out, f.Filter)
	}
	return out
}

// resourceTag is a tag of a resource, not of an image.
type resourceTag struct {
	Key   string `json:"Key"`
	Value string `json:"Value"`
}

type scanFlag struct {
	ScanOnPush bool `json:"scanOnPush"`
}

type encryption struct {
	EncryptionType string `json:"encryptionType"`
	KMSKey         string `json:"kmsKey,omitempty"`
}

// repositoryAnswer is a repository as answers describe it.
type repositoryAnswer struct {
	ARN        string      `json:"repositoryArn"`
	RegistryID string      `json:"registryId"`
	Name       string      `json:"repositoryName"`
	URI        string      `json:"repositoryUri"`
	CreatedAt  float64     `json:"createdAt"`
	Mutability string      `json:"imageTagMutability"`
	Exclusions []exclusion `json:"imageTagMutabilityExclusionFilters,omitempty"`
	Scan       scanFlag    `json:"imageScanningConfiguration"`
	Encryption encryption  `json:"encryptionConfiguration"`
}

func (c *call) describe(r *repository) repositoryAnswer {
	out := repositoryAnswer{
		ARN:        c.arn(r.Name),
		RegistryID: Account,
		Name:       r.Name,
		URI:        registryHost(c.request) + "/" + r.Name,
		CreatedAt:  epoch(r.CreatedAt),
		Mutability: string(r.Mutability),
		Scan:       scanFlag{r.ScanOnPush},
		Encryption: encryption{r.Encryption, r.KMSKey},
	}
	out.Exclusions = exclusionsOf(r.Exclusions)
	return out
}

// exclusionsOf are filters in the form that ECR answers.
func exclusionsOf(filters []string) []exclusion {
	var out []exclusion
	for _, filter := range filters {
		out = append(out, exclusion{"WILDCARD", filter})
	}
	return out
}

func (c *call) arn(name string) string {
	return fmt.Sprintf("arn:aws:ecr:%s:%s:repository/%s", c.region, Account, name)
}

type createRepositoryRequest struct {
	repositoryRef
	Tags       []resourceTag `json:"tags"`
	Mutability string        `json:"imageTagMutability"`
	Exclusions []exclusion   `json:"imageTagMutabilityExclusionFilters"`
	Scan       scanFlag      `json:"imageScanningConfiguration"`
	Encryption *encryption   `json:"encryptionConfiguration"`
}

func (c *call) createRepository(request createRepositoryRequest) (any, error) {
	if err := checkName(request.RepositoryName); err != nil {
		return nil, err
	}
	if request.Mutability == "" {
		request.Mutability = string(registry.Mutable)
	}
	if err := checkMutability(request.Mutability, patterns(request.Exclusions)); err != nil {
		return nil, err
	}
	made := newRepository(request.RepositoryName, c.now())
	made.Mutability, made.Exclusions = registry.Mutability(request.Mutability), patterns(request.Exclusions)
	made.ScanOnPush = request.Scan.ScanOnPush
	if request.Encryption != nil {
		made.Encryption, made.KMSKey = request.Encryption.EncryptionType, request.Encryption.KMSKey
	}
	if err := made.label(request.Tags); err != nil {
		return nil, err
	}
	err := c.store.change(request.RepositoryName, func(s *state) error {
		if s.Repositories[made.Name] != nil {
			return &apiError{"RepositoryAlreadyExistsException",
				fmt.Sprintf("The repository with name '%s' already exists in the registry with id '%s'", made.Name, Account)}
		}
		s.Repositories[made.Name] = made
		return nil
	})
	if err != nil {
		return nil, err
	}
	return map[string]any{"repository": c.describe(made)}, nil
}

type describeRepositoriesRequest struct {
	RegistryID string   `json:"registryId"`
	Names      []string `json:"repositoryNames"`
	NextToken  string   `json:"nextToken"`
	MaxResults *int     `json:"maxResults"`
}

func (c *call) describeRepositories(request describeRepositoriesRequest) (any, error) {
	out := []repositoryAnswer{}
	token := ""
	err := c.store.read(func(s *state) error {
		names := request.Names
		if len(names) == 0 {
			names = slices.Sorted(maps.Keys(s.Repositories))
		}
		part, next, err := page(names, request.NextToken, request.MaxResults, 100, 1000)
		if err != nil {
			return err
		}
		token = next
		for _, name := range part {
			r, err := repositoryRef{request.RegistryID, name}.of(s)
			if err != nil {
				return err
			}
			out = append(out, c.describe(r))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	answer := map[string]any{"repositories": out}
	if token != "" {
		answer["nextToken"] = token
	}
	return answer, nil
}

type deleteRepositoryRequest struct {
	repositoryRef
	Force bool `json:"force"`
}

func (c *call) deleteRepository(request deleteRepositoryRequest) (any, error) {
	var gone repositoryAnswer
	err := c.store.change(request.RepositoryName, func(s *state) error {
		r, err := request.of(s)
		if err != nil {
			return err
		}
		if len(r.Images) > 0 && !request.Force {
			return &apiError{"RepositoryNotEmptyException",
				fmt.Sprintf("The repository with name '%s' in registry with id '%s' cannot be deleted because it still contains images", r.Name, Account)}
		}
		gone = c.describe(r)
		delete(s.Repositories, r.Name)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return map[string]any{"repository": gone}, nil
}

type putMutabilityRequest struct {
	repositoryRef
	Mutability string      `json:"imageTagMutability"`
	Exclusions []exclusion `json:"imageTagMutabilityExclusionFilters"`
}

func (c *call) putImageTagMutability(request putMutabilityRequest) (any, error) {
	if err := checkMutability(request.Mutability, patterns(request.Exclusions)); err != nil {
		return nil, err
	}
	err := c.store.change(request.RepositoryName, func(s *state) error {
		r, err := request.of(s)
		if err != nil {
			return err
		}
		r.Mutability, r.Exclusions = registry.Mutability(request.Mutability), patterns(request.Exclusions)
		return nil
	})
	if err != nil {
		return nil, err
	}
	answer := map[string]any{"registryId": Account, "repositoryName": request.RepositoryName, "imageTagMutability": request.Mutability}
	if len(request.Exclusions) > 0 {
		answer["imageTagMutabilityExclusionFilters"] = request.Exclusions
	}
	return answer, nil
}
