package cli

import (
	"bytes"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"testing"

	"github.com/hallmark-ci/hallmark/doctor"
	"github.com/hallmark-ci/hallmark/iam"
	"github.com/hallmark-ci/hallmark/registry/emulator"
)

// pushAs pushes, judged or not, as a caller who may do what a policy allows and nothing else.
func pushAs(t *testing.T, allowed []string, flags ...string) (code int, said string) {
	t.Helper()
	scenario, err := emulator.ReadScenario(filepath.Join("..", "testdata", "scenario", "clean.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	scenario.Repositories = []emulator.Repository{{Name: "shop/api", Mutability: "IMMUTABLE", Scan: emulator.ScanSettings{OnPush: true}}}
	for _, action := range doctor.Actions(iam.Jobs()...) {
		if !slices.Contains(allowed, action) {
			scenario.Denied = append(scenario.Denied, action)
		}
	}
	e, err := emulator.New(emulator.Options{Scenario: scenario})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	server := httptest.NewServer(e)
	defer server.Close()
	t.Setenv("AWS_ENDPOINT_URL_ECR", server.URL)
	var out, problems bytes.Buffer
	arguments := []string{"hallmark", "push", filepath.Join("..", "testdata", "hello.tar"), "--repository", "shop/api", "--tag", "type=raw,value=one"}
	code = Main(t.Context(), append(arguments, flags...), Streams{In: &bytes.Buffer{}, Out: &out, Err: &problems})
	return code, problems.String()
}

// TestPoliciesAreEnoughAndNoMore holds the table of IAM actions against what a push does: with the policy it is done, and without any action
// of the policy it is not.
func TestPoliciesAreEnoughAndNoMore(t *testing.T) {
	for name, value := range map[string]string{
		"HOME": t.TempDir(), "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1",
		"AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null", "AWS_EC2_METADATA_DISABLED": "true", "HALLMARK_REPOSITORY": "",
		"GITHUB_OUTPUT": "", "GITHUB_STEP_SUMMARY": "",
	} {
		t.Setenv(name, value)
	}
	for _, tt := range []struct {
		name  string
		jobs  []iam.Job
		more  []string // that a run need not wait for long
		flags []string
	}{
		{"push", []iam.Job{iam.Push}, nil, []string{"--no-gate"}},
		{"push and gate", []iam.Job{iam.Push, iam.Gate}, []string{"ecr:GetRegistryScanningConfiguration", "ecr:BatchGetRepositoryScanningConfiguration"}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var needed []string
			for _, s := range iam.NewPolicy(tt.jobs, "", false).Statement {
				needed = append(needed, s.Action...)
			}
			allowed := append(slices.Clone(needed), tt.more...)
			if code, said := pushAs(t, allowed, tt.flags...); code != 0 {
				t.Fatalf("the policy is not enough: exit status %d\n%s", code, said)
			}
			for i, action := range needed {
				if action == "ecr:UploadLayerPart" {
					continue // ECR asks for it in every upload, the emulator only where a layer does not come with the request that ends it
				}
				if code, said := pushAs(t, slices.Delete(slices.Clone(allowed), i, i+1), tt.flags...); code == 0 {
					t.Errorf("a push does without %s\n%s", action, said)
				}
			}
		})
	}
}
