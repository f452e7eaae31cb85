package ecr

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecr/types"

	"github.com/hallmark-ci/hallmark/registry"
)

// batch is how many images one call may ask for
// (https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchGetImage.html).
const batch = 100

// Images reads what tags or digests name now. Those that name nothing are missing in the map.
func (c *Client) Images(ctx context.Context, repo registry.Repository, references []string) (map[string]registry.Image, error) {
	manifests, err := c.manifests(ctx, repo, references)
	if err != nil {
		return nil, err
	}
	children, err := c.manifests(ctx, repo, childrenOf(manifests))
	if err != nil {
		return nil, err
	}
	images := map[string]registry.Image{}
	for _, reference := range references {
		m, found := manifests[reference]
		if !found {
			continue
		}
		images[reference] = registry.Image{
			Digest:    m.Digest.String(),
			MediaType: m.MediaType,
			Manifest:  m.Raw,
			Configs:   configs(m, children),
			Commit:    m.Annotations[registry.AnnotationRevision],
			Version:   m.Annotations[registry.AnnotationVersion],
		}
	}
	return images, nil
}

// childrenOf lists the platforms of all indexes.
func childrenOf(manifests map[string]registry.Manifest) []string {
	var out []string
	for _, m := range manifests {
		if !m.IsIndex() {
			continue
		}
		for _, d := range m.Platforms() {
			if d.Digest.Validate() == nil { // else it would be taken for a tag
				out = append(out, d.Digest.String())
			}
		}
	}
	return out
}

// configs lists the config digests of the platforms of m. An index with a hole in it is not known to be any image.
func configs(m registry.Manifest, children map[string]registry.Manifest) []string {
	if !m.IsIndex() {
		return []string{m.Config.Digest.String()}
	}
	var out []string
	for _, d := range m.Platforms() {
		child, found := children[d.Digest.String()]
		if !found || child.IsIndex() {
			return nil
		}
		out = append(out, child.Config.Digest.String())
	}
	return registry.SortConfigs(out)
}

// manifests reads manifests by tag or digest, in as few calls as may be.
func (c *Client) manifests(ctx context.Context, repo registry.Repository, references []string) (map[string]registry.Manifest, error) {
	out := map[string]registry.Manifest{}
	references = slices.Compact(slices.Sorted(slices.Values(references)))
	for part := range slices.Chunk(references, batch) {
		answer, err := c.batchGetImage(ctx, repo, part)
		if err != nil {
			return nil, err
		}
		for _, failure := range answer.Failures {
			if failure.FailureCode != types.ImageFailureCodeImageNotFound {
				return nil, fmt.Errorf("read image %s of repository %q: %s: %s", referenceOf(failure.ImageId), repo.Name, failure.FailureCode, aws.ToString(failure.FailureReason))
			}
		}
		for _, image := range answer.Images {
			if err := take(out, image); err != nil {
				return nil, fmt.Errorf("read image %s of repository %q: %w", referenceOf(image.ImageId), repo.Name, err)
			}
		}
	}
	return out, nil
}

// batchGetImage asks for at most a hundred images.
func (c *Client) batchGetImage(ctx context.Context, repo registry.Repository, references []string) (*ecr.BatchGetImageOutput, error) {
	input := &ecr.BatchGetImageInput{
		RegistryId:         c.registryID(),
		RepositoryName:     aws.String(repo.Name),
		AcceptedMediaTypes: registry.AcceptManifests(),
	}
	for _, reference := range references {
		input.ImageIds = append(input.ImageIds, imageID(reference))
	}
	answer, err := c.api.BatchGetImage(ctx, input)
	if err != nil {
		return nil, c.about(ctx, "read images of", repo.Name, err)
	}
	return answer, nil
}

// take parses one image of an answer, under its tag and its digest. The digest must be that of the bytes.
func take(out map[string]registry.Manifest, image types.Image) error {
	m, err := registry.ParseManifest([]byte(aws.ToString(image.ImageManifest)), aws.ToString(image.ImageManifestMediaType))
	if err != nil {
		return err
	}
	if image.ImageId == nil || aws.ToString(image.ImageId.ImageDigest) != m.Digest.String() {
		return fmt.Errorf("its manifest has the digest %s", m.Digest)
	}
	out[m.Digest.String()] = m
	if tag := aws.ToString(image.ImageId.ImageTag); tag != "" {
		out[tag] = m
	}
	return nil
}

// referenceOf names an image of an answer.
func referenceOf(id *types.ImageIdentifier) string {
	if id == nil {
		return "without a name"
	}
	return cmp.Or(aws.ToString(id.ImageTag), aws.ToString(id.ImageDigest))
}

func imageID(reference string) types.ImageIdentifier {
	if strings.Contains(reference, ":") { // no tag has a colon
		return types.ImageIdentifier{ImageDigest: aws.String(reference)}
	}
	return types.ImageIdentifier{ImageTag: aws.String(reference)}
}

// PutTag points a tag at an image that is in the repository. That it does already is no error; a tag that the repository keeps
// for another image is a registry.TagTakenError.
func (c *Client) PutTag(ctx context.Context, repo registry.Repository, image registry.Image, tag string) error {
	_, err := c.api.PutImage(ctx, &ecr.PutImageInput{
		RegistryId:             c.registryID(),
		RepositoryName:         aws.String(repo.Name),
		ImageManifest:          aws.String(string(image.Manifest)),
		ImageManifestMediaType: aws.String(image.MediaType),
		ImageDigest:            aws.String(image.Digest),
		ImageTag:               aws.String(tag),
	})
	var (
		same  *types.ImageAlreadyExistsException
		taken *types.ImageTagAlreadyExistsException
		limit *types.LimitExceededException
	)
	switch {
	case err == nil, errors.As(err, &same):
		return nil
	case errors.As(err, &taken):
		return &registry.TagTakenError{Tag: tag, Err: err}
	case errors.As(err, &limit):
		// 1,000 tags an image (https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html).
		return fmt.Errorf("a limit of repository %q is reached, such as 1,000 tags an image: %w", repo.Name, err)
	}
	return c.about(ctx, "tag image in", repo.Name, err)
}
