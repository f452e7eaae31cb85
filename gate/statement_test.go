package gate_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/gate"
)

// stating is a policy with one statement of a VEX document about products.
func stating(impact gate.Impact, products ...gate.Product) gate.Policy {
	return gate.Policy{Statements: []gate.Statement{{
		IDs: []string{"GHSA-xxxx", "CVE-2022-49043"}, Impact: impact, Reason: "vulnerable_code_not_present", Document: "vex.json", Products: products,
	}}}
}

func names(names ...string) gate.Product { return gate.Product{Names: names} }

func TestJudgeHearsStatements(t *testing.T) {
	const (
		counts  = "counts: at or above high"
		ignored = "ignored: vex.json says not_affected: vulnerable_code_not_present"
		oci     = "pkg:oci/api?repository_url=registry.example.com/shop/api"
		deb     = "pkg:deb/debian/libxml2"
	)
	arm := libxml(func(f *gate.Finding) { f.Platforms = []string{"linux/amd64", "linux/arm64"} })
	bare := gate.Finding{ID: "CVE-2022-49043", Severity: gate.High}
	tests := []struct {
		name    string
		policy  gate.Policy
		finding gate.Finding
		want    string
	}{
		{"a package, by an alias", stating(gate.NotAffected, names(deb)), libxml(nil), ignored},
		{"a package that is fixed", stating(gate.Fixed, names(deb)), libxml(nil), "ignored: vex.json says fixed: vulnerable_code_not_present"},
		{"a package that is affected", stating(gate.Affected, names(deb)), libxml(nil), counts},
		{"a package that is looked into", stating(gate.UnderInvestigation, names(deb)), libxml(nil), counts},
		{"another package", stating(gate.NotAffected, names("pkg:deb/debian/libxslt")), libxml(nil), counts},
		{"another vulnerability", stating(gate.NotAffected, names(deb)), libxml(func(f *gate.Finding) { f.ID = "CVE-2022-4904" }), counts},
		{"a vulnerability in another case", stating(gate.NotAffected, names(deb)), libxml(func(f *gate.Finding) { f.ID = "ghsa-XXXX" }), ignored},
		{"the version", stating(gate.NotAffected, names(deb+"@2.9.14")), libxml(nil), ignored},
		{"another version", stating(gate.NotAffected, names(deb+"@2.9.15")), libxml(nil), counts},
		{"a package that is not known", stating(gate.NotAffected, names(deb)), bare, counts},

		{"no product", stating(gate.NotAffected), libxml(nil), counts},
		{"a product that is something else", stating(gate.NotAffected, names("https://example.com/product")), libxml(nil), counts},
		{"a product without a name", stating(gate.NotAffected, names("")), libxml(nil), counts},

		{"the image, and the package in it", stating(gate.NotAffected, gate.Product{Names: []string{oci}, Parts: []string{deb}}), libxml(nil), ignored},
		{"the image, and another package in it", stating(gate.NotAffected, gate.Product{Names: []string{oci}, Parts: []string{"pkg:deb/debian/libxslt"}}), libxml(nil), counts},
		{"another image, and the package in it", stating(gate.NotAffected, gate.Product{Names: []string{"pkg:oci/web"}, Parts: []string{deb}}), libxml(nil), counts},
		{"a package, and something in it", stating(gate.NotAffected, gate.Product{Names: []string{deb}, Parts: []string{deb}}), libxml(nil), counts},

		{"the image", stating(gate.NotAffected, names(oci)), libxml(nil), ignored},
		{"the image by its short name", stating(gate.NotAffected, names("pkg:oci/api")), libxml(nil), ignored},
		{"the image of another registry", stating(gate.NotAffected, names("pkg:oci/api?repository_url=ghcr.io/shop/api")), libxml(nil), counts},
		{"the image by its digest", stating(gate.NotAffected, names("pkg:oci/api@sha256:bb")), libxml(nil), ignored},
		{"the image by an escaped digest", stating(gate.NotAffected, names("pkg:oci/api@sha256%3Abb")), libxml(nil), ignored},
		{"the image by another digest", stating(gate.NotAffected, names("pkg:oci/api@sha256:cc")), libxml(nil), counts},
		{"the image by its tag", stating(gate.NotAffected, names("pkg:oci/api?tag=v1.2.3")), libxml(nil), ignored},
		{"the image by another tag", stating(gate.NotAffected, names("pkg:oci/api?tag=v1.2.4")), libxml(nil), counts},
		{"the image of the platform", stating(gate.NotAffected, names("pkg:oci/api?arch=amd64")), libxml(nil), ignored},
		{"the image of one platform of two", stating(gate.NotAffected, names("pkg:oci/api?arch=amd64")), arm, counts},
		{"the image by a reference", stating(gate.NotAffected, names("registry.example.com/shop/api@sha256:aa")), libxml(nil), ignored},
		{"another image by a reference", stating(gate.NotAffected, names("registry.example.com/shop/web")), libxml(nil), counts},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, judged(test.policy, test.finding)); diff != "" {
				t.Errorf("Judge (-want +got):\n%s", diff)
			}
		})
	}
}

