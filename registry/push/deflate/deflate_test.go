package deflate_test

import (
	"bytes"
	"compress/flate"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/hallmark-ci/hallmark/registry/push/deflate"
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
	out := make([]byte, size)
	_, _ = rand.NewChaCha8([32]byte{byte(seed)}).Read(out) // never fails
	return out
}

// zip is like an archive of compressed files: names, each followed by what does not compress.
func zip(files, size int) (out []byte) {
	for i := range files {
		out = fmt.Appendf(out, "PK\x03\x04\x14\x00\x08\x00\x08\x00\x00\x00\x00\x00\x00\x00module.example/some/long/path@v1.2.3/internal/file%04d.go", i)
		out = append(out, noise(uint64(i), size)...)
	}
	return out
}

// structures is like a table of a program: records that differ in a few bytes.
func structures(n int) (out []byte) {
	r := rand.New(rand.NewPCG(1, 2))
	for i := range n {
		out = append(out, byte(i), byte(i>>8), 0, 0, byte(r.IntN(4)), 0, 0, 0, byte(r.IntN(256)), byte(r.IntN(256)), 0x40, 0, 0, 0, 0, 0)
	}
	return out
}

var inputs = []struct {
	name string
	data []byte
}{
	{"nothing", nil},
	{"a byte", []byte("a")},
	{"the same byte", bytes.Repeat([]byte("a"), 1000)},
	{"as much as no match begins in", words(1, 16)},
	{"a byte more", words(1, 17)},
	{"words", words(2, 300_000)},
	{"noise", noise(3, 300_000)},
	{"little noise", noise(3, 600)},
	{"zeros", make([]byte, 200_000)},
	{"a zip", zip(200, 4000)},
	{"structures", structures(20_000)},
	{"every byte once", func() []byte {
		out := make([]byte, 256)
		for i := range out {
			out[i] = byte(i)
		}
		return out
	}()},
	{"words, noise and words", bytes.Join([][]byte{words(4, 70_000), noise(5, 70_000), words(4, 70_000)}, nil)},
	{"noise that comes again in the window", bytes.Join([][]byte{noise(6, 32_000), noise(6, 32_000)}, nil)},
	{"a match as far away as can be", bytes.Join([][]byte{noise(7, 100), noise(8, 32<<10-100), noise(7, 100), words(1, 100)}, nil)},
	{"a match that is too far away", bytes.Join([][]byte{noise(7, 100), noise(8, 32<<10-99), noise(7, 100), words(1, 100)}, nil)},
	{"more than a piece", bytes.Join([][]byte{words(9, 1_500_000), noise(9, 1_200_000), words(9, 1_500_000)}, nil)},
}

// inflate decompresses what Append gave, with past before it.
func inflate(t *testing.T, packed, past []byte) []byte {
	t.Helper()
	whole := append(bytes.Clone(packed), 1, 0, 0, 0xff, 0xff) // the last block, which is empty
	data, err := io.ReadAll(flate.NewReaderDict(bytes.NewReader(whole), past))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestAppendGivesWhatCanBeDecompressed(t *testing.T) {
	e := deflate.New()
	for _, input := range inputs {
		for _, past := range []int{0, 1, 7, len(input.data) / 3, len(input.data)} {
			if past > len(input.data) {
				continue
			}
			t.Run(fmt.Sprintf("%s after %d bytes", input.name, past), func(t *testing.T) {
				packed := e.Append(nil, input.data, past)
				if got := inflate(t, packed, input.data[:past]); !bytes.Equal(got, input.data[past:]) {
					t.Errorf("%d bytes came back as %d others", len(input.data)-past, len(got))
				}
			})
		}
	}
}

func TestAppendDependsOnItsInputAlone(t *testing.T) {
	fresh := make([][]byte, len(inputs))
	for i, input := range inputs {
		fresh[i] = deflate.New().Append(nil, input.data, 0)
	}
	used := deflate.New()
	for range 2 {
		for i, input := range inputs {
			if got := used.Append([]byte("before"), input.data, 0); !bytes.Equal(got[len("before"):], fresh[i]) {
				t.Errorf("%s becomes something else in an encoder that was used before", input.name)
			}
		}
	}
}

func TestAppendMakesItSmaller(t *testing.T) {
	for _, test := range []struct {
		name string
		data []byte
		past int
		most int
	}{
		{"words", words(2, 300_000), 0, 80_000},
		{"structures", structures(20_000), 0, 108_000},
		{"zeros, to the longest match again and again", make([]byte, 258_000), 0, 600},
		{"nothing to nothing", nil, 0, 0},
		{"noise, but for five bytes in 64 KiB", noise(3, 300_000), 0, 300_000 + 5*5},
		{"noise that comes again", bytes.Join([][]byte{noise(6, 32_000), noise(6, 32_000)}, nil), 0, 32_600},
		{"noise that stood before", bytes.Join([][]byte{noise(6, 32_000), noise(6, 32_000)}, nil), 32_000, 600},
		{"a match as far away as can be", bytes.Join([][]byte{noise(7, 1000), noise(8, 32<<10-1000), noise(7, 1000), words(1, 100)}, nil), 0, 32<<10 + 200},
		{"the names in a zip", zip(200, 4000), 0, 200*(4000+40) + 200},
		{"few words between noise", bytes.Join([][]byte{noise(1, 10_000), words(1, 8000), noise(2, 10_000)}, nil), 0, 20_000 + 3400},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := len(deflate.New().Append(nil, test.data, test.past)); got > test.most {
				t.Errorf("%d bytes become %d, more than %d", len(test.data)-test.past, got, test.most)
			}
		})
	}
}

func FuzzAppend(f *testing.F) {
	for _, input := range inputs {
		if len(input.data) <= 100_000 {
			f.Add(input.data, 5)
		}
	}
	e := deflate.New()
	f.Fuzz(func(t *testing.T, data []byte, past int) {
		past = min(max(past, 0), len(data))
		if got := inflate(t, e.Append(nil, data, past), data[:past]); !bytes.Equal(got, data[past:]) {
			t.Errorf("%d bytes after %d came back as %d others", len(data)-past, past, len(got))
		}
	})
}

func BenchmarkAppend(b *testing.B) {
	for _, input := range []struct {
		name string
		data []byte
	}{
		{"words", words(1, 1<<20)}, {"structures", structures(1 << 16)}, {"noise", noise(1, 1<<20)}, {"zip", zip(256, 4000)},
	} {
		b.Run(input.name, func(b *testing.B) {
			e := deflate.New()
			var out []byte
			b.SetBytes(int64(len(input.data)))
			b.ReportAllocs()
			for b.Loop() {
				out = e.Append(out[:0], input.data, 0)
			}
			b.ReportMetric(100*float64(len(out))/float64(len(input.data)), "%size")
		})
	}
}
