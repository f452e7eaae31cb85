package vex_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/gate"
	"github.com/hallmark-ci/hallmark/gate/vex"
)

func at(text string) time.Time {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	return t
}

func names(names ...string) gate.Product { return gate.Product{Names: names} }

// openVEX is a document with one statement, of the form that the specification shows
// (https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md).
func openVEX(statement string) string {
	return `{"@context":"https://openvex.dev/ns/v0.2.0","@id":"https://example.com/vex-1","author":"security@example.com","timestamp":"2026-01-01T00:00:00Z","version":1,"statements":[` + statement + `]}`
}

func TestParseOpenVEX(t *testing.T) {
	data := openVEX(`
		{"vulnerability":{"@id":"https://nvd.nist.gov/vuln/detail/CVE-1","name":"CVE-1","aliases":["GHSA-1"]},
		 "products":[{"@id":"pkg:oci/api?repository_url=registry.example.com/shop/api","subcomponents":[{"@id":"pkg:deb/debian/libxml2"},{"identifiers":{"purl":"pkg:deb/debian/libxslt"}}]}],
		 "status":"not_affected","justification":"vulnerable_code_not_present","impact_statement":"XInclude is\n compiled out"},
		{"vulnerability":{"name":"CVE-2"},"timestamp":"2026-02-01T00:00:00Z","products":[{"@id":"https://example.com/api","identifiers":{"purl":"pkg:deb/debian/zlib","cpe23":"cpe:2.3:a:zlib:zlib:*"}}],"status":"fixed"},
		{"vulnerability":{"name":"CVE-3"},"status":"under_investigation","last_updated":"2026-03-01T00:00:00+01:00"},
		{"vulnerability":{"name":"CVE-4"},"products":[{"hashes":{"sha-256":"ab"}},{"@id":"pkg:oci/api","subcomponents":[{"hashes":{"sha-256":"ab"}}]}],"status":"affected","action_statement":"update"}`)
	want := []gate.Statement{
		{IDs: []string{"CVE-1", "GHSA-1"}, Impact: gate.NotAffected, Reason: "vulnerable_code_not_present: XInclude is compiled out", Justification: "vulnerable_code_not_present", Time: at("2026-01-01T00:00:00Z"), Document: "a.json",
			Products: []gate.Product{{Names: []string{"pkg:oci/api?repository_url=registry.example.com/shop/api"}, Parts: []string{"pkg:deb/debian/libxml2", "pkg:deb/debian/libxslt"}}}},
		{IDs: []string{"CVE-2"}, Impact: gate.Fixed, Time: at("2026-02-01T00:00:00Z"), Document: "a.json", Products: []gate.Product{names("https://example.com/api", "pkg:deb/debian/zlib")}},
		{IDs: []string{"CVE-3"}, Impact: gate.UnderInvestigation, Time: at("2026-03-01T00:00:00+01:00"), Document: "a.json"},
		{IDs: []string{"CVE-4"}, Impact: gate.Affected, Time: at("2026-01-01T00:00:00Z"), Document: "a.json"},
	}
	got, err := vex.Parse("a.json", []byte(data))
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("Parse: %v (-want +got):\n%s", err, diff)
	}
}

func TestParseCycloneDX(t *testing.T) {
	data := `{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,
		"metadata":{"timestamp":"2026-01-01T00:00:00Z","component":{"bom-ref":"app","type":"container","name":"api","purl":"pkg:oci/api"}},
		"components":[{"bom-ref":"1","type":"library","name":"libxml2","purl":"pkg:deb/debian/libxml2@2.9.14","components":[{"bom-ref":"2","purl":"pkg:deb/debian/zlib"}]},{"bom-ref":"3","name":"nothing known"}],
		"vulnerabilities":[
			{"id":"CVE-1","references":[{"id":"GHSA-1","source":{"name":"GitHub"}}],"analysis":{"state":"not_affected","justification":"code_not_present","detail":"compiled out","lastUpdated":"2026-02-01T00:00:00Z"},"affects":[{"ref":"1"},{"ref":"2"}]},
			{"id":"CVE-2","analysis":{"state":"false_positive"},"affects":[{"ref":"app"},{"ref":"pkg:npm/semver"}]},
			{"id":"CVE-3","analysis":{"state":"resolved"},"affects":[{"ref":"urn:cdx:f08a6ccd-4dce-4759-bd84-c626675d60a7/1#pkg%3Adeb%2Fdebian%2Fzlib%401%3A1.2"},{"ref":"urn:cdx:f08a6ccd-4dce-4759-bd84-c626675d60a7/1#pkg:npm/%40babel/core"}]},
			{"id":"CVE-4","analysis":{"state":"exploitable"},"affects":[{"ref":"3"},{"ref":"unknown"},{"ref":"urn:cdx:f08a6ccd-4dce-4759-bd84-c626675d60a7/1#1"}]},
			{"id":"CVE-5","analysis":{"state":"in_triage"},"affects":[{"ref":"1","versions":[{"range":"vers:deb/<2"}]}]},
			{"id":"CVE-6","affects":[{"ref":"1"}]}]}`
	day := at("2026-01-01T00:00:00Z")
	want := []gate.Statement{
		{IDs: []string{"CVE-1", "GHSA-1"}, Impact: gate.NotAffected, Reason: "code_not_present: compiled out", Justification: "code_not_present", Time: at("2026-02-01T00:00:00Z"), Document: "b.json", Products: []gate.Product{names("pkg:deb/debian/libxml2@2.9.14"), names("pkg:deb/debian/zlib")}},
		{IDs: []string{"CVE-2"}, Impact: gate.NotAffected, Time: day, Document: "b.json", Products: []gate.Product{names("pkg:oci/api"), names("pkg:npm/semver")}},
		{IDs: []string{"CVE-3"}, Impact: gate.Fixed, Time: day, Document: "b.json", Products: []gate.Product{names("pkg:deb/debian/zlib@1:1.2"), names("pkg:npm/%40babel/core")}},
		{IDs: []string{"CVE-4"}, Impact: gate.Affected, Time: day, Document: "b.json"},
		{IDs: []string{"CVE-5"}, Impact: gate.UnderInvestigation, Time: day, Document: "b.json"},
	}
	got, err := vex.Parse("b.json", []byte(data))
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("Parse: %v (-want +got):\n%s", err, diff)
	}
}

