package emulator_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/hallmark-ci/hallmark/registry/emulator"
)

func TestAPIRefuses(t *testing.T) {
	p := serveRepository(t, emulator.Repository{Name: "shop/api"})
	raw, d := p.image("shop/api", "one")
	shop := func(more document) document {
		more["repositoryName"] = "shop/api"
		return more
	}
	absent := digest.FromString("absent").String()
	filters := func(n int, filter string) []document {
		var out []document
		for range n {
			out = append(out, document{"filterType": "WILDCARD", "filter": filter})
		}
		return out
	}
	tests := []struct {
		name, operation string
		request         any
		code            string
	}{
		{"an operation it lacks", "PutReplicationConfiguration", document{}, "UnknownOperationException"},
		{"a member of the wrong type", "ListImages", document{"repositoryName": 7}, "SerializationException"},
		{"a repository that is there", "CreateRepository", shop(document{}), "RepositoryAlreadyExistsException"},
		{"a name in upper case", "CreateRepository", document{"repositoryName": "Shop"}, "InvalidParameterException"},
		{"a name of one letter", "CreateRepository", document{"repositoryName": "a"}, "InvalidParameterException"},
		{"an unknown mutability", "CreateRepository", document{"repositoryName": "web", "imageTagMutability": "FROZEN"}, "InvalidParameterException"},
		{"filters on plain immutability", "CreateRepository", document{"repositoryName": "web", "imageTagMutability": "IMMUTABLE", "imageTagMutabilityExclusionFilters": filters(1, "latest")}, "InvalidParameterException"},
		{"exclusion without filters", "PutImageTagMutability", shop(document{"imageTagMutability": "IMMUTABLE_WITH_EXCLUSION"}), "InvalidParameterException"},
		{"six filters", "PutImageTagMutability", shop(document{"imageTagMutability": "IMMUTABLE_WITH_EXCLUSION", "imageTagMutabilityExclusionFilters": filters(6, "latest")}), "InvalidParameterException"},
		{"three wildcards in a filter", "PutImageTagMutability", shop(document{"imageTagMutability": "IMMUTABLE_WITH_EXCLUSION", "imageTagMutabilityExclusionFilters": filters(1, "*a*b*")}), "InvalidParameterException"},
		{"a resource tag of AWS's own", "CreateRepository", document{"repositoryName": "web", "tags": []document{{"Key": "aws:x", "Value": "y"}}}, "InvalidTagParameterException"},
		{"a repository that is not there", "DescribeRepositories", document{"repositoryNames": []string{"web"}}, "RepositoryNotFoundException"},
		{"another registry", "ListImages", shop(document{"registryId": "999999999999"}), "RepositoryNotFoundException"},
		{"the deletion of a repository with images", "DeleteRepository", shop(document{}), "RepositoryNotEmptyException"},
		{"a page of none", "ListImages", shop(document{"maxResults": 0}), "InvalidParameterException"},
		{"a page that is too large", "DescribeImages", shop(document{"maxResults": 1001}), "InvalidParameterException"},
		{"a token of its own making", "ListImages", shop(document{"nextToken": "AAAA"}), "InvalidParameterException"},
		{"an image that is not there", "DescribeImages", shop(document{"imageIds": []document{{"imageTag": "v9"}}}), "ImageNotFoundException"},
		{"no image at all", "DescribeImages", shop(document{"imageIds": []document{{}}}), "InvalidParameterException"},
		{"pages of named images", "DescribeImages", shop(document{"imageIds": []document{{"imageDigest": d}}, "maxResults": 1}), "InvalidParameterException"},
		{"a batch of none", "BatchGetImage", shop(document{"imageIds": []document{}}), "InvalidParameterException"},
		{"the same image without a tag", "PutImage", shop(document{"imageManifest": string(raw)}), "ImageAlreadyExistsException"},
		{"another digest than the manifest's", "PutImage", shop(document{"imageManifest": string(raw), "imageDigest": absent, "imageTag": "v1"}), "ImageDigestDoesNotMatchException"},
		{"a manifest that is no JSON", "PutImage", shop(document{"imageManifest": "{", "imageTag": "v1"}), "InvalidParameterException"},
		{"a manifest without its layers", "PutImage", shop(document{"imageManifest": `{"schemaVersion":2,"mediaType":"` + ocispec.MediaTypeImageManifest + `","config":{"digest":"` + absent + `"},"layers":[]}`, "imageTag": "v1"}), "LayersNotFoundException"},
		{"an index without its images", "PutImage", shop(document{"imageManifest": `{"schemaVersion":2,"mediaType":"` + ocispec.MediaTypeImageIndex + `","manifests":[{"digest":"` + absent + `"}]}`, "imageTag": "v1"}), "ReferencedImagesNotFoundException"},
		{"a bad tag", "PutImage", shop(document{"imageManifest": string(raw), "imageTag": "-v1"}), "InvalidParameterException"},
		{"a scan that never was", "DescribeImageScanFindings", shop(document{"imageId": document{"imageDigest": d}}), "ScanNotFoundException"},
		{"a scan of an image that is not there", "DescribeImageScanFindings", shop(document{"imageId": document{"imageDigest": absent}}), "ImageNotFoundException"},
		{"too many findings at once", "DescribeImageScanFindings", shop(document{"imageId": document{"imageDigest": d}, "maxResults": 1001}), "InvalidParameterException"},
		{"an unknown kind of scanning", "PutRegistryScanningConfiguration", document{"scanType": "CLAIR"}, "InvalidParameterException"},
		{"continuous basic scanning", "PutRegistryScanningConfiguration", document{"scanType": "BASIC", "rules": []document{{"scanFrequency": "CONTINUOUS_SCAN"}}}, "InvalidParameterException"},
		{"three scanning rules", "PutRegistryScanningConfiguration", document{"scanType": "BASIC", "rules": slices.Repeat([]document{{"scanFrequency": "SCAN_ON_PUSH"}}, 3)}, "InvalidParameterException"},
		{"a scanning filter of other characters", "PutRegistryScanningConfiguration", scanRule("Shop"), "InvalidParameterException"},
		{"101 scanning filters", "PutRegistryScanningConfiguration", scanRule(slices.Repeat([]string{"shop"}, 101)...), "InvalidParameterException"},
		{"no repositories", "BatchGetRepositoryScanningConfiguration", document{"repositoryNames": []string{}}, "InvalidParameterException"},
		{"a lifecycle policy that is not there", "GetLifecyclePolicy", shop(document{}), "LifecyclePolicyNotFoundException"},
		{"a lifecycle policy without rules", "PutLifecyclePolicy", shop(document{"lifecyclePolicyText": `{"rules":[]}`}), "InvalidParameterException"},
		{"a lifecycle policy that is too long", "PutLifecyclePolicy", shop(document{"lifecyclePolicyText": strings.Repeat(" ", 30_721)}), "InvalidParameterException"},
		{"a lifecycle rule that stands twice", "PutLifecyclePolicy", shop(document{"lifecyclePolicyText": `{"rules":[{"rulePriority":1,"selection":{},"action":{}},{"rulePriority":1,"selection":{},"action":{}}]}`}), "InvalidParameterException"},
		{"tags of no resource", "ListTagsForResource", document{"resourceArn": "shop/api"}, "InvalidParameterException"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p.fails(test.operation, test.request, test.code)
		})
	}
}

