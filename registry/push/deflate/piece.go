package deflate

import (
	"encoding/binary"
	"math/bits"
)

const (
	pieceSize = 1 << 21
	pieceMask = pieceSize - 1
)

// piece holds the data that is compressed at once, and the window before it. Being an array whose size is a power of two and 8, its bytes can
// be read from any position, taken modulo that power, without the checks that a slice needs: they are a sixth of all time.
type piece [pieceSize + 8]byte

func (p *piece) load32(at int) uint32 { return binary.LittleEndian.Uint32(p[at&pieceMask:]) }

func (p *piece) load64(at int) uint64 { return binary.LittleEndian.Uint64(p[at&pieceMask:]) }

// common is how many bytes are the same at a and at b, up to most, and at most that of a match.
func (p *piece) common(a, b, most int) int {
	n := 0
	most = min(most, longest)
	for n+8 <= most {
		if x := p.load64(a+n) ^ p.load64(b+n); x != 0 {
			return n + bits.TrailingZeros64(x)>>3
		}
		n += 8
	}
	for n < most && p[(a+n)&pieceMask] == p[(b+n)&pieceMask] {
		n++
	}
	return n
}
