package report

import (
	"strings"

	"github.com/package-url/packageurl-go"
)

// system is the operating system of an image.
type system struct {
	name    string // amazon linux
	version string // 2
}

// system reads what Inspector writes (https://docs.aws.amazon.com/inspector/v2/APIReference/API_AwsEcrContainerImageDetails.html, platform):
// DEBIAN_12, UBUNTU_24_04, ALPINE_LINUX_3_18.
func (f *Finding) system() system {
	var name, version []string
	for word := range strings.SplitSeq(strings.ToLower(f.System), "_") {
		if word != "" && (len(version) > 0 || word[0] >= '0' && word[0] <= '9') {
			version = append(version, word)
			continue
		}
		name = append(name, word)
	}
	return system{strings.Join(name, " "), strings.Join(version, ".")}
}

func (s system) String() string { return strings.TrimSpace(s.name + " " + s.version) }

// purl is the type, the namespace and the distro of package URLs of its packages, where they are known
// (https://github.com/package-url/purl-spec/blob/main/PURL-TYPES.rst).
func (s system) purl() (kind, namespace, distro string) {
	switch s.name {
	case "debian", "ubuntu":
		kind, namespace = packageurl.TypeDebian, s.name
	case "alpine linux", "alpine":
		kind, namespace = packageurl.TypeApk, "alpine"
	case "amazon linux":
		kind, namespace = packageurl.TypeRPM, "amzn"
	case "centos", "fedora":
		kind, namespace = packageurl.TypeRPM, s.name
	case "red hat enterprise linux", "redhat", "rhel":
		kind, namespace = packageurl.TypeRPM, "redhat"
	default: // derivatives have the trackers of others
		return "", "", ""
	}
	if s.version != "" {
		distro = namespace + "-" + s.version
	}
	return kind, namespace, distro
}