func TestAPIWantsASignature(t *testing.T) {
	p := serveRepository(t, emulator.Repository{Name: "shop/api"})
	got := p.sendAs("", http.MethodPost, "/", []byte("{}"), "X-Amz-Target", "AmazonEC2ContainerRegistry_V20150921.DescribeRepositories")
	if got.Status != 400 || !strings.Contains(got.Body, "MissingAuthenticationTokenException") {
		t.Errorf("an unsigned request: %d %s", got.Status, got.Body)
	}
}

func TestRepositorySettings(t *testing.T) {
	p := serve(t, emulator.Options{Scenario: &emulator.Scenario{Repositories: []emulator.Repository{}}})
	made := p.must("CreateRepository", document{"repositoryName": "shop/api", "imageTagMutability": "IMMUTABLE", "imageScanningConfiguration": document{"scanOnPush": true}, "tags": []document{{"Key": "team", "Value": "shop"}}})
	want := document{
		"repositoryArn": "arn:aws:ecr:eu-west-1:123456789012:repository/shop/api", "registryId": "123456789012", "repositoryName": "shop/api",
		"repositoryUri": strings.TrimPrefix(p.url, "http://") + "/shop/api", "createdAt": 1767323045.0, "imageTagMutability": "IMMUTABLE",
		"imageScanningConfiguration": document{"scanOnPush": true}, "encryptionConfiguration": document{"encryptionType": "AES256"},
	}
	if diff := cmp.Diff(want, made["repository"]); diff != "" {
		t.Errorf("CreateRepository (-want +got):\n%s", diff)
	}
	filters := []any{document{"filterType": "WILDCARD", "filter": "latest"}}
	p.must("PutImageTagMutability", document{"repositoryName": "shop/api", "imageTagMutability": "IMMUTABLE_WITH_EXCLUSION", "imageTagMutabilityExclusionFilters": filters})
	p.must("PutImageScanningConfiguration", document{"repositoryName": "shop/api", "imageScanningConfiguration": document{"scanOnPush": false}})
	want["imageTagMutability"], want["imageTagMutabilityExclusionFilters"] = "IMMUTABLE_WITH_EXCLUSION", filters
	want["imageScanningConfiguration"] = document{"scanOnPush": false}
	if diff := cmp.Diff(document{"repositories": []any{want}}, p.must("DescribeRepositories", document{})); diff != "" {
		t.Errorf("DescribeRepositories (-want +got):\n%s", diff)
	}
	arn := document{"resourceArn": want["repositoryArn"]}
	p.must("TagResource", document{"resourceArn": want["repositoryArn"], "tags": []document{{"Key": "env", "Value": "prod"}}})
	p.must("UntagResource", document{"resourceArn": want["repositoryArn"], "tagKeys": []string{"team"}})
	if diff := cmp.Diff(document{"tags": []any{document{"Key": "env", "Value": "prod"}}}, p.must("ListTagsForResource", arn)); diff != "" {
		t.Errorf("ListTagsForResource (-want +got):\n%s", diff)
	}
	policy := document{"repositoryName": "shop/api", "lifecyclePolicyText": `{"rules":[{"rulePriority":1,"selection":{"tagStatus":"untagged","countType":"imageCountMoreThan","countNumber":1},"action":{"type":"expire"}}]}`}
	p.must("PutLifecyclePolicy", policy)
	if got := p.must("GetLifecyclePolicy", document{"repositoryName": "shop/api"}); got["lifecyclePolicyText"] != policy["lifecyclePolicyText"] {
		t.Errorf("GetLifecyclePolicy: %v", got)
	}
	p.fails("GetLifecyclePolicyPreview", document{"repositoryName": "shop/api"}, "LifecyclePolicyPreviewNotFoundException")
	p.must("StartLifecyclePolicyPreview", document{"repositoryName": "shop/api"})
	p.fails("StartLifecyclePolicyPreview", document{"repositoryName": "shop/api", "lifecyclePolicyText": "{}"}, "InvalidParameterException")
	if got := p.must("GetLifecyclePolicyPreview", document{"repositoryName": "shop/api"}); got["status"] != "COMPLETE" || got["lifecyclePolicyText"] != policy["lifecyclePolicyText"] {
		t.Errorf("GetLifecyclePolicyPreview: %v", got)
	}
	p.must("DeleteLifecyclePolicy", document{"repositoryName": "shop/api"})
	p.fails("StartLifecyclePolicyPreview", document{"repositoryName": "shop/api"}, "LifecyclePolicyNotFoundException")
	p.fails("GetLifecyclePolicy", document{"repositoryName": "shop/api"}, "LifecyclePolicyNotFoundException")
	p.image("shop/api", "one")
	p.must("DeleteRepository", document{"repositoryName": "shop/api", "force": true})
	p.fails("ListImages", document{"repositoryName": "shop/api"}, "RepositoryNotFoundException")
}

