package ecr

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecr/types"
	"github.com/opencontainers/go-digest"

	"github.com/hallmark-ci/hallmark/registry"
)

// Manifests reads manifests by tag or digest, a hundred a call. Unlike Images it passes over those that cannot be read, and leaves the
// parts of an index alone. Beside an error it returns what was read before.
func (c *Client) Manifests(ctx context.Context, repo registry.Repository, references []string) (map[string]registry.Manifest, error) {
	out := map[string]registry.Manifest{}
	references = slices.Compact(slices.Sorted(slices.Values(references)))
	for part := range slices.Chunk(references, batch) {
		answer, err := c.batchGetImage(ctx, repo, part)
		if err != nil {
			return out, err
		}
		for _, image := range answer.Images {
			_ = take(out, image) // one that does not hold is as good as none
		}
	}
	return out, nil
}

// layers is how many layers one call may ask for
// (https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchCheckLayerAvailability.html).
const layers = 100

// Available finds out which blobs the repository holds, and how large they are in bytes. Those that are missing in the map are absent,
// archived, or not known to ECR. Beside an error it returns what was found out before.
func (c *Client) Available(ctx context.Context, repo registry.Repository, digests []digest.Digest) (map[digest.Digest]int64, error) {
	out := map[digest.Digest]int64{}
	digests = slices.Compact(slices.Sorted(slices.Values(digests)))
	for part := range slices.Chunk(digests, layers) {
		input := &ecr.BatchCheckLayerAvailabilityInput{RegistryId: c.registryID(), RepositoryName: aws.String(repo.Name)}
		for _, d := range part {
			input.LayerDigests = append(input.LayerDigests, d.String())
		}
		answer, err := c.api.BatchCheckLayerAvailability(ctx, input)
		if err != nil {
			return out, c.about(ctx, "look for layers in", repo.Name, err)
		}
		for _, layer := range answer.Layers {
			if layer.LayerAvailability == types.LayerAvailabilityAvailable {
				out[digest.Digest(aws.ToString(layer.LayerDigest))] = aws.ToInt64(layer.LayerSize)
			}
		}
	}
	return out, nil
}

// DescribeImages gives images in no order that is promised, so the newest are known only when all were read, up to maxPages pages.
const maxPages, pageSize = 3, 1000

// Newest lists the digests of at most n images that were pushed last, the newest first; without a tag, too, since an image that failed
// its gate has none. In a repository of more than 3,000 images they are the newest of those that ECR names first.
func (c *Client) Newest(ctx context.Context, repo registry.Repository, n int) ([]string, error) {
	pages := ecr.NewDescribeImagesPaginator(c.api, &ecr.DescribeImagesInput{
		RegistryId:     c.registryID(),
		RepositoryName: aws.String(repo.Name),
		Filter:         &types.DescribeImagesFilter{TagStatus: types.TagStatusAny},
		MaxResults:     aws.Int32(pageSize),
	})
	var images []types.ImageDetail
	for range maxPages {
		if !pages.HasMorePages() {
			break
		}
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, c.about(ctx, "list images of", repo.Name, err)
		}
		images = append(images, page.ImageDetails...)
	}
	images = slices.DeleteFunc(images, func(i types.ImageDetail) bool { return !isImage(i) })
	slices.SortStableFunc(images, func(a, b types.ImageDetail) int {
		return aws.ToTime(b.ImagePushedAt).Compare(aws.ToTime(a.ImagePushedAt))
	})
	var digests []string
	for _, image := range images[:min(n, len(images))] {
		digests = append(digests, aws.ToString(image.ImageDigest))
	}
	return digests, nil
}

// isImage tells images and indexes from charts, signatures and other artifacts, as far as ECR says what they are.
func isImage(i types.ImageDetail) bool {
	artifact := aws.ToString(i.ArtifactMediaType)
	return slices.Contains(registry.AcceptManifests(), aws.ToString(i.ImageManifestMediaType)) &&
		(artifact == "" || registry.IsImageConfig(artifact)) &&
		aws.ToString(i.SubjectManifestDigest) == "" && digest.Digest(aws.ToString(i.ImageDigest)).Validate() == nil
}
