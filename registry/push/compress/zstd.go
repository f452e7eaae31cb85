package compress

import (
	"github.com/klauspost/compress/zstd"
)

// zstdFrame adds nothing: each block is a zstd frame, and frames stand one behind the other (RFC 8878, section 3.1).
type zstdFrame struct {
	any bool
}

func (*zstdFrame) begin() []byte { return nil }

func (f *zstdFrame) add([]byte) { f.any = true }

// end is a frame without content where there is no other: no bytes at all are no zstd stream.
func (f *zstdFrame) end() []byte {
	if f.any {
		return nil
	}
	return []byte{0x28, 0xb5, 0x2f, 0xfd, 0x20, 0, 1, 0, 0}
}

// zstdEncoder makes one zstd frame of one block.
type zstdEncoder struct {
	encoder *zstd.Encoder
}

func newZstdEncoder(level int) (*zstdEncoder, error) {
	if level == 0 {
		level = DefaultZstdLevel
	}
	e, err := zstd.NewWriter(nil,
		zstd.WithEncoderLevel(zstd.EncoderLevelFromZstd(level)),
		zstd.WithEncoderConcurrency(1), // the workers are ours
		zstd.WithWindowSize(blockSize),
		zstd.WithEncoderCRC(false), // the digest of the layer stands for all of it
		zstd.WithZeroFrames(true))
	return &zstdEncoder{encoder: e}, err
}

// encode implements encoder.
func (e *zstdEncoder) encode(out, data []byte, past int) ([]byte, error) {
	return e.encoder.EncodeAll(data[past:], out), nil
}
