package ecr

import (
	"context"
	"crypto/tls"
	"errors"
	"syscall"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials/ssocreds"
	"github.com/aws/aws-sdk-go-v2/service/ecr/types"
	"github.com/aws/smithy-go"

	"github.com/hallmark-ci/hallmark/registry"
)

// attempts is how often a request is made before it fails, unless the user's AWS configuration says otherwise. The SDK waits between
// them, at most 20 s.
const attempts = 6

// retryer is the SDK's, without what trying again does not mend.
type retryer struct {
	aws.RetryerV2
}

// patient is the SDK's retryer without the quota of retries that all requests share: of thousands of requests, of which some are throttled, it
// would let the last fail at their first throttling. The caller bounds how many are under way, and each waits longer from one attempt to the
// next, so that all of them come to the rate that ECR allows. The SDK's adaptive mode takes minutes to come back from a single throttling.
func patient() aws.RetryerV2 {
	return retry.NewStandard(func(o *retry.StandardOptions) { o.MaxAttempts, o.RateLimiter = attempts, ratelimit.None })
}

// IsErrorRetryable implements aws.Retryer.
func (r retryer) IsErrorRetryable(err error) bool {
	return !hopeless(err) && r.RetryerV2.IsErrorRetryable(err)
}

// hopeless knows what the SDK would try again in vain: a quota, which it takes for throttling; an address where nothing listens, most
// often a wrong one; credentials, whose provider has tried often enough; a certificate.
func hopeless(err error) bool {
	var (
		limit       *types.LimitExceededException
		credentials *registry.CredentialsError
		unavailable *registry.UnavailableError
	)
	return errors.As(err, &limit) || errors.As(err, &credentials) || errors.As(err, &unavailable) ||
		errors.Is(err, syscall.ECONNREFUSED) || distrusted(err)
}

// distrusted says whether the other side is not who it should be.
func distrusted(err error) bool {
	var certificate *tls.CertificateVerificationError
	return errors.As(err, &certificate)
}

// provider gives the SDK's credentials, and says in our types why there are none: so having none is told from being refused.
type provider struct {
	next aws.CredentialsProvider
}

// Retrieve implements aws.CredentialsProvider.
func (p *provider) Retrieve(ctx context.Context) (aws.Credentials, error) {
	got, err := p.next.Retrieve(ctx)
	if err == nil || ctx.Err() != nil {
		return got, err
	}
	var (
		sso       *ssocreds.InvalidTokenError
		operation *smithy.OperationError
	)
	// The instance's own service is asked last, and out of reach wherever there is none.
	last := errors.As(err, &operation) && operation.Service() == "ec2imds"
	if operation != nil && !last && unavailable(err) {
		return got, &registry.UnavailableError{Err: err}
	}
	return got, &registry.CredentialsError{Expired: expiredCodes[codeOf(err)] || errors.As(err, &sso), Absent: last, Err: err}
}
