package gate_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/gate"
)

func TestJudgeIgnores(t *testing.T) {
	const (
		counts  = "counts: at or above high"
		ignored = "ignored: no reason given"
	)
	bare := gate.Finding{ID: "CVE-2022-49043", Severity: gate.High, Fix: gate.UnknownFix}
	both := libxml(func(f *gate.Finding) { f.Platforms = []string{"linux/amd64", "linux/arm64"} })
	jar := libxml(func(f *gate.Finding) { f.Path = "opt/app/lib/log4j-core.jar" })
	jars := libxml(func(f *gate.Finding) { f.Path = "opt/app/lib/log4j-core.jar, opt/web/lib/log4j-core.jar" })
	advisory := libxml(func(f *gate.Finding) { f.ID, f.Aliases = "GHSA-jfh8-c2jp-5v3q", []string{"CVE-2021-44228"} })
	several := libxml(func(f *gate.Finding) {
		f.ID, f.Aliases = "GHSA-jfh8-c2jp-5v3q", []string{"CVE-2021-44228", "CVE-2021-45046"}
	})
	tests := []struct {
		name    string
		entry   gate.Ignore
		finding gate.Finding
		want    string
	}{
		{"the id in another case", gate.Ignore{ID: "cve-2022-49043"}, libxml(nil), ignored},
		{"the beginning of an id", gate.Ignore{ID: "CVE-2022-4904"}, libxml(nil), counts},
		{"an id that goes on", gate.Ignore{ID: "CVE-2022-490431"}, libxml(nil), counts},
		{"the one CVE of an advisory", gate.Ignore{ID: "cve-2021-44228"}, advisory, ignored},
		{"one CVE of an advisory of two", gate.Ignore{ID: "CVE-2021-44228"}, several, counts},
		{"an advisory of two CVEs", gate.Ignore{ID: "GHSA-jfh8-c2jp-5v3q"}, several, ignored},
		{"a star is no glob in an id", gate.Ignore{ID: "CVE-*"}, libxml(nil), counts},

		{"the package", gate.Ignore{Package: "libxml2"}, libxml(nil), ignored},
		{"a package of which it is a part", gate.Ignore{Package: "libxml"}, libxml(nil), counts},
		{"a glob of packages", gate.Ignore{Package: "libxml*"}, libxml(nil), ignored},
		{"a glob across slashes", gate.Ignore{Package: "*/goproxy"}, libxml(func(f *gate.Finding) { f.Package = "github.com/elazarl/goproxy" }), ignored},
		{"a package, and the finding's is not known", gate.Ignore{Package: "libxml2"}, bare, counts},
		{"any package, and the finding's is not known", gate.Ignore{Package: "*"}, bare, counts},
		{"no scope at all, and the package is not known", gate.Ignore{}, bare, ignored},

		{"the path", gate.Ignore{Path: "opt/app/*"}, jar, ignored},
		{"another path", gate.Ignore{Path: "opt/other/*"}, jar, counts},
		{"the path of one of two files", gate.Ignore{Path: "opt/app/*"}, jars, counts},
		{"a path that both files have", gate.Ignore{Path: "opt/*"}, jars, ignored},
		{"a path, and the finding has none", gate.Ignore{Path: "*"}, libxml(nil), counts},

		{"the package URL", gate.Ignore{PURL: "pkg:deb/debian/libxml2"}, libxml(nil), ignored},
		{"another package URL", gate.Ignore{PURL: "pkg:deb/debian/libxslt"}, libxml(nil), counts},
		{"a package URL, and the package is not known", gate.Ignore{PURL: "pkg:deb/debian/libxml2"}, bare, counts},

		{"the platform", gate.Ignore{Platform: "linux/amd64"}, libxml(nil), ignored},
		{"one platform of two", gate.Ignore{Platform: "linux/amd64"}, both, counts},
		{"both platforms by a glob", gate.Ignore{Platform: "linux/*"}, both, ignored},
		{"a platform, and the finding's are not known", gate.Ignore{Platform: "*"}, bare, counts},

		{"the repository", gate.Ignore{Image: "shop/api"}, libxml(nil), ignored},
		{"the repository with its host", gate.Ignore{Image: "registry.example.com/shop/api"}, libxml(nil), ignored},
		{"the tag", gate.Ignore{Image: "shop/api:v1.*"}, libxml(nil), ignored},
		{"another tag", gate.Ignore{Image: "shop/api:v2.*"}, libxml(nil), counts},
		{"the digest", gate.Ignore{Image: "sha256:bb"}, libxml(nil), ignored},
		{"repository and digest", gate.Ignore{Image: "shop/api@sha256:aa"}, libxml(nil), ignored},
		{"another repository", gate.Ignore{Image: "shop/web"}, libxml(nil), counts},
		{"a repository that begins so", gate.Ignore{Image: "shop/a"}, libxml(nil), counts},

		{"one scope of two", gate.Ignore{Package: "libxml2", Platform: "linux/arm64"}, libxml(nil), counts},

		{"the last day", gate.Ignore{Until: "2026-11-24"}, libxml(nil), ignored + " | 2026-11-24"},
		{"the day after", gate.Ignore{Until: "2026-11-23"}, libxml(nil), counts + "; was ignored until 2026-11-23"},
		{"one day more", gate.Ignore{Until: "2026-11-25"}, libxml(nil), ignored + " | 2026-11-25"},

		{"while unfixed, and there is no fix", gate.Ignore{While: gate.WhileUnfixed}, libxml(nil), ignored},
		{"while unfixed, and that is not known", gate.Ignore{While: gate.WhileUnfixed}, libxml(func(f *gate.Finding) { f.Fix = gate.UnknownFix }), ignored},
		{"while unfixed, and there is a fix", gate.Ignore{While: gate.WhileUnfixed}, libxml(func(f *gate.Finding) { f.Fix, f.FixedVersion = gate.HasFix, "2.9.15" }), counts + "; was ignored while there was no fix, and now there is 2.9.15"},
		{"while unfixed, and the fix needs a subscription", gate.Ignore{While: gate.WhileUnfixed}, libxml(func(f *gate.Finding) { f.Fix, f.FixedVersion = gate.HasFix, "2.9.14+esm1" }), ignored},

		{"the reason", gate.Ignore{Reason: "compiled out"}, libxml(nil), "ignored: compiled out"},
		{"a justification", gate.Ignore{VEX: "vulnerable_code_not_present"}, libxml(nil), "ignored: vulnerable_code_not_present"},
		{"both", gate.Ignore{Reason: "compiled out", VEX: "vulnerable_code_not_present"}, libxml(nil), "ignored: compiled out (vulnerable_code_not_present)"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, judged(ignoring(test.entry), test.finding)); diff != "" {
				t.Errorf("Judge (-want +got):\n%s", diff)
			}
		})
	}
}

func TestJudgeTakesTheFirstEntryThatHolds(t *testing.T) {
	p := gate.Policy{Ignore: []gate.Ignore{
		{ID: "CVE-2022-49043", Until: "2026-01-31", Reason: "first"},
		{ID: "CVE-2022-49043", Package: "zlib", Reason: "second"},
		{ID: "CVE-2022-49043", Reason: "third"},
		{ID: "CVE-2022-49043", Reason: "fourth"},
	}}
	if diff := cmp.Diff("ignored: third", judged(p, libxml(nil))); diff != "" {
		t.Errorf("Judge (-want +got):\n%s", diff)
	}
}
