package emulator_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/registry/emulator"
)

// An emulator that is told to carries policies out as of a time to come, once pushes have come to rest; another one never does.
func TestPoliciesAreCarriedOutWhenTold(t *testing.T) {
	const policy = `{"rules": [{"rulePriority": 1, "selection": {"tagStatus": "untagged", "countType": "sinceImagePushed", "countUnit": "days", "countNumber": 1},
		"action": {"type": "expire"}}]}`
	for _, test := range []struct {
		name   string
		ahead  time.Duration
		waited time.Duration
		want   int
	}{
		{"never when not told", 0, time.Hour, 2},
		{"not while a push may go on", 48 * time.Hour, 999 * time.Millisecond, 2},
		{"not before the age of the rule", 12 * time.Hour, time.Second, 2},
		{"a second after the last push", 48 * time.Hour, time.Second, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := serve(t, emulator.Options{Ahead: test.ahead, Scenario: &emulator.Scenario{Repositories: []emulator.Repository{{Name: "shop/api"}}}})
			p.must("PutLifecyclePolicy", document{"repositoryName": "shop/api", "lifecyclePolicyText": policy})
			tagged, kept := p.image("shop/api", "one")
			untagged, gone := p.image("shop/api", "two")
			p.put("shop/api", "v1", tagged)
			p.put("shop/api", gone, untagged)
			p.clock.advance(test.waited)
			ids, _ := p.must("ListImages", document{"repositoryName": "shop/api"})["imageIds"].([]any)
			if len(ids) != test.want {
				t.Fatalf("there are %v", ids)
			}
			if want := any(document{"imageDigest": kept, "imageTag": "v1"}); test.want == 1 {
				if diff := cmp.Diff(want, ids[0]); diff != "" {
					t.Errorf("what stays (-want +got):\n%s", diff)
				}
			}
		})
	}
}
