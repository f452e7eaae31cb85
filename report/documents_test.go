package report_test

import (
	"strings"
	"time"

	"github.com/hallmark-ci/hallmark/report"
)

// document is a run that passed, without findings.
func document() report.Document {
	return report.Document{
		Result: report.Result{
			Schema: report.Schema, Command: "push", Status: report.Passed,
			Repository: account + "/shop/api", Digest: digest,
			Platforms: []report.Platform{{Platform: "linux/amd64", Digest: "sha256:" + strings.Repeat("a", 64)}, {Platform: "linux/arm64", Digest: "sha256:" + strings.Repeat("b", 64)}},
			Revision:  &report.Revision{Commit: commit, Short: commit[:7], Branch: "main", Source: "https://git.example.com/shop/api", From: "git"},
			Scan:      &report.Scan{Type: "enhanced", Status: "COMPLETE"},
			Verdict:   &report.Verdict{Result: "pass", Reasons: []string{"no findings"}, Policy: []byte(`{"fail_on":"high"}`), PolicySHA256: strings.Repeat("c", 64)},
		},
		Version: "v1.2.3",
		Started: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		Ended:   time.Date(2026, 1, 2, 3, 6, 5, 500e6, time.FixedZone("", 0)),
	}
}

// everyDecision has a finding of each decision, of several package managers.
func everyDecision() []report.Finding {
	both := []string{"linux/amd64", "linux/arm64"}
	return []report.Finding{
		{ID: "CVE-2023-37920", Package: "certifi", Version: "2022.12.7", FixedVersion: "2023.7.22", Fix: "yes", Severity: "critical", Score: 9.8, Vector: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", EPSS: 0.0123, KEV: true, Exploit: true, Status: "ACTIVE", Platforms: both, Manager: "POETRY", Path: "srv/app/poetry.lock", URL: "https://nvd.nist.gov/vuln/detail/CVE-2023-37920", Description: "Certifi prior to 2023.07.22 recognizes e-Tugra root certificates.", PublishedAt: "2023-07-25T20:45:00Z", Decision: "counts", Reason: "at or above high"},
		{ID: "CVE-2023-37920", Package: "certifi", Version: "2023.5.7", FixedVersion: "2023.7.22", Fix: "yes", Severity: "critical", Score: 8.1, Platforms: both[:1], Manager: "POETRY", Path: "srv/app/poetry.lock", Decision: "counts", Reason: "at or above high"},
		{ID: "GHSA-hrpp-h998-j3pp", Package: "@scope/qs", Version: "6.5.2", Fix: "unknown", Severity: "untriaged", Platforms: both, Manager: "NODEPKG", Decision: "counts", Reason: "untriaged counts as high, at or above high"},
		{ID: "CVE-2021-3744", Package: "linux", Version: "1:4.19.118-2", Fix: "no", Severity: "high", Score: 5.5, Platforms: both, Manager: "OS", URL: "https://security-tracker.debian.org/tracker/CVE-2021-3744", Decision: "ignored", Reason: "not reachable from the container", Until: "2027-01-31"},
		{ID: "CVE-2022-32149", Package: "golang.org/x/text", Version: "v0.3.3", Fix: "no", Severity: "high", Score: 7.5, Platforms: both, Manager: "GOBINARY", Path: "usr/bin/tool", Decision: "not-fixable", Reason: "there is no fix"},
		{ID: "CVE-2023-25194", Package: "org.apache.kafka:kafka-clients", Version: "3.1.2", FixedVersion: "3.4.0", Fix: "yes", Severity: "high", Score: 8.8, Platforms: both, Manager: "JAR", Decision: "grace", Reason: "known for 3 of 14 days", Until: "2026-01-13"},
		{ID: "CVE-2022-31163", Package: "tzinfo", Version: "1.2.9", Fix: "yes", Remediation: "bundle update tzinfo", Severity: "high", Platforms: both[1:], Manager: "BUNDLER", Decision: "baseline", Reason: "in shop/api:1.2.2 too"},
		{ID: "CVE-2019-5188", Package: "e2fsprogs", Version: "1.44.1", Fix: "unknown", Severity: "informational", Score: 4.4, URL: "http://people.ubuntu.com/~ubuntu-security/cve/CVE-2019-5188", Decision: "below", Reason: "below high"},
		{ID: "CVE-2020-1", Package: "bash", Version: "5.0", Fix: "unknown", Severity: "medium", Status: "SUPPRESSED", Decision: "ignored", Reason: "the scanner has it as suppressed"},
		{ID: "CVE-2020-2", Package: "bash", Version: "5.0", Fix: "unknown", Severity: "low", Status: "CLOSED", Decision: "ignored", Reason: "the scanner has it as closed"},
	}
}

// hostileText is what a finding, a package or a reason may hold.
const hostileText = "a\x1b[31m\x00b\xff]]><script>alert(1)</script>\n::error::x\r##[error]y | [z](javascript:alert(1)) ![i](https://t.example/i.png) @team {0} `c` \\ & \" ' \u202E\uFFFE"

// documents are runs of every outcome.
func documents() map[string]report.Document {
	failed, undecided, refused, passed, hostile := document(), document(), document(), document(), document()
	failed.Status, failed.ExitCode = report.Failed, 2
	failed.Verdict = &report.Verdict{Result: "fail", Reasons: []string{"2 critical, 1 untriaged, at or above high"}, Warnings: []string{`ignore of "CVE-2019-1": expired on 2025-12-31`}, PolicySHA256: strings.Repeat("c", 64), Findings: everyDecision()}
	failed.Error = &report.Failure{Message: "the gate failed: 2 critical, 1 untriaged, at or above high", Code: "gate-failed"}
	passed.Verdict = &report.Verdict{Result: "pass", Reasons: []string{"1 informational, none at or above high"}, PolicySHA256: strings.Repeat("c", 64), Findings: everyDecision()[7:]}
	undecided.Status, undecided.ExitCode, undecided.Scan.Status = report.Undecided, 3, "COMPLETE, UNSUPPORTED_IMAGE"
	undecided.Verdict = &report.Verdict{Result: "undecided", Reasons: []string{"linux/arm64: the scanner does not support this image"}, PolicySHA256: strings.Repeat("c", 64), Findings: everyDecision()[7:8]}
	undecided.Error = &report.Failure{Message: "no verdict: linux/arm64: the scanner does not support this image", Code: "undecided"}
	refused.Status, refused.ExitCode, refused.Digest, refused.Platforms, refused.Scan, refused.Verdict = report.Refused, 4, "", nil, nil, nil
	refused.Error = &report.Failure{Message: `refused: tag "latest" already names another image`, Code: "refused"}
	hostile.Status, hostile.Repository, hostile.Version = report.Failed, account+"/"+hostileText, hostileText
	hostile.Revision.Source, hostile.Revision.Branch = "https://"+hostileText, hostileText
	hostile.Platforms[0].Platform = hostileText
	f := report.Finding{ID: hostileText, Package: hostileText, Version: hostileText, FixedVersion: hostileText, Fix: hostileText, Severity: hostileText, VendorSeverity: hostileText, Score: 9.8, Vector: "CVSS:3.1/" + hostileText, Status: hostileText, Platforms: []string{hostileText}, Aliases: []string{hostileText, ""}, Manager: hostileText, System: hostileText, Path: "../../" + hostileText, URL: "javascript:" + hostileText, Description: hostileText, Remediation: hostileText, PublishedAt: hostileText, FirstObservedAt: hostileText, Decision: hostileText, Reason: hostileText, Until: hostileText, Impact: "not_affected", Justification: hostileText}
	ignored, long := f, f
	ignored.Decision, ignored.URL, ignored.Manager, ignored.Version = "ignored", "https://x.example/ "+hostileText, "JAR", "2"
	long.Decision, long.Description, long.Package, long.Version, long.Remediation, long.FixedVersion = "counts", strings.Repeat("ß", 1_100_000), strings.Repeat("p", 5000), strings.Repeat("v", 5000), strings.Repeat("r", 9000), ""
	hostile.Verdict = &report.Verdict{Result: "fail", Reasons: []string{hostileText}, Warnings: []string{hostileText, ""}, PolicySHA256: hostileText, Findings: []report.Finding{long, f, ignored, {}}}
	hostile.Error = &report.Failure{Message: hostileText}
	return map[string]report.Document{"passed": passed, "failed": failed, "undecided": undecided, "refused": refused, "clean": document(), "hostile": hostile}
}
