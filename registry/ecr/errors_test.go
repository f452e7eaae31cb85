package ecr_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/ecr"
)

// denial is what AWS says of a missing permission
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html).
func denial(action, resource string) answer {
	return failure("AccessDeniedException", "User: arn:aws:sts::123456789012:assumed-role/ci/run is not authorized to perform: "+action+" on resource: "+resource+" because no identity-based policy allows the "+action+" action")
}

// everyCall makes every call there is, by the operation it starts with.
func everyCall(c *ecr.Client) map[string]func(context.Context) error {
	image := registry.Image{Digest: sum, MediaType: "application/vnd.oci.image.manifest.v1+json", Manifest: []byte("{}")}
	scans := c.Scans(repo)
	return map[string]func(context.Context) error{
		"GetAuthorizationToken": func(ctx context.Context) error { _, err := c.Token(ctx); return err },
		"DescribeRepositories":  func(ctx context.Context) error { _, err := c.Repository(ctx, host, name); return err },
		"CreateRepository": func(ctx context.Context) error {
			_, err := c.CreateRepository(ctx, name, ecr.CreateOptions{})
			return err
		},
		"DescribeRepositoryCreationTemplates": func(ctx context.Context) error { _, _, err := c.CreatedOnPush(ctx, host, name); return err },
		"BatchGetImage":                       func(ctx context.Context) error { _, err := c.Images(ctx, repo, []string{"1.0"}); return err },
		"PutImage":                            func(ctx context.Context) error { return c.PutTag(ctx, repo, image, "1.0") },
		"DescribeImageScanFindings":           func(ctx context.Context) error { _, err := scans.Answer(ctx, sum, "", 1); return err },
		"GetRegistryScanningConfiguration":    func(ctx context.Context) error { _, err := scans.Coverage(ctx); return err },
		"StartImageScan":                      func(ctx context.Context) error { return scans.Start(ctx, sum) },
	}
}

func TestADenialNamesTheActionAndTheResource(t *testing.T) {
	registryWide := map[string]bool{"GetAuthorizationToken": true, "GetRegistryScanningConfiguration": true, "DescribeRepositoryCreationTemplates": true}
	a := newAPI(t)
	c := connect(t, a)
	for operation, do := range everyCall(c) {
		t.Run(operation, func(t *testing.T) {
			want := []string{"ecr:" + operation, arn}
			if registryWide[operation] {
				want[1] = "*"
			}
			a.on(operation, denial(want[0], want[1]))
			if operation == "DescribeImageScanFindings" {
				want[0] += " (and under enhanced scanning inspector2:ListFindings and inspector2:ListCoverage on *)"
			}
			err := do(t.Context())
			var denied *registry.DeniedError
			if !errors.As(err, &denied) {
				t.Fatalf("%T is no DeniedError: %v", err, err)
			}
			if diff := cmp.Diff(want, []string{denied.Action, denied.Resource}); diff != "" {
				t.Errorf("denied (-want +got):\n%s", diff)
			}
			if !strings.Contains(err.Error(), "is not authorized to perform: ecr:"+operation) {
				t.Errorf("the error leaves out what AWS said: %v", err)
			}
		})
	}
}

func TestADenialByInspectorReachesTheUser(t *testing.T) {
	a := newAPI(t).on("DescribeImageScanFindings", denial("inspector2:ListFindings", "arn:aws:inspector2:eu-west-1:123456789012:/findings/list"))
	_, err := connect(t, a).Scans(repo).Answer(t.Context(), sum, "", 1)
	var denied *registry.DeniedError
	if !errors.As(err, &denied) || !strings.Contains(denied.Action, "inspector2:ListFindings") || !strings.Contains(err.Error(), "not authorized to perform: inspector2:ListFindings") {
		t.Errorf("Answer: %v", err)
	}
}

