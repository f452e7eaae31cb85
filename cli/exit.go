package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"

	"github.com/hallmark-ci/hallmark/gate"
	"github.com/hallmark-ci/hallmark/gate/scan"
	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/report"
)

// UsageError says that the command line or the configuration is wrong.
type UsageError struct {
	Problem string
	Hint    string // the mend, if there is one to name
}

func (e *UsageError) Error() string { return e.Problem }

// driftError says that what is there is not as it should be. Nothing was written.
type driftError struct {
	problem string
	code    string // short name for the result document
	hint    string
}

func (e *driftError) Error() string { return e.problem }

// unseenError says that images go of which nobody knows whether they are in use.
type unseenError struct {
	problems []error // what was not seen
}

func (e *unseenError) Error() string {
	return fmt.Sprintf("undecided: images go, and whether they are in use is not known: %v", errors.Join(e.problems...))
}

// Unwrap returns what was not seen.
func (e *unseenError) Unwrap() []error { return e.problems }

// hintedError is an error whose mend depends on where it came up.
type hintedError struct {
	error
	code string // short name for the result document
	hint string
}

// Unwrap returns the error without its mend.
func (e *hintedError) Unwrap() error { return e.error }

// InterruptedError is the cause of a context that a signal ended.
type InterruptedError struct {
	Signal os.Signal
}

func (e *InterruptedError) Error() string { return fmt.Sprintf("interrupted by signal: %v", e.Signal) }

// exitCode is the one place that chooses the exit status; docs/exit-status.md lists them.
func exitCode(ctx context.Context, err error) int {
	var (
		interrupted *InterruptedError
		usage       *UsageError
		failed      *gate.FailedError
		undecided   *gate.UndecidedError
		refused     *registry.RefusedError
		other       *otherCommitError
		drift       *driftError
		unseen      *unseenError
		timeout     *scan.TimeoutError
		unavailable *registry.UnavailableError
	)
	switch {
	case err == nil:
		return 0
	case errors.As(context.Cause(ctx), &interrupted):
		if interrupted.Signal == syscall.SIGTERM {
			return 143
		}
		return 130
	case errors.As(err, &usage):
		return 64
	case errors.As(err, &failed):
		return 2
	case errors.As(err, &undecided), errors.As(err, &unseen):
		return 3
	case errors.As(err, &refused), errors.As(err, &other), errors.As(err, &drift):
		return 4
	case errors.As(err, &timeout), errors.As(err, &unavailable):
		return 75
	default:
		return 1
	}
}

// status is the word for an exit code in the result document.
func status(code int) report.Status {
	switch code {
	case 0:
		return report.Passed
	case 2:
		return report.Failed
	case 3:
		return report.Undecided
	case 4:
		return report.Refused
	case 75:
		return report.Timeout
	case 130, 143:
		return report.Interrupted
	default:
		return report.Error
	}
}
