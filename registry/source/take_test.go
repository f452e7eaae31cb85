package source_test

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/opencontainers/go-digest"

	"github.com/hallmark-ci/hallmark/registry/source"
)

// intake is an Intake that a test makes up.
type intake func(f source.Incoming) (source.Taken, error)

func (i intake) Take(_ context.Context, f source.Incoming) (source.Taken, error) { return i(f) }

// ignoring leaves every file alone whose name says what it is, and keeps the others. It notes what it was given.
func ignoring(keeper *source.Keeper, seen *[]source.Incoming) intake {
	return func(f source.Incoming) (source.Taken, error) {
		noted := f
		noted.Content = nil
		*seen = append(*seen, noted)
		if f.Named != "" {
			return source.Taken{Digest: f.Named}, nil
		}
		return keeper.Take(context.Background(), f)
	}
}

// readWith reads an archive on stdin, of which every file but JSON is handed over.
func readWith(t *testing.T, data []byte, in source.Intake) (*source.Image, error) {
	t.Helper()
	dir := t.TempDir()
	image, err := source.Open(t.Context(), parse(t, "-"), source.HandOver(source.Options{Stdin: bytes.NewReader(data), TempDir: dir}, 1))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := image.Close(); err != nil {
			t.Error(err)
		}
		nothingLeft(t, dir)
	})
	return image, image.Read(t.Context(), in)
}

// summary is what is said of the layers of a loose image, without what they hold.
func summary(image *source.Image) []source.Layer {
	var out []source.Layer
	for _, l := range image.Loose.Layers {
		if l.Open != nil {
			l.Open = present
		}
		out = append(out, l)
	}
	return out
}

func present() (io.ReadCloser, error) { return nil, nil }

// whetherOpen compares functions only by whether they are there.
var whetherOpen = cmp.Comparer(func(a, b func() (io.ReadCloser, error)) bool { return (a == nil) == (b == nil) })

