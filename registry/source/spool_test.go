package source_test

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/registry/source"
)

// endless is an archive that begins well and goes on for ever. It calls meanwhile before each read.
type endless struct {
	start     io.Reader
	meanwhile func(read int64)
	read      int64
}

func (e *endless) Read(p []byte) (int, error) {
	e.meanwhile(e.read)
	n, err := e.start.Read(p)
	if errors.Is(err, io.EOF) {
		clear(p)
		n, err = len(p), nil
	}
	e.read += int64(n)
	return n, err
}

// bomb is a gzip file whose content has no end within the test: a header, and then zeros.
func bomb(t *testing.T) []byte {
	t.Helper()
	b := bundle{"manifest.json": nil}
	return gzipped(t, append(b.tar(t)[:512], make([]byte, 16<<20)...))
}

func TestReadingStopsWhenTheContextEnds(t *testing.T) {
	start := bundle{"a/layer.tar": make([]byte, 2<<20)}.tar(t)[:512]
	for name, stdin := range map[string]func(cancel func()) io.Reader{
		"between reads": func(cancel func()) io.Reader {
			return &endless{start: bytes.NewReader(start), meanwhile: func(read int64) {
				if read > 1<<20 {
					cancel()
				}
			}}
		},
		"within a read that never ends": func(cancel func()) io.Reader {
			r, _ := io.Pipe()
			return io.MultiReader(bytes.NewReader(start), &endless{start: r, meanwhile: func(int64) { cancel() }})
		},
		"in a file that grows as it is decompressed": func(cancel func()) io.Reader {
			content := bomb(t)
			return &endless{start: bytes.NewReader(content), meanwhile: func(read int64) {
				if read >= int64(len(content))/2 {
					cancel()
				}
			}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			dir := t.TempDir()
			image, err := source.Open(ctx, parse(t, "-"), source.Options{Stdin: stdin(cancel), TempDir: dir})
			if err != nil {
				t.Fatal(err)
			}
			keeper := source.KeepAll(dir)
			err = image.Read(ctx, keeper)
			if !errors.Is(err, context.Canceled) {
				t.Fatalf("Read: %v, want that it was cancelled", err)
			}
			wantError(t, err, "read stdin: context canceled")
			if err := errors.Join(image.Close(), keeper.Close()); err != nil {
				t.Error(err)
			}
			nothingLeft(t, dir)
		})
	}
}

// TestWhatIsNoArchiveIsNotRead holds that the first bytes are looked at before the rest is read.
func TestWhatIsNoArchiveIsNotRead(t *testing.T) {
	for name, start := range map[string]string{"zeros": "", "text": strings.Repeat("text ", 200)} {
		t.Run(name, func(t *testing.T) {
			r := &endless{start: strings.NewReader(start), meanwhile: func(read int64) {
				if read > 1<<20 {
					t.Fatalf("%d bytes were read", read)
				}
			}}
			if err := openError(t, "-", source.Options{Stdin: r}); !errors.As(err, new(*source.FormatError)) {
				t.Errorf("Open: %v, want a FormatError", err)
			}
		})
	}
}

// failing is a stdin that breaks.
type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, os.ErrClosed }

func TestStdinThatBreaks(t *testing.T) {
	data := read(t, "testdata/archives/docker20.tar")
	for name, r := range map[string]io.Reader{
		"at once":                           failing{},
		"within the first block":            io.MultiReader(bytes.NewReader(data[:100]), failing{}),
		"later":                             io.MultiReader(bytes.NewReader(data[:5000]), failing{}),
		"at the start of a compressed file": io.MultiReader(bytes.NewReader(gzipped(t, data)[:5]), failing{}),
	} {
		t.Run(name, func(t *testing.T) {
			wantFormatError(t, openError(t, "-", source.Options{Stdin: r}), "stdin cannot be read to its end: file already closed")
		})
	}
}

// TestOpeningStopsWhenTheContextEnds does not wait for a stdin that never says anything.
func TestOpeningStopsWhenTheContextEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	r, _ := io.Pipe()
	_, err := source.Open(ctx, parse(t, "-"), source.Options{Stdin: &endless{start: r, meanwhile: func(int64) { cancel() }}})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("Open: %v, want that it was cancelled", err)
	}
	wantError(t, err, "read stdin: context canceled")
}

func TestArchiveThatBeginsTooLate(t *testing.T) {
	content := bytes.Repeat(gzipped(t, nil), 60_000)
	wantFormatError(t, openError(t, "-", source.Options{Stdin: bytes.NewReader(content)}), "stdin does not begin within 1048576 bytes")
}

func TestSparseFilesAreRefused(t *testing.T) {
	b, _ := legacy(t, []byte("one"))
	delete(b, "a/layer.tar")
	records := map[string]string{"GNU.sparse.size": "3", "GNU.sparse.numblocks": "1", "GNU.sparse.map": "0,3"}
	data := sparse(t, b, records)
	wantFormatError(t, openError(t, "-", source.Options{Stdin: bytes.NewReader(data)}), `stdin holds "a/layer.tar" as a sparse file`)
}

// sparse adds the layer to an archive as a sparse file of format 0.1, by a PAX header that archive/tar reads and does not write.
func sparse(t *testing.T, b bundle, records map[string]string) []byte {
	t.Helper()
	var header strings.Builder
	for _, key := range []string{"GNU.sparse.size", "GNU.sparse.numblocks", "GNU.sparse.map"} {
		record := " " + key + "=" + records[key] + "\n"
		header.WriteString(strconv.Itoa(len(record)+2) + record)
	}
	extended := bundle{"pax": []byte(header.String())}.tar(t)
	extended[156] = tar.TypeXHeader
	checksum(extended)
	file := bundle{"a/layer.tar": []byte("one")}.tar(t)
	data := b.tar(t)
	return append(append(data[:len(data)-1024], extended[:1024]...), file...)
}

// checksum writes the checksum of a header anew (https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html).
func checksum(header []byte) {
	copy(header[148:156], "        ")
	sum := 0
	for _, c := range header[:512] {
		sum += int(c)
	}
	copy(header[148:156], []byte("000000\x00 "))
	text := strconv.FormatInt(int64(sum), 8)
	copy(header[154-len(text):154], text)
}

// TestNamesInAnArchiveAreNotWritten holds that entries that would leave a folder are neither written nor taken for others.
func TestNamesInAnArchiveAreNotWritten(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	b, config := legacy(t, []byte("one"))
	b["../outside"], b["/absolute/outside"], b["../a/layer.tar"] = []byte("x"), []byte("x"), []byte("x")
	b[strings.Repeat("long/", 60)+"name"] = []byte("x")
	image := open(t, "-", source.Options{Stdin: bytes.NewReader(b.tar(t))})
	want := view{Platforms: []source.Platform{{Name: "linux/amd64", Config: config}}, Layers: layers(diffIDs([]byte("one"))...)}
	if diff := cmp.Diff(want, look(t, image)); diff != "" {
		t.Errorf("image (-want +got):\n%s", diff)
	}
	nothingLeft(t, dir)
	if _, err := os.Stat(filepath.Join(filepath.Dir(dir), "outside")); err == nil {
		t.Error("a file was written beside the folder")
	}
}

func TestArchivesOfVeryManyFiles(t *testing.T) {
	var data bytes.Buffer
	w := tar.NewWriter(&data)
	for i := range 20_001 {
		if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: strconv.Itoa(i)}); err != nil {
			t.Fatal(err)
		}
	}
	wantFormatError(t, openError(t, "-", source.Options{Stdin: &data}), "stdin holds more than 20000 files: it is no image archive")
}
