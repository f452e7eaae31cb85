package ecr_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/registry/ecr"
)

// transport answers for the service, in this process.
type transport func(*http.Request) (*http.Response, error)

// RoundTrip implements http.RoundTripper.
func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// respond makes the response of an answer.
func respond(r *http.Request, a answer) *http.Response {
	return &http.Response{
		StatusCode: a.status, Status: http.StatusText(a.status), Request: r, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{"Content-Type": {"application/x-amz-json-1.1"}}, Body: io.NopCloser(strings.NewReader(a.body)),
	}
}

const noRepositories = `{"repositories":[]}`

// address is the URL that a client with these options calls, and the region it signs for.
func address(t *testing.T, o ecr.Options) (url, region string) {
	t.Helper()
	o.AccessKeyID, o.SecretAccessKey = "AKIDEXAMPLE", secret
	o.Transport = transport(func(r *http.Request) (*http.Response, error) {
		url = r.URL.String()
		// Credential=KEY/DATE/REGION/ecr/aws4_request
		region = strings.Split(r.Header.Get("Authorization"), "/")[2]
		return respond(r, ok(noRepositories)), nil
	})
	c, err := ecr.New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = c.Repository(t.Context(), o.Host, name) // what it answers is not looked at
	return url, region
}

func TestNewReachesTheServiceOfTheHost(t *testing.T) {
	tests := []struct{ host, url, region string }{
		{"123456789012.dkr.ecr.eu-west-1.amazonaws.com", "https://api.ecr.eu-west-1.amazonaws.com/", "eu-west-1"},
		{"123456789012.dkr.ecr-fips.us-east-1.amazonaws.com", "https://api.ecr-fips.us-east-1.amazonaws.com/", "us-east-1"},
		{"123456789012.dkr-ecr.eu-west-1.on.aws", "https://ecr.eu-west-1.api.aws/", "eu-west-1"},
		{"123456789012.dkr-ecr-fips.us-east-1.on.aws", "https://ecr-fips.us-east-1.api.aws/", "us-east-1"},
		{"123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn", "https://api.ecr.cn-north-1.amazonaws.com.cn/", "cn-north-1"},
		{"123456789012.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn", "https://ecr.cn-north-1.api.amazonwebservices.com.cn/", "cn-north-1"},
		{"123456789012.dkr.ecr.eusc-de-east-1.amazonaws.eu", "https://api.ecr.eusc-de-east-1.amazonaws.eu/", "eusc-de-east-1"},
		{"123456789012.dkr.ecr.us-iso-east-1.c2s.ic.gov", "https://api.ecr.us-iso-east-1.c2s.ic.gov/", "us-iso-east-1"},
		{"", "https://api.ecr.us-west-2.amazonaws.com/", "us-west-2"},
	}
	for _, test := range tests {
		t.Run(test.host, func(t *testing.T) {
			isolate(t)
			t.Setenv("AWS_REGION", "us-west-2") // the host beats it
			url, region := address(t, ecr.Options{Host: test.host})
			if diff := cmp.Diff([]string{test.url, test.region}, []string{url, region}); diff != "" {
				t.Errorf("address (-want +got):\n%s", diff)
			}
		})
	}
}

func TestNewTakesAnEndpointThatIsNamed(t *testing.T) {
	const fips = "123456789012.dkr-ecr-fips.us-east-1.on.aws"
	tests := []struct {
		name    string
		env     map[string]string
		options ecr.Options
		url     string
		region  string
	}{
		{"by AWS_ENDPOINT_URL_ECR", map[string]string{"AWS_ENDPOINT_URL_ECR": "http://127.0.0.1:5100", "AWS_REGION": "eu-west-1"}, ecr.Options{}, "http://127.0.0.1:5100/", "eu-west-1"},
		{"by AWS_ENDPOINT_URL", map[string]string{"AWS_ENDPOINT_URL": "http://127.0.0.1:5100", "AWS_REGION": "eu-west-1"}, ecr.Options{}, "http://127.0.0.1:5100/", "eu-west-1"},
		{"by AWS_ENDPOINT_URL_ECR before AWS_ENDPOINT_URL", map[string]string{"AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_ENDPOINT_URL_ECR": "http://127.0.0.1:5100", "AWS_REGION": "eu-west-1"}, ecr.Options{}, "http://127.0.0.1:5100/", "eu-west-1"},
		{"by an option before the environment", map[string]string{"AWS_ENDPOINT_URL_ECR": "http://127.0.0.1:1", "AWS_REGION": "eu-west-1"}, ecr.Options{Endpoint: "http://127.0.0.1:5100"}, "http://127.0.0.1:5100/", "eu-west-1"},
		{"without a region", nil, ecr.Options{Endpoint: "http://127.0.0.1:5100"}, "http://127.0.0.1:5100/", "us-east-1"},
		{"by the environment and without a region", map[string]string{"AWS_ENDPOINT_URL_ECR": "http://127.0.0.1:5100"}, ecr.Options{}, "http://127.0.0.1:5100/", "us-east-1"},
		{"with a region of its own", map[string]string{"AWS_REGION": "eu-west-1"}, ecr.Options{Endpoint: "http://127.0.0.1:5100", Region: "us-east-2"}, "http://127.0.0.1:5100/", "us-east-2"},
		{"for a host that asks for FIPS and dual-stack", map[string]string{"AWS_ENDPOINT_URL_ECR": "http://127.0.0.1:5100"}, ecr.Options{Host: fips}, "http://127.0.0.1:5100/", "us-east-1"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			isolate(t)
			for key, value := range test.env {
				t.Setenv(key, value)
			}
			url, region := address(t, test.options)
			if diff := cmp.Diff([]string{test.url, test.region}, []string{url, region}); diff != "" {
				t.Errorf("address (-want +got):\n%s", diff)
			}
		})
	}
}

