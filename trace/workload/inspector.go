package workload

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/hallmark-ci/hallmark/registry/ecr"
)

// Count is what Amazon Inspector knows of an image's use by ECS and EKS. It is up to 36 hours behind
// (https://docs.aws.amazon.com/inspector/latest/user/scanning-ecr.html).
type Count struct {
	Digest    string
	InUse     int       // how many tasks and pods run it
	LastInUse time.Time // zero where it never ran
}

// Counts reads what Amazon Inspector has counted for the images of a repository of this region. It knows of none where enhanced scanning is
// off.
func (r *Reader) Counts(ctx context.Context, repository string) ([]Count, error) {
	equals := func(value string) []any { return []any{map[string]any{"comparison": "EQUALS", "value": value}} }
	request := map[string]any{
		"maxResults":     200,
		"filterCriteria": map[string]any{"resourceType": equals("AWS_ECR_CONTAINER_IMAGE"), "ecrRepositoryName": equals(repository)},
	}
	var all []Count
	for before := ""; ; {
		var page struct {
			Covered []covered `json:"coveredResources"`
			Next    string    `json:"nextToken"`
		}
		if err := r.inspector.Ask(ctx, ecr.Call{Operation: "ListCoverage", Path: "/coverage/list", Input: request}, &page); err != nil {
			return all, err
		}
		for _, c := range page.Covered {
			if count, found := c.count(); found {
				all = append(all, count)
			}
		}
		if page.Next == "" {
			return all, nil
		}
		if page.Next == before {
			return all, errors.New("ListCoverage: one page comes again and again")
		}
		before, request["nextToken"] = page.Next, page.Next
	}
}

// covered is an image that is scanned.
type covered struct {
	ID       string `json:"resourceId"` // ARN of the repository, a slash and the digest
	Metadata struct {
		Image struct {
			InUse     int     `json:"inUseCount"`
			LastInUse float64 `json:"lastInUseAt"` // seconds since 1970
		} `json:"ecrImage"`
	} `json:"resourceMetadata"`
}

func (c covered) count() (Count, bool) {
	digest := lastPart(c.ID)
	count := Count{Digest: digest, InUse: c.Metadata.Image.InUse}
	if seconds := c.Metadata.Image.LastInUse; seconds > 0 {
		count.LastInUse = time.Unix(int64(seconds), 0).UTC()
	}
	return count, strings.HasPrefix(digest, "sha256:")
}
