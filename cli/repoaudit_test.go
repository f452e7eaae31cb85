package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/registry/posture"
	"github.com/hallmark-ci/hallmark/report"
)

// crowded is an ECR of many repositories that throttles: one of every few requests, or all about policies.
type crowded struct {
	repositories int
	every        int  // a request of so many is throttled
	stuck        bool // each about a policy is

	mu    sync.Mutex
	asked map[string]int
	n     int
}

func (c *crowded) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	c.mu.Lock()
	c.n++
	c.asked[operation]++
	throttled := c.n%c.every == 0 || c.stuck && strings.HasSuffix(operation, "Policy")
	c.mu.Unlock()
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	if throttled {
		w.WriteHeader(http.StatusBadRequest)
		io.WriteString(w, `{"__type":"ThrottlingException","message":"Rate exceeded"}`)
		return
	}
	var request struct {
		NextToken       string
		RepositoryNames []string
	}
	body, err := io.ReadAll(r.Body)
	if err != nil || json.Unmarshal(body, &request) != nil {
		w.WriteHeader(http.StatusTeapot)
		return
	}
	switch operation {
	case "DescribeRepositories":
		c.describe(w, request.NextToken)
	case "BatchGetRepositoryScanningConfiguration":
		var all []string
		for _, name := range request.RepositoryNames {
			all = append(all, fmt.Sprintf(`{"repositoryName":%q,"scanFrequency":"SCAN_ON_PUSH","appliedScanFilters":[{"filter":"*"}]}`, name))
		}
		fmt.Fprintf(w, `{"scanningConfigurations":[%s]}`, strings.Join(all, ","))
	case "GetRegistryScanningConfiguration":
		io.WriteString(w, `{"registryId":"123456789012","scanningConfiguration":{"scanType":"BASIC"}}`)
	case "GetLifecyclePolicy", "GetRepositoryPolicy":
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprintf(w, `{"__type":"%sNotFoundException","message":"none"}`, strings.TrimPrefix(operation, "Get"))
	default:
		io.WriteString(w, `{}`)
	}
}

// describe answers a page of 1,000.
func (c *crowded) describe(w io.Writer, token string) {
	from := 0
	fmt.Sscan(token, &from)
	var all []string
	for i := from; i < min(from+1000, c.repositories); i++ {
		all = append(all, fmt.Sprintf(`{"repositoryName":"r%04d","imageTagMutability":"IMMUTABLE","encryptionConfiguration":{"encryptionType":"AES256"}}`, i))
	}
	next := ""
	if from+1000 < c.repositories {
		next = fmt.Sprintf(`,"nextToken":"%d"`, from+1000)
	}
	fmt.Fprintf(w, `{"repositories":[%s]%s}`, strings.Join(all, ","), next)
}

// auditAll runs repo audit --all against an ECR.
func auditAll(t *testing.T, ecr *crowded) (document report.PostureDocument, code int, took time.Duration) {
	t.Helper()
	ecr.asked = map[string]int{}
	server := httptest.NewServer(ecr)
	t.Cleanup(server.Close)
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL_ECR": server.URL, "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
		"AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null", "AWS_EC2_METADATA_DISABLED": "true",
	} {
		t.Setenv(name, value)
	}
	t.Chdir(t.TempDir())
	var out bytes.Buffer
	began := time.Now()
	code = Main(t.Context(), []string{"hallmark", "repo", "audit", "--all", "--output", "json"}, Streams{In: strings.NewReader(""), Out: &out, Err: io.Discard})
	took = time.Since(began)
	if err := json.Unmarshal(out.Bytes(), &document); err != nil {
		t.Fatalf("%v: %s", err, out.Bytes())
	}
	return document, code, took
}

func TestAuditOfThousandsOfRepositories(t *testing.T) {
	ecr := &crowded{repositories: 5000, every: 1 << 40}
	document, code, took := auditAll(t, ecr)
	if code != 4 || document.Totals.Repositories != 5000 || document.Totals.Drift != 5000 {
		t.Errorf("exit status %d, totals %+v", code, document.Totals)
	}
	want := map[string]int{"DescribeRepositories": 5, "BatchGetRepositoryScanningConfiguration": 200, "GetLifecyclePolicy": 5000, "GetRepositoryPolicy": 5000,
		"GetRegistryScanningConfiguration": 1, "DescribeRepositoryCreationTemplates": 1}
	for operation, n := range want {
		if got := ecr.asked[operation]; got < n || got > n+1+n/100 { // a connection that breaks on a busy machine is tried again
			t.Errorf("%d requests of %s, want %d", got, operation, n)
		}
	}
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	t.Logf("%d requests in %s, %d MB taken from the system", ecr.n, took, memory.Sys>>20)
	if memory.Sys > 512<<20 {
		t.Errorf("%d MB of memory", memory.Sys>>20)
	}
}

// Where every request is throttled to the end, few are made.
func TestAuditEndsWhereItIsThrottledToTheEnd(t *testing.T) {
	t.Setenv("AWS_MAX_ATTEMPTS", "2")
	ecr := &crowded{repositories: 500, every: 1 << 40, stuck: true}
	document, code, _ := auditAll(t, ecr)
	if code != 75 || document.Totals.Unknown != 500 || document.Error == nil {
		t.Errorf("exit status %d, totals %+v, error %v", code, document.Totals, document.Error)
	}
	if n := ecr.asked["GetLifecyclePolicy"] + ecr.asked["GetRepositoryPolicy"]; n > 2*(patienceOfAudit+auditsAtOnce) { // two attempts each
		t.Errorf("%d requests were made although all are throttled", n)
	}
	reasons := map[string]bool{}
	for _, r := range document.Repositories {
		for _, c := range r.Checks {
			if c.Check == posture.CheckLifecycle {
				reasons[c.Found[0]] = true
			}
		}
	}
	if diff := cmp.Diff(map[string]bool{"ThrottlingException: Rate exceeded": true, "not asked: ECR was throttling": true}, reasons); diff != "" {
		t.Errorf("why lifecycle policies were not seen (-want +got):\n%s", diff)
	}
}

func TestAuditGoesOnWhereItIsThrottled(t *testing.T) {
	ecr := &crowded{repositories: 60, every: 40}
	document, code, took := auditAll(t, ecr)
	if code != 4 || document.Totals.Drift != 60 || document.Totals.Unknown != 0 {
		t.Errorf("exit status %d, totals %+v", code, document.Totals)
	}
	t.Logf("%d requests in %s", ecr.n, took)
}
