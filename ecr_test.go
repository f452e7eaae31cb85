package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// ecr VERB REPOSITORY [ARG...] looks at the script's ECR, or changes it, through its API:
//
//	ecr create shop/api immutable|mutable|exclude=FILTER
//	ecr tags shop/api          prints TAG DIGEST, one a line
//	ecr images shop/api        prints the digest of every image, one a line
//	ecr policy shop/api FILE   puts a lifecycle policy
//	ecr manifest shop/api TAG  prints what a tag names
func ecrCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: ecr create|policy|tags|images|manifest REPOSITORY [ARG...]")
	}
	api := "http://" + ts.Getenv("ECR")
	switch args[0] {
	case "create":
		request := map[string]any{"repositoryName": args[1], "imageScanningConfiguration": map[string]any{"scanOnPush": true}}
		mode, filter, excluded := strings.Cut(args[2], "=")
		request["imageTagMutability"] = strings.ToUpper(mode)
		if excluded {
			request["imageTagMutability"] = "IMMUTABLE_WITH_EXCLUSION"
			request["imageTagMutabilityExclusionFilters"] = []any{map[string]any{"filterType": "WILDCARD", "filter": filter}}
		}
		callECR(ts, api, "CreateRepository", request)
	case "policy":
		callECR(ts, api, "PutLifecyclePolicy", map[string]any{"repositoryName": args[1], "lifecyclePolicyText": ts.ReadFile(args[2])})
	case "tags", "images":
		var out []string
		for _, id := range listImages(ts, api, args[1]) {
			if tag, tagged := id["imageTag"]; tagged && args[0] == "tags" {
				out = append(out, tag+" "+id["imageDigest"])
			} else if args[0] == "images" && !slices.Contains(out, id["imageDigest"]) {
				out = append(out, id["imageDigest"])
			}
		}
		slices.Sort(out)
		_, err := io.WriteString(ts.Stdout(), strings.Join(append(out, ""), "\n"))
		ts.Check(err)
	case "manifest":
		_, err := io.WriteString(ts.Stdout(), manifestOf(ts, api, args[1], args[2]))
		ts.Check(err)
	default:
		ts.Fatalf("ecr: unknown verb %q", args[0])
	}
}

func listImages(ts *testscript.TestScript, api, repository string) []map[string]string {
	var answer struct {
		ImageIDs []map[string]string `json:"imageIds"`
	}
	ts.Check(json.Unmarshal(callECR(ts, api, "ListImages", map[string]any{"repositoryName": repository}), &answer))
	return answer.ImageIDs
}

func manifestOf(ts *testscript.TestScript, api, repository, tag string) string {
	var answer struct {
		Images []struct{ ImageManifest string }
	}
	request := map[string]any{"repositoryName": repository, "imageIds": []any{map[string]any{"imageTag": tag}}}
	ts.Check(json.Unmarshal(callECR(ts, api, "BatchGetImage", request), &answer))
	if len(answer.Images) != 1 {
		ts.Fatalf("%s:%s names %d images", repository, tag, len(answer.Images))
	}
	return answer.Images[0].ImageManifest
}

func callECR(ts *testscript.TestScript, api, operation string, request any) []byte {
	r, err := apiRequest(api, operation, request)
	ts.Check(err)
	answer, err := http.DefaultClient.Do(r)
	ts.Check(err)
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	ts.Check(err)
	if answer.StatusCode != http.StatusOK {
		ts.Fatalf("%s: %s: %s", operation, answer.Status, data)
	}
	return data
}

// apiRequest makes a request to ECR's API, by hand.
func apiRequest(api, operation string, request any) (*http.Request, error) {
	body, err := json.Marshal(request)
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequest(http.MethodPost, api, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	r.Header.Set("X-Amz-Target", "AmazonEC2ContainerRegistry_V20150921."+operation)
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=test/20260102/us-east-1/ecr/aws4_request, SignedHeaders=host, Signature=0")
	return r, nil
}
