package report_test

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/gate"
	"github.com/hallmark-ci/hallmark/report"
)

func TestReadResultReadsWhatJSONWrote(t *testing.T) {
	for _, want := range []report.Result{full(t), {Schema: report.Schema, Command: "gate", Status: report.Error, ExitCode: 64}} {
		var out bytes.Buffer
		if err := report.JSON(&out, want); err != nil {
			t.Fatal(err)
		}
		got, err := report.ReadResult(&out)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("ReadResult: %v (-want +got):\n%s", err, diff)
		}
	}
}

func TestReadResultRefusesWhatIsNoResult(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"nothing", "", "read result: it is cut off"},
		{"a result that was cut off", `{"schema":"hallmark.result/v1","verdict":{`, "read result: it is cut off"},
		{"another document", `{}`, `read result: schema is "", not "hallmark.result/v1"`},
		{"a document of another schema", `{"schema":"hallmark.tags/v1"}`, `schema is "hallmark.tags/v1"`},
		{"two results", `{"schema":"hallmark.result/v1"}{"schema":"hallmark.result/v1"}`, "read result: there is more after it"},
		{"garbage", "schema", "read result: invalid character"},
		{"a field of another kind", `{"schema":"hallmark.result/v1","verdict":"pass"}`, "read result: json: cannot unmarshal"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if _, err := report.ReadResult(strings.NewReader(test.text)); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("ReadResult: %v, want %q", err, test.want)
			}
		})
	}
}

// Every finding of a result is as it was when it was judged.
func TestGateScanGivesBackTheFindings(t *testing.T) {
	day := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	findings := []gate.Finding{
		{
			ID: "CVE-2023-37920", Package: "certifi", Version: "1", FixedVersion: "2", Fix: gate.HasFix, Severity: gate.Critical, Score: 9.8, Vector: "CVSS:3.1/AV:N",
			EPSS: 0.5, KEV: true, Exploit: true, Status: "SUPPRESSED", Platforms: []string{"linux/amd64"}, URL: "https://example.com", Description: "d", Remediation: "r",
			VendorSeverity: "not yet assigned", Manager: "OS", Path: "a, b", System: "DEBIAN_12", Aliases: []string{"CVE-2021-44228"}, FirstObservedAt: day, PublishedAt: day.AddDate(-1, 0, 0),
		},
		{ID: "X", Fix: gate.UnknownFix, Severity: "UNTRIAGED"},
		{ID: "Y", Fix: gate.NoFix},
	}
	verdict := gate.Verdict{Result: gate.Pass, Reasons: []string{"so"}}
	for _, f := range findings {
		verdict.Findings = append(verdict.Findings, gate.Judged{Finding: f, Decision: gate.Below})
	}
	result := report.Result{
		Schema:  report.Schema,
		Verdict: report.NewVerdict(verdict),
		Scan: &report.Scan{Type: "enhanced", Exploitation: []string{"kev"}, Platforms: []report.PlatformScan{
			{Platform: "linux/amd64", Digest: digest, Status: "ACTIVE", Description: "Continuous scan is selected for image.", CompletedAt: "2026-01-02T03:04:05Z", Unsettled: true},
			{Platform: "windows/amd64", Status: "UNSUPPORTED_IMAGE", Undecided: "the scanner does not support this image"},
		}},
	}
	want := gate.Scan{Type: "enhanced", Told: gate.Told{KEV: true}, Platforms: []gate.PlatformScan{
		{Platform: "linux/amd64", Digest: digest, Status: "ACTIVE", Description: "Continuous scan is selected for image.", CompletedAt: day, Findings: findings, Unsettled: true},
		{Platform: "windows/amd64", Status: "UNSUPPORTED_IMAGE", Undecided: "the scanner does not support this image"},
	}}
	got, err := result.GateScan()
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("GateScan: %v (-want +got):\n%s", err, diff)
	}
}

func TestGateScanRefusesTimesThatAreNone(t *testing.T) {
	for _, result := range []report.Result{
		{Verdict: &report.Verdict{}, Scan: &report.Scan{Platforms: []report.PlatformScan{{CompletedAt: "yesterday"}}}},
		{Verdict: &report.Verdict{Findings: []report.Finding{{PublishedAt: "yesterday"}}}},
		{Verdict: &report.Verdict{Findings: []report.Finding{{FirstObservedAt: "yesterday"}}}},
	} {
		if scan, err := result.GateScan(); err == nil || !strings.Contains(err.Error(), `time "yesterday"`) {
			t.Errorf("GateScan = %+v, %v", scan, err)
		}
	}
}

// Whatever can be read can be judged and written, and without a scan and a verdict it never passes.
func FuzzReadResult(f *testing.F) {
	for _, file := range []string{"testdata/result.golden.json", "testdata/result_small.golden.json"} {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(`{"schema":"hallmark.result/v1","scan":{"platforms":[{"status":"ACTIVE"}]},"verdict":{"result":"pass","findings":[{"severity":"low"}]}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		result, err := report.ReadResult(bytes.NewReader(data))
		if err != nil {
			return
		}
		scan, err := result.GateScan()
		if err != nil {
			return
		}
		policy, err := gate.NewPolicy("none")
		if err != nil {
			t.Fatal(err)
		}
		verdict := gate.Judge(policy, gate.Case{Scan: scan})
		if err := report.JSON(&bytes.Buffer{}, report.NewVerdict(verdict)); err != nil {
			t.Errorf("write the verdict: %v", err)
		}
		if verdict.Result == gate.Pass && (result.Verdict == nil || result.Scan == nil || len(result.Scan.Platforms) == 0) {
			t.Error("a result without a scan and a verdict passed")
		}
	})
}
