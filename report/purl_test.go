package report_test

import (
	"encoding/json"
	"testing"

	"github.com/hallmark-ci/hallmark/report"
)

func TestCycloneDXNamesPackagesWhoseTypeIsCertain(t *testing.T) {
	const debian = "https://security-tracker.debian.org/tracker/CVE-1"
	for _, test := range []struct{ manager, pkg, version, url, want string }{
		{"OS", "libxml2", "1:2.9.14+dfsg-1.3", debian, "pkg:deb/debian/libxml2@1:2.9.14%2Bdfsg-1.3"},
		{"", "e2fsprogs", "1.44.1", "http://people.ubuntu.com/~ubuntu-security/cve/CVE-1", "pkg:deb/ubuntu/e2fsprogs@1.44.1"},
		{"OS", "busybox", "1.36.1-r2", "https://security.alpinelinux.org/vuln/CVE-1", "pkg:apk/alpine/busybox@1.36.1-r2"},
		{"OS", "openssl", "1:3.0.7-2.amzn2023", "https://alas.aws.amazon.com/cve/html/CVE-1.html", "pkg:rpm/amzn/openssl@3.0.7-2.amzn2023?epoch=1"},
		{"OS", "openssl", "3.0.7", "https://access.redhat.com/security/cve/CVE-1", "pkg:rpm/redhat/openssl@3.0.7"},
		{"OS", "libxml2", "2.9.14", "https://nvd.nist.gov/vuln/detail/CVE-1", ""},
		{"OS", "libxml2", "2.9.14", "https://security-tracker.debian.org.t.example/", ""},
		{"GOBINARY", "golang.org/x/text", "v0.3.3", debian, "pkg:golang/golang.org/x/text@v0.3.3"},
		{"GOMOD", "stdlib", "1.20", "", "pkg:golang/stdlib@1.20"},
		{"NODEPKG", "@types/node", "1.0", "", "pkg:npm/%40types/node@1.0"},
		{"NPM", "semver", "7.5.1", "", "pkg:npm/semver@7.5.1"},
		{"JAR", "org.apache.kafka:kafka-clients", "3.1.2", "", "pkg:maven/org.apache.kafka/kafka-clients@3.1.2"},
		{"PYTHONPKG", "Flask_Login", "1", "", "pkg:pypi/flask-login@1"},
		{"BUNDLER", "tzinfo", "1.2.9", "", "pkg:gem/tzinfo@1.2.9"},
		{"CARGO", "time", "0.1", "", "pkg:cargo/time@0.1"},
		{"COMPOSER", "twig/twig", "3", "", "pkg:composer/twig/twig@3"},
		{"NUGET", "Newtonsoft.Json", "12", "", "pkg:nuget/Newtonsoft.Json@12"},
		{"NEWPKG", "x", "1", debian, ""},
		{"NPM", "", "1", "", ""},
	} {
		data, err := write(t, "cyclonedx", with(report.Finding{ID: "CVE-1", Manager: test.manager, Package: test.pkg, Version: test.version, URL: test.url}))
		if err != nil {
			t.Fatal(err)
		}
		var bom struct {
			Components []struct {
				PURL string `json:"purl"`
			} `json:"components"`
		}
		if err := json.Unmarshal(data, &bom); err != nil {
			t.Fatal(err)
		}
		if got := bom.Components[0].PURL; got != test.want {
			t.Errorf("package URL of %s %q %s is %q, want %q", test.manager, test.pkg, test.version, got, test.want)
		}
	}
}
