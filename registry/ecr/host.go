package ecr

import (
	"regexp"
	"strings"
	"sync"
)

// Host is the host name of a private registry, with what it says of itself.
type Host struct {
	Name      string
	Account   string // 12 digits
	Region    string
	FIPS      bool
	DualStack bool
}

// hostForms cover the hosts of every partition, with and without FIPS: IPv4, which have dkr.ecr in them, and dual-stack, which have
// dkr-ecr (https://docs.aws.amazon.com/general/latest/gr/ecr.html, and the pattern of the credential helper,
// https://github.com/awslabs/amazon-ecr-credential-helper/blob/main/ecr-login/api/client.go).
var (
	hostForm = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^(\d{12})\.dkr\.ecr(-fips)?\.([a-z0-9][a-z0-9_-]*)\.` +
			`(amazonaws\.com|amazonaws\.com\.cn|amazonaws\.eu|sc2s\.sgov\.gov|c2s\.ic\.gov|cloud\.adc-e\.uk|csp\.hci\.ic\.gov)$`)
	})
	dualStackForm = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^(\d{12})\.dkr-ecr(-fips)?\.([a-z0-9][a-z0-9_-]*)\.(on\.aws|on\.amazonwebservices\.com\.cn)$`)
	})
)

// ParseHost says whether a host name has the form of a private registry, and reads it.
func ParseHost(host string) (Host, bool) {
	host = strings.ToLower(host)
	parts, dualStack := hostForm().FindStringSubmatch(host), false
	if parts == nil {
		parts, dualStack = dualStackForm().FindStringSubmatch(host), true
	}
	if parts == nil {
		return Host{}, false
	}
	return Host{Name: parts[0], Account: parts[1], Region: parts[3], FIPS: parts[2] != "", DualStack: dualStack}, true
}

// IsHost says whether a host name has the form of a private registry.
func IsHost(host string) bool {
	_, ok := ParseHost(host)
	return ok
}

// IsPublic says whether a host is ECR Public's.
func IsPublic(host string) bool {
	return strings.EqualFold(host, "public.ecr.aws") || strings.EqualFold(host, "ecr-public.aws.com")
}

// partition is the part of AWS that a region belongs to, as ARNs name it.
func partition(region string) string {
	for _, p := range []struct{ prefix, name string }{
		{"cn-", "aws-cn"}, {"us-gov-", "aws-us-gov"}, {"eusc-", "aws-eusc"}, {"us-iso-", "aws-iso"},
		{"us-isob-", "aws-iso-b"}, {"eu-isoe-", "aws-iso-e"}, {"us-isof-", "aws-iso-f"},
	} {
		if strings.HasPrefix(region, p.prefix) {
			return p.name
		}
	}
	return "aws"
}
