package posture_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/gate"
	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/posture"
)

func TestSavedPutsAnswersTogether(t *testing.T) {
	var saved posture.Saved
	for file, text := range map[string]string{
		"repositories.json": `{"repositories":[{"repositoryArn":"` + fit().ARN + `","registryId":"123456789012","repositoryName":"shop/api","repositoryUri":"123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/api",
			"imageTagMutability":"IMMUTABLE_WITH_EXCLUSION","imageTagMutabilityExclusionFilters":[{"filterType":"WILDCARD","filter":"latest"}],
			"imageScanningConfiguration":{"scanOnPush":true},"encryptionConfiguration":{"encryptionType":"KMS","kmsKey":"alias/shop"}}]}`,
		"scanning.json": `{"scanningConfigurations":[{"repositoryName":"shop/api","scanOnPush":true,"scanFrequency":"SCAN_ON_PUSH","appliedScanFilters":[{"filter":"shop","filterType":"WILDCARD"}]}],"failures":[]}
			{"registryId":"123456789012","scanningConfiguration":{"scanType":"ENHANCED","rules":[{"scanFrequency":"SCAN_ON_PUSH","repositoryFilters":[{"filter":"shop","filterType":"WILDCARD"}]}]}}`,
		"rest.txt": "\n\naws: [ERROR]: An error occurred (RepositoryPolicyNotFoundException) when calling the GetRepositoryPolicy operation: Repository policy does not exist for the repository with name 'shop/api' in the registry with id '123456789012'\n" +
			`{"repositoryName":"shop/api","lifecyclePolicyText":"{}"} {"tags":[]} {"repositoryCreationTemplates":[{"prefix":"ROOT","appliedFor":["CREATE_ON_PUSH"]}]}`,
	} {
		if err := saved.Read(file, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	r, got := saved.Settings()
	want := []posture.Settings{{
		Repository: registry.Repository{Host: "123456789012.dkr.ecr.eu-west-1.amazonaws.com", Name: "shop/api", Mutability: registry.ImmutableWithExclusion, Exclusions: []string{"latest"}},
		ARN:        fit().ARN, ScanOnPush: true, Encryption: posture.Encryption{Type: "KMS", Key: "alias/shop"}, Lifecycle: "{}",
		Scanning: gate.Coverage{Type: "ENHANCED", Frequency: "SCAN_ON_PUSH", Filters: []string{"shop"}, OnPush: true},
		Unseen:   map[posture.Part]string{posture.PartLabels: "not among the saved answers", posture.PartImages: "not among the saved answers"},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("settings (-want +got):\n%s", diff)
	}
	wantRegistry := posture.Registry{
		Host: want[0].Host, Account: "123456789012", Unseen: map[posture.Part]string{},
		Scan:      posture.ScanRules{Type: "ENHANCED", Rules: []posture.ScanRule{{Frequency: "SCAN_ON_PUSH", Filters: []string{"shop"}}}},
		Templates: []posture.Template{{Prefix: "ROOT", AppliedFor: []string{"CREATE_ON_PUSH"}, Mutability: registry.Mutable}},
	}
	if diff := cmp.Diff(wantRegistry, r); diff != "" {
		t.Errorf("registry (-want +got):\n%s", diff)
	}
}

func TestSavedSaysWhereAFileIsWrong(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"empty", " \n", "a.json: it is empty"},
		{"cut off", "{\"repositories\": [\n{", "a.json:2: no JSON: unexpected EOF"},
		{"no JSON", "{\"repositories\":\n [}", "a.json:2: no JSON: invalid character '}' looking for beginning of value"},
		{"a key twice", "{\"registryId\": \"1\",\n\"repositories\": [],\n\"registryId\": \"2\"}", `a.json:3: key "registryId" stands twice`},
		{"a key of two objects", `{"repositories": [{"repositoryName": "a"}, {"repositoryName": "b"}]}`, ""},
		{"a repository twice", "{\"repositories\": []}\n{\"repositories\": [{\"repositoryName\": \"a\"}, {\"repositoryName\": \"a\"}]}", `a.json:2: repository of repository "a" stands in a.json:2 already`},
		{"another answer", `{"clusterArns": []}`, "a.json:1: no answer that says something of the settings of repositories"},
		{"another error", "\nAn error occurred (AccessDeniedException) when calling", "a.json:2: neither an answer nor what the AWS CLI says of a policy that is not there"},
		{"no name", `{"lifecyclePolicyText": "{}"}`, "a.json:1: no repositoryName"},
		{"another type", `{"repositories": {}}`, "a.json:1: json: cannot unmarshal object into Go struct field .repositories of type"},
		{"an image without a digest", `{"imageDetails": [{"repositoryName": "a"}]}`, `a.json:1: image "" has no digest or no imagePushedAt`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var saved posture.Saved
			got := ""
			if err := saved.Read("a.json", []byte(tt.text)); err != nil {
				got = err.Error()
			}
			if got[:min(len(got), len(tt.want))] != tt.want || tt.want == "" && got != "" {
				t.Errorf("error %q, want it to begin with %q", got, tt.want)
			}
		})
	}
}
