package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"testing"

	"github.com/hallmark-ci/hallmark/gate"
	"github.com/hallmark-ci/hallmark/gate/scan"
	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/ecr"
	"github.com/hallmark-ci/hallmark/registry/source"
	"github.com/hallmark-ci/hallmark/report"
	"github.com/hallmark-ci/hallmark/tagger/gitrepo"
)

// Every error that ends a run, wrapped as a run wraps it: its exit status, its word and its short code, and whether it has a mend.
func TestExitStatus(t *testing.T) {
	tests := []struct {
		name   string
		err    error
		code   int
		status report.Status
		short  string
		hint   bool
	}{
		{"nothing went wrong", nil, 0, report.Passed, "", false},
		{"something else", fs.ErrPermission, 1, report.Error, "", false},
		{"wrong usage", &UsageError{Problem: "x", Hint: "y"}, 64, report.Error, "usage", true},
		{"no work tree", &gitrepo.NotARepositoryError{}, 1, report.Error, "no-work-tree", true},
		{"no commit", &gitrepo.NoCommitError{}, 1, report.Error, "no-commit", true},
		{"no daemon", &source.DaemonError{Err: fs.ErrNotExist}, 1, report.Error, "no-daemon", true},
		{"no such image", &source.NotFoundError{}, 1, report.Error, "no-image", true},
		{"no image file", &source.FormatError{}, 1, report.Error, "not-an-image", true},
		{"no such platform", &source.PlatformError{}, 1, report.Error, "no-platform", true},
		{"no repository", &registry.NotFoundError{Repository: "shop/api"}, 1, report.Error, "repository-not-found", true},
		{"no host", &registry.HostError{Err: fs.ErrNotExist}, 1, report.Error, "no-host", true},
		{"denied", &registry.DeniedError{Action: "ecr:PutImage", Err: fs.ErrPermission}, 1, report.Error, "denied", true},
		{"denied, nobody knows what", &registry.DeniedError{Err: fs.ErrPermission}, 1, report.Error, "denied", true},
		{"expired credentials", &registry.CredentialsError{Expired: true, Err: fs.ErrPermission}, 1, report.Error, "credentials-expired", true},
		{"an AWS profile that is not there", &ecr.ConfigError{Err: fs.ErrNotExist}, 1, report.Error, "aws-configuration", true},
		{"bad credentials", &registry.CredentialsError{Err: fs.ErrPermission}, 1, report.Error, "credentials", true},
		{"the gate failed", &gate.FailedError{}, 2, report.Failed, "gate-failed", true},
		{"no verdict", &gate.UndecidedError{}, 3, report.Undecided, "undecided", true},
		{"refused", &registry.RefusedError{Steps: []registry.Step{{Hint: "y"}}}, 4, report.Refused, "refused", true},
		{"drift", &driftError{problem: "x", code: "in-use", hint: "y"}, 4, report.Refused, "in-use", true},
		{"timed out", &scan.TimeoutError{}, 75, report.Timeout, "timeout", true},
		{"out of reach", &registry.UnavailableError{Err: fs.ErrClosed}, 75, report.Timeout, "unavailable", true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := test.err
			if err != nil {
				err = fmt.Errorf("push: %w", errors.Join(err, errors.New("close: x")))
			}
			code := exitCode(t.Context(), err)
			if code != test.code || status(code) != test.status {
				t.Errorf("%v: exit status %d, %s, want %d, %s", err, code, status(code), test.code, test.status)
			}
			failures := describeFailure(t.Context(), err, noTag)
			if (len(failures) > 0) != (err != nil) {
				t.Fatalf("%v: %d failures", err, len(failures))
			}
			if err != nil && (failures[0].Code != test.short || (failures[0].Hint != "") != test.hint) {
				t.Errorf("%v: %+v, want code %q", err, failures[0], test.short)
			}
		})
	}
}

func TestExitStatusOfAnInterruptedRun(t *testing.T) {
	for signal, want := range map[os.Signal]int{os.Interrupt: 130, syscall.SIGTERM: 143} {
		t.Run(signal.String(), func(t *testing.T) {
			ctx, cancel := context.WithCancelCause(t.Context())
			cancel(&InterruptedError{Signal: signal})
			// Whatever the run was busy with: that is how it noticed.
			err := fmt.Errorf("upload blob: %w", &registry.UnavailableError{Err: ctx.Err()})
			if code := exitCode(ctx, err); code != want || status(code) != report.Interrupted {
				t.Errorf("exit status %d, %s, want %d", code, status(code), want)
			}
			if failures := describeFailure(ctx, err, noTag); failures[0].Code != "interrupted" {
				t.Errorf("%+v", failures)
			}
		})
	}
}
