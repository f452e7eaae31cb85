package registry

import "strings"

// Mutability is a repository's rule for writing over tags. The zero value is unknown: the repository is not in ECR,
// or the caller may not describe it.
type Mutability string

// ECR's four modes, as DescribeRepositories spells them
// (https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html).
const (
	MutabilityUnknown      Mutability = ""
	Mutable                Mutability = "MUTABLE"
	Immutable              Mutability = "IMMUTABLE"
	ImmutableWithExclusion Mutability = "IMMUTABLE_WITH_EXCLUSION"
	MutableWithExclusion   Mutability = "MUTABLE_WITH_EXCLUSION"
)

// Repository is what is known of the settings of one repository.
type Repository struct {
	Host       string // registry host, with its port where it has one
	Name       string // path below the host
	Mutability Mutability
	Exclusions []string // wildcard filters of the two modes with exclusion; at most 5 in ECR
}

// String is the repository as image references begin: host/name.
func (r Repository) String() string {
	return r.Host + "/" + r.Name
}

// Mutable says whether an existing tag may be pointed at another image. Unknown mutability is taken to be immutable:
// what cannot be known must not be relied on.
func (r Repository) Mutable(tag string) bool {
	switch r.Mutability {
	case Mutable:
		return true
	case ImmutableWithExclusion:
		return r.excluded(tag)
	case MutableWithExclusion:
		return !r.excluded(tag)
	default:
		return false
	}
}

func (r Repository) excluded(tag string) bool {
	for _, filter := range r.Exclusions {
		if MatchWildcard(filter, tag) {
			return true
		}
	}
	return false
}

// MatchWildcard matches as ECR's exclusion filters do: * stands for any run of characters, and a filter without one
// names a tag exactly. (The scanning filters of a registry match otherwise: without * they match any name that contains them.)
func MatchWildcard(pattern, s string) bool {
	prefix, rest, wild := strings.Cut(pattern, "*")
	if !wild {
		return pattern == s
	}
	s, found := strings.CutPrefix(s, prefix)
	if !found {
		return false
	}
	for {
		part, next, more := strings.Cut(rest, "*")
		if !more {
			return strings.HasSuffix(s, part)
		}
		i := strings.Index(s, part)
		if i < 0 {
			return false
		}
		s, rest = s[i+len(part):], next
	}
}
