package deflate

import "encoding/binary"

// bitBuffer is bits that wait to be written, the first of them the lowest. A value, not a pointer, so that they stay in registers.
type bitBuffer struct {
	pending uint64
	n       uint
}

func (b bitBuffer) add(c code) bitBuffer {
	return bitBuffer{b.pending | uint64(c&0xffffff)<<(b.n&63), b.n + uint(c>>24)}
}

// flush writes the whole bytes to out at a place, where there is room for 8, and returns the place behind them and the bits that are left.
func (b bitBuffer) flush(out []byte, at int) (int, bitBuffer) {
	binary.LittleEndian.PutUint64(out[at:], b.pending)
	return at + int(b.n>>3), bitBuffer{b.pending >> (b.n &^ 7 & 63), b.n & 7}
}
