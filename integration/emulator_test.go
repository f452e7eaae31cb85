//go:build integration

package integration

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// startEmulator serves an ECR from the binary under test.
func startEmulator(data string, args ...string) (p *process, address string, err error) {
	address = freeAddress()
	args = append([]string{"emulator", "--addr", address, "--data", data}, args...)
	if p, err = start(nil, lab.hallmark, args...); err != nil {
		return nil, "", err
	}
	return p, address, p.ready(func() error { return answers("http://" + address + "/v2/") })
}

// serveECR gives a test an ECR of its own, that answers as the scenario says.
func serveECR(t *testing.T, scenario string) (address string) {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "scenario.yaml")
	if err := os.WriteFile(file, []byte(scenario), 0o600); err != nil {
		t.Fatal(err)
	}
	p, address, err := startEmulator(filepath.Join(dir, "data"), "--scenario", file)
	if p != nil {
		t.Cleanup(p.stop)
	}
	if err != nil {
		t.Fatal(err)
	}
	return address
}

// callECR calls an operation of ECR's API, as plainly as can be, and reads its answer.
func callECR(t *testing.T, address, operation string, request, answer any) {
	t.Helper()
	body, err := json.Marshal(request)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequest(http.MethodPost, "http://"+address, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	r.Header.Set("X-Amz-Target", "AmazonEC2ContainerRegistry_V20150921."+operation)
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=test/20260102/us-east-1/ecr/aws4_request, SignedHeaders=host, Signature=0")
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode == http.StatusOK {
		err = json.Unmarshal(data, answer)
	}
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %s, %v", operation, response.Status, data, err)
	}
}

// createRepository makes a repository with scan on push; mutability is MUTABLE or IMMUTABLE.
func createRepository(t *testing.T, address, name, mutability string) {
	t.Helper()
	callECR(t, address, "CreateRepository", map[string]any{
		"repositoryName": name, "imageTagMutability": mutability,
		"imageScanningConfiguration": map[string]any{"scanOnPush": true},
	}, &struct{}{})
}

// haveRepository makes a repository that documents speak of, unless the test of another document has made it.
func haveRepository(t *testing.T, address, name, mutability string) {
	t.Helper()
	var answer struct {
		Repositories []struct{ RepositoryName string }
	}
	callECR(t, address, "DescribeRepositories", struct{}{}, &answer)
	for _, r := range answer.Repositories {
		if r.RepositoryName == name {
			return
		}
	}
	createRepository(t, address, name, mutability)
}

// password is a token for the user AWS.
func password(t *testing.T, address string) string {
	t.Helper()
	var answer struct {
		AuthorizationData []struct{ AuthorizationToken string }
	}
	callECR(t, address, "GetAuthorizationToken", struct{}{}, &answer)
	token, err := base64.StdEncoding.DecodeString(answer.AuthorizationData[0].AuthorizationToken)
	if err != nil {
		t.Fatal(err)
	}
	_, secret, _ := strings.Cut(string(token), ":")
	return secret
}

// ecrTags lists the tags of a repository in order.
func ecrTags(t *testing.T, address, repository string) []string {
	t.Helper()
	var answer struct {
		ImageIDs []struct{ ImageTag string } `json:"imageIds"`
	}
	callECR(t, address, "ListImages", map[string]any{"repositoryName": repository}, &answer)
	tags := []string{}
	for _, id := range answer.ImageIDs {
		if id.ImageTag != "" {
			tags = append(tags, id.ImageTag)
		}
	}
	slices.Sort(tags)
	return tags
}
