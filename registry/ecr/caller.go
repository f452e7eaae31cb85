package ecr

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/middleware"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// identityCall is the one operation of AWS STS that is called.
type identityCall func(context.Context, *sts.GetCallerIdentityInput, ...func(*sts.Options)) (*sts.GetCallerIdentityOutput, error)

// Caller is who the credentials are of.
type Caller struct {
	Account string // 12 digits
	ARN     string // of the user, or of the session of a role
}

// NotAskedError says that nobody was asked who the caller is: ECR is at an endpoint of its own, and AWS STS would be AWS's.
type NotAskedError struct {
	Endpoint string // of ECR, without a credential
}

func (e *NotAskedError) Error() string {
	return "not asked: ECR is at " + e.Endpoint + ", and AWS STS is at none of its own"
}

// Caller asks AWS STS who the credentials are of, which takes no permission
// (https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html). Where ECR has an endpoint of its own and STS has none, it
// asks nobody, which is a NotAskedError: the credentials are none of AWS's then.
func (c *Client) Caller(ctx context.Context) (Caller, error) {
	if c.endpoint != "" && c.identityEndpoint == "" {
		return Caller{}, &NotAskedError{Endpoint: withoutCredential(c.endpoint)}
	}
	out, err := c.identity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return Caller{}, fmt.Errorf("ask AWS STS for the caller: %w", c.meaning(ctx, err, "*"))
	}
	return Caller{Account: aws.ToString(out.Account), ARN: aws.ToString(out.Arn)}, nil
}

// withoutCredential is a URL without the user in it.
func withoutCredential(text string) string {
	at, err := url.Parse(text)
	if err != nil {
		return "an address that cannot be read"
	}
	at.User = nil
	return at.String()
}

// reachIdentity prepares Caller.
func (c *Client) reachIdentity(config aws.Config, o Options) {
	client := sts.NewFromConfig(config, func(s *sts.Options) {
		if o.Endpoint != "" { // an ECR of one's own answers for it too
			s.BaseEndpoint = aws.String(o.Endpoint)
		}
		if s.BaseEndpoint != nil && s.Region == "" {
			s.Region = "us-east-1" // as of ECR itself
		}
		if standard, ok := s.Retryer.(aws.RetryerV2); ok {
			s.Retryer = retryer{standard}
		}
		if o.Transport != nil {
			s.HTTPClient = &http.Client{Transport: o.Transport}
		}
	})
	c.identity, c.identityEndpoint = client.GetCallerIdentity, aws.ToString(client.Options().BaseEndpoint)
}

// Credentials is what is known of the credentials themselves. It holds no secret.
type Credentials struct {
	Source  string    // the SDK's word for what gave them, such as "EnvConfigCredentials"
	Expires time.Time // zero where they do not expire, or nothing tells
}

// Credentials finds the credentials that requests are signed with, and tells of them.
func (c *Client) Credentials(ctx context.Context) (Credentials, error) {
	got, err := c.api.Options().Credentials.Retrieve(ctx)
	if err != nil {
		return Credentials{}, err
	}
	out := Credentials{Source: got.Source}
	if got.CanExpire {
		out.Expires = got.Expires
	}
	return out, nil
}

// Region is the AWS region of the requests; empty when nothing tells it.
func (c *Client) Region() string { return c.region }

// ClockSkew is how far this machine's clock is ahead of ECR's, to the second. An answer that is an error has a date as well.
func (c *Client) ClockSkew(ctx context.Context) (time.Duration, error) {
	out, err := c.api.GetAuthorizationToken(ctx, &ecr.GetAuthorizationTokenInput{})
	now := time.Now()
	if err == nil {
		if at, ok := middleware.GetServerTime(out.ResultMetadata); ok {
			return now.Sub(at), nil
		}
		return 0, errors.New("the answer has no date")
	}
	var answer *awshttp.ResponseError
	if errors.As(err, &answer) && answer.Response != nil {
		if at, dateErr := http.ParseTime(answer.Response.Header.Get("Date")); dateErr == nil {
			return now.Sub(at), nil
		}
	}
	return 0, c.meaning(ctx, err, "*")
}
