package source_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/opencontainers/go-digest"

	"github.com/hallmark-ci/hallmark/registry/source"
)

// view is an image as the tests compare it: what it is, and what its content really hashes to.
type view struct {
	Manifest  digest.Digest   // empty for a loose image
	MediaType string          // of that manifest
	Tree      []digest.Digest // every manifest below it, in order
	Platforms []source.Platform
	Layers    []layer
	Missing   []digest.Digest // blobs that are named and not there
	Notes     []string
}

// layer is the content of a layer that was read to its end.
type layer struct {
	Digest      digest.Digest // of a sealed layer its own, of a loose one that of the uncompressed tar
	Compression source.Compression
}

// look reads all of an image.
func look(t *testing.T, image *source.Image) view {
	t.Helper()
	v := view{Platforms: image.Platforms, Notes: image.Notes}
	if image.Loose != nil {
		for _, l := range image.Loose.Layers {
			v.Layers = append(v.Layers, layer{Digest: readLoose(t, l), Compression: l.Compression})
		}
		return v
	}
	v.Manifest, v.MediaType = image.Sealed.Manifest.Digest, image.Sealed.Manifest.MediaType
	v.lookInto(t, *image.Sealed)
	return v
}

func (v *view) lookInto(t *testing.T, s source.Sealed) {
	t.Helper()
	for _, child := range s.Children {
		v.Tree = append(v.Tree, child.Manifest.Digest)
		v.lookInto(t, child)
	}
	if s.Manifest.IsIndex() {
		return
	}
	if got := readBlob(t, s.Config); got != s.Config.Digest {
		t.Errorf("config %s reads as %s", s.Config.Digest, got)
	}
	for _, b := range s.Layers {
		if b.Open == nil {
			v.Missing = append(v.Missing, b.Digest)
			continue
		}
		v.Layers = append(v.Layers, layer{Digest: readBlob(t, b)})
	}
}

func readBlob(t *testing.T, b source.Blob) digest.Digest {
	t.Helper()
	r, err := b.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	got, err := digest.FromReader(r)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// readLoose reads a layer of a loose image twice, since it may be, and holds it against what is said of it.
func readLoose(t *testing.T, l source.Layer) digest.Digest {
	t.Helper()
	var got digest.Digest
	for range 2 {
		r, err := l.Open()
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		var stored bytes.Buffer
		plain, err := source.Decompress(io.TeeReader(r, &stored), l.Compression)
		if err != nil {
			t.Fatal(err)
		}
		defer plain.Close()
		if got, err = digest.FromReader(plain); err != nil {
			t.Fatal(err)
		}
		if got != l.DiffID || int64(stored.Len()) != l.Size {
			t.Errorf("layer reads as %s of %d bytes, want %s of %d", got, stored.Len(), l.DiffID, l.Size)
		}
	}
	return got
}

// open opens an image that is meant to be one, reads it where it must be read, and closes it at the end of the test, when nothing may
// be left of it.
func open(t *testing.T, reference string, o source.Options) *source.Image {
	t.Helper()
	if o.TempDir == "" {
		o.TempDir = t.TempDir()
	}
	image, keeper, err := openAndRead(t, reference, o)
	if err != nil {
		t.Fatalf("open %s: %v", reference, err)
	}
	t.Cleanup(func() {
		if err := errors.Join(image.Close(), keeper.Close()); err != nil {
			t.Errorf("Close: %v", err)
		}
		nothingLeft(t, o.TempDir)
	})
	return image
}

// openAndRead opens what may be an image, and reads all of it. Nothing is left to close after an error.
func openAndRead(t *testing.T, reference string, o source.Options) (*source.Image, *source.Keeper, error) {
	t.Helper()
	image, err := source.Open(t.Context(), parse(t, reference), o)
	if err != nil {
		return nil, nil, err
	}
	keeper := source.KeepAll(o.TempDir)
	if err := image.Read(t.Context(), keeper); err != nil {
		return nil, nil, errors.Join(err, image.Close(), keeper.Close())
	}
	return image, keeper, nil
}

// openError opens what is no image, and gives the error. Neither may leave anything.
func openError(t *testing.T, reference string, o source.Options) error {
	t.Helper()
	if o.TempDir == "" {
		o.TempDir = t.TempDir()
	}
	image, keeper, err := openAndRead(t, reference, o)
	if err == nil {
		t.Fatalf("%s is %+v, want an error (Close: %v)", reference, image.Platforms, errors.Join(image.Close(), keeper.Close()))
	}
	nothingLeft(t, o.TempDir)
	return err
}

func parse(t *testing.T, reference string) source.Reference {
	t.Helper()
	ref, err := source.ParseReference(reference)
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

// nothingLeft looks for files in a folder, and for files of it that are still open though they have no name any more.
func nothingLeft(t *testing.T, dir string) {
	t.Helper()
	for _, name := range left(t, dir) {
		t.Errorf("%s is left behind", name)
	}
}

func left(t *testing.T, dir string) []string {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range files {
		names = append(names, f.Name())
	}
	descriptors, _ := os.ReadDir("/proc/self/fd") // only Linux has it
	for _, d := range descriptors {
		if target, _ := os.Readlink(filepath.Join("/proc/self/fd", d.Name())); strings.HasPrefix(target, dir+"/") {
			names = append(names, target)
		}
	}
	return names
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func write(t *testing.T, name string, data []byte) string {
	t.Helper()
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func gzipped(t *testing.T, data []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	return compressed(t, data, gzip.NewWriter(&out), &out)
}

func zstandard(t *testing.T, data []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := zstd.NewWriter(&out)
	if err != nil {
		t.Fatal(err)
	}
	return compressed(t, data, w, &out)
}

func compressed(t *testing.T, data []byte, w io.WriteCloser, out *bytes.Buffer) []byte {
	t.Helper()
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// wantError holds the text of an error that a user reads against what it should be.
func wantError(t *testing.T, err error, want string) {
	t.Helper()
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Errorf("error (-want +got):\n%s", diff)
	}
}
