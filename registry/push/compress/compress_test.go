package compress_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/hallmark-ci/hallmark/registry/push/compress"
)

// words is text that compresses about as well as source code.
func words(seed uint64, size int) []byte {
	r := rand.New(rand.NewPCG(seed, 1))
	var out bytes.Buffer
	for out.Len() < size {
		fmt.Fprintf(&out, "func f%d() { return x%d + %d }\n", r.IntN(300), r.IntN(50), r.IntN(1e6))
	}
	return out.Bytes()[:size]
}

// noise does not compress.
func noise(seed uint64, size int) []byte {
	var key [32]byte
	key[0] = byte(seed)
	out := make([]byte, size)
	_, _ = rand.NewChaCha8(key).Read(out) // never fails
	return out
}

// mixed changes between both kinds within a block and at its borders.
func mixed() []byte {
	return bytes.Join([][]byte{words(1, 100<<10), noise(1, 700<<10), words(2, 300<<10), noise(2, 100<<10), words(3, 100<<10), noise(3, 70<<10), words(4, 1)}, nil)
}

var inputs = []struct {
	name string
	data []byte
}{
	{"nothing", nil},
	{"one byte", []byte("a")},
	{"a block", words(5, 1<<20)},
	{"a block and a byte", words(6, 1<<20+1)},
	{"noise", noise(4, 1<<20)},
	{"mixed", mixed()},
	{"zeros", make([]byte, 1<<20+1)},
}

var settings = []compress.Options{
	{Format: compress.Gzip},
	{Format: compress.Gzip, Level: 1},
	{Format: compress.Zstd},
}

func compressed(t *testing.T, c *compress.Compressor, r io.Reader) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := c.Compress(context.Background(), &out, r); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func newCompressor(t *testing.T, o compress.Options) *compress.Compressor {
	t.Helper()
	c, err := compress.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestCompressGivesWhatCanBeDecompressed(t *testing.T) {
	for _, o := range settings {
		c := newCompressor(t, o)
		for _, input := range inputs {
			t.Run(fmt.Sprintf("%s %d of %s", o.Format, o.Level, input.name), func(t *testing.T) {
				packed := compressed(t, c, bytes.NewReader(input.data))
				if got := decompressed(t, o.Format, packed); !bytes.Equal(got, input.data) {
					t.Errorf("%d bytes came back as %d others", len(input.data), len(got))
				}
			})
		}
	}
}

func decompressed(t *testing.T, f compress.Format, packed []byte) []byte {
	t.Helper()
	var r io.Reader
	var err error
	if f == compress.Zstd {
		r, err = zstd.NewReader(bytes.NewReader(packed))
	} else {
		r, err = gzip.NewReader(bytes.NewReader(packed))
	}
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestCompressDependsOnTheInputAlone(t *testing.T) {
	for _, o := range settings {
		t.Run(fmt.Sprintf("%s %d", o.Format, o.Level), func(t *testing.T) {
			want := sha256.Sum256(compressed(t, newCompressor(t, o), bytes.NewReader(mixed())))
			for _, workers := range []int{1, 3} {
				o.Workers = workers
				c := newCompressor(t, o)
				compressed(t, c, bytes.NewReader(words(9, 1<<20))) // leaves its traces in the encoders
				var streams sync.WaitGroup
				for range 3 {
					streams.Go(func() {
						var out bytes.Buffer
						if err := c.Compress(context.Background(), &out, iotest.HalfReader(bytes.NewReader(mixed()))); err != nil {
							t.Error(err)
						}
						if got := sha256.Sum256(out.Bytes()); got != want {
							t.Errorf("with %d workers the digest is %x, not %x", workers, got, want)
						}
					})
				}
				streams.Wait()
			}
		})
	}
}

// The digest of every layer depends on these: a new version of the compression library that changes them is worth a line in CHANGELOG.md.
func TestCompressedBytesStayTheSame(t *testing.T) {
	got := map[string]string{}
	for _, o := range settings {
		got[fmt.Sprintf("%s %d", o.Format, o.Level)] = fmt.Sprintf("%x", sha256.Sum256(compressed(t, newCompressor(t, o), bytes.NewReader(mixed()))))[:16]
	}
	want := map[string]string{
		"gzip 0": "c99c8afc663e5727",
		"gzip 1": "c0afffadcb47bdef",
		"zstd 0": "f81a48616a426853",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("digests (-want +got):\n%s", diff)
	}
}

func TestCompressStoresWhatDoesNotCompress(t *testing.T) {
	data := noise(7, 1<<20)
	packed := compressed(t, newCompressor(t, compress.Options{}), bytes.NewReader(data))
	if most := len(data) + len(data)/1000; len(packed) > most {
		t.Errorf("%d bytes became %d, more than %d", len(data), len(packed), most)
	}
	if !bytes.Contains(packed, data[100:1000]) {
		t.Error("noise is not stored as it is")
	}
}

func TestCompressFindsMatchesAcrossBlocks(t *testing.T) {
	line := hex.AppendEncode(nil, noise(8, 10<<10))
	once := compressed(t, newCompressor(t, compress.Options{}), bytes.NewReader(append(words(1, 1<<20-len(line)), line...)))
	twice := compressed(t, newCompressor(t, compress.Options{}), bytes.NewReader(append(append(words(1, 1<<20-len(line)), line...), line...)))
	if more := len(twice) - len(once); more > len(line)/20 {
		t.Errorf("%d bytes that stand at the end of the block before became %d", len(line), more)
	}
}

func TestNewRefusesALevelThatIsNot(t *testing.T) {
	for _, o := range []compress.Options{{Level: 10}, {Level: -1}, {Format: compress.Zstd, Level: 23}, {Format: "xz"}} {
		if _, err := compress.New(o); err == nil {
			t.Errorf("New(%+v) makes a compressor", o)
		}
	}
}

func BenchmarkCompress(b *testing.B) {
	for _, input := range []struct {
		name string
		data []byte
	}{{"words", words(1, 32<<20)}, {"noise", noise(1, 32<<20)}} {
		for _, o := range settings {
			b.Run(fmt.Sprintf("%s/%s-%d", input.name, o.Format, o.Level), func(b *testing.B) {
				c, err := compress.New(o)
				if err != nil {
					b.Fatal(err)
				}
				b.SetBytes(int64(len(input.data)))
				for b.Loop() {
					if err := c.Compress(context.Background(), io.Discard, bytes.NewReader(input.data)); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
