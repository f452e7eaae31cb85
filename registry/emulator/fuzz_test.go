package emulator_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/hallmark-ci/hallmark/registry/emulator"
)

// Whatever a request holds, it is answered, and never as a fault of the emulator.
func FuzzAPI(f *testing.F) {
	for operation, body := range map[string]string{
		"CreateRepository": `{"repositoryName":"shop/web","tags":[{"Key":"a","Value":"b"}]}`, "DescribeRepositories": `{"maxResults":1}`,
		"PutImageTagMutability": `{"repositoryName":"shop/api","imageTagMutability":"IMMUTABLE_WITH_EXCLUSION","imageTagMutabilityExclusionFilters":[{"filter":"*"}]}`,
		"PutImage":              `{"repositoryName":"shop/api","imageManifest":"{\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"manifests\":[]}","imageTag":"v1"}`,
		"BatchGetImage":         `{"repositoryName":"shop/api","imageIds":[{"imageTag":"v1"},{"imageDigest":"sha256:x"}]}`,
		"BatchDeleteImage":      `{"repositoryName":"shop/api","imageIds":[{"imageTag":"v1"}]}`, "DescribeImageScanFindings": `{"repositoryName":"shop/api","imageId":{"imageTag":"v1"},"nextToken":"b2Zmc2V0PTE="}`,
		"PutLifecyclePolicy":                      `{"repositoryName":"shop/api","lifecyclePolicyText":"{\"rules\":[{\"rulePriority\":1,\"selection\":{},\"action\":{}}]}"}`,
		"PutRegistryScanningConfiguration":        `{"scanType":"ENHANCED","rules":[{"scanFrequency":"MANUAL","repositoryFilters":[{"filter":"["}]}]}`,
		"BatchGetRepositoryScanningConfiguration": `{"repositoryNames":["shop/api"]}`, "TagResource": `{"resourceArn":"arn:aws:ecr:x:y:repository/shop/api","tags":[]}`,
		"BatchCheckLayerAvailability": `{"repositoryName":"shop/api","layerDigests":["sha256:../../x"]}`, "DeleteRepository": `{"repositoryName":"..","force":true}`,
	} {
		f.Add(operation, []byte(body))
	}
	e, err := emulator.New(emulator.Options{Data: f.TempDir(), Scenario: &emulator.Scenario{Repositories: []emulator.Repository{{Name: "shop/api"}}}})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, operation string, body []byte) {
		r := httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(body))
		r.Header.Set("X-Amz-Target", "AmazonEC2ContainerRegistry_V20150921."+operation)
		r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=AKID/20260102/eu-west-1/ecr/aws4_request, SignedHeaders=host, Signature=0")
		w := httptest.NewRecorder()
		e.ServeHTTP(w, r)
		if w.Code != http.StatusOK && w.Code != http.StatusBadRequest {
			t.Errorf("%s %q: %d %s", operation, body, w.Code, w.Body)
		}
	})
}

// Whatever a scenario holds, it is refused or an emulator can be made of it.
func FuzzReadScenario(f *testing.F) {
	f.Add([]byte("repositories:\n  - {name: shop/api, mutability: IMMUTABLE_WITH_EXCLUSION, exclusions: [latest], scan: {type: BASIC, on_push: true}}\n"))
	f.Add([]byte("scans:\n  - match: {repository: \"shop/*\", digest: \"*\"}\n    steps:\n      - {for: 2s, error: ScanNotFoundException}\n      - {status: COMPLETE}\n"))
	f.Add([]byte("denied: [\"ecr:PutImage\"]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		file := filepath.Join(t.TempDir(), "scenario.yaml")
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		scenario, err := emulator.ReadScenario(file)
		if err != nil {
			return
		}
		e, err := emulator.New(emulator.Options{Data: t.TempDir(), Scenario: scenario})
		if err != nil {
			t.Fatalf("New of %q: %v", data, err)
		}
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
}
