package source

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/hallmark-ci/hallmark/registry"
)

// folder is the folder of an OCI layout. Only index.json and blobs are opened in it, and no link leads out of it.
type folder struct {
	root *os.Root
}

// find implements files.
func (f folder) find(name string) (file, error) {
	path := filepath.FromSlash(name)
	info, err := f.root.Stat(path) // before it is opened, since opening a pipe waits for its other end
	if err != nil {
		return file{}, fmt.Errorf("find %q: %w", name, unwrapPath(err))
	}
	if !info.Mode().IsRegular() {
		return file{}, fmt.Errorf("%q is no file", name)
	}
	return file{size: info.Size(), named: namedDigest(name), open: func() (io.ReadCloser, error) {
		r, err := f.root.Open(path)
		if err != nil {
			return nil, fmt.Errorf("find %q: %w", name, unwrapPath(err))
		}
		return r, nil
	}}, nil
}

// openLayout opens an OCI layout folder.
func openLayout(ref Reference, o Options) (*Image, error) {
	if info, err := os.Stat(ref.Name); err == nil && !info.IsDir() {
		return nil, &FormatError{File: ref.Name, Problem: "is a file: an archive is opened with archive: before its name"}
	}
	root, err := os.OpenRoot(ref.Name)
	if err != nil {
		return nil, unreadable(ref.Name, err)
	}
	l := layout{files: folder{root: root}, name: ref.Name, which: ref.Which, platform: o.Platform, mend: "say which one"}
	image, err := l.image()
	if err != nil {
		return nil, errors.Join(problem(ref.Name, err), root.Close())
	}
	image.closers = append(image.closers, root)
	return image, nil
}

// layout reads an image from an OCI layout, in a folder or in an archive. It is a store.
type layout struct {
	files
	name     string // for messages
	which    string // tag or digest to take; empty for the only one
	platform string // to take of an index; empty for all
	mend     string // what to do when it holds several images
}

func (l layout) manifest(d ocispec.Descriptor) (registry.Manifest, error) {
	raw, err := readBlob(l.files, d)
	if err != nil {
		return registry.Manifest{}, err
	}
	m, err := registry.ParseManifest(raw, d.MediaType)
	if err != nil {
		return registry.Manifest{}, fmt.Errorf("%s: %w", d.Digest, err)
	}
	m.Digest = d.Digest // which may be of another algorithm
	return m, nil
}

func (l layout) blob(d ocispec.Descriptor) (Blob, error) { return blob(l.files, d) }

// image reads the image that index.json names. It is loose when its layers are not compressed, as docker save of Docker 25 and
// later writes them: such layers are compressed before they go up.
func (l layout) image() (*Image, error) {
	top, err := l.index()
	if err != nil {
		return nil, err
	}
	d, err := l.entry(top)
	if err != nil {
		return nil, err
	}
	tree, err := load(l, d)
	if err != nil {
		return nil, err
	}
	all, err := leaves(tree)
	if err != nil {
		return nil, err
	}
	image, err := choose(tree, all, l.name, l.platform)
	if err != nil {
		return nil, err
	}
	if image.Sealed.Manifest.IsIndex() {
		return image, image.notePlain(all)
	}
	return image, image.loosen()
}

func (l layout) index() ([]ocispec.Descriptor, error) {
	data, err := readSmall(l.files, "index.json")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &FormatError{File: l.name, Problem: "is no OCI layout: it has no index.json"}
	}
	if err != nil {
		return nil, err
	}
	var index ocispec.Index
	if err := json.Unmarshal(data, &index); err != nil {
		return nil, &FormatError{File: l.name, Problem: "has an index.json that cannot be read", Err: err}
	}
	return index.Manifests, nil
}

// entry finds the entry of index.json to take. Several names of one image are one image.
func (l layout) entry(entries []ocispec.Descriptor) (ocispec.Descriptor, error) {
	var found []ocispec.Descriptor
	for _, d := range entries {
		if l.which == "" || l.named(d) {
			found = append(found, d)
		}
	}
	for _, d := range found {
		if d.Digest != found[0].Digest {
			return ocispec.Descriptor{}, &FormatError{File: l.name, Problem: "holds several images, " + l.mend + ": " + entryNames(found)}
		}
	}
	switch {
	case len(found) > 0:
		return found[0], nil
	case len(entries) == 0:
		return ocispec.Descriptor{}, &FormatError{File: l.name, Problem: "holds no image"}
	default:
		return ocispec.Descriptor{}, &FormatError{File: l.name, Problem: fmt.Sprintf("holds no image %q, only %s", l.which, entryNames(entries))}
	}
}

// named says whether the tag or digest that was asked for is d's. Tools differ in what they call a tag: Docker writes 1, skopeo
// writes shop/api:1 if it was given that.
func (l layout) named(d ocispec.Descriptor) bool {
	name := d.Annotations[ocispec.AnnotationRefName]
	return l.which == d.Digest.String() || l.which == name || strings.HasSuffix(name, ":"+l.which)
}

// annotationImageName is where containerd and Docker keep the whole name of an image.
const annotationImageName = "io.containerd.image.name"

func entryNames(entries []ocispec.Descriptor) string {
	var names []string
	for _, d := range entries {
		name := d.Annotations[annotationImageName]
		if tag := d.Annotations[ocispec.AnnotationRefName]; name == "" {
			name = tag
		}
		names = append(names, strings.TrimPrefix(name+"@"+d.Digest.String(), "@"))
	}
	return strings.Join(names, ", ")
}
