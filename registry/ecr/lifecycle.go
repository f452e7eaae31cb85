package ecr

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecr/types"

	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/lifecycle"
)

// LifecyclePolicy reads the text of a repository's policy. found is false where it has none.
func (c *Client) LifecyclePolicy(ctx context.Context, name string) (text string, found bool, err error) {
	out, err := c.api.GetLifecyclePolicy(ctx, &ecr.GetLifecyclePolicyInput{RegistryId: c.registryID(), RepositoryName: aws.String(name)})
	var none *types.LifecyclePolicyNotFoundException
	if errors.As(err, &none) {
		return "", false, nil
	}
	if err != nil {
		return "", false, c.about(ctx, "read the lifecycle policy of", name, err)
	}
	return aws.ToString(out.LifecyclePolicyText), true, nil
}

// Inventory reads all images of a repository, archived ones included. The platforms of indexes are not among what it tells: see Platforms.
func (c *Client) Inventory(ctx context.Context, name string) (*lifecycle.Inventory, error) {
	inventory := &lifecycle.Inventory{Repository: name}
	pages := ecr.NewDescribeImagesPaginator(c.api, &ecr.DescribeImagesInput{
		RegistryId:     c.registryID(),
		RepositoryName: aws.String(name),
		Filter:         &types.DescribeImagesFilter{TagStatus: types.TagStatusAny, ImageStatus: types.ImageStatusFilterAny},
		MaxResults:     aws.Int32(pageSize),
	}, func(o *ecr.DescribeImagesPaginatorOptions) { o.StopOnDuplicateToken = true })
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, c.about(ctx, "list images of", name, err)
		}
		for _, d := range page.ImageDetails {
			inventory.Add(lifecycle.Image{
				Digest: aws.ToString(d.ImageDigest), Tags: d.ImageTags, PushedAt: aws.ToTime(d.ImagePushedAt), PulledAt: aws.ToTime(d.LastRecordedPullTime),
				ArchivedAt: aws.ToTime(d.LastArchivedAt), ActivatedAt: aws.ToTime(d.LastActivatedAt), Status: lifecycle.Status(d.ImageStatus),
				Size: aws.ToInt64(d.ImageSizeInBytes), MediaType: aws.ToString(d.ImageManifestMediaType), Subject: aws.ToString(d.SubjectManifestDigest),
			})
		}
	}
	return inventory, nil
}

// Platforms reads the manifests of the indexes of an inventory into it. Those that cannot be read, as an archived one, stay unknown.
func (c *Client) Platforms(ctx context.Context, repo registry.Repository, inventory *lifecycle.Inventory) error {
	var indexes []string
	for _, i := range inventory.Images() {
		if i.IsIndex() {
			indexes = append(indexes, i.Digest)
		}
	}
	manifests, err := c.Manifests(ctx, repo, indexes)
	for _, digest := range indexes {
		if m, found := manifests[digest]; found {
			err = errors.Join(err, inventory.AddManifest(digest, m.Raw))
		}
	}
	return err
}

// PreviewLifecyclePolicy has ECR evaluate a policy and returns what it takes now. Nothing is deleted, and the policy is not put: but a
// repository has one preview at a time, which any caller may start. Between two looks it waits for interval.
func (c *Client) PreviewLifecyclePolicy(ctx context.Context, name, text string, interval time.Duration) ([]lifecycle.Previewed, error) {
	_, err := c.api.StartLifecyclePolicyPreview(ctx, &ecr.StartLifecyclePolicyPreviewInput{
		RegistryId: c.registryID(), RepositoryName: aws.String(name), LifecyclePolicyText: aws.String(text),
	})
	if err != nil {
		return nil, c.about(ctx, "preview a lifecycle policy of", name, err)
	}
	for {
		results, status, err := c.preview(ctx, name)
		if err != nil {
			return nil, c.about(ctx, "read the preview of a lifecycle policy of", name, err)
		}
		switch status {
		case types.LifecyclePolicyPreviewStatusComplete:
			return results, nil
		case types.LifecyclePolicyPreviewStatusInProgress:
		default:
			return nil, fmt.Errorf("preview a lifecycle policy of repository %q: its status is %q", name, status)
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(interval):
		}
	}
}

// preview reads every page of a preview, unless it is not complete.
func (c *Client) preview(ctx context.Context, name string) ([]lifecycle.Previewed, types.LifecyclePolicyPreviewStatus, error) {
	pages := ecr.NewGetLifecyclePolicyPreviewPaginator(c.api, &ecr.GetLifecyclePolicyPreviewInput{
		RegistryId: c.registryID(), RepositoryName: aws.String(name), MaxResults: aws.Int32(batch),
	}, func(o *ecr.GetLifecyclePolicyPreviewPaginatorOptions) { o.StopOnDuplicateToken = true })
	var results []lifecycle.Previewed
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, "", err
		}
		if page.Status != types.LifecyclePolicyPreviewStatusComplete {
			return nil, page.Status, nil
		}
		for _, r := range page.PreviewResults {
			previewed := lifecycle.Previewed{Digest: aws.ToString(r.ImageDigest), Priority: int(aws.ToInt32(r.AppliedRulePriority))}
			if r.Action != nil {
				previewed.Effect = lifecycle.Effect(strings.ToLower(string(r.Action.Type)))
			}
			results = append(results, previewed)
		}
	}
	return results, types.LifecyclePolicyPreviewStatusComplete, nil
}
