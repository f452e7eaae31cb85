package source_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/opencontainers/go-digest"

	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/source"
)

func TestWhatIsKnownAfterOpen(t *testing.T) {
	data := read(t, "testdata/archives/docker20.tar")
	gz := write(t, filepath.Join(t.TempDir(), "image.tar.gz"), gzipped(t, data))
	for _, tt := range []struct {
		reference          string
		unread, identified bool
	}{
		{"testdata/archives/docker20.tar", false, true},
		{"oci:testdata/archives/oci-layout", false, true},
		{"-", true, false},
		{gz, true, false},
	} {
		t.Run(tt.reference, func(t *testing.T) {
			image, err := source.Open(t.Context(), parse(t, tt.reference), source.Options{Stdin: bytes.NewReader(data)})
			if err != nil {
				t.Fatal(err)
			}
			defer image.Close()
			if image.Unread() != tt.unread || image.Identified() != tt.identified {
				t.Errorf("Unread is %t and Identified is %t, want %t and %t", image.Unread(), image.Identified(), tt.unread, tt.identified)
			}
			if !tt.unread {
				return
			}
			if diff := cmp.Diff(registry.Image{}, image.Identity()); diff != "" {
				t.Errorf("Identity (-want +got):\n%s", diff)
			}
			if err := image.Read(t.Context(), source.KeepAll("")); err != nil {
				t.Fatal(err)
			}
			if image.Unread() || !image.Identified() {
				t.Errorf("after Read Unread is %t and Identified is %t", image.Unread(), image.Identified())
			}
		})
	}
}

// TestOpenReadsNoFurtherThanItMust counts what Open reads of stdin.
func TestOpenReadsNoFurtherThanItMust(t *testing.T) {
	layer := bytes.Repeat([]byte("content "), 1<<17)
	b, _ := legacy(t, layer)
	for name, data := range map[string][]byte{"plain": b.tar(t), "zstd": zstandard(t, b.tar(t))} {
		r := bytes.NewReader(data)
		image, err := source.Open(t.Context(), parse(t, "-"), source.Options{Stdin: r})
		if err != nil {
			t.Fatal(err)
		}
		if n := len(data) - r.Len(); n > 1<<16 {
			t.Errorf("Open read %d bytes of a %s archive", n, name)
		}
		if err := image.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestReadingAgain(t *testing.T) {
	data := read(t, "testdata/archives/docker29-graph.tar")
	want := engine("docker29-graph.tar")
	leave := intake(func(f source.Incoming) (source.Taken, error) { return source.Taken{Digest: f.Named}, nil })
	keeper := source.KeepAll(t.TempDir())
	defer keeper.Close()
	again := func(reference string) (*source.Image, error) {
		options := source.HandOver(source.Options{Stdin: bytes.NewReader(data)}, 1024)
		image, err := source.Open(t.Context(), parse(t, reference), options)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { image.Close() })
		if err := image.Read(t.Context(), leave); err != nil {
			t.Fatal(err)
		}
		if image.Loose.Layers[0].Open != nil {
			t.Error("a layer that was left alone can be opened")
		}
		return image, image.Read(t.Context(), keeper)
	}
	t.Run("gives the layers that were left alone", func(t *testing.T) {
		image, err := again(write(t, filepath.Join(t.TempDir(), "image.tar.gz"), gzipped(t, data)))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, look(t, image)); diff != "" {
			t.Errorf("image (-want +got):\n%s", diff)
		}
	})
	t.Run("cannot be with stdin", func(t *testing.T) {
		image, err := again("-")
		wantError(t, err, "stdin was read already, without the layers that the repository held then")
		if !errors.As(err, new(*source.SpentError)) {
			t.Errorf("Read: %T, want a SpentError", err)
		}
		if image.Unread() || image.Identity().Configs[0] != configGraph.String() {
			t.Error("the image is not as it was before the error")
		}
	})
	t.Run("does nothing where all is there", func(t *testing.T) {
		image := open(t, "testdata/archives/docker29-graph.tar", source.Options{})
		if err := image.Read(t.Context(), nil); err != nil {
			t.Error(err)
		}
	})
}

// manySmall is an archive of an image with layers just small enough to be kept, of more than can be kept in memory.
func manySmall(t *testing.T) (b bundle, want view) {
	t.Helper()
	var content [][]byte
	for n := range 20 {
		content = append(content, bytes.Repeat([]byte{byte(n)}, 1<<20))
	}
	b, config := legacy(t, content...)
	return b, view{Platforms: []source.Platform{{Name: "linux/amd64", Config: config}}, Layers: layers(diffIDs(content...)...)}
}

