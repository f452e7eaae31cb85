package compress_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/hallmark-ci/hallmark/registry/push/compress"
)

func TestCompressStops(t *testing.T) {
	broken := errors.New("broken")
	t.Run("when the input cannot be read", func(t *testing.T) {
		c := newCompressor(t, compress.Options{})
		r := io.MultiReader(bytes.NewReader(words(1, 3<<20)), iotest.ErrReader(broken))
		if err := c.Compress(context.Background(), io.Discard, r); !errors.Is(err, broken) {
			t.Errorf("Compress: %v", err)
		}
		compressed(t, c, strings.NewReader("the same compressor goes on"))
	})
	t.Run("when the output cannot be written", func(t *testing.T) {
		c := newCompressor(t, compress.Options{})
		for range 3 { // every block must come back, or the third call has none
			err := c.Compress(context.Background(), &failing{after: 2, err: broken}, bytes.NewReader(words(1, 6<<20)))
			if !errors.Is(err, broken) {
				t.Errorf("Compress: %v", err)
			}
		}
	})
	t.Run("when the context ends", func(t *testing.T) {
		c := newCompressor(t, compress.Options{})
		ctx, cancel := context.WithCancel(context.Background())
		r := io.MultiReader(bytes.NewReader(words(1, 2<<20)), readerFunc(func(p []byte) (int, error) { cancel(); return len(p), nil }))
		if err := c.Compress(ctx, io.Discard, r); !errors.Is(err, context.Canceled) {
			t.Errorf("Compress: %v", err)
		}
	})
}

type failing struct {
	after int
	err   error
}

func (f *failing) Write(p []byte) (int, error) {
	if f.after--; f.after < 0 {
		return 0, f.err
	}
	return len(p), nil
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }
