package ecr

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecr/types"

	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/posture"
)

// rootPrefix is the prefix of the template for every repository that no other template is for.
const rootPrefix = "ROOT"

// Templates reads the creation templates of the registry
// (https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates.html).
func (c *Client) Templates(ctx context.Context) ([]posture.Template, error) {
	var all []posture.Template
	pages := ecr.NewDescribeRepositoryCreationTemplatesPaginator(c.api, &ecr.DescribeRepositoryCreationTemplatesInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("read repository creation templates: %w", c.meaning(ctx, err, "*"))
		}
		for _, t := range page.RepositoryCreationTemplates {
			all = append(all, template(t))
		}
	}
	return all, nil
}

func template(t types.RepositoryCreationTemplate) posture.Template {
	out := posture.Template{Prefix: aws.ToString(t.Prefix), Mutability: cmp.Or(registry.Mutability(t.ImageTagMutability), registry.Mutable)}
	for _, use := range t.AppliedFor {
		out.AppliedFor = append(out.AppliedFor, string(use))
	}
	for _, f := range t.ImageTagMutabilityExclusionFilters {
		out.Exclusions = append(out.Exclusions, aws.ToString(f.Filter))
	}
	return out
}

// CreatedOnPush reads what settings a repository that is not there would get if an image were pushed to it. found is false where no
// creation template makes repositories of that name on push: then the push would fail.
func (c *Client) CreatedOnPush(ctx context.Context, host, name string) (repo registry.Repository, found bool, err error) {
	templates, err := c.Templates(ctx)
	if err != nil {
		return registry.Repository{}, false, err
	}
	var best posture.Template
	for _, t := range templates {
		if slices.Contains(t.AppliedFor, string(types.RCTAppliedForCreateOnPush)) && closer(t, best, name) {
			best, found = t, true
		}
	}
	if !found {
		return registry.Repository{}, false, nil
	}
	return registry.Repository{Host: host, Name: name, Mutability: best.Mutability, Exclusions: best.Exclusions}, true, nil
}

// closer says whether a template is for a repository, and more closely than another: the longest prefix wins, a slash is taken to
// follow it, and ROOT is for all.
func closer(template, than posture.Template, name string) bool {
	if template.Prefix == rootPrefix {
		return than.Prefix == ""
	}
	return strings.HasPrefix(name, template.Prefix+"/") && (than.Prefix == rootPrefix || len(template.Prefix) > len(than.Prefix))
}
