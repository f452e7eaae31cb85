// Package ecr speaks Amazon ECR's API. Start at New. It decides nothing and writes nothing but what it is told to.
package ecr

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/inspector2"
	"github.com/aws/smithy-go/logging"
)

// Options say which ECR to reach. The zero value is what the AWS SDK finds by itself: region, endpoint and credentials from the
// environment, the profile, the container or the instance.
type Options struct {
	Host string // registry host of the repository; it decides on region, FIPS and dual-stack where it has ECR's form

	// Endpoint, Region and the key pair reach an ECR of one's own in place of what the SDK finds.
	Endpoint                     string
	Region                       string
	AccessKeyID, SecretAccessKey string

	Transport http.RoundTripper // to ECR; the SDK's own when nil

	// Patient is for many requests, of which ECR may throttle some: each is tried as often as if it were the only one.
	Patient bool
}

// Client reaches the ECR of one region.
type Client struct {
	api      *ecr.Client
	details  detailsCall // of Amazon Inspector
	region   string
	host     Host // zero when the host is not of ECR's form
	endpoint string

	config aws.Config // of services beside it
	own    string     // Options.Endpoint

	identity         identityCall
	identityEndpoint string // of AWS STS; empty for AWS's own

	mu    sync.Mutex
	token *Token
}

// NoRegionError says that nothing tells the region.
type NoRegionError struct{}

func (*NoRegionError) Error() string { return "no AWS region" }

// ConfigError says that the SDK cannot read its configuration: variables and the files of AWS profiles.
type ConfigError struct {
	Err error
}

func (e *ConfigError) Error() string { return fmt.Sprintf("read the AWS configuration: %v", e.Err) }

// Unwrap returns what the SDK says.
func (e *ConfigError) Unwrap() error { return e.Err }

// New reads the SDK's configuration. It asks nothing of AWS yet.
func New(ctx context.Context, o Options) (*Client, error) {
	c := &Client{}
	if host, ok := ParseHost(o.Host); ok {
		c.host, o.Region = host, host.Region
	}
	loading := []func(*config.LoadOptions) error{
		config.WithAppID("hallmark"),
		config.WithLogger(logging.Nop{}), // the SDK would write to stderr by itself: what matters comes as an error
	}
	if o.Region != "" {
		loading = append(loading, config.WithRegion(o.Region))
	}
	if o.AccessKeyID != "" {
		loading = append(loading, config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider(o.AccessKeyID, o.SecretAccessKey, "")))
	}
	loaded, err := config.LoadDefaultConfig(ctx, loading...)
	if err != nil {
		return nil, &ConfigError{Err: err}
	}
	loaded.Credentials = &provider{next: loaded.Credentials}
	c.api = ecr.NewFromConfig(loaded, func(s *ecr.Options) { c.configure(s, o) })
	c.details = newDetailsCall(loaded, func(s *inspector2.Options) { c.configureInspector(s, o) })
	c.reachIdentity(loaded, o)
	c.config, c.own = loaded, o.Endpoint
	c.region, c.endpoint = c.api.Options().Region, aws.ToString(c.api.Options().BaseEndpoint)
	return c, nil
}

// configure sets what is ours to set. FIPS and dual-stack are for ECR alone: they follow from the repository's host, and the services
// that give credentials may have neither. An endpoint that is named is taken as it is.
func (c *Client) configure(s *ecr.Options, o Options) {
	if o.Endpoint != "" {
		s.BaseEndpoint = aws.String(o.Endpoint)
	}
	if s.BaseEndpoint == nil && c.host.FIPS {
		s.EndpointOptions.UseFIPSEndpoint = aws.FIPSEndpointStateEnabled
	}
	if s.BaseEndpoint == nil && c.host.DualStack {
		s.EndpointOptions.UseDualStackEndpoint = aws.DualStackEndpointStateEnabled
	}
	if s.BaseEndpoint != nil && s.Region == "" {
		s.Region = "us-east-1" // an endpoint that is named needs no region to be found, but requests are signed for one
	}
	if s.RetryMaxAttempts == 0 { // else the user has set it
		s.RetryMaxAttempts = attempts
	}
	if o.Patient {
		s.Retryer = patient()
	}
	if standard, ok := s.Retryer.(aws.RetryerV2); ok {
		s.Retryer = retryer{standard}
	}
	if o.Transport != nil {
		s.HTTPClient = &http.Client{Transport: o.Transport}
	}
}

// Serves says whether a registry host is ECR: it has ECR's form, or it is the host of the configured ECR endpoint.
func (c *Client) Serves(host string) bool {
	if _, ok := ParseHost(host); ok {
		return true
	}
	endpoint, err := url.Parse(c.endpoint)
	return err == nil && endpoint.Host != "" && strings.EqualFold(endpoint.Host, host)
}

// registryID is the account of the registry as requests name it; nil for the caller's own.
func (c *Client) registryID() *string {
	if c.host.Account == "" {
		return nil
	}
	return aws.String(c.host.Account)
}

// registry is the host of the registry, as far as it is known.
func (c *Client) registry() string {
	if c.host.Name != "" {
		return c.host.Name
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.token != nil {
		return c.token.Host
	}
	return ""
}

// full is a repository with its registry, where that is known: a repository that is not there is often one of another region.
func (c *Client) full(name string) string {
	if host := c.registry(); host != "" {
		return host + "/" + name
	}
	return name
}

// ARN is the name of a repository in IAM policies. It holds the words ACCOUNT and REGION where those are not known.
func (c *Client) ARN(name string) string {
	account := "ACCOUNT"
	if host, ok := ParseHost(c.registry()); ok {
		account = host.Account
	}
	return fmt.Sprintf("arn:%s:ecr:%s:%s:repository/%s", partition(c.region), cmp.Or(c.region, "REGION"), account, name)
}
