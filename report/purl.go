package report

import (
	"net/url"
	"strings"

	"github.com/package-url/packageurl-go"
)

// purl is the package URL of a finding's package (https://github.com/package-url/purl-spec); empty where its type is not known: a wrong
// one would match another package.
func (f *Finding) purl() string {
	kind, namespace := f.purlType()
	if kind == "" || f.Package == "" {
		return ""
	}
	name, version := f.Package, f.Version
	switch kind {
	case packageurl.TypeMaven: // org.apache.kafka:kafka-clients
		if group, artifact, found := strings.Cut(name, ":"); found {
			namespace, name = group, artifact
		}
	case packageurl.TypeGolang, packageurl.TypeNPM, packageurl.TypeComposer: // golang.org/x/text, @types/node, vendor/name
		if i := strings.LastIndex(name, "/"); i > 0 {
			namespace, name = name[:i], name[i+1:]
		}
	}
	var qualifiers packageurl.Qualifiers
	if _, _, distro := f.system().purl(); distro != "" && f.ofSystem() {
		qualifiers = append(qualifiers, packageurl.Qualifier{Key: "distro", Value: distro})
	}
	if epoch, rest, found := strings.Cut(version, ":"); found && kind == packageurl.TypeRPM {
		version, qualifiers = rest, append(qualifiers, packageurl.Qualifier{Key: "epoch", Value: epoch})
	}
	address := packageurl.NewPackageURL(kind, namespace, name, version, qualifiers, "")
	if err := address.Normalize(); err != nil {
		return ""
	}
	return address.ToString()
}

// purlType is the type of a package, and the distribution of one that belongs to the operating system. Inspector names the package
// manager (https://docs.aws.amazon.com/inspector/v2/APIReference/API_VulnerablePackage.html); basic scanning, which names none, knows
// packages of the operating system only.
func (f *Finding) purlType() (kind, namespace string) {
	switch f.Manager {
	case "", "OS":
		return f.distribution()
	case "BUNDLER", "GEMSPEC":
		return packageurl.TypeGem, ""
	case "CARGO":
		return packageurl.TypeCargo, ""
	case "COMPOSER":
		return packageurl.TypeComposer, ""
	case "GOBINARY", "GOMOD":
		return packageurl.TypeGolang, ""
	case "JAR", "POM":
		return packageurl.TypeMaven, ""
	case "NODEPKG", "NPM", "YARN":
		return packageurl.TypeNPM, ""
	case "NUGET":
		return packageurl.TypeNuget, ""
	case "PIP", "PIPENV", "POETRY", "PYTHON", "PYTHONPKG":
		return packageurl.TypePyPi, ""
	}
	return "", ""
}

// ofSystem says whether the package belongs to the operating system.
func (f *Finding) ofSystem() bool { return f.Manager == "" || f.Manager == "OS" }

// distribution is that of the operating system, and where it is not told, that of the tracker which a finding's address leads to.
func (f *Finding) distribution() (kind, namespace string) {
	if f.System != "" {
		kind, namespace, _ := f.system().purl()
		return kind, namespace
	}
	address, err := url.Parse(f.URL)
	if err != nil {
		return "", ""
	}
	switch address.Hostname() {
	case "security-tracker.debian.org":
		return packageurl.TypeDebian, "debian"
	case "people.canonical.com", "people.ubuntu.com", "ubuntu.com":
		return packageurl.TypeDebian, "ubuntu"
	case "alas.aws.amazon.com":
		return packageurl.TypeRPM, "amzn"
	case "access.redhat.com":
		return packageurl.TypeRPM, "redhat"
	case "secdb.alpinelinux.org", "security.alpinelinux.org":
		return packageurl.TypeApk, "alpine"
	}
	return "", ""
}

// purl is the package URL of the image; empty when it was not published, or nobody knows where.
func (d Document) purl() string {
	if host, _ := d.Address(); host == "" || d.Digest == "" {
		return ""
	}
	name := d.repositoryName()[strings.LastIndex(d.repositoryName(), "/")+1:]
	address := packageurl.NewPackageURL(packageurl.TypeOCI, "", name, d.Digest, packageurl.Qualifiers{{Key: "repository_url", Value: d.Repository}}, "")
	if err := address.Normalize(); err != nil {
		return ""
	}
	return address.ToString()
}