func TestEveryCallTellsWhatWentWrong(t *testing.T) {
	isCredentials := func(expired bool) func(error) bool {
		return func(err error) bool {
			var credentials *registry.CredentialsError
			return errors.As(err, &credentials) && credentials.Expired == expired
		}
	}
	isUnavailable := func(err error) bool {
		var unavailable *registry.UnavailableError
		return errors.As(err, &unavailable)
	}
	isPlain := func(err error) bool { return err != nil && !isUnavailable(err) }
	tests := []struct {
		name   string
		answer answer
		is     func(error) bool
		want   string // a part of the error
	}{
		{"expired credentials", failure("ExpiredTokenException", "The security token included in the request is expired"), isCredentials(true), "credentials have expired: "},
		{"unknown credentials", failure("UnrecognizedClientException", "The security token included in the request is invalid."), isCredentials(false), "credentials: "},
		{"a wrong signature", failure("InvalidSignatureException", "The request signature we calculated does not match"), isCredentials(false), "credentials: "},
		{"throttling", failure("ThrottlingException", "Rate exceeded"), isUnavailable, "ThrottlingException: Rate exceeded"},
		{"a failure of the service", answer{status: 500, body: `{"__type":"ServerException","message":"internal"}`}, isUnavailable, "ServerException"},
		{"a proxy that has no answer", answer{status: 503, body: "<html>Service Unavailable</html>", kind: "text/html"}, isUnavailable, "503"},
		{"a proxy that says no", answer{status: 403, body: "<html>Forbidden</html>", kind: "text/html"}, isPlain, "403"},
		{"a page in place of an answer", answer{status: 200, body: "<html>Sign in</html>", kind: "text/html"}, isPlain, "StatusCode: 200, RequestID: , deserialization failed"},
		{"an answer that is cut off", ok(`{"repositories":[`), isPlain, "deserialization failed, unexpected end of JSON input"},
		{"a code of the future", failure("SomethingNewException", "say what"), isPlain, "SomethingNewException: say what"},
		{"an invalid parameter", failure("InvalidParameterException", "Invalid parameter at 'x'"), isPlain, "InvalidParameterException: Invalid parameter at 'x'"},
	}
	for _, test := range tests {
		a := newAPI(t)
		t.Setenv("AWS_MAX_ATTEMPTS", "1")
		for operation, do := range everyCall(connect(t, a)) {
			t.Run(operation+" tells "+test.name, func(t *testing.T) {
				a.on(operation, test.answer)
				err := do(t.Context())
				if !test.is(err) || !strings.Contains(fmt.Sprint(err), test.want) {
					t.Errorf("%T %v, want %q", err, err, test.want)
				}
				if strings.Contains(fmt.Sprint(err), secret) {
					t.Errorf("secret told: %v", err)
				}
			})
		}
	}
}

func TestARepositoryThatDoesNotExistIsNamedWithItsRegistry(t *testing.T) {
	a := newAPI(t).on("GetAuthorizationToken", authorization(encoded("AWS:x"), "https://"+host, 0))
	clients := map[string]*ecr.Client{
		"that the host names":  connect(t, a),
		"that the token names": connect(t, a, func(o *ecr.Options) { o.Host, o.Region = "", "eu-west-1" }),
	}
	for which, c := range clients {
		if _, err := c.Token(t.Context()); err != nil {
			t.Fatal(err)
		}
		for operation, do := range everyCall(c) {
			if operation == "GetAuthorizationToken" || operation == "GetRegistryScanningConfiguration" || operation == "DescribeRepositoryCreationTemplates" {
				continue
			}
			t.Run(operation+" at a registry "+which, func(t *testing.T) {
				a.on(operation, failure("RepositoryNotFoundException", "The repository with name 'shop/api' does not exist in the registry with id '123456789012'"))
				err := do(t.Context())
				var missing *registry.NotFoundError
				if !errors.As(err, &missing) || missing.Repository != host+"/"+name || err.Error() != `repository "`+host+`/shop/api" does not exist` {
					t.Errorf("%v", err)
				}
			})
		}
	}
}
