package ecr_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/gate"
	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/posture"
)

func TestDescribeReadsEveryPage(t *testing.T) {
	a := newAPI(t).on("DescribeRepositories",
		ok(`{"repositories":[{"repositoryName":"shop/api","repositoryArn":"`+arn+`","createdAt":1795262400,"imageTagMutability":"IMMUTABLE_WITH_EXCLUSION",
			"imageTagMutabilityExclusionFilters":[{"filterType":"WILDCARD","filter":"latest"}],"imageScanningConfiguration":{"scanOnPush":true},
			"encryptionConfiguration":{"encryptionType":"KMS","kmsKey":"alias/shop"}}],"nextToken":"more"}`),
		ok(`{"repositories":[{"repositoryName":"shop/web","imageTagMutability":"MUTABLE"}]}`))
	got, err := connect(t, a).Describe(t.Context(), host)
	if err != nil {
		t.Fatal(err)
	}
	want := []posture.Settings{
		{
			Repository: registry.Repository{Host: host, Name: name, Mutability: registry.ImmutableWithExclusion, Exclusions: []string{"latest"}},
			ARN:        arn, Created: time.Unix(1795262400, 0).UTC(), ScanOnPush: true, Encryption: posture.Encryption{Type: "KMS", Key: "alias/shop"},
		},
		{Repository: registry.Repository{Host: host, Name: "shop/web", Mutability: registry.Mutable}, Created: time.Time{}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Describe (-want +got):\n%s", diff)
	}
	a.received(t,
		call{"DescribeRepositories", map[string]any{"registryId": account, "maxResults": 1000.0}},
		call{"DescribeRepositories", map[string]any{"registryId": account, "maxResults": 1000.0, "nextToken": "more"}},
	)
}

func TestDescribeNamesTheRepositoryThatIsNotThere(t *testing.T) {
	a := newAPI(t).on("DescribeRepositories", failure("RepositoryNotFoundException", "no"))
	_, err := connect(t, a).Describe(t.Context(), host, name)
	var missing *registry.NotFoundError
	if !errors.As(err, &missing) || missing.Repository != host+"/"+name {
		t.Errorf("Describe: %v", err)
	}
}

func TestScanConfigurationsAsksForBatches(t *testing.T) {
	a := newAPI(t).on("BatchGetRepositoryScanningConfiguration",
		ok(`{"scanningConfigurations":[{"repositoryName":"r0","scanOnPush":false,"scanFrequency":"CONTINUOUS_SCAN","appliedScanFilters":[{"filter":"r","filterType":"WILDCARD"}]}]}`),
		ok(`{"failures":[{"repositoryName":"r25","failureCode":"REPOSITORY_NOT_FOUND"}]}`))
	var names []string
	for i := range 26 {
		names = append(names, fmt.Sprintf("r%d", i))
	}
	got, err := connect(t, a).ScanConfigurations(t.Context(), "ENHANCED", names)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]gate.Coverage{"r0": {Type: "ENHANCED", Frequency: "CONTINUOUS_SCAN", Filters: []string{"r"}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("ScanConfigurations (-want +got):\n%s", diff)
	}
	if n := len(a.calls); n != 2 {
		t.Errorf("%d requests for 26 repositories", n)
	}
}

func TestScanRules(t *testing.T) {
	a := newAPI(t).on("GetRegistryScanningConfiguration", ok(`{"registryId":"`+account+`","scanningConfiguration":{"scanType":"ENHANCED","rules":[
		{"scanFrequency":"SCAN_ON_PUSH","repositoryFilters":[{"filter":"shop/*","filterType":"WILDCARD"},{"filter":"base","filterType":"WILDCARD"}]}]}}`))
	got, of, err := connect(t, a).ScanRules(t.Context())
	if err != nil || of != account {
		t.Fatalf("ScanRules of %q: %v", of, err)
	}
	want := posture.ScanRules{Type: "ENHANCED", Rules: []posture.ScanRule{{Frequency: "SCAN_ON_PUSH", Filters: []string{"shop/*", "base"}}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("ScanRules (-want +got):\n%s", diff)
	}
}

func TestAccessPolicy(t *testing.T) {
	a := newAPI(t).on("GetRepositoryPolicy", ok(`{"policyText":"{}"}`))
	if text, found, err := connect(t, a).AccessPolicy(t.Context(), name); text != "{}" || !found || err != nil {
		t.Errorf("AccessPolicy = %q, %t, %v", text, found, err)
	}
	a.on("GetRepositoryPolicy", failure("RepositoryPolicyNotFoundException", "none"))
	if _, found, err := connect(t, a).AccessPolicy(t.Context(), name); found || err != nil {
		t.Errorf("AccessPolicy of a repository without one: %t, %v", found, err)
	}
	a.on("GetRepositoryPolicy", failure("AccessDeniedException", "not yours"))
	var denied *registry.DeniedError
	if _, _, err := connect(t, a).AccessPolicy(t.Context(), name); !errors.As(err, &denied) || denied.Action != "ecr:GetRepositoryPolicy" {
		t.Errorf("AccessPolicy that is denied: %v", err)
	}
}

func TestLabels(t *testing.T) {
	a := newAPI(t).on("ListTagsForResource", ok(`{"tags":[{"Key":"aws:cloudformation:stack-name","Value":"shop"}]}`))
	got, err := connect(t, a).Labels(t.Context(), name, arn)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"aws:cloudformation:stack-name": "shop"}, got); diff != "" {
		t.Errorf("Labels (-want +got):\n%s", diff)
	}
	a.received(t, call{"ListTagsForResource", map[string]any{"resourceArn": arn}})
}

func TestDescribeTakesAnEmptyAnswerForARepositoryThatIsNotThere(t *testing.T) {
	a := newAPI(t).on("DescribeRepositories", ok(`{"repositories":[]}`))
	got, err := connect(t, a).Describe(t.Context(), host, name)
	var missing *registry.NotFoundError
	if !errors.As(err, &missing) || len(got) > 0 {
		t.Errorf("Describe: %v, %v", got, err)
	}
}
