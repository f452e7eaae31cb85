package tagger

import (
	"fmt"
	"strings"
)

// Kind says what a tag stands for, which decides whether it may move and what a dirty work tree does to it.
type Kind string

// The kinds of tag a rule can give.
const (
	Commit  Kind = "commit"  // one commit: type=sha
	Version Kind = "version" // one release: a full version, a Git tag
	Literal Kind = "literal" // written down by the user: type=raw
	Moving  Kind = "moving"  // meant to move: latest, a branch, a pull request, 1, 1.2
)

// latest is the tag that always counts as moving, wherever it came from.
const latest = "latest"

// Tag is one name for an image and the rule that gave it. A Tag made by ParseTag is valid for every OCI registry;
// the zero Tag is no tag at all.
type Tag struct {
	name string

	Rule string // the rule's line as the user wrote it
	Kind Kind

	line line // the versions that share a moving version tag; zero for every other tag
}

// fits says whether s has the form of a tag, as the OCI distribution specification gives it under "Pulling manifests":
// [a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}.
func fits(s string) bool {
	return s != "" && len(s) <= maxTag && s[0] != '.' && s[0] != '-' && strings.IndexFunc(s, notInTag) < 0
}

// notInTag says of a character that no tag may hold it.
func notInTag(r rune) bool { return r != '.' && r != '_' && notInIdentifier(r) }

// isAttachment says whether s is a name that registries without the referrers API and older signing tools use for what is attached to
// an image: sha256- and a digest, perhaps with an ending
// (https://github.com/opencontainers/distribution-spec/blob/main/spec.md#referrers-tag-schema).
func isAttachment(s string) bool {
	digest, ok := strings.CutPrefix(s, "sha256-")
	digest, _, _ = strings.Cut(digest, ".")
	return ok && len(digest) == 64 && strings.Trim(digest, "0123456789abcdef") == ""
}

// ParseTag makes a Literal tag of s, or says why registries would not take it.
func ParseTag(s string) (Tag, error) {
	switch {
	case s == "":
		return Tag{}, fmt.Errorf("a tag is empty")
	case len(s) > maxTag:
		return Tag{}, fmt.Errorf("tag %q has %d characters, and %d is the most a registry takes", s, len(s), maxTag)
	case !fits(s):
		return Tag{}, fmt.Errorf("tag %q: a tag begins with a letter, digit or underscore and goes on with those, dots and dashes", s)
	case isAttachment(s):
		return Tag{}, fmt.Errorf("tag %q is a name that signatures and other attachments take", s)
	}
	tag := Tag{name: s, Kind: Literal}
	if s == latest {
		tag.Kind = Moving
	}
	return tag, nil
}

// String is the tag's name.
func (t Tag) String() string { return t.name }

// Equal says whether two tags are the same name for the same reason.
func (t Tag) Equal(u Tag) bool {
	return t.name == u.name && t.Rule == u.Rule && t.Kind == u.Kind && t.line.version == u.line.version
}

// WithSuffix is t with a longer name, of the same rule and kind.
func (t Tag) WithSuffix(suffix string) (Tag, error) {
	longer, err := ParseTag(t.name + suffix)
	if err != nil {
		return Tag{}, err
	}
	longer.Rule, longer.Kind = t.Rule, t.Kind
	return longer, nil
}
