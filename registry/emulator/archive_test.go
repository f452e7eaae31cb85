package emulator_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/registry/emulator"
)

func TestWhatAPolicyArchivesCannotBePulledUntilItIsPushedAgain(t *testing.T) {
	const policy = `{"rules": [{"rulePriority": 1, "selection": {"tagStatus": "any", "countType": "sinceImagePulled", "countUnit": "days", "countNumber": 1},
		"action": {"type": "transition", "targetStorageClass": "archive"}}]}`
	p := serve(t, emulator.Options{Ahead: 72 * time.Hour, Scenario: &emulator.Scenario{Repositories: []emulator.Repository{{Name: "shop/api", Mutability: "MUTABLE"}}}})
	p.must("PutLifecyclePolicy", document{"repositoryName": "shop/api", "lifecyclePolicyText": policy})
	manifest, digest := p.image("shop/api", "one")
	p.put("shop/api", "v1", manifest)
	p.clock.advance(time.Second)
	count := func(status string) int {
		filter := document{}
		if status != "" {
			filter["imageStatus"] = status
		}
		images, _ := p.must("DescribeImages", document{"repositoryName": "shop/api", "filter": filter})["imageDetails"].([]any)
		return len(images)
	}
	archived := map[string]int{"": count(""), "ARCHIVED": count("ARCHIVED"), "ANY": count("ANY")}
	if diff := cmp.Diff(map[string]int{"": 0, "ARCHIVED": 1, "ANY": 1}, archived); diff != "" {
		t.Errorf("images by status (-want +got):\n%s", diff)
	}
	p.wants(404, "MANIFEST_UNKNOWN", "GET", "/v2/shop/api/manifests/v1", nil)
	failures := p.must("BatchGetImage", document{"repositoryName": "shop/api", "imageIds": []document{{"imageDigest": digest}}})["failures"]
	want := any([]any{document{"imageId": document{"imageDigest": digest}, "failureCode": "ImageInaccessible", "failureReason": "The image is archived"}})
	if diff := cmp.Diff(want, failures); diff != "" {
		t.Errorf("failures (-want +got):\n%s", diff)
	}
	p.put("shop/api", "v1", manifest)
	if n := count("ACTIVE"); n != 0 { // the policy archives it again before the next request
		t.Errorf("%d images are active although the policy goes on", n)
	}
	p.must("DeleteLifecyclePolicy", document{"repositoryName": "shop/api"})
	p.put("shop/api", "v1", manifest)
	if n := count("ACTIVE"); n != 1 {
		t.Errorf("%d images are active after a push", n)
	}
}
