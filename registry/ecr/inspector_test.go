package ecr_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/gate"
	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/ecr"
)

// findingARN is that of the nth finding.
func findingARN(n int) string {
	return fmt.Sprintf("arn:aws:inspector2:eu-west-1:%s:finding/%032x", account, n)
}

// inspector speaks Amazon Inspector's protocol, REST with JSON, for one operation
// (https://docs.aws.amazon.com/inspector/v2/APIReference/API_BatchGetFindingDetails.html).
type inspector struct {
	*httptest.Server
	known   map[string]string // details as JSON, by ARN
	failure string            // a code to answer with in place of details

	mu      sync.Mutex
	batches []int // how many findings each request was about
}

func newInspector(t *testing.T, known map[string]string) *inspector {
	t.Helper()
	isolate(t)
	i := &inspector{known: known}
	i.Server = httptest.NewServer(i)
	t.Cleanup(i.Close)
	t.Setenv("AWS_ENDPOINT_URL_INSPECTOR2", i.URL)
	return i
}

func (i *inspector) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var input struct {
		ARNs []string `json:"findingArns"`
	}
	raw, err := io.ReadAll(r.Body)
	if err != nil || json.Unmarshal(raw, &input) != nil || r.Method != http.MethodPost || r.URL.Path != "/findings/details/batch/get" ||
		!strings.Contains(r.Header.Get("Authorization"), "/eu-west-1/inspector2/aws4_request") {
		w.WriteHeader(http.StatusTeapot)
		return
	}
	i.mu.Lock()
	i.batches = append(i.batches, len(input.ARNs))
	i.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	if i.failure != "" {
		w.Header().Set("X-Amzn-Errortype", i.failure)
		w.WriteHeader(http.StatusForbidden)
		io.WriteString(w, `{"message":"no"}`)
		return
	}
	details, failures := []string{}, []string{}
	for _, arn := range input.ARNs {
		switch known := i.known[arn]; {
		case strings.HasPrefix(known, "{"):
			details = append(details, known)
		default:
			failures = append(failures, fmt.Sprintf(`{"findingArn":%q,"errorCode":%q,"errorMessage":"no"}`, arn, known))
		}
	}
	fmt.Fprintf(w, `{"findingDetails":[%s],"errors":[%s]}`, strings.Join(details, ","), strings.Join(failures, ","))
}

// reach connects to the ECR of the host above; Inspector is found by itself.
func reach(t *testing.T) *ecr.Client {
	t.Helper()
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
	t.Setenv("AWS_SECRET_ACCESS_KEY", secret)
	c, err := ecr.New(t.Context(), ecr.Options{Host: host})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestExploits(t *testing.T) {
	newInspector(t, map[string]string{
		findingARN(1): fmt.Sprintf(`{"findingArn":%q,"epssScore":0.944,"riskScore":60,"cisaData":{"action":"Apply updates.","dateAdded":1639094400,"dateDue":1640304000}}`, findingARN(1)),
		findingARN(2): fmt.Sprintf(`{"findingArn":%q,"epssScore":0.00075}`, findingARN(2)),
		findingARN(3): fmt.Sprintf(`{"findingArn":%q,"cisaData":{}}`, findingARN(3)),
		findingARN(4): "FINDING_DETAILS_NOT_FOUND",
		findingARN(5): "INTERNAL_ERROR",
		findingARN(6): "ACCESS_DENIED",
	})
	got, untold, err := reach(t).Exploits(t.Context(), map[string]string{
		"CVE-2021-44228": findingARN(1), "CVE-2": findingARN(2), "ghsa-3": findingARN(3), "CVE-4": findingARN(4), "CVE-5": findingARN(5), "CVE-6": findingARN(6),
	})
	want := gate.Exploits{
		EPSS: map[string]float64{"CVE-2021-44228": 0.944, "CVE-2": 0.00075},
		KEV:  map[string]string{"CVE-2021-44228": "Apply updates.", "GHSA-3": ""},
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil || untold != 2 {
		t.Errorf("Exploits: %d untold, %v (-want +got):\n%s", untold, err, diff)
	}
}

func TestExploitsAsksForTenFindingsAtATime(t *testing.T) {
	i := newInspector(t, map[string]string{})
	arns := map[string]string{}
	for n := range 47 {
		arn := findingARN(n)
		arns[fmt.Sprintf("CVE-%d", n)] = arn
		i.known[arn] = fmt.Sprintf(`{"findingArn":%q,"epssScore":%v}`, arn, float64(n)/100)
	}
	got, _, err := reach(t).Exploits(t.Context(), arns)
	if err != nil || len(got.EPSS) != 47 || got.EPSS["CVE-46"] != 0.46 {
		t.Errorf("Exploits: %v, %+v", err, got)
	}
	total := 0
	for _, n := range i.batches {
		if total += n; n > 10 {
			t.Errorf("a request was about %d findings", n)
		}
	}
	if len(i.batches) != 5 || total != 47 {
		t.Errorf("%d requests were about %d findings", len(i.batches), total)
	}
}

func TestExploitsOfNothingAsksNothing(t *testing.T) {
	i := newInspector(t, nil)
	if _, _, err := reach(t).Exploits(t.Context(), nil); err != nil || len(i.batches) > 0 {
		t.Errorf("Exploits: %v after %d requests", err, len(i.batches))
	}
}

func TestExploitsThatMayNotBeAskedForAreAskedForOnce(t *testing.T) {
	i := newInspector(t, nil)
	i.failure = "AccessDeniedException"
	arns := map[string]string{}
	for n := range 30 {
		arns[fmt.Sprint(n)] = findingARN(n)
	}
	_, _, err := reach(t).Exploits(t.Context(), arns)
	var denied *registry.DeniedError
	if !errors.As(err, &denied) || denied.Action != "inspector2:BatchGetFindingDetails" || denied.Resource != "*" || len(i.batches) != 1 {
		t.Errorf("Exploits: %v after %d requests", err, len(i.batches))
	}
}

// An ECR of one's own stands for Inspector too: what it holds is none of Amazon's.
func TestExploitsOfAnECROfOnesOwnAreAskedForThere(t *testing.T) {
	i := newInspector(t, map[string]string{findingARN(1): fmt.Sprintf(`{"findingArn":%q,"epssScore":1}`, findingARN(1))})
	t.Setenv("AWS_ENDPOINT_URL_INSPECTOR2", "")
	c, err := ecr.New(t.Context(), ecr.Options{Host: host, Endpoint: i.URL, AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: secret})
	if err != nil {
		t.Fatal(err)
	}
	if got, _, err := c.Exploits(t.Context(), map[string]string{"CVE-1": findingARN(1)}); err != nil || got.EPSS["CVE-1"] != 1 {
		t.Errorf("Exploits = %+v, %v", got, err)
	}
}
