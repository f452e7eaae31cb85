package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Every console block of docs/template.md with a command shows what the command prints.
func TestExamplesOfTemplateDocument(t *testing.T) { examples(t, "template.md", 2, func() {}) }

// The answers are in the form of https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_Operations.html.
func answers() map[string]string {
	return map[string]string{
		"DescribeRepositories": `{"repositories":[{"repositoryArn":"arn:aws:ecr:eu-central-1:123456789012:repository/shop/api","registryId":"123456789012","repositoryName":"shop/api",
			"imageTagMutability":"IMMUTABLE_WITH_EXCLUSION","imageTagMutabilityExclusionFilters":[{"filterType":"WILDCARD","filter":"latest"}],
			"imageScanningConfiguration":{"scanOnPush":true},"encryptionConfiguration":{"encryptionType":"KMS","kmsKey":"arn:aws:kms:eu-central-1:123456789012:key/1"}}]}`,
		"GetLifecyclePolicy": `{"lifecyclePolicyText":"{\"rules\":[{\"rulePriority\":1,\"selection\":{\"tagStatus\":\"any\",\"countType\":\"imageCountMoreThan\",\"countNumber\":9},\"action\":{\"type\":\"expire\"}}]}"}`,
		"GetRepositoryPolicy": `{"policyText":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"Pull\",\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::210987654321:root\"},` +
			`\"Action\":\"ecr:BatchGetImage\"}]}"}`,
		"ListTagsForResource":              `{"tags":[{"Key":"team","Value":"shop"},{"Key":"aws:cloudformation:stack-name","Value":"old"}]}`,
		"GetRegistryScanningConfiguration": `{"registryId":"123456789012","scanningConfiguration":{"scanType":"BASIC","rules":[{"scanFrequency":"SCAN_ON_PUSH","repositoryFilters":[{"filter":"*","filterType":"WILDCARD"}]}]}}`,
	}
}

// serveAnswers is an ECR that gives the answers, and denies what it has none for.
func serveAnswers(t *testing.T, answers map[string]string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
		answer, found := answers[operation]
		if !found {
			w.WriteHeader(http.StatusBadRequest)
			answer = `{"__type":"AccessDeniedException","message":"not yours"}`
		}
		fmt.Fprint(w, answer)
	}))
	t.Cleanup(server.Close)
	for _, variable := range isolated(t.TempDir()) {
		name, value, _ := strings.Cut(variable, "=")
		t.Setenv(name, value)
	}
	t.Setenv("AWS_ENDPOINT_URL_ECR", server.URL)
	t.Setenv("AWS_REGION", "eu-central-1")
	t.Setenv("AWS_ACCESS_KEY_ID", "test")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "test")
	t.Chdir(t.TempDir())
}

// existingTemplate is the template of the answers.
const existingTemplate = `# With enhanced scanning, the scanning rules of the registry decide for all of
# its repositories. They are not in here, since this replaces all of them:
# AWS::ECR::RegistryScanningConfiguration
# They are now, with basic scanning:
#   SCAN_ON_PUSH: *
AWSTemplateFormatVersion: "2010-09-09"
Description: "Settings of repositories in Amazon ECR"
Resources:
  RepositoryShopApi:
    Type: AWS::ECR::Repository
    DeletionPolicy: Retain
    UpdateReplacePolicy: Retain
    Properties:
      RepositoryName: "shop/api"
      # checkov:skip=CKV_AWS_51: immutable but for the tags of its filters
      ImageTagMutability: IMMUTABLE_WITH_EXCLUSION
      ImageTagMutabilityExclusionFilters:
        - ImageTagMutabilityExclusionFilterType: WILDCARD
          ImageTagMutabilityExclusionFilterValue: "latest"
      ImageScanningConfiguration:
        ScanOnPush: true
      EncryptionConfiguration:
        EncryptionType: KMS
        KmsKey: "arn:aws:kms:eu-central-1:123456789012:key/1"
      LifecyclePolicy:
        LifecyclePolicyText: |
          {
            "rules": [
              {
                "rulePriority": 1,
                "selection": {
                  "tagStatus": "any",
                  "countType": "imageCountMoreThan",
                  "countNumber": 9
                },
                "action": {
                  "type": "expire"
                }
              }
            ]
          }
      RepositoryPolicyText:
        "Version": "2012-10-17"
        "Statement":
          - "Sid": "Pull"
            "Effect": "Allow"
            "Principal":
              "AWS": "arn:aws:iam::210987654321:root"
            "Action": "ecr:BatchGetImage"
      Tags:
        - Key: "team"
          Value: "shop"
`

func TestTemplateOfARepositoryThatExists(t *testing.T) {
	serveAnswers(t, answers())
	if diff := cmp.Diff(existingTemplate, output(t, "hallmark repo template --format cloudformation --existing shop/api")); diff != "" {
		t.Errorf("template (-want +got):\n%s", diff)
	}
}

func TestTemplateSaysWhatMayNotBeRead(t *testing.T) {
	served := answers()
	for _, operation := range []string{"GetLifecyclePolicy", "GetRepositoryPolicy", "GetRegistryScanningConfiguration"} {
		delete(served, operation)
	}
	serveAnswers(t, served)
	got := output(t, "hallmark repo template --format terraform --existing shop/api")
	for _, want := range []string{
		"its access is not in the template", "its lifecycle is not in the template", "the scanning rules of the registry are not in the",
		"  # access: not in here, since it could not be read\n  # lifecycle: not in here, since it could not be read\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if strings.Contains(got, "aws_ecr_lifecycle_policy") || strings.Contains(got, "aws_ecr_repository_policy") {
		t.Errorf("a policy that was not read in\n%s", got)
	}
}
