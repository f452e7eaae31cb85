package ecr_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/lifecycle"
)

const (
	firstImage  = "sha256:aa"
	secondImage = "sha256:bb"
)

func TestLifecyclePolicy(t *testing.T) {
	a := newAPI(t).on("GetLifecyclePolicy", ok(`{"lifecyclePolicyText":"{\"rules\":[]}"}`))
	if text, found, err := connect(t, a).LifecyclePolicy(t.Context(), name); text != `{"rules":[]}` || !found || err != nil {
		t.Errorf("LifecyclePolicy = %q, %t, %v", text, found, err)
	}
	a.on("GetLifecyclePolicy", failure("LifecyclePolicyNotFoundException", "Lifecycle policy does not exist"))
	if text, found, err := connect(t, a).LifecyclePolicy(t.Context(), name); text != "" || found || err != nil {
		t.Errorf("LifecyclePolicy of a repository without one = %q, %t, %v", text, found, err)
	}
	a.on("GetLifecyclePolicy", failure("RepositoryNotFoundException", "no"))
	var missing *registry.NotFoundError
	if _, _, err := connect(t, a).LifecyclePolicy(t.Context(), name); !errors.As(err, &missing) {
		t.Errorf("LifecyclePolicy of no repository: %v", err)
	}
}

func TestInventoryReadsEveryPageAndArchivedImages(t *testing.T) {
	a := newAPI(t).on("DescribeImages",
		ok(`{"imageDetails":[{"imageDigest":"sha256:aa","imageTags":["1.0.0"],"imageSizeInBytes":7,"imagePushedAt":1795262400,"lastRecordedPullTime":1795262401,
			"imageManifestMediaType":"application/vnd.oci.image.index.v1+json","imageStatus":"ACTIVE"}],"nextToken":"more"}`),
		ok(`{"imageDetails":[{"imageDigest":"sha256:bb","imagePushedAt":1795262400,"imageStatus":"ARCHIVED","lastArchivedAt":1795262402,"lastActivatedAt":1795262403,
			"subjectManifestDigest":"sha256:aa"}]}`))
	got, err := connect(t, a).Inventory(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	at := func(seconds int64) time.Time { return time.Unix(1795262400+seconds, 0).UTC() }
	want := []lifecycle.Image{
		{Digest: firstImage, Tags: []string{"1.0.0"}, Size: 7, PushedAt: at(0), PulledAt: at(1), MediaType: "application/vnd.oci.image.index.v1+json", Status: lifecycle.Active},
		{Digest: secondImage, PushedAt: at(0), Status: lifecycle.Archived, ArchivedAt: at(2), ActivatedAt: at(3), Subject: firstImage},
	}
	if diff := cmp.Diff(want, got.Images()); diff != "" || got.Repository != name {
		t.Errorf("Inventory of %q (-want +got):\n%s", got.Repository, diff)
	}
	filter := map[string]any{"tagStatus": "ANY", "imageStatus": "ANY"}
	a.received(t,
		call{"DescribeImages", map[string]any{"registryId": account, "repositoryName": name, "filter": filter, "maxResults": 1000.0}},
		call{"DescribeImages", map[string]any{"registryId": account, "repositoryName": name, "filter": filter, "maxResults": 1000.0, "nextToken": "more"}},
	)
}

// The platforms of indexes come from their manifests; one that cannot be read leaves them unknown.
func TestPlatforms(t *testing.T) {
	m := index(t, platform(manifest(t, "one", nil), "amd64"))
	inventory := &lifecycle.Inventory{}
	inventory.Add(lifecycle.Image{Digest: m.Digest.String(), MediaType: m.MediaType})
	inventory.Add(lifecycle.Image{Digest: secondImage, MediaType: m.MediaType})
	a := newAPI(t).on("BatchGetImage", images([]string{found(m, "")}, `{"imageId":{"imageDigest":"sha256:bb"},"failureCode":"ImageInaccessible"}`))
	if err := connect(t, a).Platforms(t.Context(), repo, inventory); err != nil {
		t.Fatal(err)
	}
	var known []bool
	for _, i := range inventory.Images() {
		known = append(known, i.Children != nil)
	}
	if diff := cmp.Diff([]bool{true, false}, known); diff != "" {
		t.Errorf("platforms are known (-want +got):\n%s", diff)
	}
	a.on("BatchGetImage", denial("ecr:BatchGetImage", arn))
	var denied *registry.DeniedError
	if err := connect(t, a).Platforms(t.Context(), repo, inventory); !errors.As(err, &denied) {
		t.Errorf("Platforms that are denied: %v", err)
	}
}

func TestPreviewLifecyclePolicyWaitsAndReadsEveryPage(t *testing.T) {
	a := newAPI(t).on("StartLifecyclePolicyPreview", ok(`{"status":"IN_PROGRESS"}`)).on("GetLifecyclePolicyPreview",
		ok(`{"status":"IN_PROGRESS"}`),
		ok(`{"status":"COMPLETE","previewResults":[{"imageDigest":"sha256:aa","action":{"type":"EXPIRE"},"appliedRulePriority":1}],"nextToken":"more"}`),
		ok(`{"status":"COMPLETE","previewResults":[{"imageDigest":"sha256:bb","action":{"type":"TRANSITION","targetStorageClass":"ARCHIVE"},"appliedRulePriority":20}]}`))
	got, err := connect(t, a).PreviewLifecyclePolicy(t.Context(), name, "{}", time.Millisecond)
	want := []lifecycle.Previewed{{Digest: firstImage, Priority: 1, Effect: lifecycle.Expire}, {Digest: secondImage, Priority: 20, Effect: lifecycle.Transition}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("PreviewLifecyclePolicy: %v (-want +got):\n%s", err, diff)
	}
}

func TestPreviewLifecyclePolicyTellsWhatItCannot(t *testing.T) {
	a := newAPI(t).on("StartLifecyclePolicyPreview", failure("LifecyclePolicyPreviewInProgressException", "The previous lifecycle policy preview request has not completed"))
	if _, err := connect(t, a).PreviewLifecyclePolicy(t.Context(), name, "{}", time.Millisecond); err == nil {
		t.Error("a preview beside another was had")
	}
	a.on("StartLifecyclePolicyPreview", denial("ecr:StartLifecyclePolicyPreview", arn))
	var denied *registry.DeniedError
	if _, err := connect(t, a).PreviewLifecyclePolicy(t.Context(), name, "{}", time.Millisecond); !errors.As(err, &denied) || denied.Action != "ecr:StartLifecyclePolicyPreview" {
		t.Errorf("a preview that is denied: %v", err)
	}
	a.on("StartLifecyclePolicyPreview", ok(`{}`)).on("GetLifecyclePolicyPreview", ok(`{"status":"FAILED"}`))
	if _, err := connect(t, a).PreviewLifecyclePolicy(t.Context(), name, "{}", time.Millisecond); err == nil {
		t.Error("a preview that failed is no error")
	}
}