func TestSmallFilesAreKeptWithinABound(t *testing.T) {
	b, want := manySmall(t)
	refusing := intake(func(f source.Incoming) (source.Taken, error) {
		return source.Taken{}, fmt.Errorf("a file of %d bytes was handed over", f.Size)
	})
	t.Run("and beyond it in a temporary file", func(t *testing.T) {
		dir := t.TempDir()
		image, err := source.Open(t.Context(), parse(t, "-"), source.Options{Stdin: bytes.NewReader(b.tar(t)), TempDir: dir})
		if err != nil {
			t.Fatal(err)
		}
		if err := image.Read(t.Context(), refusing); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, look(t, image)); diff != "" {
			t.Errorf("image (-want +got):\n%s", diff)
		}
		if err := image.Close(); err != nil {
			t.Error(err)
		}
		nothingLeft(t, dir)
	})
	t.Run("which is not the archive's fault when there can be none", func(t *testing.T) {
		err := readError(t, source.Options{Stdin: bytes.NewReader(b.tar(t)), TempDir: filepath.Join(t.TempDir(), "none")}, refusing)
		if errors.As(err, new(*source.FormatError)) || !errors.Is(err, os.ErrNotExist) {
			t.Errorf("Read: %v, want an error that does not blame the archive", err)
		}
	})
	t.Run("and documents of up to 4 MiB as small ones", func(t *testing.T) {
		b := bundle{"big": append([]byte(" \n{"), make([]byte, 4<<20-3)...)}
		wantFormatError(t, readError(t, source.Options{Stdin: bytes.NewReader(b.tar(t))}, refusing), "stdin is a tar archive without an image: it has neither index.json nor manifest.json")
		b["big"] = append(b["big"], ' ')
		wantError(t, readError(t, source.Options{Stdin: bytes.NewReader(b.tar(t))}, refusing), "a file of 4194305 bytes was handed over")
	})
}

// readError is what reading an archive on stdin fails with.
func readError(t *testing.T, o source.Options, in source.Intake) error {
	t.Helper()
	image, err := source.Open(t.Context(), parse(t, "-"), o)
	if err != nil {
		t.Fatal(err)
	}
	defer image.Close()
	if err = image.Read(t.Context(), in); err == nil {
		t.Fatal("Read succeeds")
	}
	return err
}

func TestKeeperWithoutAFolder(t *testing.T) {
	_, err := readWith(t, bundle{"x": []byte("content")}.tar(t), source.KeepAll(filepath.Join(t.TempDir(), "none")))
	if errors.As(err, new(*source.FormatError)) || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("Read: %v, want an error that does not blame the archive", err)
	}
}

// TestReadStopsWithinAFile holds that whoever reads a file is told that the context has ended, though stdin says nothing any more.
func TestReadStopsWithinAFile(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	start := bundle{digest.FromString("x").Encoded() + ".tar": make([]byte, 2<<20)}.tar(t)[:4096]
	silent, _ := io.Pipe()
	image, err := source.Open(ctx, parse(t, "-"), source.Options{Stdin: io.MultiReader(bytes.NewReader(start), silent)})
	if err != nil {
		t.Fatal(err)
	}
	err = image.Read(ctx, intake(func(f source.Incoming) (source.Taken, error) {
		if _, err := io.ReadFull(f.Content, make([]byte, 1024)); err != nil {
			t.Error(err)
		}
		cancel()
		_, err := io.Copy(io.Discard, f.Content)
		if !errors.Is(err, context.Canceled) {
			t.Errorf("the content ends with %v, want that it was cancelled", err)
		}
		return source.Taken{}, err
	}))
	wantError(t, err, "read stdin: context canceled")
}

// TestArchiveCutInAFile holds that whoever reads the file is told, and that it does not matter what it makes of it.
func TestArchiveCutInAFile(t *testing.T) {
	b, _ := legacy(t, bytes.Repeat([]byte("one"), 1000))
	data := b.tar(t)[:700+bytes.Index(b.tar(t), []byte("oneone"))]
	const want = "stdin is cut off or damaged: unexpected EOF"
	_, err := readWith(t, data, intake(func(f source.Incoming) (source.Taken, error) {
		_, err := io.Copy(io.Discard, f.Content)
		wantFormatError(t, err, want)
		_, again := f.Content.Read(make([]byte, 1))
		wantFormatError(t, again, want)
		return source.Taken{}, errors.New("something else")
	}))
	wantFormatError(t, err, want)
	name := digest.FromString("one").Encoded() + ".tar"
	data = bundle{name: bytes.Repeat([]byte("one"), 1000)}.tar(t)[:1500]
	var seen []source.Incoming
	_, err = readWith(t, data, ignoring(nil, &seen))
	wantFormatError(t, err, want)
}
