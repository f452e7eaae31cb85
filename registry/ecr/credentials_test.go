package ecr_test

import (
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/ecr"
)

func quiet() *log.Logger { return log.New(io.Discard, "", 0) }

// lacking runs the calls of a client that the environment gives no key pair, and wants an error that says so.
func lacking(t *testing.T, expired bool) {
	t.Helper()
	c, err := ecr.New(t.Context(), ecr.Options{Host: host, Endpoint: "http://127.0.0.1:1"})
	if err != nil {
		t.Fatal(err)
	}
	for operation, do := range everyCall(c) {
		start := time.Now()
		err := do(t.Context())
		var credentials *registry.CredentialsError
		if !errors.As(err, &credentials) || credentials.Expired != expired {
			t.Errorf("%s: %v", operation, err)
		}
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("%s took %s to say so", operation, took)
		}
	}
}

func TestWithoutCredentialsEveryCallSaysSo(t *testing.T) {
	isolate(t)
	lacking(t, false)
}

func TestAnSSOSessionThatIsOverIsExpired(t *testing.T) {
	isolate(t)
	config := filepath.Join(t.TempDir(), "config")
	profile := "[profile dev]\nsso_start_url = https://example.test/start\nsso_region = eu-west-1\nsso_account_id = 123456789012\nsso_role_name = ci\n"
	if err := os.WriteFile(config, []byte(profile), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("AWS_CONFIG_FILE", config)
	t.Setenv("AWS_PROFILE", "dev")
	t.Setenv("HOME", t.TempDir()) // where the session would be kept
	lacking(t, true)
}

// Containers get their credentials from a service beside them.
func TestCredentialsOfAContainer(t *testing.T) {
	tests := []struct {
		name   string
		status int
		body   string
		is     func(error) bool
	}{
		{"that are refused are missing", http.StatusForbidden, `{"code":"AccessDenied","message":"no"}`, func(err error) bool {
			var credentials *registry.CredentialsError
			return errors.As(err, &credentials)
		}},
		{"that the service does not read are missing", http.StatusOK, "nonsense", func(err error) bool {
			var credentials *registry.CredentialsError
			return errors.As(err, &credentials)
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			isolate(t)
			service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(test.status)
				io.WriteString(w, test.body)
			}))
			t.Cleanup(service.Close)
			t.Setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", service.URL)
			c, err := ecr.New(t.Context(), ecr.Options{Host: host, Endpoint: "http://127.0.0.1:1"})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := c.Token(t.Context()); !test.is(err) {
				t.Errorf("Token: %v", err)
			}
		})
	}
}

func TestASecurityTokenServiceOutOfReachIsUnavailable(t *testing.T) {
	isolate(t)
	token := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(token, []byte("web-identity-of-the-test"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("AWS_WEB_IDENTITY_TOKEN_FILE", token)
	t.Setenv("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/ci")
	t.Setenv("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:1")
	t.Setenv("AWS_MAX_ATTEMPTS", "1")
	c, err := ecr.New(t.Context(), ecr.Options{Host: host})
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Token(t.Context())
	var unavailable *registry.UnavailableError
	if !errors.As(err, &unavailable) || strings.Contains(err.Error(), "web-identity-of-the-test") {
		t.Errorf("Token: %v", err)
	}
}
