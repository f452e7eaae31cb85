package gate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/package-url/packageurl-go"
)

// PURL is a package URL (https://github.com/package-url/purl-spec) that is valid by construction; empty is none.
type PURL string

// ParsePURL checks a package URL.
func ParsePURL(text string) (PURL, error) {
	if _, err := packageurl.FromString(text); err != nil {
		return "", fmt.Errorf("%q is no package URL: %w", text, err)
	}
	return PURL(text), nil
}

// UnmarshalText is ParsePURL.
func (p *PURL) UnmarshalText(text []byte) error {
	var err error
	*p, err = ParsePURL(string(text))
	return err
}

// is says whether a finding is in this package. The version is compared where there is one. The namespace of an operating system's package
// (debian, alpine) is not: basic scanning does not tell it, and an image has one. Of the qualifiers arch is compared, with the platforms.
func (p PURL) is(f Finding) bool {
	url, err := packageurl.FromString(string(p))
	if err != nil || f.Package == "" || !slices.Contains(purlTypes(f.Manager), url.Type) {
		return false
	}
	return slices.Contains(purlNames(url), strings.ToLower(f.Package)) &&
		(url.Version == "" || slices.Contains(purlVersions(url), f.Version)) &&
		hasArch(url.Qualifiers.Map()["arch"], f.Platforms)
}

// purlTypes are the types of package URL that packages of a package manager may have
// (https://docs.aws.amazon.com/inspector/v2/APIReference/API_VulnerablePackage.html; basic scanning names none, and finds packages of the
// operating system only). A manager of the future has none.
func purlTypes(manager string) []string {
	switch strings.ToUpper(manager) {
	case "", "OS":
		return []string{"deb", "rpm", "apk", "alpm"}
	case "GOBINARY", "GOMOD", "GO":
		return []string{"golang"}
	case "NPM", "NODEPKG", "YARN":
		return []string{"npm"}
	case "PIP", "PIPENV", "POETRY", "PYTHON", "PYTHONPKG":
		return []string{"pypi"}
	case "BUNDLER", "GEMSPEC":
		return []string{"gem"}
	case "JAR", "POM":
		return []string{"maven"}
	case "NUGET", "DOTNET_CORE":
		return []string{"nuget"}
	case "CARGO", "COMPOSER":
		return []string{strings.ToLower(manager)}
	}
	return nil
}

// purlNames are the ways a scanner may write the name of a package, in lower case.
func purlNames(url packageurl.PackageURL) []string {
	space, name := strings.ToLower(url.Namespace), strings.ToLower(url.Name)
	switch url.Type {
	case "deb", "rpm", "apk", "alpm":
		return []string{name}
	case "maven":
		return []string{space + ":" + name, space + "/" + name}
	case "pypi":
		return []string{name, strings.ReplaceAll(name, "-", "_")}
	}
	if space == "" {
		return []string{name}
	}
	return []string{space + "/" + name}
}

// purlVersions are the ways a scanner may write the version of a package: Go's with or without its v, and RPM's with the epoch, which a
// package URL has as a qualifier.
func purlVersions(url packageurl.PackageURL) []string {
	version := url.Version
	if epoch := url.Qualifiers.Map()["epoch"]; epoch != "" && epoch != "0" {
		version = epoch + ":" + version
	}
	if url.Type == "golang" {
		bare := strings.TrimPrefix(version, "v")
		return []string{bare, "v" + bare}
	}
	return []string{version}
}

// hasArch says whether all platforms have an architecture, as package managers name it.
func hasArch(arch string, platforms []string) bool {
	switch arch {
	case "", "all", "noarch":
		return true
	case "x86_64":
		arch = "amd64"
	case "aarch64":
		arch = "arm64"
	}
	other := func(platform string) bool {
		_, rest, _ := strings.Cut(platform, "/")
		is, _, _ := strings.Cut(rest, "/")
		return is != arch
	}
	return len(platforms) > 0 && !slices.ContainsFunc(platforms, other)
}

// isImage says whether this is the package URL of the image (https://github.com/package-url/purl-spec, type oci): whatever it says
// of repository, tag and digest has to fit.
func (p PURL) isImage(image Image) bool {
	url, err := packageurl.FromString(string(p))
	if err != nil || url.Type != "oci" || image.Name == "" {
		return false
	}
	said := url.Qualifiers.Map()
	last := image.Name[strings.LastIndex(image.Name, "/")+1:]
	return strings.EqualFold(url.Name, last) &&
		(said["repository_url"] == "" || said["repository_url"] == image.repository()) &&
		(said["tag"] == "" || slices.Contains(image.Tags, said["tag"])) &&
		(url.Version == "" || slices.Contains(image.Digests, url.Version))
}

// arch is the architecture that the package URL of an image is about; empty when it is about all.
func (p PURL) arch() string {
	url, err := packageurl.FromString(string(p))
	if err != nil {
		return ""
	}
	return url.Qualifiers.Map()["arch"]
}
