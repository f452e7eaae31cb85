package emulator

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/hallmark-ci/hallmark/registry/lifecycle"
)

// lifecyclePreview is the last preview of a repository.
type lifecyclePreview struct {
	Text    string          `json:"text"`
	Results []previewResult `json:"results"`
}

// previewResult is an image that a policy takes, as GetLifecyclePolicyPreview tells it.
type previewResult struct {
	Digest   string        `json:"imageDigest"`
	Tags     []string      `json:"imageTags,omitempty"`
	PushedAt float64       `json:"imagePushedAt"`
	Class    string        `json:"storageClass"`
	Action   previewAction `json:"action"`
	Priority int           `json:"appliedRulePriority"`
}

type previewAction struct {
	Type   string `json:"type"`
	Target string `json:"targetStorageClass,omitempty"`
}

// startLifecyclePolicyPreview evaluates a policy: the one that is given, or else the repository's own. It is done at once, and takes what
// the policy certainly takes.
func (c *call) startLifecyclePolicyPreview(request putLifecycleRequest) (any, error) {
	text := request.Text
	err := c.store.change(request.RepositoryName, func(s *state) error {
		r, err := request.of(s)
		if err != nil {
			return err
		}
		if text == "" {
			own, err := lifecycleOf(s, request.repositoryRef)
			if err != nil {
				return err
			}
			text = own.Text
		}
		policy, err := checkPolicy(text)
		if err != nil {
			return err
		}
		r.Preview = &lifecyclePreview{Text: text, Results: []previewResult{}}
		for _, o := range lifecycle.Simulate(policy, r.lifecycleImages(), c.policyTime()) {
			if o.Action == lifecycle.Act {
				r.Preview.Results = append(r.Preview.Results, newPreviewResult(o))
			}
		}
		return nil
	})
	return map[string]any{"registryId": Account, "repositoryName": request.RepositoryName, "lifecyclePolicyText": text, "status": "IN_PROGRESS"}, err
}

func newPreviewResult(o lifecycle.Outcome) previewResult {
	result := previewResult{
		Digest: o.Image.Digest, Tags: o.Image.Tags, PushedAt: epoch(o.Image.PushedAt), Class: strings.ToUpper(string(o.Rule.Class)),
		Action: previewAction{Type: strings.ToUpper(string(o.Effect))}, Priority: o.Rule.Priority,
	}
	if o.Effect == lifecycle.Transition {
		result.Action.Target = strings.ToUpper(string(lifecycle.Archive))
	}
	return result
}

// lifecycleImages are the images of a repository as a policy sees them.
func (r *repository) lifecycleImages() []lifecycle.Image {
	var images []lifecycle.Image
	for _, i := range r.sorted() {
		images = append(images, lifecycle.Image{
			Digest: i.Digest, Tags: r.tagsOf(i.Digest), PushedAt: i.PushedAt, Size: i.Size, MediaType: i.MediaType, Subject: i.Subject,
			Children: append([]string{}, i.Children...), Status: i.status(), ArchivedAt: i.ArchivedAt,
		})
	}
	return images
}

type previewRequest struct {
	repositoryRef
	NextToken  string `json:"nextToken"`
	MaxResults *int   `json:"maxResults"`
}

func (c *call) getLifecyclePolicyPreview(request previewRequest) (any, error) {
	answer := map[string]any{"registryId": Account, "repositoryName": request.RepositoryName, "status": "COMPLETE"}
	return answer, c.store.read(func(s *state) error {
		r, err := request.of(s)
		if err != nil {
			return err
		}
		if r.Preview == nil {
			return &apiError{"LifecyclePolicyPreviewNotFoundException", fmt.Sprintf(
				"Lifecycle policy preview does not exist for the repository with name '%s' in the registry with id '%s'", r.Name, Account)}
		}
		results, next, err := page(r.Preview.Results, request.NextToken, request.MaxResults, 100, 100)
		if err != nil {
			return err
		}
		if next != "" {
			answer["nextToken"] = next
		}
		answer["lifecyclePolicyText"], answer["previewResults"], answer["summary"] = r.Preview.Text, results, r.Preview.summary()
		return nil
	})
}

// summary counts what goes.
func (p *lifecyclePreview) summary() any {
	expiring, archived := 0, 0
	for _, result := range p.Results {
		switch cmp.Or(result.Action.Target, result.Action.Type) {
		case "EXPIRE":
			expiring++
		default:
			archived++
		}
	}
	return map[string]any{
		"expiringImageTotalCount":       expiring,
		"transitioningImageTotalCounts": []any{map[string]any{"targetStorageClass": "ARCHIVE", "imageTotalCount": archived}},
	}
}
