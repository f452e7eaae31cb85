package ecr

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr/types"

	"github.com/hallmark-ci/hallmark/registry"
)

// Repository reads the settings of a repository. One that is not there is a registry.NotFoundError, a caller that may not describe
// it gets a registry.DeniedError.
func (c *Client) Repository(ctx context.Context, host, name string) (registry.Repository, error) {
	all, err := c.Describe(ctx, host, name)
	if err != nil {
		return registry.Repository{}, err
	}
	return all[0].Repository, nil
}

func settings(host string, r types.Repository) registry.Repository {
	out := registry.Repository{Host: host, Name: aws.ToString(r.RepositoryName), Mutability: registry.Mutability(r.ImageTagMutability)}
	for _, f := range r.ImageTagMutabilityExclusionFilters {
		out.Exclusions = append(out.Exclusions, aws.ToString(f.Filter))
	}
	return out
}

// CreateOptions are the settings of a new repository.
type CreateOptions struct {
	Mutability registry.Mutability
	Exclusions []string // of the modes with exclusion
	ScanOnPush bool
	KMS        bool // encrypt with a key of AWS KMS
}

// CreateRepository makes a repository. One that another run has just made is read as it is.
func (c *Client) CreateRepository(ctx context.Context, name string, o CreateOptions) (registry.Repository, error) {
	made, existed, err := c.create(ctx, name, o)
	if err != nil {
		return registry.Repository{}, err
	}
	if existed || made == nil {
		return c.Repository(ctx, c.registry(), name)
	}
	return settings(c.registry(), *made), nil
}

// about says what was being done to a repository. Types that name it already are left as they are.
func (c *Client) about(ctx context.Context, verb, name string, err error) error {
	var missing *types.RepositoryNotFoundException
	if errors.As(err, &missing) && ctx.Err() == nil {
		return &registry.NotFoundError{Repository: c.full(name), Err: err}
	}
	err = c.meaning(ctx, err, c.ARN(name))
	var denied *registry.DeniedError
	if errors.As(err, &denied) {
		return err
	}
	return fmt.Errorf("%s repository %q: %w", verb, name, err)
}
