package ecr_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/ecr"
)

const (
	account = "123456789012"
	host    = account + ".dkr.ecr.eu-west-1.amazonaws.com"
	name    = "shop/api"
	arn     = "arn:aws:ecr:eu-west-1:123456789012:repository/shop/api"
	secret  = "secret-key-of-the-test"
)

var repo = registry.Repository{Host: host, Name: name}

// answer is what the service says to one request.
type answer struct {
	status int
	body   string
	kind   string // media type; ECR's own when empty
}

func ok(body string) answer { return answer{status: http.StatusOK, body: body} }

// failure is an error as ECR sends it: every one of the caller's is a 400
// (https://docs.aws.amazon.com/AmazonECR/latest/APIReference/CommonErrors.html).
func failure(code, message string) answer {
	return answer{status: http.StatusBadRequest, body: fmt.Sprintf(`{"__type":%q,"message":%q}`, code, message)}
}

// call is a request the service received.
type call struct {
	Operation string
	Input     map[string]any
}

// api speaks ECR's protocol, JSON 1.1, with answers that a test gives it.
type api struct {
	*httptest.Server

	mu      sync.Mutex
	answers map[string][]answer // by operation; the last one stays
	calls   []call
	signed  []string // the Authorization of each request
}

// newAPI starts a service, with nothing of the user's AWS configuration in sight.
func newAPI(t *testing.T) *api {
	t.Helper()
	isolate(t)
	a := &api{answers: map[string][]answer{}}
	a.Server = httptest.NewServer(a)
	t.Cleanup(a.Close)
	return a
}

// isolate hides the AWS configuration of the machine.
func isolate(t *testing.T) {
	t.Helper()
	for _, variable := range os.Environ() {
		if key, _, _ := strings.Cut(variable, "="); strings.HasPrefix(key, "AWS_") {
			t.Setenv(key, "")
		}
	}
	t.Setenv("AWS_CONFIG_FILE", os.DevNull)
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", os.DevNull)
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
}

// on sets the answers to an operation.
func (a *api) on(operation string, answers ...answer) *api {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.answers[operation] = answers
	return a
}

func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	operation, found := strings.CutPrefix(r.Header.Get("X-Amz-Target"), "AmazonEC2ContainerRegistry_V20150921.")
	raw, err := io.ReadAll(r.Body)
	var input map[string]any
	if !found || err != nil || json.Unmarshal(raw, &input) != nil || r.Method != http.MethodPost || r.URL.Path != "/" ||
		r.Header.Get("Content-Type") != "application/x-amz-json-1.1" {
		w.WriteHeader(http.StatusTeapot)
		return
	}
	a.mu.Lock()
	a.calls = append(a.calls, call{Operation: operation, Input: input})
	a.signed = append(a.signed, r.Header.Get("Authorization"))
	said := failure("UnknownOperationException", "")
	if answers := a.answers[operation]; len(answers) > 0 {
		said = answers[0]
		a.answers[operation] = answers[min(1, len(answers)-1):]
	}
	a.mu.Unlock()
	if said.kind == "" {
		said.kind = "application/x-amz-json-1.1"
	}
	w.Header().Set("Content-Type", said.kind)
	w.WriteHeader(said.status)
	io.WriteString(w, said.body)
}

// received checks the requests that came.
func (a *api) received(t *testing.T, want ...call) {
	t.Helper()
	a.mu.Lock()
	defer a.mu.Unlock()
	if diff := cmp.Diff(want, a.calls); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

// connect reaches a service as the ECR of the host above.
func connect(t *testing.T, a *api, change ...func(*ecr.Options)) *ecr.Client {
	t.Helper()
	options := ecr.Options{Host: host, Endpoint: a.URL, AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: secret}
	for _, f := range change {
		f(&options)
	}
	c, err := ecr.New(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	return c
}
