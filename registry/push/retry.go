package push

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"time"

	"github.com/google/go-containerregistry/pkg/v1/remote/transport"

	"github.com/hallmark-ci/hallmark/registry"
)

// Waits between tries: they double from the first to the longest, and each is spread so that jobs that were throttled together do
// not come back together. A registry that names a time itself is given it, up to longestAsked. A host that cannot be reached is more
// often mistyped than restarting, so it is given up within seconds.
const (
	manyTries    = 7
	fewTries     = 3
	firstWait    = time.Second
	shortWait    = 500 * time.Millisecond
	longestWait  = 30 * time.Second
	longestAsked = 2 * time.Minute

	longestTrying = 20 * time.Minute // of one operation, from its first try to its last
)

// operation is what is asked of a registry, in words and as IAM policies call it.
type operation struct {
	what   string
	action string
}

// IAM actions behind the registry's API (https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html).
const (
	actionHead     = "ecr:BatchCheckLayerAvailability"
	actionUpload   = "ecr:InitiateLayerUpload, ecr:UploadLayerPart and ecr:CompleteLayerUpload"
	actionPut      = "ecr:PutImage"
	actionGet      = "ecr:BatchGetImage"
	actionDownload = "ecr:GetDownloadUrlForLayer"
)

// try does something until it succeeds, fails for good, or has failed too often. Each run must start anew: an upload session that
// failed is never used again, since ECR answers 416 then (https://github.com/apple/container/issues/1895).
func (r *Repository) try(ctx context.Context, o operation, run func() error) error {
	start := time.Now()
	for n := 1; ; n++ {
		if err := r.untilCalm(ctx); err != nil {
			return fmt.Errorf("%s: %w", o.what, err)
		}
		credential := r.credential()
		err := run()
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return fmt.Errorf("%s: %w", o.what, ctx.Err())
		}
		if rejected(err) {
			renewed, renewErr := r.renew(ctx, credential)
			if renewErr != nil {
				return fmt.Errorf("%s: %w", o.what, renewErr)
			}
			if renewed {
				continue
			}
		}
		wait := pause(n, err)
		if n >= triesFor(err) || time.Since(start)+wait > longestTrying {
			return fmt.Errorf("%s: %w", o.what, r.meaning(o, err))
		}
		r.notify("trying again in %s: %s: %v", wait.Round(100*time.Millisecond), o.what, err)
		if err := r.wait(ctx, wait, throttled(err)); err != nil {
			return fmt.Errorf("%s: %w", o.what, err)
		}
	}
}

// pause is how long to wait after try n.
func pause(n int, err error) time.Duration {
	var answer *answerError
	if errors.As(err, &answer) && answer.after > 0 {
		return min(answer.after, longestAsked)
	}
	first := firstWait
	if unreachable(err) {
		first = shortWait
	}
	wait := min(first<<(n-1), longestWait)
	return wait/2 + rand.N(wait/2)
}

// sessionError is a failure of an upload session, which another session may not have.
type sessionError struct{ error }

func (e *sessionError) Unwrap() error { return e.error }

// triesFor is how often to try what fails so; 1 when trying again cannot help.
func triesFor(err error) int {
	var (
		answer  *answerError
		session *sessionError
		missing *lostError
		broken  net.Error
	)
	switch {
	case errors.As(err, &session):
		return manyTries
	case errors.As(err, &answer):
		return triesForAnswer(answer)
	case distrusted(err):
		return 1
	case unreachable(err):
		return fewTries
	case errors.As(err, &missing), errors.As(err, &broken), errors.Is(err, io.ErrUnexpectedEOF):
		return manyTries
	}
	return 1
}

func triesForAnswer(answer *answerError) int {
	switch answer.status {
	case http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusBadGateway,
		http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return manyTries
	}
	if throttled(answer) {
		return manyTries
	}
	return 1
}

// distrusted says whether the other side is not who it should be, or does not speak TLS as we do.
func distrusted(err error) bool {
	var (
		certificate *tls.CertificateVerificationError
		alert       tls.AlertError
	)
	return errors.As(err, &certificate) || errors.As(err, &alert)
}

// unreachable says whether no connection was made, or nothing came over it.
func unreachable(err error) bool {
	var (
		name *net.DNSError
		dial *net.OpError
		idle *idleError
	)
	return errors.As(err, &name) || errors.As(err, &idle) || errors.As(err, &dial) && (dial.Op == "dial" || dial.Op == "proxyconnect")
}

// rejected says whether a registry may no longer take the credential. ECR answers 403 to an expired one, and to a HEAD nothing else
// that would tell it from a missing permission.
func rejected(err error) bool {
	var answer *answerError
	return errors.As(err, &answer) && (answer.status == http.StatusUnauthorized || answer.status == http.StatusForbidden)
}

// meaning puts what came of an operation in the end into the types that callers know.
func (r *Repository) meaning(o operation, err error) error {
	var (
		answer *answerError
		name   *net.DNSError
	)
	switch isAnswer := errors.As(err, &answer); {
	case isAnswer && answer.status == http.StatusUnauthorized:
		return &registry.CredentialsError{Registry: r.name.RegistryStr(), Err: err}
	case isAnswer && answer.status == http.StatusForbidden:
		return r.denied(o, err)
	case isAnswer && answer.has(transport.NameUnknownErrorCode):
		return &registry.NotFoundError{Repository: r.name.String(), Err: err}
	case errors.As(err, &name) && name.IsNotFound:
		return &registry.HostError{Host: name.Name, Err: err}
	case triesFor(err) > 1:
		return &registry.UnavailableError{Err: err}
	}
	return err
}

// denied names the missing permission, where IAM gives permissions. A manifest may be denied for another reason: ECR answers the same
// to a repository that is full (https://github.com/medic/cht-core/issues/9175).
func (r *Repository) denied(o operation, err error) error {
	if r.options.ARN == "" {
		return &registry.DeniedError{Resource: r.name.String(), Err: err}
	}
	if o.action == actionPut {
		err = fmt.Errorf("%w (ECR answers so, too, when a quota of the repository is used up)", err)
	}
	return &registry.DeniedError{Action: o.action, Resource: r.options.ARN, Err: err}
}
