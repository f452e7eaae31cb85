package registry_test

import (
	"errors"
	"testing"

	"github.com/hallmark-ci/hallmark/registry"
)

func TestErrorsSayWhatTheyMean(t *testing.T) {
	cause := errors.New("HOST answered 403 Forbidden")
	tests := []struct {
		err  error
		want string
	}{
		{&registry.NotFoundError{Repository: "host/shop/api", Err: cause}, `repository "host/shop/api" does not exist`},
		{&registry.TagTakenError{Tag: "1.0", Err: cause}, `tag "1.0" is taken: HOST answered 403 Forbidden`},
		{&registry.DeniedError{Resource: "host/shop/api", Err: cause}, "access to host/shop/api denied: HOST answered 403 Forbidden"},
		{&registry.DeniedError{Action: "ecr:PutImage", Resource: "arn:x", Err: cause}, "ecr:PutImage on arn:x denied: HOST answered 403 Forbidden"},
		{&registry.CredentialsError{Err: cause}, "credentials: HOST answered 403 Forbidden"},
		{&registry.CredentialsError{Absent: true, Err: cause}, "no credentials: neither the environment nor an AWS profile nor this machine gives any"},
		{&registry.CredentialsError{Expired: true, Err: cause}, "credentials have expired: HOST answered 403 Forbidden"},
		{&registry.UnavailableError{Err: cause}, "HOST answered 403 Forbidden"},
		{&registry.HostError{Host: "x.test", Err: cause}, `there is no host "x.test": HOST answered 403 Forbidden`},
		{&registry.HostError{Host: "x.test", Region: "eu-wset-1", Err: cause}, `there is no host "x.test" of region "eu-wset-1": HOST answered 403 Forbidden`},
	}
	for _, test := range tests {
		if got := test.err.Error(); got != test.want {
			t.Errorf("%T: %q, want %q", test.err, got, test.want)
		}
		if !errors.Is(test.err, cause) {
			t.Errorf("%T hides its cause", test.err)
		}
	}
}
