package ecr_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/registry"
)

func TestTagsReadsEveryPage(t *testing.T) {
	a := newAPI(t).on("ListImages",
		ok(`{"imageIds":[{"imageDigest":"sha256:aa","imageTag":"1.0.0"},{"imageDigest":"sha256:aa","imageTag":"latest"}],"nextToken":"more"}`),
		ok(`{"imageIds":[{"imageDigest":"sha256:bb"},{"imageDigest":"sha256:cc","imageTag":"1.1.0"}]}`))
	got, err := connect(t, a).Tags(t.Context(), repo)
	if diff := cmp.Diff([]string{"1.0.0", "latest", "1.1.0"}, got); diff != "" || err != nil {
		t.Errorf("Tags: %v (-want +got):\n%s", err, diff)
	}
	filter := map[string]any{"tagStatus": "TAGGED"}
	a.received(t,
		call{"ListImages", map[string]any{"registryId": account, "repositoryName": name, "filter": filter, "maxResults": 1000.0}},
		call{"ListImages", map[string]any{"registryId": account, "repositoryName": name, "filter": filter, "maxResults": 1000.0, "nextToken": "more"}},
	)
}

func TestTagsSaysWhatIsDenied(t *testing.T) {
	a := newAPI(t).on("ListImages", denial("ecr:ListImages", arn))
	_, err := connect(t, a).Tags(t.Context(), repo)
	var denied *registry.DeniedError
	if !errors.As(err, &denied) || denied.Action != "ecr:ListImages" {
		t.Errorf("Tags: %v", err)
	}
}
