package report_test

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/report"
)

// outcomes are runs as people meet them, by how they ended.
func outcomes(t *testing.T) map[string]report.Result {
	t.Helper()
	failed := full(t)
	failed.Verdict = judged("fail")
	failed.Verdict.Reasons = []string{"1 critical, 1 high, at or above high"}
	failed.Verdict.Warnings = []string{"the ignore of CVE-2021-0001 has ended on 2026-01-31: it counts again"}
	failed.Error = &report.Failure{Message: "the gate failed: 1 critical, 1 high, at or above high", Hint: "no tag was written: update certifi to 2023.7.22\nor accept a finding", Code: "gate-failed"}
	failed.Tags[0].Written = false
	passed := full(t)
	passed.Status, passed.ExitCode, passed.Error = report.Passed, 0, nil
	passed.Verdict = &report.Verdict{Result: "pass", Reasons: []string{"no findings"}, PolicySHA256: digest[7:], Counted: map[string]int{}}
	passed.Tags = []report.Tag{
		{Name: commit, Rule: "type=sha", Action: "create", Written: true, Reason: "new"},
		{Name: "v1.2.3", Rule: "type=ref,event=tag", Action: "keep", Reason: "names this image", PreviousDigest: digest},
		{Name: "latest", Moving: true, Action: "keep", Reason: "stays with v2.0.0", PreviousDigest: "sha256:" + strings.Repeat("9", 64)},
	}
	undecided := report.Result{
		Schema: report.Schema, Command: "gate", Status: report.Undecided, ExitCode: 3, Repository: account + "/shop/api", Digest: digest,
		Verdict: &report.Verdict{Result: "undecided", Reasons: []string{"windows/amd64: the scanner does not support this image"}},
		Error:   &report.Failure{Message: "no verdict: windows/amd64: the scanner does not support this image", Hint: "--no-gate writes tags without a verdict", Code: "undecided"},
	}
	refused := report.Result{
		Schema: report.Schema, Command: "push", Status: report.Refused, ExitCode: 4, Repository: account + "/shop/api", Tags: report.NewTags(plan(t)), Revision: failed.Revision,
		Error: &report.Failure{Message: `refused: tag "latest" already names ` + digest, Hint: "drop --tag latest", Code: "refused"},
	}
	return map[string]report.Result{
		"pass": passed, "fail": failed, "undecided": undecided, "refused": refused, "hostile": hostile(),
		"usage": {Schema: report.Schema, Command: "push", Status: report.Error, ExitCode: 64, Error: &report.Failure{Message: "no image", Code: "usage"}},
	}
}

// judged is a verdict with one finding of every decision.
func judged(result string) *report.Verdict {
	return &report.Verdict{Result: result, PolicySHA256: digest[7:], Policy: []byte(`{"fail_on":{"high":0},"only_fixed":true}`), Counted: map[string]int{"critical": 1, "high": 1}, Findings: []report.Finding{
		{ID: "CVE-2023-37920", Package: "certifi", Version: "2022.12.7", FixedVersion: "2023.7.22", Fix: "yes", Severity: "critical", Score: 9.8, EPSS: 0.0123, KEV: true, Exploit: true, Platforms: []string{"linux/amd64", "linux/arm64"}, Path: "usr/lib/python3/dist-packages/certifi", URL: "https://nvd.nist.gov/vuln/detail/CVE-2023-37920?a=1&b=2", Description: "Certifi is a curated collection of Root Certificates.", PublishedAt: "2023-07-25T21:15:00Z", Decision: "counts", Reason: "at or above high"},
		{ID: "CVE-2023-4911", Package: "glibc", Version: "2.36-9+deb12u1", Fix: "unknown", Severity: "high", Score: 7.8, Exploit: true, Platforms: []string{"linux/amd64"}, Decision: "counts", Reason: "at or above high"},
		{ID: "CVE-2022-49043", Package: "libxml2", Version: "2.9.14", Fix: "no", Severity: "high", Platforms: []string{"linux/amd64"}, Decision: "ignored", Reason: "XInclude is compiled out", Until: "2027-01-31"},
		{ID: "CVE-2025-24528", Package: "krb5", Version: "1.20.1-2+deb12u2", FixedVersion: "1.20.1-2+deb12u3", Fix: "yes", Severity: "untriaged", Decision: "grace", Reason: "published 2 days ago", Until: "2026-02-01"},
		{ID: "CVE-2011-3374", Package: "apt", Version: "2.6.1", Fix: "no", Severity: "medium", Decision: "not-fixable", Reason: "there is no fix"},
		{ID: "CVE-2019-5188", Package: "e2fsprogs", Version: "1.44.1-1ubuntu1.1", Fix: "unknown", Severity: "medium", Decision: "baseline", Reason: "in shop/api:v1.2.2 already"},
		{ID: "CVE-2005-2541", Package: "tar", Version: "1.34", Fix: "no", Severity: "low", Decision: "below", Reason: "below high"},
		{ID: "CVE-2017-18018", Package: "coreutils", Version: "9.1-1", Fix: "no", Severity: "informational", Decision: "below", Reason: "below high"},
	}}
}

