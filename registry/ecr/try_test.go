package ecr_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/ecr"
	"github.com/hallmark-ci/hallmark/registry/emulator"
)

// tried are the actions that can be tried.
func tried() []string {
	return []string{
		"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:BatchGetRepositoryScanningConfiguration", "ecr:DescribeImageScanFindings",
		"ecr:DescribeImages", "ecr:DescribeRepositories", "ecr:DescribeRepositoryCreationTemplates", "ecr:GetAuthorizationToken",
		"ecr:GetDownloadUrlForLayer", "ecr:GetRegistryScanningConfiguration", "ecr:ListImages", "ecr:StartImageScan",
	}
}

// emulated is a client of an emulator of a scenario.
func emulated(t *testing.T, s *emulator.Scenario) *ecr.Client {
	t.Helper()
	isolate(t)
	e, err := emulator.New(emulator.Options{Scenario: s})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	server := httptest.NewServer(e)
	t.Cleanup(server.Close)
	c, err := ecr.New(t.Context(), ecr.Options{Endpoint: server.URL, Region: "us-east-1", AccessKeyID: "test", SecretAccessKey: "test"})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTryTellsWhatIsAllowed(t *testing.T) {
	repositories := []emulator.Repository{{Name: "shop/api", Mutability: "IMMUTABLE", Scan: emulator.ScanSettings{OnPush: true}}}
	allowed := emulated(t, &emulator.Scenario{Repositories: repositories})
	denied := emulated(t, &emulator.Scenario{Repositories: repositories, Denied: tried()})
	for _, name := range []string{"shop/api", "not/there"} {
		repo := registry.Repository{Name: name}
		for _, action := range tried() {
			if err := allowed.Try(t.Context(), repo, action); err != nil || !ecr.CanTry(action) {
				t.Errorf("Try(%s, %s) = %v, want nil", name, action, err)
			}
			var refusal *registry.DeniedError
			if err := denied.Try(t.Context(), repo, action); !errors.As(err, &refusal) {
				t.Errorf("Try(%s, %s) = %v, want a DeniedError", name, action, err)
			}
		}
	}
}

func TestTryWritesNothing(t *testing.T) {
	for _, action := range []string{"ecr:InitiateLayerUpload", "ecr:UploadLayerPart", "ecr:CompleteLayerUpload", "ecr:PutImage", "ecr:CreateRepository"} {
		if ecr.CanTry(action) {
			t.Errorf("%s can be tried", action)
		}
	}
}

func TestCaller(t *testing.T) {
	got, err := emulated(t, &emulator.Scenario{}).Caller(t.Context())
	want := ecr.Caller{Account: "123456789012", ARN: "arn:aws:sts::123456789012:assumed-role/emulator/session"}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("Caller: %v (-want +got):\n%s", err, diff)
	}
	_, err = emulated(t, &emulator.Scenario{Credentials: "expired"}).Caller(t.Context())
	var credentials *registry.CredentialsError
	if !errors.As(err, &credentials) || !credentials.Expired {
		t.Errorf("Caller with old credentials: %v, want an expired CredentialsError", err)
	}
}

func TestCallerAsksNobodyForAnECROfItsOwn(t *testing.T) {
	isolate(t)
	t.Setenv("AWS_ENDPOINT_URL_ECR", "http://user:secret@127.0.0.1:1")
	c, err := ecr.New(t.Context(), ecr.Options{Region: "us-east-1", AccessKeyID: "test", SecretAccessKey: "test"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Caller(t.Context())
	var notAsked *ecr.NotAskedError
	if !errors.As(err, &notAsked) || notAsked.Endpoint != "http://127.0.0.1:1" {
		t.Errorf("Caller: %v, want a NotAskedError without the credential", err)
	}
}

func TestClockSkewIsToldByErrorsToo(t *testing.T) {
	for _, status := range []int{http.StatusOK, http.StatusBadRequest} {
		c, err := ecr.New(t.Context(), ecr.Options{Region: "us-east-1", AccessKeyID: "test", SecretAccessKey: "test", Transport: transport(func(r *http.Request) (*http.Response, error) {
			response := respond(r, answer{status: status, body: `{"__type":"AccessDeniedException","message":"no"}`})
			response.Header.Set("Date", time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat))
			return response, nil
		})})
		if err != nil {
			t.Fatal(err)
		}
		skew, err := c.ClockSkew(t.Context())
		if err != nil || skew.Round(time.Minute) != time.Hour {
			t.Errorf("ClockSkew = %v, %v after status %d, want an hour", skew, err, status)
		}
	}
}
