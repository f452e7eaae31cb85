package gate_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/gate"
)

// rows writes findings one a line, without what tables seldom need.
func rows(findings []gate.Finding) []string {
	var out []string
	for _, f := range findings {
		out = append(out, fmt.Sprintf("%s %s %s %s, fix %s %s, %.1f, exploit %t, %s %s", f.Severity, f.ID, f.Package, f.Version, f.Fix, f.FixedVersion, f.Score, f.Exploit, f.Status, f.Manager))
	}
	return out
}

func TestFindingsOfBasicScanning(t *testing.T) {
	want := []gate.Finding{{
		ID:          "CVE-2019-5188",
		Package:     "e2fsprogs",
		Version:     "1.44.1-1ubuntu1.1",
		Fix:         gate.UnknownFix,
		Severity:    gate.Medium,
		Score:       4.6,
		Vector:      "AV:L/AC:L/Au:N/C:P/I:P/A:P",
		URL:         "http://people.ubuntu.com/~ubuntu-security/cve/CVE-2019-5188",
		Description: "A code execution vulnerability exists in the directory rehashing functionality of E2fsprogs e2fsck 1.45.4. A specially crafted ext4 directory can cause an out-of-bounds write on the stack, resulting in code execution. An attacker can corrupt a partition to trigger this vulnerability.",
	}}
	if diff := cmp.Diff(want, gate.Findings(sample(t, "basic.json")[0])); diff != "" {
		t.Errorf("Findings (-want +got):\n%s", diff)
	}
}

func TestFindingsOfEnhancedScanning(t *testing.T) {
	want := []gate.Finding{{
		ID:             "CVE-2022-49043",
		Package:        "libxml2",
		Version:        "2.9.14+dfsg-1.3~deb12u1",
		Fix:            gate.NoFix,
		Severity:       gate.High,
		Score:          8.1,
		Vector:         "CVSS:3.1/AV:L/AC:H/PR:N/UI:N/S:C/C:H/I:H/A:H",
		Status:         "ACTIVE",
		URL:            "https://security-tracker.debian.org/tracker/CVE-2022-49043",
		Description:    "xmlXIncludeAddNode in xinclude.c in libxml2 before 2.11.0 has a use-after-free.",
		VendorSeverity: "not yet assigned",
		Manager:        "OS", System: "DEBIAN_12",
		FirstObservedAt: time.Date(2025, 5, 27, 17, 54, 7, 765e6, time.UTC),
	}}
	if diff := cmp.Diff(want, gate.Findings(sample(t, "enhanced-active.json")[0])); diff != "" {
		t.Errorf("Findings (-want +got):\n%s", diff)
	}
}

