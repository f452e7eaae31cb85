package ecr

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecr/types"

	"github.com/hallmark-ci/hallmark/registry"
)

// Tags lists all tags of a repository, a thousand a call, in no order. Beside an error it returns what was read before.
func (c *Client) Tags(ctx context.Context, repo registry.Repository) ([]string, error) {
	tags, _, err := c.FirstTags(ctx, repo, 0)
	return tags, err
}

// FirstTags lists tags of a repository in no order, of so many pages of a thousand at most; of all where most is 0. complete says that there
// are no more. Beside an error it returns what was read before.
func (c *Client) FirstTags(ctx context.Context, repo registry.Repository, most int) (tags []string, complete bool, err error) {
	pages := ecr.NewListImagesPaginator(c.api, &ecr.ListImagesInput{
		RegistryId:     c.registryID(),
		RepositoryName: aws.String(repo.Name),
		Filter:         &types.ListImagesFilter{TagStatus: types.TagStatusTagged},
		MaxResults:     aws.Int32(pageSize),
	}, func(o *ecr.ListImagesPaginatorOptions) { o.StopOnDuplicateToken = true })
	for n := 0; pages.HasMorePages(); n++ {
		if most > 0 && n == most {
			return tags, false, nil
		}
		page, err := pages.NextPage(ctx)
		if err != nil {
			return tags, false, c.about(ctx, "list tags of", repo.Name, err)
		}
		for _, image := range page.ImageIds {
			if tag := aws.ToString(image.ImageTag); tag != "" {
				tags = append(tags, tag)
			}
		}
	}
	return tags, true, nil
}
