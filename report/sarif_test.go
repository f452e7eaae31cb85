package report_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/report"
)

// sarifRun is what of a file the tests look at.
type sarifRun struct {
	Tool struct {
		Driver struct {
			Rules []struct {
				ID         string `json:"id"`
				HelpURI    string `json:"helpUri"`
				Properties struct {
					Severity string `json:"security-severity"`
				} `json:"properties"`
			} `json:"rules"`
		} `json:"driver"`
	} `json:"tool"`
	Invocations []struct {
		Notifications []struct {
			Message struct {
				Text string `json:"text"`
			} `json:"message"`
		} `json:"toolExecutionNotifications"`
	} `json:"invocations"`
	Results []sarifResult `json:"results"`
}

type sarifResult struct {
	RuleID    string `json:"ruleId"`
	RuleIndex int    `json:"ruleIndex"`
	Message   struct {
		Text string `json:"text"`
	} `json:"message"`
	Locations []struct {
		Physical struct {
			Artifact struct {
				URI string `json:"uri"`
			} `json:"artifactLocation"`
		} `json:"physicalLocation"`
	} `json:"locations"`
	Fingerprints struct {
		Hash string `json:"primaryLocationLineHash"`
	} `json:"partialFingerprints"`
}

func sarifOf(t *testing.T, d report.Document) sarifRun {
	t.Helper()
	data, err := write(t, "sarif", d)
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Runs []sarifRun `json:"runs"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	return file.Runs[0]
}

// with is a run that failed with these findings.
func with(findings ...report.Finding) report.Document {
	d := documents()["failed"]
	d.Verdict.Findings = findings
	return d
}

// GitHub makes its label of the score: over 9.0 critical, 7.0 to 8.9 high, 4.0 to 6.9 medium, 0.1 to 3.9 low.
func TestSARIFShowsTheSeverityOfTheGate(t *testing.T) {
	for _, test := range []struct {
		severity string
		score    float64
		want     string
	}{
		{"critical", 0, "9.5"}, {"critical", 9.8, "9.8"}, {"critical", 9, "9.1"}, {"critical", 5.5, "9.1"},
		{"high", 0, "8.0"}, {"high", 8.1, "8.1"}, {"high", 9.8, "8.9"}, {"high", 4.4, "7.0"},
		{"medium", 0, "5.5"}, {"medium", 9.8, "6.9"}, {"medium", 0.5, "4.0"},
		{"low", 0, "2.0"}, {"low", 9.8, "3.9"}, {"low", 0.1, "0.1"},
		{"informational", 0, ""}, {"informational", 9.8, ""},
		{"untriaged", 0, ""}, {"untriaged", 7.5, "7.5"},
	} {
		run := sarifOf(t, with(report.Finding{ID: "CVE-1", Severity: test.severity, Score: test.score}))
		if got := run.Tool.Driver.Rules[0].Properties.Severity; got != test.want {
			t.Errorf("security-severity of %s with score %v is %q, want %q", test.severity, test.score, got, test.want)
		}
	}
}

func TestSARIFRulesAreVulnerabilities(t *testing.T) {
	run := sarifOf(t, with(
		report.Finding{ID: "CVE-2", Package: "a", Severity: "medium"},
		report.Finding{ID: "CVE-1", Package: "a", Severity: "low"},
		report.Finding{ID: "CVE-2", Package: "b", Severity: "critical"},
	))
	var got []string
	for _, result := range run.Results {
		rule := run.Tool.Driver.Rules[result.RuleIndex]
		got = append(got, result.RuleID+" "+rule.ID+" "+rule.Properties.Severity)
	}
	if diff := cmp.Diff([]string{"CVE-2 CVE-2 9.5", "CVE-1 CVE-1 2.0", "CVE-2 CVE-2 9.5"}, got); diff != "" {
		t.Errorf("results and their rules (-want +got):\n%s", diff)
	}
}

func TestSARIFKnowsAnAlertAgainInTheNextImage(t *testing.T) {
	before := report.Finding{ID: "CVE-1", Package: "zlib", Version: "1.0", Manager: "OS", Path: "a"}
	hash := func(d report.Document) string { return sarifOf(t, d).Results[0].Fingerprints.Hash }
	want := hash(with(before))
	after := before
	after.Version, after.Severity, after.Decision, after.Platforms = "1.1", "high", "ignored", []string{"linux/arm64"}
	next := with(after)
	next.Digest = "sha256:" + strings.Repeat("f", 64)
	if got := hash(next); got != want {
		t.Errorf("the next build's fingerprint is %s, want %s", got, want)
	}
	for name, change := range map[string]func(*report.Document){
		"vulnerability": func(d *report.Document) { d.Verdict.Findings[0].ID = "CVE-2" },
		"package":       func(d *report.Document) { d.Verdict.Findings[0].Package = "bash" },
		"path":          func(d *report.Document) { d.Verdict.Findings[0].Path = "b" },
		"manager":       func(d *report.Document) { d.Verdict.Findings[0].Manager = "JAR" },
		"repository":    func(d *report.Document) { d.Repository += "x" },
		"border":        func(d *report.Document) { d.Verdict.Findings[0].Manager, d.Verdict.Findings[0].Package = "O", "Szlib" },
	} {
		other := with(before)
		change(&other)
		if hash(other) == want {
			t.Errorf("another %s has the same fingerprint", name)
		}
	}
	second := before
	second.Version = "2.0"
	results := sarifOf(t, with(before, second)).Results
	if got := results[1].Fingerprints.Hash; got != strings.TrimSuffix(want, "1")+"2" {
		t.Errorf("a second version's fingerprint is %s, want that of the first, numbered", got)
	}
}

func TestSARIFPathsStayInTheWorkTree(t *testing.T) {
	for path, want := range map[string]string{
		"":                   "shop/api",
		"usr/bin/tool":       "shop/api/usr/bin/tool",
		"/usr//./../bin/a b": "shop/api/usr/bin/a%20b",
		"c:\\x?#":            "shop/api/c%3A%5Cx%3F%23",
	} {
		got := sarifOf(t, with(report.Finding{ID: "CVE-1", Path: path})).Results[0].Locations[0].Physical.Artifact.URI
		if got != want {
			t.Errorf("the place of %q is %q, want %q", path, got, want)
		}
	}
}

func TestSARIFMessagesHoldNoLinksAndNoArguments(t *testing.T) {
	got := sarifOf(t, with(report.Finding{ID: "CVE-1", Package: "[x](https://t.example) {0}"})).Results[0].Message.Text
	if want := `CVE-1 in \[x\](https://t.example) {{0}}.`; !strings.HasPrefix(got, want) {
		t.Errorf("the message is %q, want it to begin with %q", got, want)
	}
}