// The answers to a tag that is there, in every mode, through both faces.
func TestTagMutability(t *testing.T) {
	tests := []struct {
		name, mode string
		exclusions []string
		same       string // code of the API for the same image; empty for success
		other      string // code of the API for another image
		registry   int    // status of the registry for another image
	}{
		{"mutable", "MUTABLE", nil, "ImageAlreadyExistsException", "", 201},
		{"immutable", "IMMUTABLE", nil, "ImageAlreadyExistsException", "ImageTagAlreadyExistsException", 400},
		{"immutable, the tag excluded", "IMMUTABLE_WITH_EXCLUSION", []string{"v*"}, "ImageAlreadyExistsException", "", 201},
		{"immutable, another tag excluded", "IMMUTABLE_WITH_EXCLUSION", []string{"latest"}, "ImageAlreadyExistsException", "ImageTagAlreadyExistsException", 400},
		{"mutable, the tag excluded", "MUTABLE_WITH_EXCLUSION", []string{"v*"}, "ImageAlreadyExistsException", "ImageTagAlreadyExistsException", 400},
		{"mutable, another tag excluded", "MUTABLE_WITH_EXCLUSION", []string{"release"}, "ImageAlreadyExistsException", "", 201},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := serveRepository(t, emulator.Repository{Name: "shop/api", Mutability: test.mode, Exclusions: test.exclusions})
			one, _ := p.image("shop/api", "one")
			two, _ := p.image("shop/api", "two")
			put := func(raw []byte) string {
				_, out := p.call("PutImage", document{"repositoryName": "shop/api", "imageManifest": string(raw), "imageTag": "v1"})
				code, _ := out["__type"].(string)
				return code
			}
			if code := put(one); code != "" {
				t.Errorf("PutImage of an absent tag: %s", code)
			}
			if code := put(one); code != test.same {
				t.Errorf("PutImage of the same image: %q, want %q", code, test.same)
			}
			if code := put(two); code != test.other {
				t.Errorf("PutImage of another image: %q, want %q", code, test.other)
			}
			if got := p.put("shop/api", "v1", p.manifest("shop/api", "three")); got.Status != test.registry {
				t.Errorf("PUT of another image: %d %s, want %d", got.Status, got.Code, test.registry)
			}
		})
	}
}