func TestFindingsOfSamples(t *testing.T) {
	tests := []struct {
		file string
		want []string
	}{
		{"enhanced-untriaged.json", []string{
			"untriaged CVE-2025-24528 krb5 1.20.1-2+deb12u2, fix no , 0.0, exploit false, ACTIVE OS",
			"medium CVE-2024-9681 curl 7.88.1-10+deb12u8, fix no , 6.5, exploit false, ACTIVE OS",
		}},
		{"enhanced-languages.json", []string{
			"critical CVE-2023-37920 certifi 2022.12.7, fix yes 2023.7.22, 9.8, exploit false, ACTIVE POETRY",
			"critical CVE-2023-37920 certifi 2023.5.7, fix yes 2023.7.22, 9.8, exploit false, ACTIVE POETRY",
			"high CVE-2023-25194 org.apache.kafka:kafka-clients 3.1.2, fix yes 3.4.0, 8.8, exploit true, ACTIVE JAR",
			"high CVE-2022-31163 tzinfo 1.2.9, fix yes 1.2.10, 8.1, exploit false, ACTIVE BUNDLER",
			"high CVE-2022-25883 semver 7.5.1, fix yes 7.5.2, 7.5, exploit true, ACTIVE NODEPKG",
			"high CVE-2022-32149 golang.org/x/text 0.3.3, fix yes 0.3.8, 7.5, exploit true, ACTIVE GOMOD",
			"high CVE-2022-32149 golang.org/x/text 0.3.8-0.20220509174342-b4bca84b0361, fix yes 0.3.8, 7.5, exploit true, ACTIVE GOMOD",
			"high CVE-2023-37788 github.com/elazarl/goproxy v0.0.0-20220901064549-fbd10ff4f5a1, fix yes 0.0.0-20230731152917-f99041a5c027, 7.5, exploit true, ACTIVE GOBINARY",
			"medium CVE-2023-2650 openssl 1.1.1n-0+deb11u4, fix yes 1.1.1n-0+deb11u5, 6.5, exploit false, ACTIVE OS",
		}},
		{"enhanced-closed.json", []string{
			"untriaged CVE-2021-47013 linux 4.19.118-2, fix yes 4.19.194-1, 0.0, exploit false, ACTIVE OS",
			"untriaged CVE-2024-37021 linux 4.19.118-2, fix no , 0.0, exploit false, ACTIVE OS",
			"high CVE-2023-42753 linux 4.19.118-2, fix yes 4.19.304-1, 7.8, exploit true, ACTIVE OS",
			"high CVE-2021-3640 linux 4.19.118-2, fix yes 4.19.232-1, 7.0, exploit false, ACTIVE OS",
			"medium CVE-2022-29824 libxml2 2.9.4+dfsg1-7, fix yes 2.9.4+dfsg1-7+deb10u4, 6.5, exploit false, ACTIVE OS",
			"medium CVE-2022-29824 libxml2 2.9.4+dfsg1-7+b3, fix yes 2.9.4+dfsg1-7+deb10u4, 6.5, exploit false, ACTIVE OS",
			"medium CVE-2021-3744 linux 4.19.118-2, fix yes 4.19.232-1, 5.5, exploit false, CLOSED OS",
			"medium CVE-2020-27170 linux 4.19.118-2, fix yes 4.19.181-1, 4.7, exploit true, ACTIVE OS",
		}},
		{"complete-too-early.json", nil},
		{"pending.json", nil},
	}
	for _, test := range tests {
		if diff := cmp.Diff(test.want, rows(gate.Findings(sample(t, test.file)[0]))); diff != "" {
			t.Errorf("Findings(%s) (-want +got):\n%s", test.file, diff)
		}
	}
}

// enhanced is an answer of enhanced scanning with one finding in packages.
func enhanced(f gate.EnhancedFinding, packages ...gate.VulnerablePackage) gate.Answer {
	f.Packages = packages
	return gate.Answer{Status: "ACTIVE", HasEnhanced: true, Enhanced: []gate.EnhancedFinding{f}}
}

