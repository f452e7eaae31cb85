package emulator_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/registry/emulator"
)

// findingARN is that of the nth finding.
func findingARN(n int) string {
	return fmt.Sprintf("arn:aws:inspector2:us-east-1:123456789012:finding/%032x", n)
}

// ask asks Inspector about findings, and is the status, the code of an error, and the answer.
func ask(t *testing.T, scenario, authorization string, arns ...string) (int, string, document) {
	t.Helper()
	dir := t.TempDir()
	write(t, dir, "scenario.yaml", "details: details.json\n"+scenario)
	write(t, dir, "details.json", fmt.Sprintf(`{"findingDetails":[{"findingArn":%q,"epssScore":0.944,"cisaData":{"action":"Apply updates.","dateAdded":"2021-12-10T00:00:00Z"}}]}`, findingARN(1)))
	read, err := emulator.ReadScenario(filepath.Join(dir, "scenario.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	e, err := emulator.New(emulator.Options{Scenario: read})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	body, err := json.Marshal(document{"findingArns": arns})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "/findings/details/batch/get", strings.NewReader(string(body)))
	r.Header.Set("Authorization", authorization)
	w := httptest.NewRecorder()
	e.ServeHTTP(w, r)
	var answer document
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		t.Fatal(err)
	}
	return w.Code, w.Header().Get("X-Amzn-Errortype"), answer
}

const inspectorSigned = "AWS4-HMAC-SHA256 Credential=AKID/20260102/us-east-1/inspector2/aws4_request, SignedHeaders=host, Signature=0"

func TestInspectorTellsWhatTheScenarioKnows(t *testing.T) {
	status, _, got := ask(t, "", inspectorSigned, findingARN(1), findingARN(2))
	want := document{
		"findingDetails": []any{map[string]any{"findingArn": findingARN(1), "epssScore": 0.944, "cisaData": map[string]any{"action": "Apply updates.", "dateAdded": 1639094400.0}}},
		"errors":         []any{map[string]any{"findingArn": findingARN(2), "errorCode": "FINDING_DETAILS_NOT_FOUND", "errorMessage": "Finding details not found"}},
	}
	if diff := cmp.Diff(want, got); diff != "" || status != http.StatusOK {
		t.Errorf("status %d (-want +got):\n%s", status, diff)
	}
}

func TestInspectorRefuses(t *testing.T) {
	var eleven []string
	for n := range 11 {
		eleven = append(eleven, findingARN(n))
	}
	tests := []struct {
		name, scenario, signed string
		arns                   []string
		status                 int
		code                   string
	}{
		{"nothing", "", inspectorSigned, nil, 400, "ValidationException"},
		{"more than ten findings", "", inspectorSigned, eleven, 400, "ValidationException"},
		{"what is no finding", "", inspectorSigned, []string{"arn:1"}, 400, "ValidationException"},
		{"a caller who may not ask", "denied: [inspector2:BatchGetFindingDetails]", inspectorSigned, eleven[:1], 403, "AccessDeniedException"},
		{"credentials that are over", "credentials: expired", inspectorSigned, eleven[:1], 403, "ExpiredTokenException"},
		{"a request that is signed for another service", "", strings.Replace(inspectorSigned, "inspector2", "ecr", 1), eleven[:1], 403, "MissingAuthenticationTokenException"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			status, code, answer := ask(t, test.scenario, test.signed, test.arns...)
			if status != test.status || code != test.code || answer["message"] == "" {
				t.Errorf("%d %s %v, want %d %s", status, code, answer, test.status, test.code)
			}
		})
	}
}