func TestAnImageTakesSoManyTagsAndNoMore(t *testing.T) {
	p := serveRepository(t, emulator.Repository{Name: "shop/api"})
	raw, _ := p.image("shop/api", "one")
	for i := range 1000 {
		if got := p.put("shop/api", "v"+strings.Repeat("1", i%100)+"."+strings.Repeat("2", i/100), raw); got.Status != 201 {
			t.Fatalf("tag %d: %d %s", i, got.Status, got.Body)
		}
	}
	p.wants(403, "DENIED", http.MethodPut, "/v2/shop/api/manifests/more", raw, "Content-Type", ocispec.MediaTypeImageManifest)
	p.fails("PutImage", document{"repositoryName": "shop/api", "imageManifest": string(raw), "imageTag": "more"}, "LimitExceededException")
	page := p.must("ListImages", document{"repositoryName": "shop/api", "maxResults": 999})
	rest := p.must("ListImages", document{"repositoryName": "shop/api", "nextToken": page["nextToken"]})
	if len(page["imageIds"].([]any)) != 999 || len(rest["imageIds"].([]any)) != 1 || rest["nextToken"] != nil {
		t.Errorf("pages of %d and %d, then %v", len(page["imageIds"].([]any)), len(rest["imageIds"].([]any)), rest["nextToken"])
	}
}

// scanRule is a scanning configuration with one rule.
func scanRule(filters ...string) document {
	var all []document
	for _, filter := range filters {
		all = append(all, document{"filter": filter, "filterType": "WILDCARD"})
	}
	return document{"scanType": "ENHANCED", "rules": []document{{"scanFrequency": "SCAN_ON_PUSH", "repositoryFilters": all}}}
}
