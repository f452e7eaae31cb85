package ecr

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecr/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/hallmark-ci/hallmark/registry"
)

// expiredCodes are what AWS services answer to credentials whose time is over; the last two IAM Identity Center, to a session.
var expiredCodes = map[string]bool{
	"ExpiredTokenException": true, "ExpiredToken": true, "RequestExpired": true, "UnauthorizedException": true, "InvalidGrantException": true,
}

// unknownCodes are what they answer to credentials they do not know.
var unknownCodes = map[string]bool{
	"UnrecognizedClientException": true, "InvalidClientTokenId": true, "InvalidSignatureException": true,
	"SignatureDoesNotMatch": true, "IncompleteSignature": true, "MissingAuthenticationToken": true, "InvalidAccessKeyId": true,
}

// deniedCodes are what they answer to credentials that may not do a thing.
var deniedCodes = map[string]bool{"AccessDeniedException": true, "AccessDenied": true, "UnauthorizedOperation": true, "NotAuthorized": true}

// meaning puts what the SDK says into the types that callers know. resource is the ARN an action was on.
func (c *Client) meaning(ctx context.Context, err error, resource string) error {
	var (
		credentials *registry.CredentialsError
		later       *registry.UnavailableError
		name        *net.DNSError
	)
	code := codeOf(err)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case c.region == "":
		return &NoRegionError{}
	case errors.As(err, &credentials):
		return credentials
	case errors.As(err, &later):
		return later
	case errors.As(err, &name) && name.IsNotFound:
		return &registry.HostError{Host: name.Name, Region: c.region, Err: name}
	case expiredCodes[code]:
		return &registry.CredentialsError{Expired: true, Err: err}
	case unknownCodes[code]:
		return &registry.CredentialsError{Err: err}
	case deniedCodes[code]:
		return &registry.DeniedError{Action: actionOf(err), Resource: resource, Err: messageOf(err)}
	case unavailable(err):
		return &registry.UnavailableError{Err: err}
	}
	return err
}

func codeOf(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return ""
}

// actionOf is the IAM action of the call that failed: actions are named like operations. Under enhanced scanning the findings are those
// of Amazon Inspector, which has actions of its own
// (https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-enhanced-iam.html).
func actionOf(err error) string {
	var operation *smithy.OperationError
	if !errors.As(err, &operation) {
		return ""
	}
	if service := operation.Service(); service != ecr.ServiceID {
		return strings.ToLower(service) + ":" + operation.Operation()
	}
	action := "ecr:" + operation.Operation()
	if operation.Operation() == "DescribeImageScanFindings" {
		action += " (and under enhanced scanning inspector2:ListFindings and inspector2:ListCoverage on *)"
	}
	return action
}

// messageOf is what AWS said, without the SDK's wrapping: it names the action and the policy that is missing.
func messageOf(err error) error {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api
	}
	return err
}

// unavailable says whether a service was throttling, failing, or out of reach. A quota is none of these, although the SDK counts its
// code among those of throttling.
func unavailable(err error) bool {
	var limit *types.LimitExceededException
	if errors.As(err, &limit) {
		return false
	}
	if _, throttled := retry.DefaultThrottleErrorCodes[codeOf(err)]; throttled {
		return true
	}
	var answer *awshttp.ResponseError
	if errors.As(err, &answer) && answer.HTTPStatusCode() >= http.StatusInternalServerError {
		return true
	}
	var send *smithyhttp.RequestSendError
	return errors.As(err, &send) && !distrusted(err)
}
