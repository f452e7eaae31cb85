package ecr_test

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/ecr"
)

// inBubble makes a client whose time is not real and whose service is in this process.
func inBubble(t *testing.T, said func(try int) (answer, error)) (c *ecr.Client, tries *int) {
	t.Helper()
	tries = new(int)
	c, err := ecr.New(t.Context(), ecr.Options{
		Host: host, AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: secret,
		Transport: transport(func(r *http.Request) (*http.Response, error) {
			*tries++
			a, err := said(*tries)
			if err != nil {
				return nil, err
			}
			return respond(r, a), nil
		}),
	})
	if err != nil {
		t.Fatal(err)
	}
	return c, tries
}

func TestThrottlingIsWaitedFor(t *testing.T) {
	isolate(t)
	synctest.Test(t, func(t *testing.T) {
		c, tries := inBubble(t, func(try int) (answer, error) {
			if try < 6 {
				return failure("ThrottlingException", "Rate exceeded"), nil
			}
			return ok(`{"repositories":[{"repositoryName":"shop/api"}]}`), nil
		})
		if _, err := c.Repository(t.Context(), host, name); err != nil || *tries != 6 {
			t.Errorf("Repository: after %d tries, %v", *tries, err)
		}
	})
}

func TestThrottlingToTheEndIsUnavailable(t *testing.T) {
	isolate(t)
	synctest.Test(t, func(t *testing.T) {
		c, tries := inBubble(t, func(int) (answer, error) { return failure("ThrottlingException", "Rate exceeded"), nil })
		_, err := c.Repository(t.Context(), host, name)
		var unavailable *registry.UnavailableError
		if !errors.As(err, &unavailable) || *tries != 6 {
			t.Errorf("Repository: after %d tries, %v", *tries, err)
		}
	})
}

func TestWhatTryingAgainDoesNotMendIsNotTriedAgain(t *testing.T) {
	isolate(t)
	fails := func(err error) func(int) (answer, error) { return func(int) (answer, error) { return answer{}, err } }
	dial := func(err error) error { return &net.OpError{Op: "dial", Net: "tcp", Err: err} }
	tests := []struct {
		name string
		said func(int) (answer, error)
		want string
	}{
		{"a quota", func(int) (answer, error) {
			return failure("LimitExceededException", "The repository already has the maximum allowed number of images"), nil
		}, "LimitExceededException"},
		{"a host that does not exist", fails(dial(&net.DNSError{Err: "no such host", Name: "api.ecr.eu-wset-1.amazonaws.com", IsNotFound: true})), `there is no host "api.ecr.eu-wset-1.amazonaws.com" of region "eu-west-1": `},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				c, tries := inBubble(t, test.said)
				_, err := c.CreateRepository(t.Context(), name, ecr.CreateOptions{})
				if err == nil || !strings.Contains(err.Error(), test.want) || *tries != 1 || time.Since(start) != 0 {
					t.Errorf("CreateRepository: after %d tries and %s, %v", *tries, time.Since(start), err)
				}
			})
		})
	}
}

func TestAQuotaIsNotUnavailable(t *testing.T) {
	a := newAPI(t).on("CreateRepository", failure("LimitExceededException", "The maximum allowed number of repositories has been reached"))
	_, err := connect(t, a).CreateRepository(t.Context(), name, ecr.CreateOptions{})
	var unavailable *registry.UnavailableError
	if err == nil || errors.As(err, &unavailable) {
		t.Errorf("CreateRepository: %T %v", err, err)
	}
}

func TestAHostThatDoesNotExistIsAnErrorOfItsOwn(t *testing.T) {
	isolate(t)
	c, _ := inBubble(t, func(int) (answer, error) {
		return answer{}, &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: "api.ecr.eu-west-1.amazonaws.com", IsNotFound: true}}
	})
	_, err := c.Token(t.Context())
	var missing *registry.HostError
	if !errors.As(err, &missing) || missing.Host != "api.ecr.eu-west-1.amazonaws.com" || missing.Region != "eu-west-1" {
		t.Errorf("Token: %v", err)
	}
}

func TestAnEndpointWhereNothingListensIsToldAtOnce(t *testing.T) {
	a := newAPI(t)
	a.Close()
	start := time.Now()
	_, err := connect(t, a).Token(t.Context())
	var unavailable *registry.UnavailableError
	if !errors.As(err, &unavailable) || !strings.Contains(err.Error(), "connection refused") || time.Since(start) > 5*time.Second {
		t.Errorf("Token: after %s, %v", time.Since(start), err)
	}
}

func TestAnEndpointThatIsNotTrustedIsToldAtOnce(t *testing.T) {
	a := newAPI(t)
	secure := httptest.NewUnstartedServer(a)
	secure.Config.ErrorLog = quiet()
	secure.StartTLS()
	t.Cleanup(secure.Close)
	start := time.Now()
	_, err := connect(t, a, func(o *ecr.Options) { o.Endpoint = secure.URL }).Token(t.Context())
	var unavailable *registry.UnavailableError
	if errors.As(err, &unavailable) || !strings.Contains(fmt.Sprint(err), "certificate") || time.Since(start) > 5*time.Second {
		t.Errorf("Token: after %s, %v", time.Since(start), err)
	}
}

// The quota of retries that requests share is used up when many are throttled at once. An audit of a registry makes that many.
func TestPatientRetriesHaveNoQuotaInCommon(t *testing.T) {
	isolate(t)
	for patient, wanted := range map[bool]int{false: 100, true: 200} {
		synctest.Test(t, func(t *testing.T) {
			tries := make(chan int, 1)
			tries <- 0
			c, err := ecr.New(t.Context(), ecr.Options{
				Host: host, AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: secret, Patient: patient,
				Transport: transport(func(r *http.Request) (*http.Response, error) {
					n := <-tries + 1
					tries <- n
					if n <= 200 {
						return respond(r, failure("ThrottlingException", "Rate exceeded")), nil
					}
					return respond(r, ok(`{"repositories":[{"repositoryName":"shop/api"}]}`)), nil
				}),
			})
			if err != nil {
				t.Fatal(err)
			}
			results := make(chan error, 200)
			for range 200 {
				go func() {
					_, err := c.Repository(t.Context(), host, name)
					results <- err
				}()
			}
			good := 0
			for range 200 {
				if err := <-results; err == nil {
					good++
				}
			}
			if good != wanted {
				t.Errorf("patient %t: %d of 200 requests came to an answer, want %d", patient, good, wanted)
			}
		})
	}
}
