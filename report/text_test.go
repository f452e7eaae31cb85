package report_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/gate"
	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/report"
	"github.com/hallmark-ci/hallmark/tagger"
)

const (
	commit  = "0123456789abcdef0123456789abcdef01234567"
	digest  = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	account = "123456789012.dkr.ecr.eu-central-1.amazonaws.com"
)

// tag is a tag and the rule that gave it.
func tag(t *testing.T, name, rule string, kind tagger.Kind) tagger.Tag {
	t.Helper()
	tag, err := tagger.ParseTag(name)
	if err != nil {
		t.Fatal(err)
	}
	tag.Rule, tag.Kind = rule, kind
	return tag
}

// plan is one of every action, with long and short names.
func plan(t *testing.T) registry.Plan {
	t.Helper()
	return registry.Plan{
		Repository: registry.Repository{Host: account, Name: "shop/api", Mutability: registry.ImmutableWithExclusion},
		Steps: []registry.Step{
			{Tag: tag(t, commit, "type=sha,format=long,prefix=", tagger.Commit), Action: registry.Create, Reason: "new"},
			{Tag: tag(t, "v1.2.3", "type=ref,event=tag", tagger.Version), Action: registry.Keep, Reason: "names another image of this commit, which stays"},
			{Tag: tag(t, "v1.2.3-a-name-that-takes-some-room", "type=ref,event=tag", tagger.Version), Action: registry.Keep, Reason: "names another image of this commit, which stays"},
			{Tag: tag(t, strings.Repeat("long.", 25)+"tag", "type=raw", tagger.Literal), Action: registry.Create, Reason: "new"},
			{Tag: tag(t, "edge", "type=edge", tagger.Moving), Action: registry.Move, Reason: "from " + digest, Current: registry.Image{Digest: digest}},
			{Tag: tag(t, "latest", "type=raw,value=latest", tagger.Moving), Action: registry.Refuse, Reason: "already names " + digest, Hint: "drop it"},
		},
	}
}

func TestPlanText(t *testing.T) {
	goldenText(t, "plan.golden", &report.Text{}, func(text *report.Text) { text.Plan(plan(t)) })
	goldenText(t, "plan_color.golden", &report.Text{Color: true}, func(text *report.Text) { text.Plan(plan(t)) })
	goldenText(t, "plan_small.golden", &report.Text{}, func(text *report.Text) {
		text.Plan(registry.Plan{Repository: registry.Repository{Host: "localhost:5100", Name: "api"}, Steps: plan(t).Steps[:1]})
	})
}

// verdict is one of every decision, and long names.
func verdict(result gate.Result, findings ...gate.Judged) gate.Verdict {
	return gate.Verdict{Result: result, Reasons: []string{"1 critical, 1 high, at or above high", "windows/amd64: the scanner does not support this image"}, Findings: findings}
}

var (
	certifi = gate.Judged{Decision: gate.Counts, Reason: "at or above high", Finding: gate.Finding{ID: "CVE-2023-37920", Package: "certifi", Version: "2022.12.7", FixedVersion: "2023.7.22", Fix: gate.HasFix, Severity: gate.Critical, Platforms: []string{"linux/amd64", "linux/arm64"}}}
	goproxy = gate.Judged{Decision: gate.Counts, Reason: "at or above high", Finding: gate.Finding{ID: "CVE-2023-37788", Package: "github.com/elazarl/goproxy", Version: "v0.0.0-20220901064549-fbd10ff4f5a1", FixedVersion: "0.0.0-20230731152917-f99041a5c027", Fix: gate.HasFix, Severity: gate.High, Exploit: true, Platforms: []string{"linux/arm64"}}}
	libxml  = gate.Judged{Decision: gate.Below, Reason: "below high", Finding: gate.Finding{ID: "CVE-2022-49043", Package: "libxml2", Version: "2.9.14", Fix: gate.NoFix, Severity: gate.Medium, Platforms: []string{"linux/amd64"}}}
	port    = gate.Judged{Decision: gate.Ignored, Reason: "the scanner has it as suppressed", Finding: gate.Finding{ID: "a finding without a number", Fix: gate.UnknownFix, Severity: gate.Low, Platforms: []string{"linux/amd64", "linux/arm64"}}}
	untried = gate.Judged{Decision: gate.Counts, Reason: "untriaged counts as high", Finding: gate.Finding{ID: "CVE-2025-24528", Package: "krb5", Version: "1.20.1-2+deb12u2", Fix: gate.UnknownFix, Severity: "UNTRIAGED", Platforms: []string{"linux/amd64", "linux/arm64"}}}
)

