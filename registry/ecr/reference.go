package ecr

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"

	"github.com/opencontainers/go-digest"
)

// repositoryForm is what ECR takes for the name of a repository
// (https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html).
var repositoryForm = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$`)
})

// tagForm is the grammar of the OCI distribution specification, "Pulling manifests".
var tagForm = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$`)
})

// PublicRegistryError says that a repository is one of ECR Public.
type PublicRegistryError struct {
	Host string
}

func (e *PublicRegistryError) Error() string { return fmt.Sprintf("%s is ECR Public", e.Host) }

// ImageReference names an image in a repository. Host is empty for a repository of the account's own registry; Tag or Digest is set.
type ImageReference struct {
	Host, Name, Tag, Digest string
}

// ParseRepository reads a repository: NAME, or HOST/NAME. A tag or digest in it is an error. ECR Public is a PublicRegistryError.
func ParseRepository(s string) (host, name string, err error) {
	ref, err := split(s)
	if err != nil {
		return "", "", err
	}
	if ref.Tag != "" || ref.Digest != "" {
		return "", "", fmt.Errorf("repository %q has a tag or a digest: the tags come from the rules", s)
	}
	return ref.Host, ref.Name, nil
}

// ParseImageReference reads an image in a repository: NAME:TAG, NAME@DIGEST, or HOST/ before either. With both, the digest counts.
func ParseImageReference(s string) (ImageReference, error) {
	ref, err := split(s)
	if err != nil {
		return ImageReference{}, err
	}
	if ref.Tag == "" && ref.Digest == "" {
		return ImageReference{}, fmt.Errorf("image %q has neither a tag nor a digest", s)
	}
	return ref, nil
}

func split(s string) (ImageReference, error) {
	rest, digested, err := cutDigest(s)
	if err != nil {
		return ImageReference{}, err
	}
	ref := ImageReference{Digest: digested}
	// As everywhere in this field, the first part is a host if it has a dot or a port, or is localhost.
	if first, after, slash := strings.Cut(rest, "/"); slash && (strings.ContainsAny(first, ".:") || first == "localhost") {
		ref.Host, rest = first, after
	}
	if i := strings.LastIndexByte(rest, ':'); i >= 0 {
		rest, ref.Tag = rest[:i], rest[i+1:]
		if !tagForm().MatchString(ref.Tag) {
			return ImageReference{}, fmt.Errorf("%q: %q is no tag", s, ref.Tag)
		}
	}
	ref.Name = rest
	_, isHost := ParseHost(ref.Name)
	switch {
	case IsPublic(ref.Host) || IsPublic(ref.Name):
		return ImageReference{}, &PublicRegistryError{Host: cmp.Or(ref.Host, ref.Name)}
	case isHost || ref.Host != "" && ref.Name == "":
		return ImageReference{}, fmt.Errorf("%q is a registry: the name of a repository must follow", s)
	case len(ref.Name) < 2 || len(ref.Name) > 256:
		return ImageReference{}, fmt.Errorf("repository name %q has %d characters: 2 to 256 are allowed", ref.Name, len(ref.Name))
	case !repositoryForm().MatchString(ref.Name):
		return ImageReference{}, fmt.Errorf("repository name %q: lower-case letters and digits, parted by single dots, underscores, dashes or slashes", ref.Name)
	}
	return ref, nil
}

// cutDigest cuts off the digest. What stands before an @ that is followed by a host is a credential and shows in no message.
func cutDigest(s string) (rest, digested string, err error) {
	if s == "" {
		return "", "", errors.New("the repository is empty")
	}
	scheme, after, hasScheme := strings.Cut(s, "://")
	if !hasScheme {
		after = s
	}
	if i := strings.LastIndexByte(after, '@'); i >= 0 && strings.Contains(after[i:], "/") {
		return "", "", fmt.Errorf("repository %q has a credential before it: write it without", after[i+1:])
	}
	if hasScheme {
		return "", "", fmt.Errorf("repository %q begins with %s://: write %s", s, scheme, after)
	}
	rest, digested, found := strings.Cut(s, "@")
	if !found {
		return s, "", nil
	}
	if _, err := digest.Parse(digested); err != nil {
		return "", "", fmt.Errorf("%q: digest %q: %w", s, digested, err)
	}
	return rest, digested, nil
}
