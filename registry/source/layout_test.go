package source_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/hallmark-ci/hallmark/registry/source"
)

// twoImages is a layout of two images: one under a tag, one under a whole name and a second one.
func twoImages(t *testing.T) (dir string, first, second ocispec.Descriptor) {
	t.Helper()
	one, two := zipped(t)
	b := bundle{}
	first, second = b.image(t, linuxAMD, one), b.image(t, linuxAMD, two)
	return b.top(t, named(first, "1"), named(second, "shop/api:2"), named(second, "latest")).layout(t), first, second
}

func TestLayoutTakesTheImageThatIsAskedFor(t *testing.T) {
	dir, first, second := twoImages(t)
	for which, want := range map[string]digest.Digest{
		":1": first.Digest, ":2": second.Digest, ":latest": second.Digest,
		"@" + first.Digest.String(): first.Digest, "@" + second.Digest.String(): second.Digest,
	} {
		t.Run(which, func(t *testing.T) {
			image := open(t, "oci:"+dir+which, source.Options{})
			if diff := cmp.Diff(want, image.Sealed.Manifest.Digest); diff != "" {
				t.Errorf("manifest (-want +got):\n%s", diff)
			}
		})
	}
}

func TestLayoutErrors(t *testing.T) {
	dir, first, second := twoImages(t)
	names := "1@" + first.Digest.String() + ", shop/api:2@" + second.Digest.String() + ", latest@" + second.Digest.String()
	missing := digest.FromString("missing")
	empty := bundle{}.top(t).layout(t)
	file := write(t, filepath.Join(t.TempDir(), "image.tar"), []byte("content"))
	broken := bundle{"index.json": []byte("{")}.layout(t)
	gone := bundle{}.top(t, ocispec.Descriptor{MediaType: ocispec.MediaTypeImageManifest, Digest: missing, Size: 1}).layout(t)
	folder := bundle{}.layout(t)
	if err := os.Mkdir(filepath.Join(folder, "index.json"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, reference, want string
	}{
		{"several images and none is named", "oci:" + dir, dir + " holds several images, say which one: " + names},
		{"a tag that is not there", "oci:" + dir + ":3", dir + ` holds no image "3", only ` + names},
		{"a digest that is not there", "oci:" + dir + "@" + missing.String(), dir + ` holds no image "` + missing.String() + `", only ` + names},
		{"no image", "oci:" + empty, empty + " holds no image"},
		{"no folder", "oci:" + dir + "/missing", dir + "/missing does not exist"},
		{"a file", "oci:" + file, file + " is a file: an archive is opened with archive: before its name"},
		{"a folder without index.json", "oci:" + filepath.Dir(file), filepath.Dir(file) + " is no OCI layout: it has no index.json"},
		{"an index.json that is no JSON", "oci:" + broken, broken + " has an index.json that cannot be read: unexpected end of JSON input"},
		{"an index.json that is a folder", "oci:" + folder, folder + " holds no image that can be used: \"index.json\" is no file"},
		{"a manifest that is not there", "oci:" + gone, gone + ` is incomplete: find "` + blobPath(missing) + `": no such file or directory`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			wantError(t, openError(t, tt.reference, source.Options{}), tt.want)
			nothingLeft(t, t.TempDir())
		})
	}
}

// TestLayoutLinks holds that links are followed within the folder, and never out of it.
func TestLayoutLinks(t *testing.T) {
	one, _ := zipped(t)
	b := bundle{}
	d := b.image(t, linuxAMD, one)
	config := b.config(t, linuxAMD, one).Digest
	link := func(t *testing.T, target func(dir string) string) string {
		dir := b.top(t, d).layout(t)
		name := filepath.Join(dir, blobPath(config))
		if err := os.Rename(name, filepath.Join(dir, "elsewhere")); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(target(dir), name); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	t.Run("within the folder is followed", func(t *testing.T) {
		dir := link(t, func(string) string { return "../../elsewhere" })
		if diff := cmp.Diff(d.Digest, look(t, open(t, "oci:"+dir, source.Options{})).Manifest); diff != "" {
			t.Errorf("manifest (-want +got):\n%s", diff)
		}
	})
	t.Run("out of the folder is refused", func(t *testing.T) {
		dir := link(t, func(string) string { return write(t, filepath.Join(t.TempDir(), "outside"), b[blobPath(config)]) })
		wantError(t, openError(t, "oci:"+dir, source.Options{}), dir+` holds no image that can be used: find "`+blobPath(config)+`": path escapes from parent`)
	})
}

func TestLayoutReadsSHA512(t *testing.T) {
	one, _ := zipped(t)
	b := bundle{}
	d := b.image(t, linuxAMD, one)
	content := b[blobPath(d.Digest)]
	d.Digest = digest.SHA512.FromBytes(content)
	b[blobPath(d.Digest)] = content
	index := b.index(t, on(d, linuxAMD))
	want := []digest.Digest{d.Digest}
	if diff := cmp.Diff(want, look(t, open(t, "oci:"+b.top(t, index).layout(t), source.Options{})).Tree); diff != "" {
		t.Errorf("tree (-want +got):\n%s", diff)
	}
}
