package cli

import (
	"context"
	"errors"

	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/posture"
)

// ask makes a request for a part of the settings, unless ECR has been throttling to the end before.
func (r *reading) ask(s *posture.Settings, part posture.Part, request func() error) error {
	r.mu.Lock()
	ended := r.throttled != nil
	r.mu.Unlock()
	if ended {
		s.Hide(part, "not asked: ECR was throttling")
		return nil
	}
	return r.hide(s, part, request())
}

// hide notes why a part could not be read. What the other parts would come to as well is returned.
func (r *reading) hide(s *posture.Settings, part posture.Part, err error) error {
	var unavailable *registry.UnavailableError
	r.mu.Lock()
	defer r.mu.Unlock()
	throttled := errors.As(err, &unavailable)
	if !throttled {
		r.inARow = 0
	}
	switch {
	case err == nil:
		return nil
	case ofWholeRun(err), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case throttled:
		if r.inARow++; r.inARow >= patienceOfAudit && r.throttled == nil {
			r.throttled = err
		}
	}
	s.Hide(part, reasonOf(err))
	return nil
}

// reasonOf is why a part could not be read, in words that are the same for all repositories where only one of them differs.
func reasonOf(err error) string {
	var denied *registry.DeniedError
	if errors.As(err, &denied) && denied.Action != "" {
		return denied.Action + " is denied"
	}
	var said interface {
		error
		ErrorCode() string
		ErrorMessage() string
	}
	if errors.As(err, &said) { // the whole has the repository and an id of the request
		return said.ErrorCode() + ": " + said.ErrorMessage()
	}
	return err.Error()
}
