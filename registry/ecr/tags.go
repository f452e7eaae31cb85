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
	pages := ecr.NewListImagesPaginator(c.api, &ecr.ListImagesInput{
		RegistryId:     c.registryID(),
		RepositoryName: aws.String(repo.Name),
		Filter:         &types.ListImagesFilter{TagStatus: types.TagStatusTagged},
		MaxResults:     aws.Int32(pageSize),
	}, func(o *ecr.ListImagesPaginatorOptions) { o.StopOnDuplicateToken = true })
	var tags []string
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return tags, c.about(ctx, "list tags of", repo.Name, err)
		}
		for _, image := range page.ImageIds {
			if tag := aws.ToString(image.ImageTag); tag != "" {
				tags = append(tags, tag)
			}
		}
	}
	return tags, nil
}
