package compress

import (
	"encoding/binary"
	"hash/crc32"

	"github.com/klauspost/compress"
	"github.com/klauspost/compress/flate"

	"github.com/hallmark-ci/hallmark/registry/push/deflate"
)

// gzipFrame is the header and trailer of a gzip stream (RFC 1952). The header has neither name nor time, so that the same bytes give the
// same blob on any machine.
type gzipFrame struct {
	sum  uint32
	size uint32
}

func (*gzipFrame) begin() []byte { return []byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255} }

func (f *gzipFrame) add(in []byte) {
	f.sum = crc32.Update(f.sum, crc32.IEEETable, in)
	f.size += uint32(len(in)) // modulo 2^32, as the format has it
}

func (f *gzipFrame) end() []byte {
	out := []byte{1, 0, 0, 0xff, 0xff} // the last block of the deflate stream, which is empty
	out = binary.LittleEndian.AppendUint32(out, f.sum)
	return binary.LittleEndian.AppendUint32(out, f.size)
}

// newGzipEncoder makes an encoder of deflate blocks (RFC 1951) that end at a byte, so that they can be joined. Levels 2 to 5 are one, our
// own, for blobs as small as the library's level 5 in less time.
func newGzipEncoder(level int) (encoder, error) {
	if level == 0 {
		level = DefaultGzipLevel
	}
	if 2 <= level && level <= 5 {
		return ownDeflate{deflate.New()}, nil
	}
	return newLibraryDeflate(level)
}

// ownDeflate is the encoder of our own.
type ownDeflate struct {
	encoder *deflate.Encoder
}

// encode implements encoder.
func (o ownDeflate) encode(out, data []byte, past int) ([]byte, error) {
	return o.encoder.Append(out, data, past), nil
}

// libraryDeflate compresses with the library.
type libraryDeflate struct {
	out    appender
	writer *flate.Writer
}

func newLibraryDeflate(level int) (*libraryDeflate, error) {
	e := &libraryDeflate{}
	var err error
	e.writer, err = flate.NewWriter(&e.out, level)
	return e, err
}

// encode implements encoder. Runs of segments that will not get smaller are stored as they are, the others compressed.
func (e *libraryDeflate) encode(out, data []byte, past int) ([]byte, error) {
	e.out = out
	for at := past; at < len(data); {
		end, isDense := run(data, at)
		if isDense {
			e.out = store(e.out, data[at:end])
		} else if err := e.deflate(data[max(0, at-window):at], data[at:end]); err != nil {
			return nil, err
		}
		at = end
	}
	return e.out, nil
}

func (e *libraryDeflate) deflate(past, in []byte) error {
	e.writer.ResetDict(&e.out, past)
	if _, err := e.writer.Write(in); err != nil {
		return err
	}
	return e.writer.Flush()
}

// segment is how many bytes are stored or compressed together, and sample how many of them are looked at for that, at three places.
const (
	segment = 64 << 10
	sample  = 2 << 10
)

// run is where the segments from at on end that are alike: dense or not.
func run(in []byte, at int) (end int, isDense bool) {
	isDense = dense(in[at:min(at+segment, len(in))])
	for end = min(at+segment, len(in)); end < len(in); {
		next := min(end+segment, len(in))
		if dense(in[end:next]) != isDense {
			break
		}
		end = next
	}
	return end, isDense
}

// density is the estimate below which a sample is taken for compressed or encrypted data.
const density = 0.1

// dense says whether a segment looks as if it would not get smaller.
func dense(in []byte) bool {
	if len(in) < 8*sample {
		return false
	}
	for _, at := range []int{0, len(in)/2 - sample/2, len(in) - sample} {
		if compress.Estimate(in[at:at+sample]) >= density {
			return false
		}
	}
	return true
}

// longestStored is how much a stored deflate block can hold, in bytes.
const longestStored = 1<<16 - 1

// store appends in as stored deflate blocks.
func store(out, in []byte) []byte {
	for len(in) > 0 {
		n := min(len(in), longestStored)
		out = append(out, 0, byte(n), byte(n>>8), ^byte(n), ^byte(n>>8))
		out = append(out, in[:n]...)
		in = in[n:]
	}
	return out
}

// appender is a writer to memory.
type appender []byte

func (a *appender) Write(p []byte) (int, error) {
	*a = append(*a, p...)
	return len(p), nil
}
