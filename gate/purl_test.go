package gate_test

import (
	"strings"
	"testing"

	"github.com/hallmark-ci/hallmark/gate"
)

func TestParsePURL(t *testing.T) {
	for _, text := range []string{"", "libxml2", "pkg:", "pkg:deb", "pkg:deb/", "http://example.com", "pkg:d€b/x"} {
		if url, err := gate.ParsePURL(text); err == nil {
			t.Errorf("ParsePURL(%q) = %q, want an error", text, url)
		}
	}
}

// A row says which findings a package URL is about, by an entry of ignore.
func TestPURLIsAPackage(t *testing.T) {
	tests := []struct {
		name, url                  string
		manager, packaged, version string
		want                       bool
	}{
		{"deb", "pkg:deb/debian/libxml2@2.9.14%2Bdfsg-1.3", "OS", "libxml2", "2.9.14+dfsg-1.3", true},
		{"deb with an epoch", "pkg:deb/debian/zlib1g@1:1.2.13.dfsg-1", "OS", "zlib1g", "1:1.2.13.dfsg-1", true},
		{"deb of basic scanning", "pkg:deb/debian/zlib", "", "zlib", "1:1.2.13.dfsg-1", true},
		{"rpm", "pkg:rpm/amzn/openssl-libs@3.0.8-1.amzn2023.0.1", "OS", "openssl-libs", "3.0.8-1.amzn2023.0.1", true},
		{"rpm with an epoch", "pkg:rpm/amzn/openssl-libs@3.0.8-1.amzn2023.0.1?epoch=1", "OS", "openssl-libs", "1:3.0.8-1.amzn2023.0.1", true},
		{"apk", "pkg:apk/alpine/busybox", "OS", "busybox", "1.36.1-r2", true},
		{"go", "pkg:golang/github.com/elazarl/goproxy", "GOBINARY", "github.com/elazarl/goproxy", "v1.2.3", true},
		{"go, with a version", "pkg:golang/golang.org/x/net@v0.17.0", "GOMOD", "golang.org/x/net", "0.17.0", true},
		{"go's standard library", "pkg:golang/stdlib@1.22.1", "GOBINARY", "stdlib", "v1.22.1", true},
		{"npm with a scope", "pkg:npm/%40babel/core@7.1.0", "NPM", "@babel/core", "7.1.0", true},
		{"npm of a file", "pkg:npm/semver", "NODEPKG", "semver", "7.0.0", true},
		{"python, by its other spelling", "pkg:pypi/python-dateutil", "PYTHONPKG", "python_dateutil", "2.0", true},
		{"python, in another case", "pkg:pypi/pyyaml", "PIP", "PyYAML", "5.1", true},
		{"java, with a colon", "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1", "JAR", "org.apache.logging.log4j:log4j-core", "2.14.1", true},
		{"java, with a slash", "pkg:maven/org.apache.logging.log4j/log4j-core", "POM", "org.apache.logging.log4j/log4j-core", "2.14.1", true},
		{"rust", "pkg:cargo/time@0.1.40", "CARGO", "time", "0.1.40", true},
		{"php", "pkg:composer/symfony/http-kernel", "COMPOSER", "symfony/http-kernel", "5.0", true},
		{".NET", "pkg:nuget/Newtonsoft.Json", "NUGET", "Newtonsoft.Json", "12", true},
		{"ruby", "pkg:gem/rack", "GEMSPEC", "rack", "2.0", true},
		{"the platform's architecture", "pkg:deb/debian/libxml2?arch=amd64&distro=debian-12", "OS", "libxml2", "1", true},
		{"the platform's architecture by its other name", "pkg:rpm/amzn/libxml2?arch=x86_64", "OS", "libxml2", "1", true},
		{"any architecture", "pkg:deb/debian/libxml2?arch=all", "OS", "libxml2", "1", true},

		{"another architecture", "pkg:deb/debian/libxml2?arch=arm64", "OS", "libxml2", "1", false},
		{"another name", "pkg:deb/debian/libxml2", "OS", "libxml2-utils", "1", false},
		{"another version", "pkg:deb/debian/libxml2@1", "OS", "libxml2", "1.1", false},
		{"the name in another ecosystem", "pkg:npm/time", "CARGO", "time", "0.1.40", false},
		{"an ecosystem, and the manager is not known", "pkg:npm/time", "", "time", "0.1.40", false},
		{"a manager of the future", "pkg:npm/time", "WASM", "time", "0.1.40", false},
		{"another group", "pkg:maven/org.example/log4j-core", "JAR", "org.apache.logging.log4j:log4j-core", "2.14.1", false},
		{"no group", "pkg:golang/goproxy", "GOBINARY", "github.com/elazarl/goproxy", "v1", false},
		{"no package", "pkg:deb/debian/libxml2", "OS", "", "", false},
		{"the image", "pkg:oci/api", "OS", "api", "", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			url, err := gate.ParsePURL(test.url)
			if err != nil {
				t.Fatal(err)
			}
			finding := libxml(func(f *gate.Finding) { f.Manager, f.Package, f.Version = test.manager, test.packaged, test.version })
			got := judged(ignoring(gate.Ignore{PURL: url}), finding)
			if strings.HasPrefix(got, "ignored:") != test.want {
				t.Errorf("%s and %s %s %s: %s", test.url, test.manager, test.packaged, test.version, got)
			}
		})
	}
}
