package ecr

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecr/types"

	"github.com/hallmark-ci/hallmark/gate"
	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/posture"
)

// described is how many repositories one answer of DescribeRepositories holds at most
// (https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeRepositories.html).
const described = 1000

// ScanBatch is how many repositories one BatchGetRepositoryScanningConfiguration asks for
// (https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchGetRepositoryScanningConfiguration.html).
const ScanBatch = 25

// Describe reads mutability and encryption of repositories: of all that the registry has where none is named. One that is not there is a
// registry.NotFoundError.
func (c *Client) Describe(ctx context.Context, host string, names ...string) ([]posture.Settings, error) {
	input := &ecr.DescribeRepositoriesInput{RegistryId: c.registryID(), RepositoryNames: names}
	if len(names) == 0 {
		input.MaxResults = aws.Int32(described)
	}
	var all []posture.Settings
	pages := ecr.NewDescribeRepositoriesPaginator(c.api, input, func(o *ecr.DescribeRepositoriesPaginatorOptions) { o.StopOnDuplicateToken = true })
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil && len(names) == 1 {
			return nil, c.about(ctx, "describe", names[0], err)
		}
		if err != nil {
			return nil, fmt.Errorf("describe repositories: %w", c.meaning(ctx, err, "*"))
		}
		for _, r := range page.Repositories {
			all = append(all, description(host, r))
		}
	}
	if len(names) == 1 && len(all) == 0 {
		return nil, &registry.NotFoundError{Repository: c.full(names[0]), Err: errors.New("the answer holds none")}
	}
	return all, nil
}

func description(host string, r types.Repository) posture.Settings {
	out := posture.Settings{Repository: settings(host, r), ARN: aws.ToString(r.RepositoryArn), Created: aws.ToTime(r.CreatedAt).UTC()}
	if r.ImageScanningConfiguration != nil {
		out.ScanOnPush = r.ImageScanningConfiguration.ScanOnPush
	}
	if r.EncryptionConfiguration != nil {
		out.Encryption = posture.Encryption{Type: string(r.EncryptionConfiguration.EncryptionType), Key: aws.ToString(r.EncryptionConfiguration.KmsKey)}
	}
	return out
}

// ScanConfigurations reads how repositories are scanned, by the setting in effect, a batch at a time. Names that the registry does not have
// are left out.
func (c *Client) ScanConfigurations(ctx context.Context, scanType string, names []string) (map[string]gate.Coverage, error) {
	all := map[string]gate.Coverage{}
	for batch := range slices.Chunk(names, ScanBatch) {
		out, err := c.api.BatchGetRepositoryScanningConfiguration(ctx, &ecr.BatchGetRepositoryScanningConfigurationInput{RepositoryNames: batch})
		if err != nil {
			return all, fmt.Errorf("read the scanning settings of repositories: %w", c.meaning(ctx, err, "*"))
		}
		for _, s := range out.ScanningConfigurations {
			coverage := gate.Coverage{Type: scanType, Frequency: string(s.ScanFrequency), OnPush: s.ScanOnPush}
			for _, f := range s.AppliedScanFilters {
				coverage.Filters = append(coverage.Filters, aws.ToString(f.Filter))
			}
			all[aws.ToString(s.RepositoryName)] = coverage
		}
	}
	return all, nil
}

// ScanRules reads the scanning rules of the registry, and the account that it is of.
func (c *Client) ScanRules(ctx context.Context) (rules posture.ScanRules, account string, err error) {
	out, err := c.api.GetRegistryScanningConfiguration(ctx, &ecr.GetRegistryScanningConfigurationInput{})
	if err != nil {
		return rules, "", fmt.Errorf("read the registry's scanning settings: %w", c.meaning(ctx, err, "*"))
	}
	if out.ScanningConfiguration == nil {
		return rules, "", errors.New("read the registry's scanning settings: the answer does not hold them")
	}
	return scanRules(out.ScanningConfiguration), aws.ToString(out.RegistryId), nil
}

func scanRules(from *types.RegistryScanningConfiguration) posture.ScanRules {
	rules := posture.ScanRules{Type: string(from.ScanType)}
	for _, r := range from.Rules {
		rule := posture.ScanRule{Frequency: string(r.ScanFrequency)}
		for _, f := range r.RepositoryFilters {
			rule.Filters = append(rule.Filters, aws.ToString(f.Filter))
		}
		rules.Rules = append(rules.Rules, rule)
	}
	return rules
}

// AccessPolicy reads the text of a repository's policy. found is false where it has none.
func (c *Client) AccessPolicy(ctx context.Context, name string) (text string, found bool, err error) {
	out, err := c.api.GetRepositoryPolicy(ctx, &ecr.GetRepositoryPolicyInput{RegistryId: c.registryID(), RepositoryName: aws.String(name)})
	var none *types.RepositoryPolicyNotFoundException
	if errors.As(err, &none) {
		return "", false, nil
	}
	if err != nil {
		return "", false, c.about(ctx, "read the policy of", name, err)
	}
	return aws.ToString(out.PolicyText), true, nil
}

// Labels reads the tags of a repository, which are not tags of images. arn is its name as DescribeRepositories tells it.
func (c *Client) Labels(ctx context.Context, name, arn string) (map[string]string, error) {
	out, err := c.api.ListTagsForResource(ctx, &ecr.ListTagsForResourceInput{ResourceArn: aws.String(arn)})
	if err != nil {
		return nil, c.about(ctx, "list the resource tags of", name, err)
	}
	labels := map[string]string{}
	for _, tag := range out.Tags {
		labels[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
	}
	return labels, nil
}
