//go:build integration

package integration

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// home is the registry that a bare repository name means in eu-west-1.
const home = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"

// TestRealHostNamesNeedNoEndpoint pushes to names of AWS, over TLS at port 443, with nothing set but credentials and a region: what
// the program does by default is what reaches ECR.
func TestRealHostNamesNeedNoEndpoint(t *testing.T) {
	n := newNetwork(t, []string{
		home, "api.ecr.eu-west-1.amazonaws.com",
		"123456789012.dkr-ecr.eu-west-1.on.aws", "ecr.eu-west-1.api.aws",
		"123456789012.dkr.ecr-fips.us-east-1.amazonaws.com", "api.ecr-fips.us-east-1.amazonaws.com",
		"123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn", "api.ecr.cn-north-1.amazonaws.com.cn",
	})
	for _, repository := range []struct{ kind, given, host string }{
		{"whole", home + "/shop/api", home},
		{"bare", "shop/bare", home},
		{"dual-stack", "123456789012.dkr-ecr.eu-west-1.on.aws/shop/dual", "123456789012.dkr-ecr.eu-west-1.on.aws"},
		{"FIPS", "123456789012.dkr.ecr-fips.us-east-1.amazonaws.com/shop/fips", "123456789012.dkr.ecr-fips.us-east-1.amazonaws.com"},
		{"China", "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/shop/china", "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn"},
	} {
		t.Run(repository.kind, func(t *testing.T) { n.takesAPush(t, repository.given, repository.host) })
	}
	t.Run("AWS CLI", n.servesTheAWSCLI)
	t.Run("crane with the credential helper", n.servesCrane)
}

// takesAPush pushes, gated, and wants the tag of the commit in the registry at host.
func (n network) takesAPush(t *testing.T, repository, host string) {
	out := n.run(t, nil, lab.hallmark, "push", "--path", lab.worktree, "--create-repository",
		"--repository", repository, "--output", "json", helloArchive(t))
	var r result
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(host+"/"+filepath.Join("shop", filepath.Base(repository)), r.Repository); diff != "" {
		t.Errorf("repository (-want +got):\n%s", diff)
	}
	wantTags(t, []tag{{lab.commit, "create", true}}, r)
}

// servesTheAWSCLI looks at what was pushed with each AWS CLI.
func (n network) servesTheAWSCLI(t *testing.T) {
	for _, client := range installed("aws") {
		got := n.run(t, []string{"HOME=" + os.Getenv("HOME")}, client, "ecr", "describe-images",
			"--repository-name", "shop/api", "--query", "imageDetails[].imageTags[]", "--output", "text")
		if diff := cmp.Diff(lab.commit, got); diff != "" {
			t.Errorf("%s ecr describe-images (-want +got):\n%s", client, diff)
		}
	}
}

// servesCrane reads an image with a token that AWS's own credential helper got.
func (n network) servesCrane(t *testing.T) {
	config := t.TempDir()
	text := `{"credHelpers": {"` + home + `": "ecr-login"}}`
	if err := os.WriteFile(filepath.Join(config, "config.json"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	pulled := t.TempDir()
	n.run(t, []string{"DOCKER_CONFIG=" + config, "AWS_ECR_DISABLE_CACHE=true"}, "crane", "pull", "--format", "oci", home+"/shop/api:"+lab.commit, pulled)
	if diff := cmp.Diff(archiveContent(t, helloArchive(t)), layoutContent(t, pulled)); diff != "" {
		t.Errorf("crane pull (-archive +pulled):\n%s", diff)
	}
}

// helloArchive is the image that the README begins with.
func helloArchive(t *testing.T) string {
	t.Helper()
	file, err := filepath.Abs("../testdata/hello.tar")
	if err != nil {
		t.Fatal(err)
	}
	return file
}
