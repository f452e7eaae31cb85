package ecr

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecr/types"

	"github.com/hallmark-ci/hallmark/registry"
)

// BlockedError says that a policy of the organisation keeps a setting to itself: no permission of the account helps.
type BlockedError struct {
	Err error
}

func (e *BlockedError) Error() string {
	return "a policy of the AWS organisation manages the scanning of this account: " + e.Err.Error()
}

// Unwrap returns what ECR answered.
func (e *BlockedError) Unwrap() error { return e.Err }

// Create makes a repository and tells nothing of it. existed says that somebody else has made one meanwhile, whose settings are as they are.
func (c *Client) Create(ctx context.Context, name string, o CreateOptions) (existed bool, err error) {
	_, existed, err = c.create(ctx, name, o)
	return existed, err
}

func (c *Client) create(ctx context.Context, name string, o CreateOptions) (made *types.Repository, existed bool, err error) {
	input := &ecr.CreateRepositoryInput{
		RegistryId:                         c.registryID(),
		RepositoryName:                     aws.String(name),
		ImageTagMutability:                 types.ImageTagMutability(o.Mutability),
		ImageTagMutabilityExclusionFilters: exclusionFilters(o.Exclusions),
		ImageScanningConfiguration:         &types.ImageScanningConfiguration{ScanOnPush: o.ScanOnPush},
	}
	if o.KMS {
		input.EncryptionConfiguration = &types.EncryptionConfiguration{EncryptionType: types.EncryptionTypeKms}
	}
	out, err := c.api.CreateRepository(ctx, input)
	var exists *types.RepositoryAlreadyExistsException
	if errors.As(err, &exists) {
		return nil, true, nil
	}
	if err != nil {
		return nil, false, c.about(ctx, "create", name, err)
	}
	return out.Repository, false, nil
}

// exclusionFilters is nil for none: ECR takes no empty list.
func exclusionFilters(filters []string) []types.ImageTagMutabilityExclusionFilter {
	var out []types.ImageTagMutabilityExclusionFilter
	for _, filter := range filters {
		out = append(out, types.ImageTagMutabilityExclusionFilter{
			Filter: aws.String(filter), FilterType: types.ImageTagMutabilityExclusionFilterTypeWildcard,
		})
	}
	return out
}

// PutMutability sets which tags of a repository may move.
func (c *Client) PutMutability(ctx context.Context, name string, mode registry.Mutability, exclusions []string) error {
	_, err := c.api.PutImageTagMutability(ctx, &ecr.PutImageTagMutabilityInput{
		RegistryId: c.registryID(), RepositoryName: aws.String(name),
		ImageTagMutability: types.ImageTagMutability(mode), ImageTagMutabilityExclusionFilters: exclusionFilters(exclusions),
	})
	if err != nil {
		return c.about(ctx, "set the mutability of", name, err)
	}
	return nil
}

// ScanOnPush turns a repository's own flag on, which counts with basic scanning alone.
func (c *Client) ScanOnPush(ctx context.Context, name string) error {
	_, err := c.api.PutImageScanningConfiguration(ctx, &ecr.PutImageScanningConfigurationInput{
		RegistryId: c.registryID(), RepositoryName: aws.String(name),
		ImageScanningConfiguration: &types.ImageScanningConfiguration{ScanOnPush: true},
	})
	if err != nil {
		return c.about(ctx, "turn on scanning of", name, err)
	}
	return nil
}

// PutLifecyclePolicy sets the lifecycle policy of a repository; an empty text removes it.
func (c *Client) PutLifecyclePolicy(ctx context.Context, name, text string) error {
	var err error
	if text == "" {
		_, err = c.api.DeleteLifecyclePolicy(ctx, &ecr.DeleteLifecyclePolicyInput{RegistryId: c.registryID(), RepositoryName: aws.String(name)})
		var none *types.LifecyclePolicyNotFoundException
		if errors.As(err, &none) {
			return nil
		}
	} else {
		_, err = c.api.PutLifecyclePolicy(ctx, &ecr.PutLifecyclePolicyInput{
			RegistryId: c.registryID(), RepositoryName: aws.String(name), LifecyclePolicyText: aws.String(text),
		})
	}
	if err != nil {
		return c.about(ctx, "set the lifecycle policy of", name, err)
	}
	return nil
}