func TestVerdictText(t *testing.T) {
	fail := verdict(gate.Fail, certifi, goproxy, untried, libxml, port)
	goldenText(t, "verdict_fail.golden", &report.Text{}, func(text *report.Text) { text.Verdict(fail) })
	goldenText(t, "verdict_fail_color.golden", &report.Text{Color: true}, func(text *report.Text) { text.Verdict(fail) })
	goldenText(t, "verdict_pass.golden", &report.Text{}, func(text *report.Text) {
		text.Verdict(gate.Verdict{Result: gate.Pass, Reasons: []string{"no findings"}})
	})
	goldenText(t, "verdict_undecided.golden", &report.Text{}, func(text *report.Text) {
		text.Verdict(gate.Verdict{Result: gate.Undecided, Reasons: []string{"the scanner does not support this image: UnsupportedImageError: The operating system and/or package manager are not supported."}})
	})
	many := []gate.Judged{certifi, certifi, certifi, certifi, certifi, certifi, certifi, certifi, certifi, certifi, certifi}
	for range 12 {
		many = append(many, libxml)
	}
	goldenText(t, "verdict_many.golden", &report.Text{}, func(text *report.Text) { text.Verdict(verdict(gate.Fail, many...)) })
	goldenText(t, "verdict_many_verbose.golden", &report.Text{Verbose: true}, func(text *report.Text) { text.Verdict(verdict(gate.Fail, many...)) })
}

func TestVerdictTextOfEveryDecision(t *testing.T) {
	today := time.Date(2026, 1, 20, 23, 59, 0, 0, time.UTC)
	v := gate.Verdict{Result: gate.Fail, Warnings: []string{"the ignore of CVE-2021-0001 ended on 2026-01-01"}, Findings: []gate.Judged{
		{Decision: gate.Counts, Finding: gate.Finding{ID: "CVE-2023-37920", Package: "certifi", Version: "2022.12.7", FixedVersion: "2023.7.22", Fix: gate.HasFix, Severity: gate.Critical, KEV: true, Exploit: true, Score: 9.8, EPSS: 0.0123, Path: "usr/lib/python3/dist-packages/certifi", URL: "https://nvd.nist.gov/vuln/detail/CVE-2023-37920", PublishedAt: today, VendorSeverity: "CRITICAL"}},
		{Decision: gate.Counts, Finding: gate.Finding{ID: "GHSA-xxxx-xxxx-xxxx", Package: "golang.org/x/crypto", Version: "v0.1.0", Fix: gate.HasFix, Severity: gate.High}},
		{Decision: gate.Below, Reason: "below high", Finding: gate.Finding{ID: "CVE-2005-2541", Package: "tar", Version: "1.34", Fix: gate.NoFix, Severity: gate.Informational}},
		{Decision: gate.NotFixable, Reason: "there is no fix", Finding: gate.Finding{ID: "CVE-2011-3374", Package: "apt", Version: "2.6.1", Fix: gate.NoFix, Severity: gate.High}},
		{Decision: gate.Grace, Reason: "published 2 days ago", Until: "2026-01-21", Finding: gate.Finding{ID: "CVE-2025-24528", Package: "krb5", Version: "1.20.1", FixedVersion: "1.20.2", Severity: gate.High}},
		{Decision: gate.Baseline, Reason: "in shop/api:v1.2.2 already", Finding: gate.Finding{ID: "CVE-2019-5188", Package: "e2fsprogs", Version: "1.44.1", Severity: "UNTRIAGED"}},
		{Decision: gate.Ignored, Reason: "XInclude is compiled out", Until: "2027-01-31", Finding: gate.Finding{ID: "CVE-2022-49043", Package: "libxml2", Version: "2.9.14", Severity: gate.High}},
		{Decision: gate.Ignored, Reason: "the shell is not reachable", Until: "2026-01-20", Finding: gate.Finding{ID: "CVE-2022-1", Package: "bash", Version: "5.2", Severity: gate.Low}},
		{Decision: gate.Ignored, Reason: "no reader of such files", Until: "2026-02-03", Finding: gate.Finding{ID: "CVE-2022-2", Package: "tiff", Version: "4.5", Severity: gate.Low}},
		{Decision: gate.Ignored, Reason: "soon, and no more", Until: "2026-02-04", Finding: gate.Finding{ID: "CVE-2022-3", Severity: gate.Low}},
	}}
	goldenText(t, "verdict_every.golden", &report.Text{Today: today}, func(text *report.Text) { text.Verdict(v) })
	goldenText(t, "verdict_every_verbose.golden", &report.Text{Today: today, Verbose: true}, func(text *report.Text) { text.Verdict(v) })
	v.Findings = append(v.Findings, slices.Repeat(v.Findings, 30)...)
	goldenText(t, "verdict_very_many.golden", &report.Text{}, func(text *report.Text) { text.Verdict(v) })
}

