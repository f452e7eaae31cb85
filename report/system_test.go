package report_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/report"
)

// The operating system that Inspector names is GitLab's, and makes the package URL of its packages; else the platform and the tracker do.
func TestReportsNameTheOperatingSystem(t *testing.T) {
	const redHat = "https://access.redhat.com/security/cve/CVE-1"
	tests := []struct{ system, manager, version, url, want, purl string }{
		{"DEBIAN_12", "OS", "3.0.11-1", "", "debian 12", "pkg:deb/debian/openssl@3.0.11-1?distro=debian-12"},
		{"UBUNTU_24_04", "OS", "3.0.13", "", "ubuntu 24.04", "pkg:deb/ubuntu/openssl@3.0.13?distro=ubuntu-24.04"},
		{"ALPINE_LINUX_3_18", "OS", "3.1.4-r0", "", "alpine linux 3.18", "pkg:apk/alpine/openssl@3.1.4-r0?distro=alpine-3.18"},
		{"AMAZON_LINUX_2", "OS", "1:1.0.2k-24.amzn2", "", "amazon linux 2", "pkg:rpm/amzn/openssl@1.0.2k-24.amzn2?distro=amzn-2&epoch=1"},
		{"ROCKY_LINUX_9", "OS", "3.0.7", redHat, "rocky linux 9", ""},
		{"DEBIAN_12", "NPM", "1.0.0", "", "debian 12", "pkg:npm/openssl@1.0.0"},
		{"DEBIAN", "OS", "3", "", "debian", "pkg:deb/debian/openssl@3"},
		{"", "OS", "3.0.7", redHat, "linux", "pkg:rpm/redhat/openssl@3.0.7"},
	}
	for _, test := range tests {
		d := with(report.Finding{ID: "CVE-1", Package: "openssl", Version: test.version, Manager: test.manager, System: test.system, URL: test.url, Platforms: []string{"linux/amd64"}})
		var gitlab struct {
			Vulnerabilities []struct {
				Location struct {
					System string `json:"operating_system"`
				}
			}
		}
		var bom struct{ Components []struct{ PURL string } }
		for format, to := range map[string]any{"gitlab": &gitlab, "cyclonedx": &bom} {
			data, err := write(t, format, d)
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(data, to); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff([]string{test.want, test.purl}, []string{gitlab.Vulnerabilities[0].Location.System, bom.Components[0].PURL}); diff != "" {
			t.Errorf("%s, %s %s (-want +got):\n%s", test.system, test.manager, test.version, diff)
		}
	}
}
