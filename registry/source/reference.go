package source

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

// Kind is where an image is.
type Kind string

// The kinds of source.
const (
	Daemon   Kind = "docker"   // a Docker or Podman daemon
	Archive  Kind = "archive"  // a docker-archive or an OCI archive, plain or compressed
	Layout   Kind = "oci"      // an OCI layout folder
	Registry Kind = "registry" // another registry
)

// Reference names an image at a source.
type Reference struct {
	Kind  Kind
	Name  string // of an image in a daemon or registry, a file, or a folder; "-" is an archive on stdin
	Which string // of a layout: the tag or the digest to take; empty for the only one
}

// archiveEndings are the endings of files that are taken for archives without archive: before them. What they are, their
// content says.
var archiveEndings = []string{".tar", ".tar.gz", ".tgz", ".tar.zst"}

// ParseReference reads what a user writes for an image: NAME[:TAG] or docker:NAME[:TAG], archive:FILE or a path with an ending of
// archives, - for stdin, oci:DIR[:TAG|@DIGEST], registry:REFERENCE.
func ParseReference(s string) (Reference, error) {
	kind, rest, _ := strings.Cut(s, ":")
	switch {
	case s == "":
		return Reference{}, errors.New("the image is empty")
	case s == "-":
		return Reference{Kind: Archive, Name: "-"}, nil
	case kind == string(Daemon) || kind == string(Archive) || kind == string(Registry):
		if rest == "" {
			return Reference{}, fmt.Errorf("image %q: a name must follow the colon", s)
		}
		return Reference{Kind: Kind(kind), Name: rest}, nil
	case kind == string(Layout):
		return parseLayout(s, rest)
	}
	for _, ending := range archiveEndings {
		if strings.HasSuffix(s, ending) {
			return Reference{Kind: Archive, Name: s}, nil
		}
	}
	return guess(s)
}

func parseLayout(s, rest string) (Reference, error) {
	ref := Reference{Kind: Layout, Name: rest}
	slash := strings.LastIndexAny(rest, `/\`) // what stands before it is of the folder
	if i := strings.LastIndexByte(rest, '@'); i > slash {
		ref.Name, ref.Which = rest[:i], rest[i+1:]
		if err := digest.Digest(ref.Which).Validate(); err != nil {
			return Reference{}, fmt.Errorf("image %q: a digest must follow the @: %w", s, err)
		}
	} else if i := strings.LastIndexByte(rest, ':'); i > slash {
		ref.Name, ref.Which = rest[:i], rest[i+1:]
		if ref.Which == "" {
			return Reference{}, fmt.Errorf("image %q: a tag must follow the last colon", s)
		}
	}
	if ref.Name == "" {
		return Reference{}, fmt.Errorf("image %q: a folder must follow the colon", s)
	}
	return ref, nil
}

// guess takes what has neither a prefix nor an ending for a name in the daemon, unless it is a file or an OCI layout: then the prefix
// was forgotten. Other folders are often called like the image that is built from them.
func guess(s string) (Reference, error) {
	info, err := os.Stat(s)
	isPath := strings.HasPrefix(s, "/") || strings.HasPrefix(s, ".") || strings.Contains(s, `\`) // no image has such a name
	otherwise := ", or docker:" + s + " for the daemon's image"
	if isPath {
		otherwise = ""
	}
	switch {
	case err == nil && info.IsDir() && (isPath || isLayout(s)):
		return Reference{}, fmt.Errorf("image %q is a folder: write oci:%s if it is an OCI layout%s", s, s, otherwise)
	case err == nil && !info.IsDir():
		return Reference{}, fmt.Errorf("image %q is a file: write archive:%s if it is an archive%s", s, s, otherwise)
	case isPath:
		return Reference{}, fmt.Errorf("image %q looks like a file, and there is none", s)
	}
	return Reference{Kind: Daemon, Name: s}, nil
}

func isLayout(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, ocispec.ImageLayoutFile))
	return err == nil
}

// String is the reference as a user could write it.
func (r Reference) String() string {
	switch {
	case r.Kind == Archive && r.Name == "-":
		return "-"
	case r.Kind == Layout && strings.Contains(r.Which, ":"):
		return "oci:" + r.Name + "@" + r.Which
	case r.Kind == Layout && r.Which != "":
		return "oci:" + r.Name + ":" + r.Which
	}
	return string(r.Kind) + ":" + r.Name
}
