package emulator

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// maxLabels is how many tags a resource may have (https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-using-tags.html).
const maxLabels = 50

// label gives a repository resource tags.
func (r *repository) label(tags []resourceTag) error {
	labels := maps.Clone(r.Labels)
	if labels == nil {
		labels = map[string]string{}
	}
	for _, tag := range tags {
		if tag.Key == "" || strings.HasPrefix(tag.Key, "aws:") {
			return &apiError{"InvalidTagParameterException", fmt.Sprintf("Invalid tag key '%s'", tag.Key)}
		}
		labels[tag.Key] = tag.Value
	}
	if len(labels) > maxLabels {
		return &apiError{"TooManyTagsException", fmt.Sprintf("The number of tags is larger than %d", maxLabels)}
	}
	r.Labels = labels
	return nil
}

// nameOf is the name of the repository in an ARN; empty where it is the ARN of something else.
func nameOf(arn string) string {
	_, name, _ := strings.Cut(arn, ":repository/")
	return name
}

// labelled finds the repository that an ARN names.
func labelled(s *state, arn string) (*repository, error) {
	name := nameOf(arn)
	if name == "" {
		return nil, invalid("Invalid parameter at 'resourceArn' failed to satisfy constraint: 'Invalid ARN'")
	}
	return repositoryRef{RepositoryName: name}.of(s)
}

type tagResourceRequest struct {
	ARN  string        `json:"resourceArn"`
	Tags []resourceTag `json:"tags"`
}

func (c *call) tagResource(request tagResourceRequest) (any, error) {
	return struct{}{}, c.store.change(nameOf(request.ARN), func(s *state) error {
		r, err := labelled(s, request.ARN)
		if err != nil {
			return err
		}
		return r.label(request.Tags)
	})
}

type untagResourceRequest struct {
	ARN  string   `json:"resourceArn"`
	Keys []string `json:"tagKeys"`
}

func (c *call) untagResource(request untagResourceRequest) (any, error) {
	return struct{}{}, c.store.change(nameOf(request.ARN), func(s *state) error {
		r, err := labelled(s, request.ARN)
		if err != nil {
			return err
		}
		for _, key := range request.Keys {
			delete(r.Labels, key)
		}
		return nil
	})
}

func (c *call) listTagsForResource(request struct {
	ARN string `json:"resourceArn"`
}) (any, error) {
	tags := []resourceTag{}
	err := c.store.read(func(s *state) error {
		r, err := labelled(s, request.ARN)
		if err != nil {
			return err
		}
		for _, key := range slices.Sorted(maps.Keys(r.Labels)) {
			tags = append(tags, resourceTag{key, r.Labels[key]})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return map[string]any{"tags": tags}, nil
}
