package ecr

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecr/types"

	"github.com/hallmark-ci/hallmark/registry"
)

// rootPrefix is the prefix of the template for every repository that no other template is for.
const rootPrefix = "ROOT"

// CreatedOnPush reads what settings a repository that is not there would get if an image were pushed to it. found is false where no
// creation template makes repositories of that name on push: then the push would fail
// (https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates.html).
func (c *Client) CreatedOnPush(ctx context.Context, host, name string) (repo registry.Repository, found bool, err error) {
	var best types.RepositoryCreationTemplate
	pages := ecr.NewDescribeRepositoryCreationTemplatesPaginator(c.api, &ecr.DescribeRepositoryCreationTemplatesInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return registry.Repository{}, false, fmt.Errorf("read repository creation templates: %w", c.meaning(ctx, err, "*"))
		}
		for _, template := range page.RepositoryCreationTemplates {
			if slices.Contains(template.AppliedFor, types.RCTAppliedForCreateOnPush) && closer(template, best, name) {
				best, found = template, true
			}
		}
	}
	if !found {
		return registry.Repository{}, false, nil
	}
	repo = registry.Repository{Host: host, Name: name, Mutability: registry.Mutability(best.ImageTagMutability)}
	if repo.Mutability == registry.MutabilityUnknown {
		repo.Mutability = registry.Mutable // the default of a template
	}
	for _, f := range best.ImageTagMutabilityExclusionFilters {
		repo.Exclusions = append(repo.Exclusions, aws.ToString(f.Filter))
	}
	return repo, true, nil
}

// closer says whether a template is for a repository, and more closely than another: the longest prefix wins, a slash is taken to
// follow it, and ROOT is for all.
func closer(template, than types.RepositoryCreationTemplate, name string) bool {
	prefix, other := aws.ToString(template.Prefix), aws.ToString(than.Prefix)
	if prefix == rootPrefix {
		return other == ""
	}
	return strings.HasPrefix(name, prefix+"/") && (other == rootPrefix || len(prefix) > len(other))
}
