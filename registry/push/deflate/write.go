package deflate

import (
	"encoding/binary"
	"slices"
)

// writer writes bits, the lowest of a byte first.
type writer struct {
	out  []byte
	bits bitBuffer // that are not in out yet, fewer than 8

	symbol   [numSymbols]code
	length   [longest + 1]code // with the bits behind it
	distance [numDistances]code
	sizes    [19]code
}

// put writes the n lowest bits of v, at most 24, of which the others are 0.
func (w *writer) put(v uint32, n uint8) { w.code(newCode(v, n)) }

func (w *writer) code(c code) {
	w.bits = w.bits.add(c)
	for w.bits.n >= 8 {
		w.out = append(w.out, byte(w.bits.pending))
		w.bits = bitBuffer{w.bits.pending >> 8, w.bits.n - 8}
	}
}

// store writes data as it is, in blocks of as much as one can hold, which begin at a byte.
func (w *writer) store(data []byte) {
	for len(data) > 0 {
		n := min(len(data), 1<<16-1)
		w.storedHead(n)
		w.out = append(w.out, data[:n]...)
		data = data[n:]
	}
}

func (w *writer) storedHead(n int) {
	w.put(0, 3)
	w.put(0, uint8(-w.bits.n&7))
	w.out = binary.LittleEndian.AppendUint16(w.out, uint16(n))
	w.out = binary.LittleEndian.AppendUint16(w.out, ^uint16(n))
}

// flush ends at a byte: with an empty block, unless it does anyway.
func (w *writer) flush() []byte {
	if w.bits.n > 0 {
		w.storedHead(0)
	}
	return w.out
}

// write writes a block, of data.
func (w *writer) write(b *block, data []byte) {
	w.out = slices.Grow(w.out, b.size/8+16) // 8 bytes are written at once
	if b.codes == &b.fixed {
		w.put(1<<1, 3)
	} else {
		w.put(2<<1, 3)
		w.head(&b.head)
	}
	w.assign(&b.symbols, b.codes)
	w.body(b.sequences, &b.symbols, data)
	w.code(w.symbol[endOfBlock])
}

func (w *writer) head(h *head) {
	w.put(uint32(h.symbols-lengths), 5)
	w.put(uint32(h.distances-1), 5)
	w.put(uint32(h.numSizes-4), 4)
	for _, i := range sizeOrder[:h.numSizes] {
		w.put(uint32(h.codeSizes[i]), 3)
	}
	assign(w.sizes[:], h.codeSizes[:])
	for _, item := range h.items {
		w.code(w.sizes[item.symbol])
		w.put(uint32(item.bits), headExtra[item.symbol])
	}
}

// assign makes the codes of a block.
func (w *writer) assign(s *symbols, c *codes) {
	assign(w.symbol[:], c.symbol[:])
	assign(w.distance[:], c.distance[:])
	for length := 3; length <= longest; length++ {
		symbol := s.ofLength[length]
		c := w.symbol[symbol]
		n := uint8(c >> 24)
		extra := uint32(length) - uint32(s.lengthBase[symbol])
		w.length[length] = newCode(uint32(c&0xffffff)|extra<<n, n+s.lengthExtra[symbol])
	}
}

// body writes the sequences of data. A quarter of all time goes here. To what is left of a byte, 7 bits, four literals of 12 are added at most,
// or three and a length of 12 and 5, before all whole bytes go out.
func (w *writer) body(sequences []sequence, s *symbols, data []byte) {
	out := w.out[:cap(w.out)]
	at, b := len(w.out), w.bits
	for _, q := range sequences {
		run := data[:q.literals]
		data = data[int(q.literals)+int(q.length):]
		for ; len(run) >= 4; run = run[4:] {
			b = b.add(w.symbol[run[0]]).add(w.symbol[run[1]]).add(w.symbol[run[2]]).add(w.symbol[run[3]])
			at, b = b.flush(out, at)
		}
		for _, c := range run {
			b = b.add(w.symbol[c])
		}
		b = b.add(w.length[q.length]) // of no bits where there is no match
		at, b = b.flush(out, at)
		if q.length == 0 {
			continue
		}
		symbol := s.distance(q.distance)
		b = b.add(w.distance[symbol]).add(newCode(uint32(q.distance-s.distanceBase[symbol]), s.distanceExtra[symbol]))
		at, b = b.flush(out, at)
	}
	w.out, w.bits = out[:at], b
}
