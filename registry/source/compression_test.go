package source_test

import (
	"bytes"
	"io"
	"path/filepath"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/hallmark-ci/hallmark/registry/source"
)

const tooLong = "zstd needs more than 32 MiB of memory for it: compress it again without --long and --ultra (window size exceeded)"

// TestWindowsOfZstd holds that a stream with the window of the highest level of BuildKit is read, and one that zstd --long makes is not.
func TestWindowsOfZstd(t *testing.T) {
	data := append(read(t, "testdata/archives/docker20.tar"), make([]byte, 1<<20)...)
	within := func(window int) []byte {
		var out bytes.Buffer
		w, err := zstd.NewWriter(&out, zstd.WithWindowSize(window), zstd.WithEncoderConcurrency(1))
		if err != nil {
			t.Fatal(err)
		}
		for len(data) > 0 { // in pieces, so that the whole is not known to be smaller than the window
			n, err := w.Write(data[:min(len(data), 1<<19)])
			if err != nil {
				t.Fatal(err)
			}
			data = data[n:]
		}
		return compressed(t, nil, w, &out)
	}
	whole := bytes.Clone(data)
	name := write(t, filepath.Join(t.TempDir(), "image.tar.zst"), within(32<<20))
	open(t, name, source.Options{})
	data = whole
	long := within(128 << 20)
	name = write(t, name, long)
	wantFormatError(t, openError(t, name, source.Options{}), name+" cannot be read to its end: "+tooLong)
	r, err := source.Decompress(bytes.NewReader(long), source.Zstd)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	_, err = io.Copy(io.Discard, r)
	wantError(t, err, tooLong)
}
