package emulator

import (
	"fmt"
	"slices"

	"cuelabs.dev/go/oci/ociregistry"

	"github.com/hallmark-ci/hallmark/registry/lifecycle"
)

// imageID names an image by digest or tag, or by both.
type imageID struct {
	Digest string `json:"imageDigest,omitempty"`
	Tag    string `json:"imageTag,omitempty"`
}

// in finds the image. The code of a failure is empty when there is none.
func (id imageID) in(r *repository) (i *image, code, reason string) {
	switch {
	case id.Digest == "" && id.Tag == "":
		return nil, "MissingDigestAndTag", "Invalid request parameters: both tag and digest cannot be null"
	case id.Tag == "":
		i = r.Images[id.Digest]
	default:
		i = r.Images[r.Tags[id.Tag]]
		if i != nil && id.Digest != "" && i.Digest != id.Digest {
			return nil, "ImageTagDoesNotMatchDigest", "The specified tag does not match the digest"
		}
	}
	if i == nil {
		return nil, "ImageNotFound", "Requested image not found"
	}
	return i, "", ""
}

// must finds the image or answers that there is none.
func (id imageID) must(r *repository) (*image, error) {
	i, code, reason := id.in(r)
	switch code {
	case "":
		return i, nil
	case "MissingDigestAndTag":
		return nil, invalid("%s", reason)
	}
	quoted := func(s string) string {
		if s == "" {
			return "null"
		}
		return s
	}
	return nil, &apiError{"ImageNotFoundException", fmt.Sprintf(
		"The image with imageId {imageDigest:'%s', imageTag:'%s'} does not exist within the repository with name '%s' in the registry with id '%s'",
		quoted(id.Digest), quoted(id.Tag), r.Name, Account)}
}

// imageFailure is an image of a batch that was not dealt with.
type imageFailure struct {
	ID     imageID `json:"imageId"`
	Code   string  `json:"failureCode"`
	Reason string  `json:"failureReason"`
}

type listImagesRequest struct {
	repositoryRef
	Filter     imageFilter `json:"filter"`
	NextToken  string      `json:"nextToken"`
	MaxResults *int        `json:"maxResults"`
}

func (c *call) listImages(request listImagesRequest) (any, error) {
	answer := map[string]any{}
	return answer, c.store.read(func(s *state) error {
		r, err := request.of(s)
		if err != nil {
			return err
		}
		ids := []imageID{}
		for _, i := range r.sorted() {
			if !request.Filter.takes(r, i) {
				continue
			}
			tags := r.tagsOf(i.Digest)
			if len(tags) == 0 {
				ids = append(ids, imageID{Digest: i.Digest})
			}
			for _, tag := range tags {
				ids = append(ids, imageID{i.Digest, tag})
			}
		}
		return fill(answer, "imageIds", ids, request.NextToken, request.MaxResults)
	})
}

// fill puts one page of a list into an answer.
func fill[T any](answer map[string]any, name string, items []T, token string, limit *int) error {
	part, next, err := page(items, token, limit, 100, 1000)
	if err != nil {
		return err
	}
	answer[name] = part
	if next != "" {
		answer["nextToken"] = next
	}
	return nil
}

// imageDetail is an image as DescribeImages describes it.
type imageDetail struct {
	RegistryID     string   `json:"registryId"`
	RepositoryName string   `json:"repositoryName"`
	Digest         string   `json:"imageDigest"`
	Tags           []string `json:"imageTags,omitempty"`
	Size           int64    `json:"imageSizeInBytes"`
	PushedAt       float64  `json:"imagePushedAt"`
	MediaType      string   `json:"imageManifestMediaType"`
	ArtifactType   string   `json:"artifactMediaType,omitempty"`
	Subject        string   `json:"subjectManifestDigest,omitempty"`
	Status         string   `json:"imageStatus"`
	ArchivedAt     float64  `json:"lastArchivedAt,omitempty"`
}

func newImageDetail(r *repository, i *image) imageDetail {
	detail := imageDetail{
		RegistryID: Account, RepositoryName: r.Name, Digest: i.Digest, Tags: r.tagsOf(i.Digest), Size: i.Size,
		PushedAt: epoch(i.PushedAt), MediaType: i.MediaType, ArtifactType: i.ArtifactType, Subject: i.Subject, Status: string(i.status()),
	}
	if !i.ArchivedAt.IsZero() {
		detail.ArchivedAt = epoch(i.ArchivedAt)
	}
	return detail
}

type describeImagesRequest struct {
	repositoryRef
	IDs        []imageID   `json:"imageIds"`
	Filter     imageFilter `json:"filter"`
	NextToken  string      `json:"nextToken"`
	MaxResults *int        `json:"maxResults"`
}

func (c *call) describeImages(request describeImagesRequest) (any, error) {
	answer := map[string]any{}
	return answer, c.store.read(func(s *state) error {
		r, err := request.of(s)
		if err != nil {
			return err
		}
		images, err := chosen(r, request)
		if err != nil {
			return err
		}
		details := []imageDetail{}
		for _, i := range images {
			details = append(details, newImageDetail(r, i))
		}
		return fill(answer, "imageDetails", details, request.NextToken, request.MaxResults)
	})
}

// chosen are the images that are asked for by name, or all that the filter takes.
func chosen(r *repository, request describeImagesRequest) ([]*image, error) {
	var images []*image
	if len(request.IDs) == 0 {
		for _, i := range r.sorted() {
			if request.Filter.takes(r, i) {
				images = append(images, i)
			}
		}
		return images, nil
	}
	if request.MaxResults != nil || request.NextToken != "" {
		return nil, invalid("Invalid request parameters: maxResults and nextToken cannot be used with imageIds")
	}
	for _, id := range request.IDs {
		i, err := id.must(r)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(images, i) {
			images = append(images, i)
		}
	}
	return images, nil
}

// imageAnswer is an image with its manifest.
type imageAnswer struct {
	RegistryID     string  `json:"registryId"`
	RepositoryName string  `json:"repositoryName"`
	ID             imageID `json:"imageId"`
	Manifest       string  `json:"imageManifest"`
	MediaType      string  `json:"imageManifestMediaType"`
}

type batchImageRequest struct {
	repositoryRef
	IDs []imageID `json:"imageIds"`
}

// maxBatch is how many images one request may name
// (https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchGetImage.html).
const maxBatch = 100

func (b batchImageRequest) check() error {
	if len(b.IDs) == 0 || len(b.IDs) > maxBatch {
		return invalid("Invalid parameter at 'imageIds' failed to satisfy constraint: 'Member must have length between 1 and %d'", maxBatch)
	}
	return nil
}

func (c *call) batchGetImage(request batchImageRequest) (any, error) {
	if err := request.check(); err != nil {
		return nil, err
	}
	images, failures := []imageAnswer{}, []imageFailure{}
	err := c.store.read(func(s *state) error {
		r, err := request.of(s)
		if err != nil {
			return err
		}
		for _, id := range request.IDs {
			i, code, reason := id.in(r)
			if code == "" && i.status() == lifecycle.Archived {
				code, reason = "ImageInaccessible", "The image is archived"
			}
			if code != "" {
				failures = append(failures, imageFailure{id, code, reason})
				continue
			}
			raw, err := c.store.readBlob(r.Name, ociregistry.Digest(i.Digest))
			if err != nil {
				return err
			}
			images = append(images, imageAnswer{Account, r.Name, imageID{i.Digest, id.Tag}, string(raw), i.MediaType})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return map[string]any{"images": images, "failures": failures}, nil
}
