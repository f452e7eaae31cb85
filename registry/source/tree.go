package source

import (
	"errors"
	"fmt"
	"io/fs"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/hallmark-ci/hallmark/registry"
)

// store is where manifests and blobs are found by digest: an OCI layout, or another registry.
type store interface {
	manifest(d ocispec.Descriptor) (registry.Manifest, error)
	// blob describes content that a manifest names. Its Open is nil where the store is known not to hold it.
	blob(d ocispec.Descriptor) (Blob, error)
}

// Bounds of a tree of manifests, which is held in memory. Docker's archives nest one index in another, and the largest official
// images have some 30 platforms and attestations.
const (
	maxDepth     = 4
	maxManifests = 1000
	maxTree      = 8 << 20 // bytes of all manifests together
)

// loader reads one tree of manifests.
type loader struct {
	store
	manifests, size int
}

// load reads the manifest that root describes and everything it names, down to the descriptions of blobs. Children that are not
// there are left out of the tree.
func load(from store, root ocispec.Descriptor) (Sealed, error) {
	l := &loader{store: from}
	return l.load(root, 0)
}

func (l *loader) load(d ocispec.Descriptor, depth int) (Sealed, error) {
	if depth > maxDepth {
		return Sealed{}, fmt.Errorf("manifest %s is nested more than %d deep", d.Digest, maxDepth)
	}
	if l.manifests++; l.manifests > maxManifests {
		return Sealed{}, fmt.Errorf("more than %d manifests in one image", maxManifests)
	}
	m, err := l.manifest(d)
	if err != nil {
		return Sealed{}, err
	}
	if l.size += len(m.Raw); l.size > maxTree {
		return Sealed{}, fmt.Errorf("more than %d bytes of manifests in one image", maxTree)
	}
	if m.IsIndex() {
		children, err := l.children(m.Manifests, depth+1)
		return Sealed{Manifest: m, Children: children}, err
	}
	return l.image(m)
}

func (l *loader) children(entries []ocispec.Descriptor, depth int) ([]Sealed, error) {
	var children []Sealed
	for _, d := range entries {
		child, err := l.load(d, depth)
		if absent(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		children = append(children, child)
	}
	return children, nil
}

// image describes the blobs of an image manifest. Layers may be missing, since the repository may hold them; the config may not.
func (l *loader) image(m registry.Manifest) (Sealed, error) {
	s := Sealed{Manifest: m}
	var err error
	if s.Config, err = l.blob(m.Config); err != nil {
		return Sealed{}, err
	}
	if s.Config.Open == nil {
		return Sealed{}, fmt.Errorf("config %s of manifest %s: %w", m.Config.Digest, m.Digest, fs.ErrNotExist)
	}
	for _, d := range m.Layers {
		b, err := l.blob(d)
		if err != nil {
			return Sealed{}, err
		}
		s.Layers = append(s.Layers, b)
	}
	return s, nil
}

// absent says whether a manifest or its config is not there, as against there and wrong.
func absent(err error) bool {
	var notFound *NotFoundError
	return errors.Is(err, fs.ErrNotExist) || errors.As(err, &notFound)
}

// complete says whether a tree holds everything that its indexes name.
func (s Sealed) complete() bool {
	if len(s.Children) != len(s.Manifest.Manifests) {
		return false
	}
	for _, child := range s.Children {
		if !child.complete() {
			return false
		}
	}
	return true
}