func TestParseTellsWhatIsWrong(t *testing.T) {
	tests := []struct{ name, data, want string }{
		{"no JSON", "not json", "read VEX document: invalid character 'o' in literal null (expecting 'u')"},
		{"two documents", "{} {}", "read VEX document: invalid character '{' after top-level value"},
		{"another format", `{"document":{"category":"csaf_vex"}}`, "it is neither OpenVEX, with @context https://openvex.dev/ns/v0.2.0, nor CycloneDX, with bomFormat CycloneDX"},
		{"an older OpenVEX", `{"@context":"https://openvex.dev/ns"}`, "the document is of OpenVEX https://openvex.dev/ns: only version 0.2 is read"},
		{"no vulnerability", openVEX(`{"status":"fixed"}`), "statement 1: the vulnerability has no name"},
		{"no status", openVEX(`{"vulnerability":{"name":"CVE-1"}}`), `statement 1: status "" is not known`},
		{"another status", openVEX(`{"vulnerability":{"name":"CVE-1"},"status":"Fixed"}`), `statement 1: status "Fixed" is not known`},
		{"no justification", openVEX(`{"vulnerability":{"name":"CVE-1"},"status":"not_affected"}`), "statement 1: not_affected needs a justification or an impact_statement"},
		{"another justification", openVEX(`{"vulnerability":{"name":"CVE-1"},"status":"not_affected","justification":"because"}`), `statement 1: justification "because" is not known`},
		{"a vulnerability that is a text", openVEX(`{"vulnerability":"CVE-1","status":"fixed"}`), "read VEX document: statements.vulnerability must not be of type string"},
		{"a list", `[]`, "read VEX document: it must not be of type array"},
		{"another state", `{"bomFormat":"CycloneDX","vulnerabilities":[{"id":"A","analysis":{"state":"fine"}}]}`, `vulnerability 1: state "fine" is not known`},
		{"no id", `{"bomFormat":"CycloneDX","vulnerabilities":[{"analysis":{"state":"resolved"}}]}`, "vulnerability 1 has no id"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			statements, err := vex.Parse("a.json", []byte(test.data))
			if err == nil {
				t.Fatalf("Parse gave %v, and no error", statements)
			}
			if diff := cmp.Diff(test.want, err.Error()); diff != "" {
				t.Errorf("Parse (-want +got):\n%s", diff)
			}
		})
	}
}

// Whatever a document says, a statement is about a vulnerability, and one of an unknown product ignores nothing.
func FuzzParse(f *testing.F) {
	f.Add([]byte(openVEX(`{"vulnerability":{"name":"CVE-1"},"products":[{"@id":"pkg:deb/debian/zlib"}],"status":"fixed"}`)))
	f.Add([]byte(`{"bomFormat":"CycloneDX","components":[{"bom-ref":"1","purl":"pkg:deb/debian/zlib"}],"vulnerabilities":[{"id":"CVE-1","analysis":{"state":"resolved"},"affects":[{"ref":"1"}]}]}`))
	f.Add([]byte(openVEX(`{"vulnerability":{"name":"CVE-1"},"products":[{"@id":"%"}],"status":"affected"}`)))
	scan := gate.Scan{Platforms: []gate.PlatformScan{{Status: "COMPLETE", Findings: []gate.Finding{{ID: "CVE-1", Package: "zlib", Severity: gate.Critical}}}}}
	f.Fuzz(func(t *testing.T, data []byte) {
		statements, err := vex.Parse("a.json", data)
		if err != nil {
			return
		}
		products := 0
		for _, s := range statements {
			if len(s.IDs) == 0 || s.Impact == "" || s.Document != "a.json" {
				t.Errorf("an unfinished statement: %+v", s)
			}
			products += len(s.Products)
		}
		v := gate.Judge(gate.Policy{Statements: statements}, gate.Case{Scan: scan})
		if v.Result == gate.Pass && products == 0 {
			t.Errorf("passed by statements about nothing: %+v", statements)
		}
		if _, err := json.Marshal(v); err != nil {
			t.Errorf("write the verdict: %v", err)
		}
	})
}