// attack is what somebody may put into a finding or a manifest to be taken for markup, a script, a command or a mention.
const attack = evil + "|x`y`</script><script>alert(1)</script><img src=x onerror=alert(1)>\n::error::forged\n## forged\n@octocat #12 [link](https://evil.example) www.evil.example <!-- --> EOF"

// hostile is a result with strangers' text wherever it can be.
func hostile() report.Result {
	return report.Result{
		Schema: report.Schema, Command: "push", Status: report.Failed, ExitCode: 2, Repository: attack, Digest: attack, MediaType: attack, ImageID: attack, Version: attack,
		Platforms: []report.Platform{{Platform: attack, Digest: attack}},
		Tags:      []report.Tag{{Name: attack, Rule: attack, Action: attack, Written: true, Reason: attack, PreviousDigest: attack}},
		Revision:  &report.Revision{Commit: attack, Short: attack, Branch: attack, Tags: []string{attack}, Time: attack, Source: "javascript:alert(1)", From: attack},
		Upload:    &report.Upload{Layers: []report.Layer{{Digest: attack, DiffID: attack, Action: attack, From: attack}}},
		Scan:      &report.Scan{Type: attack, Status: attack, CompletedAt: attack, Counts: map[string]int{attack: 1}},
		Verdict: &report.Verdict{Result: attack, Reasons: []string{attack}, Warnings: []string{attack}, Policy: []byte(fmt.Sprintf("{%q:1}", "</script><script>alert(1)</script>")), PolicySHA256: attack, Findings: []report.Finding{
			{ID: attack, Package: attack, Version: attack, FixedVersion: attack, Fix: attack, Severity: attack, Platforms: []string{attack}, Path: attack, URL: "javascript:alert(1)//" + attack, Description: attack, Decision: "counts", Reason: attack, Until: attack},
			{ID: "CVE-1", URL: `https://evil.example/"><script>alert(1)</script>|` + "`\n", Severity: "high", Decision: attack},
		}},
		Error: &report.Failure{Message: attack, Hint: attack, Code: attack},
	}
}

// writers are the forms for people and for CI systems' files, by the ending of their golden file.
func writers() map[string]func(io.Writer, report.Result) error {
	return map[string]func(io.Writer, report.Result) error{
		"md":          report.Markdown,
		"env":         report.Dotenv,
		"outputs":     func(w io.Writer, r report.Result) error { return report.GitHubOutputs(w, r, "result.json") },
		"annotations": report.GitHubAnnotations,
		"html":        page,
	}
}

var dressed = regexp.MustCompile(`(?s)(<style>).*(</style>)|(<script>)[^<]*(</script>\n</head>)|(<script>).*(</script>\n</body>)|sha256-(?:[A-Za-z0-9/]|&#43;)+=`)

// page is the HTML without its style and script, which are read better where they are.
func page(w io.Writer, r report.Result) error {
	var out bytes.Buffer
	if err := report.HTML(&out, report.Document{Result: r, Version: "1.0.0", Ended: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}); err != nil {
		return err
	}
	_, err := w.Write(dressed.ReplaceAll(out.Bytes(), []byte("$1$2$3$4$5$6")))
	return err
}

func TestOutcomes(t *testing.T) {
	for outcome, result := range outcomes(t) {
		for ending, write := range writers() {
			t.Run(outcome+"."+ending, func(t *testing.T) {
				var out bytes.Buffer
				if err := write(&out, result); err != nil {
					t.Fatal(err)
				}
				golden(t, "outcome_"+outcome+".golden."+ending, out.Bytes())
			})
		}
	}
}

func TestHostileTextIsOnlyText(t *testing.T) {
	refusals := map[string][]string{
		"md":          {"<script", "<img", "<!--", "\n## forged", "\n::", "](", "@octocat", " #12", "`", "javascript:", "://evil.example)", "www.evil", "|x"},
		"env":         {"<<", "\n::", "\nforged", "##["},
		"outputs":     {"##[set"},
		"html":        {"<script>a", "<img", "<!-- ", "javascript:", "\"><script"},
		"annotations": {"\n## forged", "##[", "\n::error::forged"},
	}
	for ending, words := range refusals {
		t.Run(ending, func(t *testing.T) {
			var out bytes.Buffer
			if err := writers()[ending](&out, hostile()); err != nil {
				t.Fatal(err)
			}
			for _, word := range words {
				if strings.Contains(out.String(), word) {
					t.Errorf("%q is in:\n%s", word, out.String())
				}
			}
			for _, r := range out.String() {
				if unicode.IsControl(r) && r != '\n' || unicode.In(r, unicode.Bidi_Control) {
					t.Errorf("%U is in:\n%q", r, out.String())
				}
			}
		})
	}
}