func TestFindingsOfPackages(t *testing.T) {
	tests := []struct {
		name   string
		answer gate.Answer
		want   []string
	}{
		{"a fix in some packages only", enhanced(gate.EnhancedFinding{VulnerabilityID: "X", FixAvailable: "PARTIAL"}, gate.VulnerablePackage{Name: "a", FixedInVersion: "2"}, gate.VulnerablePackage{Name: "b", FixedInVersion: "NotAvailable"}, gate.VulnerablePackage{Name: "c"}),
			[]string{"unknown X a , fix yes 2, 0.0, exploit false,  ", "unknown X b , fix no , 0.0, exploit false,  ", "unknown X c , fix unknown , 0.0, exploit false,  "}},
		{"a fix of the whole record, whatever the package says", enhanced(gate.EnhancedFinding{VulnerabilityID: "X", FixAvailable: "YES"}, gate.VulnerablePackage{Name: "a", FixedInVersion: "N/A"}, gate.VulnerablePackage{Name: "b"}),
			[]string{"unknown X a , fix yes , 0.0, exploit false,  ", "unknown X b , fix yes , 0.0, exploit false,  "}},
		{"no fix of the package, and none of the record", enhanced(gate.EnhancedFinding{VulnerabilityID: "X", FixAvailable: "NO"}, gate.VulnerablePackage{Name: "a", FixedInVersion: "NotAvailable"}, gate.VulnerablePackage{Name: "b", FixedInVersion: "3"}),
			[]string{"unknown X a , fix no , 0.0, exploit false,  ", "unknown X b , fix yes 3, 0.0, exploit false,  "}},
		{"no fix of the package, and an old record that says nothing", enhanced(gate.EnhancedFinding{VulnerabilityID: "X"}, gate.VulnerablePackage{Name: "a", FixedInVersion: "NotAvailable"}),
			[]string{"unknown X a , fix unknown , 0.0, exploit false,  "}},
		{"a word for fixes that is not known", enhanced(gate.EnhancedFinding{VulnerabilityID: "X", FixAvailable: "SOON"}, gate.VulnerablePackage{Name: "a"}),
			[]string{"unknown X a , fix unknown , 0.0, exploit false,  "}},
		{"an old record, which says nothing of fixes and exploits", enhanced(gate.EnhancedFinding{VulnerabilityID: "X", Severity: "LOW"}, gate.VulnerablePackage{Name: "a"}),
			[]string{"low X a , fix unknown , 0.0, exploit false,  "}},
		{"epoch and release", enhanced(gate.EnhancedFinding{VulnerabilityID: "X"}, gate.VulnerablePackage{Name: "a", Epoch: 1, Version: "2.9", Release: "3.el9", FixedInVersion: "1:2.9-4.el9"}),
			[]string{"unknown X a 1:2.9-3.el9, fix yes 1:2.9-4.el9, 0.0, exploit false,  "}},
		{"a release that the version holds already", enhanced(gate.EnhancedFinding{VulnerabilityID: "X"}, gate.VulnerablePackage{Name: "a", Version: "1.2.3-r4", Release: "r4"}),
			[]string{"unknown X a 1.2.3-r4, fix unknown , 0.0, exploit false,  "}},
		{"no package", enhanced(gate.EnhancedFinding{VulnerabilityID: "X", Severity: "HIGH"}),
			[]string{"high X  , fix unknown , 0.0, exploit false,  "}},
		{"no vulnerability", enhanced(gate.EnhancedFinding{Title: "Exposed port", ARN: "arn:1"}), []string{"unknown Exposed port  , fix unknown , 0.0, exploit false,  "}},
		{"neither vulnerability nor title", gate.Answer{Enhanced: []gate.EnhancedFinding{{ARN: "arn:1"}, {ARN: "arn:2"}}},
			[]string{"unknown arn:1  , fix unknown , 0.0, exploit false,  ", "unknown arn:2  , fix unknown , 0.0, exploit false,  "}},
		{"a severity in lower case", gate.Answer{Basic: []gate.BasicFinding{{Name: "X", Severity: "critical"}}}, []string{"critical X  , fix unknown , 0.0, exploit false,  "}},
		{"scores, the newest method first", gate.Answer{Basic: []gate.BasicFinding{{Name: "X", Attributes: map[string]string{"CVSS2_SCORE": "4", "CVSS3_SCORE": "7.5"}}}}, []string{"unknown X  , fix unknown , 7.5, exploit false,  "}},
		{"scores that are none", gate.Answer{Basic: []gate.BasicFinding{{Name: "X", Attributes: map[string]string{"CVSS2_SCORE": "Inf", "CVSS3_SCORE": "NaN", "CVSS4_SCORE": "high"}}}}, []string{"unknown X  , fix unknown , 0.0, exploit false,  "}},
		{"a record twice", gate.Answer{Basic: []gate.BasicFinding{{Name: "X", Severity: "LOW"}, {Name: "X", Severity: "LOW"}}}, []string{"low X  , fix unknown , 0.0, exploit false,  "}},
		{"a record twice, once worse", gate.Answer{Basic: []gate.BasicFinding{{Name: "X", Severity: "LOW"}, {Name: "X", Severity: "HIGH", Attributes: map[string]string{"CVSS3_SCORE": "8"}}}}, []string{"high X  , fix unknown , 8.0, exploit false,  "}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, rows(gate.Findings(test.answer))); diff != "" {
				t.Errorf("Findings (-want +got):\n%s", diff)
			}
		})
	}
}