func TestJudgeHearsTheLatestStatement(t *testing.T) {
	at := func(impact gate.Impact, date string, products ...gate.Product) gate.Statement {
		return gate.Statement{IDs: []string{"CVE-2022-49043"}, Impact: impact, Time: day(date), Products: products}
	}
	libxml2, other := names("pkg:deb/debian/libxml2"), names("pkg:deb/debian/libxslt")
	tests := []struct {
		name       string
		statements []gate.Statement
		want       string
	}{
		{"first not, then affected", []gate.Statement{at(gate.NotAffected, "2026-01-01", libxml2), at(gate.Affected, "2026-02-01", libxml2)}, "counts: at or above high"},
		{"the same in another order", []gate.Statement{at(gate.Affected, "2026-02-01", libxml2), at(gate.NotAffected, "2026-01-01", libxml2)}, "counts: at or above high"},
		{"first affected, then not", []gate.Statement{at(gate.Affected, "2026-01-01", libxml2), at(gate.NotAffected, "2026-02-01", libxml2)}, "ignored: a VEX statement says not_affected"},
		{"a later one about another package", []gate.Statement{at(gate.NotAffected, "2026-01-01", libxml2), at(gate.Affected, "2026-02-01", other)}, "ignored: a VEX statement says not_affected"},
		{"of one time, the one that comes last", []gate.Statement{at(gate.NotAffected, "2026-01-01", libxml2), at(gate.Affected, "2026-01-01", libxml2)}, "counts: at or above high"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, judged(gate.Policy{Statements: test.statements}, libxml(nil))); diff != "" {
				t.Errorf("Judge (-want +got):\n%s", diff)
			}
		})
	}
}

// What is said of the one CVE that an advisory is of is said of the advisory, and the latest of both decides.
func TestJudgeHearsStatementsOnTheVulnerabilityOfAnAdvisory(t *testing.T) {
	at := func(id string, impact gate.Impact, date string) gate.Statement {
		return gate.Statement{IDs: []string{id}, Impact: impact, Time: day(date), Products: []gate.Product{names("pkg:deb/debian/libxml2")}}
	}
	const counts, ignored = "counts: at or above high", "ignored: a VEX statement says not_affected"
	one, two := []string{"CVE-2021-44228"}, []string{"CVE-2021-44228", "CVE-2021-45046"}
	tests := []struct {
		name       string
		aliases    []string
		statements []gate.Statement
		want       string
	}{
		{"on its one CVE", one, []gate.Statement{at("CVE-2021-44228", gate.NotAffected, "2026-01-01")}, ignored},
		{"on one of its two CVEs", two, []gate.Statement{at("CVE-2021-44228", gate.NotAffected, "2026-01-01")}, counts},
		{"a later one on itself", one, []gate.Statement{at("CVE-2021-44228", gate.NotAffected, "2026-01-01"), at("GHSA-1", gate.Affected, "2026-02-01")}, counts},
		{"a later one on its CVE", one, []gate.Statement{at("GHSA-1", gate.Affected, "2026-01-01"), at("CVE-2021-44228", gate.NotAffected, "2026-02-01")}, ignored},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			f := libxml(func(f *gate.Finding) { f.ID, f.Aliases = "GHSA-1", test.aliases })
			if diff := cmp.Diff(test.want, judged(gate.Policy{Statements: test.statements}, f)); diff != "" {
				t.Errorf("Judge (-want +got):\n%s", diff)
			}
		})
	}
}

func TestJudgeWarnsOfStatements(t *testing.T) {
	tests := []struct {
		name   string
		policy gate.Policy
		want   string
	}{
		{"about every package of the image", stating(gate.NotAffected, names("pkg:oci/api")), "pass: 1 high ignored; warning: vex.json: the statement on CVE-2022-49043 names no package: it ignores CVE-2022-49043 in every package of the image"},
		{"about nothing", stating(gate.NotAffected), "fail: 1 high, at or above high; warning: vex.json: 1 of its statements name no product that can be read: they apply to nothing; warning: vex.json: none of its statements is about a finding of this image"},
		{"about another product", stating(gate.NotAffected, names("pkg:oci/web")), "fail: 1 high, at or above high; warning: vex.json: none of its statements is about a finding of this image"},
		{"about a package", stating(gate.NotAffected, names("pkg:deb/debian/libxml2")), "pass: 1 high ignored"},
		{"about a package that is affected", stating(gate.Affected, names("pkg:deb/debian/libxml2")), "fail: 1 high, at or above high"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			scan := gate.Scan{Platforms: []gate.PlatformScan{{Status: "COMPLETE", Findings: []gate.Finding{libxml(nil)}}}}
			v := gate.Judge(test.policy, gate.Case{Scan: scan, Image: image, Now: today})
			if diff := cmp.Diff(test.want, said(v)); diff != "" {
				t.Errorf("Judge (-want +got):\n%s", diff)
			}
		})
	}
}

// A thousand statements about each of 20,000 findings must not take long: both are found by their ids.
func TestJudgeManyFindings(t *testing.T) {
	var scan gate.PlatformScan
	var p gate.Policy
	for i := range 20_000 {
		id := "CVE-2026-" + time.Unix(int64(i), 0).UTC().Format("150405")
		scan.Findings = append(scan.Findings, gate.Finding{ID: id, Package: "zlib", Severity: gate.High})
		p.Ignore = append(p.Ignore, gate.Ignore{ID: id, Package: "zlib"})
		p.Statements = append(p.Statements, gate.Statement{IDs: []string{id}, Impact: gate.Affected, Products: []gate.Product{names("pkg:deb/debian/zlib")}})
	}
	scan.Status = "COMPLETE"
	v := gate.Judge(p, gate.Case{Scan: gate.Scan{Platforms: []gate.PlatformScan{scan}}, Now: today})
	if diff := cmp.Diff("pass: 20000 high ignored", said(v)); diff != "" {
		t.Errorf("Judge (-want +got):\n%s", diff)
	}
}