// A step summary of more than 1 MiB is not shown at all.
func TestMarkdownFitsAStepSummary(t *testing.T) {
	r := outcomes(t)["fail"]
	row := r.Verdict.Findings[0]
	row.Reason = strings.Repeat("a long reason|", 20)
	r.Verdict.Findings = nil
	for i := range 20_000 {
		row.Decision = []string{"counts", "ignored"}[i%2]
		r.Verdict.Findings = append(r.Verdict.Findings, row)
	}
	var out bytes.Buffer
	if err := report.Markdown(&out, r); err != nil {
		t.Fatal(err)
	}
	if out.Len() > 1<<20 {
		t.Errorf("%d bytes", out.Len())
	}
	rows := strings.Count(out.String(), "<code>CVE-2023-37920</code>")
	left := 0
	for line := range strings.Lines(out.String()) {
		var n int
		if _, err := fmt.Sscanf(line, "**%d more findings left out here**", &n); err == nil {
			left += n
		}
	}
	if rows+left != 20_000 || left == 0 || !strings.HasSuffix(out.String(), "</sub>\n\n") {
		t.Errorf("%d rows and %d left out", rows, left)
	}
}

func TestDotenvLeavesOutTagsThatDoNotFit(t *testing.T) {
	r := outcomes(t)["pass"]
	for i := range 100 {
		r.Tags = append(r.Tags, report.Tag{Name: fmt.Sprintf("%s-%d", strings.Repeat("x", 60), i), Written: true})
	}
	var out bytes.Buffer
	if err := report.Dotenv(&out, r); err != nil {
		t.Fatal(err)
	}
	if out.Len() >= 5<<10 || !strings.Contains(out.String(), "\nHALLMARK_RESULT_TAGS_OMITTED=102\n") || strings.Contains(out.String(), "HALLMARK_RESULT_TAGS=") {
		t.Errorf("%d bytes:\n%s", out.Len(), out.String())
	}
	r.Digest = strings.Repeat("x", 5<<10)
	if err := report.Dotenv(&out, r); err == nil {
		t.Error("Dotenv writes more than GitLab takes")
	}
}

// GitLab takes 20 variables, and no name of a flag's: a later job that runs hallmark would read it.
func TestDotenvVariables(t *testing.T) {
	for outcome, result := range outcomes(t) {
		var out bytes.Buffer
		if err := report.Dotenv(&out, result); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
		if len(lines) >= 20 {
			t.Errorf("%s: %d variables", outcome, len(lines))
		}
		for _, line := range lines {
			name, value, _ := strings.Cut(line, "=")
			if strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_") != "" || !strings.HasPrefix(name, "HALLMARK_RESULT_") || value != strings.TrimSpace(value) {
				t.Errorf("%s: %q", outcome, line)
			}
		}
	}
}

func TestAnnotationsAreFew(t *testing.T) {
	r := outcomes(t)["fail"]
	for range 30 {
		r.Verdict.Findings = append(r.Verdict.Findings, r.Verdict.Findings[0])
		r.Verdict.Warnings = append(r.Verdict.Warnings, "again")
	}
	var out bytes.Buffer
	if err := report.GitHubAnnotations(&out, r); err != nil {
		t.Fatal(err)
	}
	if e, w := strings.Count(out.String(), "::error "), strings.Count(out.String(), "::warning "); e != 10 || w != 10 {
		t.Errorf("%d errors and %d warnings", e, w)
	}
}

// No text between the two commands can hold the word that ends them, since it is made from the text.
func TestTextWithoutCommands(t *testing.T) {
	var out bytes.Buffer
	text := &report.Text{W: &out}
	text.WithoutCommands(func() { text.Say("%s", "::error::x") })
	text.WithoutCommands(func() {})
	text.Say("after")
	lines := strings.Split(out.String(), "\n")
	word, ok := strings.CutPrefix(lines[0], "::stop-commands::")
	want := []string{lines[0], "hallmark: ::error::x", "::" + word + "::", "hallmark: after", ""}
	if diff := cmp.Diff(want, lines); diff != "" || !ok || len(word) < 32 {
		t.Errorf("WithoutCommands (-want +got):\n%s", diff)
	}
}