func TestExplainText(t *testing.T) {
	d := tagger.Derivation{Explain: []tagger.Explanation{
		{Rule: "type=ref,event=tag", Result: "v1.2.3", Why: "the Git tag"},
		{Rule: "type=ref,event=pr", Why: "the job builds no pull request"},
		{Rule: "type=schedule,pattern={{date 'YYYY  MM'}}", Result: "2026--01", Why: "the job is on a schedule"},
		{Rule: "type=semver,pattern={{major}}.{{minor}},prefix=app-,suffix=-alpine,enable={{is_default_branch}}", Why: "enable is false, since the branch topic is not the default branch main"},
	}}
	goldenText(t, "explain.golden", &report.Text{}, func(text *report.Text) { text.Explain(d) })
}

// evil is what somebody may put into anything that is shown: colours, other lines, the direction of writing, commands of CI systems.
const evil = "a\x1b[31mb\rc\nhallmark: pass\x9b2K\u202Ed\u2028##[set-output name=x]y##vso[task.x]\x00\x7f\xff"

func TestForeignTextIsCleanedWhereverItEnters(t *testing.T) {
	bad := registry.Plan{
		Repository: registry.Repository{Host: "host" + evil, Name: "api" + evil, Mutability: registry.Mutability("NEW" + evil)},
		Steps:      []registry.Step{{Tag: tag(t, "v1", "", tagger.Version), Action: registry.Action("x" + evil), Reason: evil}},
	}
	finding := gate.Judged{Decision: gate.Below, Reason: evil, Finding: gate.Finding{ID: "::error::" + evil, Package: evil, Version: evil, FixedVersion: evil, Severity: gate.Severity(evil), Platforms: []string{evil}}}
	other := gate.Judged{Decision: gate.Counts, Finding: gate.Finding{Severity: "::error::x", ID: strings.Repeat("x", 60), Package: "::warning::x", Platforms: []string{"other"}}}
	for name, write := range map[string]func(*report.Text){
		"Say":    func(text *report.Text) { text.Say("pushed %s", evil) },
		"Detail": func(text *report.Text) { text.Detail("pushed %s", evil) },
		"Warn":   func(text *report.Text) { text.Warn("%s", evil) },
		"Error": func(text *report.Text) {
			text.Error(strings.ReplaceAll(evil, "\n", ""), strings.ReplaceAll(evil, "\n", ""))
		},
		"Plan": func(text *report.Text) { text.Plan(bad) },
		"Verdict": func(text *report.Text) {
			text.Verdict(gate.Verdict{Result: gate.Fail, Reasons: []string{evil}, Findings: []gate.Judged{finding, other}})
		},
		"Explain": func(text *report.Text) {
			text.Explain(tagger.Derivation{Explain: []tagger.Explanation{{Rule: evil, Result: evil, Why: evil}}})
		},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			write(&report.Text{W: &out, Verbose: true})
			for _, word := range []string{"\x1b", "\r", "\x9b", "\u202E", "\u2028", "\x00", "\x7f", "##[", "##vso[", "\nhallmark: pass"} {
				if strings.Contains(out.String(), word) {
					t.Errorf("%q is in:\n%q", word, out.String())
				}
			}
			for line := range strings.Lines(out.String()) {
				if strings.HasPrefix(strings.TrimSpace(line), "::") {
					t.Errorf("a line begins as a command does: %s", line)
				}
			}
		})
	}
}