func TestFilesAreHandedOverWithWhatTheirNamesSay(t *testing.T) {
	for _, tt := range []struct {
		archive string
		want    []source.Incoming
		layers  []source.Layer
	}{
		{"docker29-graph.tar",
			[]source.Incoming{{Named: plainGraph[1].Digest, Size: 2560}, {Named: plainGraph[0].Digest, Size: 2048}},
			[]source.Layer{{DiffID: plainGraph[0].Digest, Size: 2048, Named: true}, {DiffID: plainGraph[1].Digest, Size: 2560, Named: true}},
		},
		{"skopeo-docker-archive.tar",
			[]source.Incoming{{Named: plain20[0].Digest, Size: 2048}, {Named: plain20[1].Digest, Size: 2560}},
			[]source.Layer{{DiffID: plain20[0].Digest, Size: 2048, Named: true}, {DiffID: plain20[1].Digest, Size: 2560, Named: true}},
		},
		{"docker20.tar",
			[]source.Incoming{{Size: 2048}, {Size: 2560}},
			[]source.Layer{{DiffID: plain20[0].Digest, Size: 2048, Open: present}, {DiffID: plain20[1].Digest, Size: 2560, Open: present}},
		},
	} {
		t.Run(tt.archive, func(t *testing.T) {
			keeper := source.KeepAll(t.TempDir())
			defer keeper.Close()
			var seen []source.Incoming
			image, err := readWith(t, read(t, "testdata/archives/"+tt.archive), ignoring(keeper, &seen))
			if err != nil {
				t.Fatal(err)
			}
			large := func(f source.Incoming) bool { return f.Size < 1024 }
			if diff := cmp.Diff(tt.want, seen, cmpopts.IgnoreSliceElements(large)); diff != "" {
				t.Errorf("files (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.layers, summary(image), whetherOpen); diff != "" {
				t.Errorf("layers (-want +got):\n%s", diff)
			}
		})
	}
}

// TestBlobsThatAreLeftAlone holds that a sealed image keeps its manifest though nothing of its layers was read.
func TestBlobsThatAreLeftAlone(t *testing.T) {
	var seen []source.Incoming
	image, err := readWith(t, read(t, "testdata/archives/docker29-containerd-plain.tar"), ignoring(nil, &seen))
	if err != nil {
		t.Fatal(err)
	}
	want := buildxImage
	want.Layers, want.Missing = nil, []digest.Digest{gzipBuildx[0].Digest, gzipBuildx[1].Digest}
	if diff := cmp.Diff(want, look(t, image)); diff != "" {
		t.Errorf("image (-want +got):\n%s", diff)
	}
	for _, f := range seen {
		if f.Compression != source.Gzip {
			t.Errorf("%s was handed over as compressed with %q", f.Named, f.Compression)
		}
	}
}

// TestCompressedLayersThatAreLeftAlone holds that their blobs are known where manifest.json stands in for the layout.
func TestCompressedLayersThatAreLeftAlone(t *testing.T) {
	b := unpack(t, "docker29-containerd-plain.tar")
	delete(b, "index.json")
	var seen []source.Incoming
	image, err := readWith(t, b.tar(t), ignoring(nil, &seen))
	if err != nil {
		t.Fatal(err)
	}
	for n, l := range image.Loose.Layers {
		want := &source.Packed{Digest: gzipBuildx[n].Digest, Size: l.Size, Compression: source.Gzip}
		if diff := cmp.Diff(want, l.Packed, whetherOpen); diff != "" || l.Open != nil || l.Named {
			t.Errorf("layer %+v (-want +got):\n%s", l, diff)
		}
	}
}

// TestPackedLayers holds that what an Intake has compressed is the layer's, and that its bytes must be those of the diffID.
func TestPackedLayers(t *testing.T) {
	b, _ := legacy(t, []byte("one"))
	keeper := source.KeepAll(t.TempDir())
	defer keeper.Close()
	packed := &source.Packed{Digest: digest.FromString("packed"), Size: 6, Compression: source.Zstd, Open: present}
	packing := intake(func(f source.Incoming) (source.Taken, error) {
		taken, err := keeper.Take(t.Context(), f)
		taken.Packed = packed
		return taken, err
	})
	image, err := readWith(t, b.tar(t), packing)
	if err != nil {
		t.Fatal(err)
	}
	want := []source.Layer{{DiffID: digest.FromString("one"), Size: 3, Open: present, Packed: packed}}
	if diff := cmp.Diff(want, summary(image), whetherOpen); diff != "" {
		t.Errorf("layers (-want +got):\n%s", diff)
	}
	b["a/layer.tar"] = []byte("two")
	_, err = readWith(t, b.tar(t), packing)
	wantFormatError(t, err, `stdin is damaged: read layer "a/layer.tar": layer `+digest.FromString("one").String()+" is corrupt: its content is "+digest.FromString("two").String())
	if !errors.As(err, new(*source.CorruptError)) {
		t.Errorf("Read: %v, want a CorruptError", err)
	}
}

func TestFilesThatAreNotWhatTheirNamesSay(t *testing.T) {
	wrong, real := digest.FromString("one"), digest.FromString("two")
	for _, name := range []string{blobPath(wrong), wrong.Encoded() + ".tar", blobPath(digest.SHA512.FromString("one"))} {
		keeper := source.KeepAll(t.TempDir())
		defer keeper.Close()
		_, err := readWith(t, bundle{name: []byte("two")}.tar(t), keeper)
		got := real
		if strings.Contains(name, "sha512") {
			got = digest.SHA512.FromString("two")
		}
		wantFormatError(t, err, `stdin is damaged: file "`+name+`" is corrupt: its content is `+got.String())
		if !errors.As(err, new(*source.CorruptError)) {
			t.Errorf("Read: %v, want a CorruptError", err)
		}
	}
	t.Run("as the intake measures by another algorithm", func(t *testing.T) {
		name := blobPath(digest.SHA512.FromString("one"))
		_, err := readWith(t, bundle{name: []byte("one"), "x": nil}.tar(t), intake(func(f source.Incoming) (source.Taken, error) {
			got, err := digest.FromReader(f.Content)
			return source.Taken{Digest: got}, err
		}))
		wantFormatError(t, err, "stdin is a tar archive without an image: it has neither index.json nor manifest.json")
	})
	t.Run("and are left alone, and named by a layer they are not", func(t *testing.T) {
		b, _ := legacy(t, []byte("one"))
		delete(b, "a/layer.tar")
		b[real.Encoded()+".tar"] = []byte("two")
		link := tar.Header{Typeflag: tar.TypeSymlink, Name: "a/layer.tar", Linkname: "../" + real.Encoded() + ".tar"}
		var seen []source.Incoming
		_, err := readWith(t, b.tar(t, link), ignoring(nil, &seen))
		wantFormatError(t, err, `stdin is damaged: read layer "a/layer.tar": layer `+wrong.String()+" is corrupt: its content is "+real.String())
	})
}

func TestIntakesThatDoNotKeepTheirWord(t *testing.T) {
	b, _ := legacy(t, []byte("one"))
	half := func(f source.Incoming) (source.Taken, error) {
		_, err := io.ReadFull(f.Content, make([]byte, 2))
		return source.Taken{}, err
	}
	_, err := readWith(t, b.tar(t), intake(half))
	wantError(t, err, `2 of the 3 bytes of "a/layer.tar" were read`)
	_, err = readWith(t, b.tar(t), intake(func(source.Incoming) (source.Taken, error) { return source.Taken{}, nil }))
	wantError(t, err, `0 of the 3 bytes of "a/layer.tar" were read`)
	failure := errors.New("no space left on device")
	_, err = readWith(t, b.tar(t), intake(func(source.Incoming) (source.Taken, error) { return source.Taken{}, failure }))
	wantError(t, err, "no space left on device")
}

// TestFilesThatStandTwice holds that the second one is compared and not handed over, also where the first was left alone.
func TestFilesThatStandTwice(t *testing.T) {
	b, config := legacy(t, []byte("one"))
	name := digest.FromString("one").Encoded() + ".tar"
	b[name] = []byte("one")
	again := tar.Header{Typeflag: tar.TypeReg, Name: name, Size: 3}
	var seen []source.Incoming
	keeper := source.KeepAll(t.TempDir())
	defer keeper.Close()
	image, err := readWith(t, b.tar(t, again), ignoring(keeper, &seen))
	if err != nil {
		t.Fatal(err)
	}
	if image.Platforms[0].Config != config || len(seen) != 2 {
		t.Errorf("%d files were handed over of the image %s, want 2 of %s", len(seen), image.Platforms[0].Config, config)
	}
	other := bundle{name: []byte("two")}
	_, err = readWith(t, append(b.tar(t)[:len(b.tar(t))-1024], other.tar(t)...), ignoring(keeper, &seen))
	wantFormatError(t, err, `stdin holds two files named "`+name+`"`)
}