func TestServesHostsOfECRAndOfTheEndpoint(t *testing.T) {
	isolate(t)
	t.Setenv("AWS_ENDPOINT_URL_ECR", "http://LocalHost:5100")
	c, err := ecr.New(t.Context(), ecr.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for host, want := range map[string]bool{
		"123456789012.dkr.ecr.eu-west-1.amazonaws.com": true,
		"localhost:5100": true,
		"localhost":      false,
		"127.0.0.1:5100": false,
		"registry.test":  false,
		"public.ecr.aws": false,
		"":               false,
	} {
		if got := c.Serves(host); got != want {
			t.Errorf("Serves(%q) = %t", host, got)
		}
	}
	isolate(t)
	t.Setenv("AWS_ENDPOINT_URL_ECR", "")
	if c, err = ecr.New(t.Context(), ecr.Options{Region: "eu-west-1"}); err != nil || c.Serves("") || c.Serves("localhost:5100") {
		t.Errorf("a client without an endpoint serves others: %v", err)
	}
}

func TestWithoutARegionNothingIsAsked(t *testing.T) {
	isolate(t)
	c, err := ecr.New(t.Context(), ecr.Options{
		AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: secret,
		Transport: transport(func(r *http.Request) (*http.Response, error) {
			t.Errorf("asked %s", r.URL)
			return respond(r, ok(noRepositories)), nil
		}),
	})
	if err != nil {
		t.Fatal(err)
	}
	_, tokenErr := c.Token(t.Context())
	_, repositoryErr := c.Repository(t.Context(), "", name)
	for _, err := range []error{tokenErr, repositoryErr} {
		var region *ecr.NoRegionError
		if !errors.As(err, &region) || !strings.HasSuffix(err.Error(), ": no AWS region") {
			t.Errorf("without a region: %v", err)
		}
	}
}

func TestNewSaysWhatIsWrongWithTheConfiguration(t *testing.T) {
	isolate(t)
	t.Setenv("AWS_PROFILE", "of-nobody")
	_, err := ecr.New(t.Context(), ecr.Options{})
	if err == nil || !strings.HasPrefix(err.Error(), "read the AWS configuration: ") || !strings.Contains(err.Error(), "of-nobody") {
		t.Errorf("New: %v", err)
	}
}

func TestRequestsNameTheAccountOfTheHost(t *testing.T) {
	a := newAPI(t).on("DescribeRepositories", ok(noRepositories))
	_, _ = connect(t, a).Repository(t.Context(), host, name)
	_, _ = connect(t, a, func(o *ecr.Options) { o.Host = "" }).Repository(t.Context(), "", name)
	a.received(t,
		call{"DescribeRepositories", map[string]any{"registryId": account, "repositoryNames": []any{name}}},
		call{"DescribeRepositories", map[string]any{"repositoryNames": []any{name}}},
	)
}

func TestCallsEndWithTheirContext(t *testing.T) {
	isolate(t)
	ctx, cancel := context.WithCancel(t.Context())
	c, err := ecr.New(ctx, ecr.Options{
		Host: host, AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: secret,
		Transport: transport(func(r *http.Request) (*http.Response, error) {
			cancel()
			<-r.Context().Done()
			return nil, r.Context().Err()
		}),
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Token(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Token: %v", err)
	}
}