func TestBasisIsToldWhenAskedFor(t *testing.T) {
	var out bytes.Buffer
	counts := map[string]int{"LOW": 1, "CRITICAL": 2, "UNTRIAGED": 3}
	(&report.Text{W: &out}).Basis(counts, "abc")
	(&report.Text{W: &out, Verbose: true}).Basis(counts, "abc")
	want := "hallmark: the scanner counts 2 critical, 3 untriaged, 1 low\nhallmark: the policy has SHA-256 abc\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("Basis (-want +got):\n%s", diff)
	}
}

func TestErrorKeepsItsLines(t *testing.T) {
	var out bytes.Buffer
	(&report.Text{W: &out}).Error("no rule gives a tag\n  type=ref,event=pr: no pull request\r\n\n  type=\x1b[1mraw: off", "try this\nor that\n")
	want := "hallmark: no rule gives a tag\nhallmark:   type=ref,event=pr: no pull request\nhallmark:   type= [1mraw: off\nhallmark: hint: try this\nhallmark: hint: or that\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("Error (-want +got):\n%s", diff)
	}
}

// everything says something by each method.
func everything(t *testing.T) func(*report.Text) {
	return func(text *report.Text) {
		text.Say("said %d", 1)
		text.Detail("detail %d", 2)
		text.Warn("warned %d", 3)
		text.Error("went wrong", "mend it")
		text.Plan(plan(t))
		text.Verdict(verdict(gate.Fail, certifi))
		text.Explain(tagger.Derivation{Explain: []tagger.Explanation{{Rule: "type=sha", Result: "sha-0123456", Why: "the commit"}}})
	}
}

func TestQuietAndVerboseText(t *testing.T) {
	goldenText(t, "text.golden", &report.Text{}, everything(t))
	goldenText(t, "text_quiet.golden", &report.Text{Quiet: true, Verbose: true}, everything(t))
	goldenText(t, "text_verbose.golden", &report.Text{Verbose: true}, everything(t))
	goldenText(t, "text_color.golden", &report.Text{Color: true}, everything(t))
}

func TestClean(t *testing.T) {
	for text, want := range map[string]string{
		"plain text, grün 日本 👍":  "plain text, grün 日本 👍",
		"tab\tand\nnewline":      "tab and newline",
		"C1 \u0085 and \u009b":   "C1   and  ",
		"bad \xff UTF-8":         "bad \uFFFD UTF-8",
		"\u2066isolated\u2069":   " isolated ",
		"##[group]x and ##vso[x": "## [group]x and ## vso[x",
		"## [fine":               "## [fine",
	} {
		if got := report.Clean(text); got != want {
			t.Errorf("Clean(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestBytes(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0 B", 999: "999 B", 1000: "1.0 kB", 1049: "1.0 kB", 1050: "1.1 kB", 999_949: "999.9 kB", 999_950: "1.0 MB", 999_999: "1.0 MB", 1_000_000: "1.0 MB",
		12_345_678_901: "12.3 GB", 1<<63 - 1: "9.2 EB",
	} {
		if got := report.Bytes(n); got != want {
			t.Errorf("Bytes(%d) = %q, want %q", n, got, want)
		}
	}
}