func TestSARIFLinksToPagesOnly(t *testing.T) {
	for address, want := range map[string]string{
		"https://nvd.nist.gov/vuln/detail/CVE-1": "https://nvd.nist.gov/vuln/detail/CVE-1",
		"javascript:alert(1)":                    "",
		"//nvd.nist.gov/x":                       "",
		"https:///x":                             "",
		"https://t.example/a b":                  "https://t.example/a%20b",
		"https://t.example/?q=<x>":               "",
		"":                                       "",
	} {
		if got := sarifOf(t, with(report.Finding{ID: "CVE-1", URL: address})).Tool.Driver.Rules[0].HelpURI; got != want {
			t.Errorf("the help of %q is %q, want %q", address, got, want)
		}
	}
}

func TestSARIFSaysWhatItLeavesOut(t *testing.T) {
	run := sarifOf(t, terse(25_003))
	if len(run.Results) != 25_000 {
		t.Errorf("%d results, want 25000", len(run.Results))
	}
	if got, want := run.Invocations[0].Notifications[0].Message.Text, "3 findings are left out, the last of the verdict: a run takes 25000"; got != want {
		t.Errorf("it says %q, want %q", got, want)
	}
	if run := sarifOf(t, terse(25_000)); len(run.Results) != 25_000 || strings.Contains(fmt.Sprint(run.Invocations), "left out") {
		t.Errorf("of 25000 findings %d are written, and it says %v", len(run.Results), run.Invocations)
	}
}
