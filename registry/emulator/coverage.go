package emulator

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
)

// coveragePath is where Amazon Inspector answers ListCoverage
// (https://docs.aws.amazon.com/inspector/v2/APIReference/API_ListCoverage.html).
const coveragePath = "/coverage/list"

type coverageRequest struct {
	Filter struct {
		Repositories []struct {
			Value string `json:"value"`
		} `json:"ecrRepositoryName"`
	} `json:"filterCriteria"`
	NextToken  string `json:"nextToken"`
	MaxResults *int   `json:"maxResults"`
}

// coverage answers ListCoverage: the images of an enhanced registry, and how many tasks of the scenario run each. Of its filters it knows the
// names of repositories.
func (e *Emulator) coverage(r *http.Request) (any, error) {
	region, err := e.admit(r, "inspector2", "ListCoverage")
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxRequest))
	if err != nil {
		return nil, err
	}
	var request coverageRequest
	if err := json.Unmarshal(body, &request); err != nil {
		return nil, &apiError{"ValidationException", err.Error()}
	}
	running, covered := e.inUse(r), []any{}
	err = e.store.read(func(s *state) error {
		for _, name := range slices.Sorted(maps.Keys(s.Repositories)) {
			if s.Scanning.Type == "ENHANCED" && request.asks(name) {
				covered = append(covered, e.coveredImages(s.Repositories[name], region, running)...)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	part, next, err := page(covered, request.NextToken, request.MaxResults, 200, 200)
	if err != nil {
		return nil, &apiError{"ValidationException", err.Error()}
	}
	answer := map[string]any{"coveredResources": part}
	if next != "" {
		answer["nextToken"] = next
	}
	return answer, nil
}

func (c coverageRequest) asks(repository string) bool {
	for _, filter := range c.Filter.Repositories {
		if filter.Value == repository {
			return true
		}
	}
	return len(c.Filter.Repositories) == 0
}

// inUse counts the tasks that run each image, by repository and digest. Functions are not among what Inspector counts.
func (e *Emulator) inUse(r *http.Request) map[string]int {
	counts := map[string]int{}
	for _, w := range e.scenario.Workloads {
		for _, image := range w.Images {
			running := e.runs(r, image)
			counts[running.repository+"@"+running.digest] += w.running()
		}
	}
	return counts
}

func (e *Emulator) coveredImages(r *repository, region string, running map[string]int) []any {
	var out []any
	for _, i := range r.sorted() {
		if !i.scannable() {
			continue
		}
		image := map[string]any{"tags": r.tagsOf(i.Digest), "inUseCount": running[r.Name+"@"+i.Digest]}
		if running[r.Name+"@"+i.Digest] > 0 {
			image["lastInUseAt"] = epoch(e.now())
		}
		out = append(out, map[string]any{
			"accountId": Account, "resourceType": "AWS_ECR_CONTAINER_IMAGE", "scanType": "PACKAGE",
			"resourceId":       fmt.Sprintf("arn:aws:ecr:%s:%s:repository/%s/%s", region, Account, r.Name, i.Digest),
			"resourceMetadata": map[string]any{"ecrImage": image},
		})
	}
	return out
}
