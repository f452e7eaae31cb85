package deflate

// head is how the codes of a block are written down: the lengths of all of them in a row, in which repetitions are told (RFC 1951,
// section 3.2.7).
type head struct {
	lengths   [numSymbols + numDistances]uint8
	items     []headItem
	symbols   int // number of lengths that are written of either alphabet
	distances int
	count     [19]uint32
	codeSizes [19]uint8
	numSizes  int
	tree      tree
}

// headItem is a symbol of the head, and the bits behind it.
type headItem struct {
	symbol, bits uint8
}

// Symbols of the head above the lengths 0 to 15, with the number of bits behind them.
const (
	repeatLast = 16 // 2 bits: 3 to 6 times
	zerosFew   = 17 // 3 bits: 3 to 10
	zerosMany  = 18 // 7 bits: 11 to 138
)

var headExtra = [19]uint8{repeatLast: 2, zerosFew: 3, zerosMany: 7}

// sizeOrder is the order in which the lengths of the head's own codes are written.
var sizeOrder = [19]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}

// fit makes the head of codes, and returns its size in bits.
func (h *head) fit(c *codes) int {
	h.symbols, h.distances = lastLength+1, numDistances
	for c.symbol[h.symbols-1] == 0 {
		h.symbols-- // but not below the end of the block
	}
	for h.distances > 1 && c.distance[h.distances-1] == 0 {
		h.distances--
	}
	n := copy(h.lengths[:], c.symbol[:h.symbols])
	n += copy(h.lengths[n:], c.distance[:h.distances])
	h.pack(h.lengths[:n])
	h.tree.lengths(h.codeSizes[:], h.count[:], longestHeadCode)
	h.numSizes = len(sizeOrder)
	for h.numSizes > 4 && h.codeSizes[sizeOrder[h.numSizes-1]] == 0 {
		h.numSizes--
	}
	size := 5 + 5 + 4 + 3*h.numSizes
	for i, n := range h.count {
		size += int(n) * int(h.codeSizes[i]+headExtra[i])
	}
	return size
}

// pack makes the items of a row of lengths.
func (h *head) pack(row []uint8) {
	h.items = h.items[:0]
	clear(h.count[:])
	for len(row) > 0 {
		length, n := row[0], 1
		for n < len(row) && row[n] == length {
			n++
		}
		row = row[n:]
		if length > 0 {
			h.add(length, 0)
			n--
		}
		for n > 2 {
			n -= h.repeat(length, n)
		}
		for range n {
			h.add(length, 0)
		}
	}
}

// repeat adds the item for as many as it can of n times the same length, 3 or more, and returns how many those are.
func (h *head) repeat(length uint8, n int) int {
	switch {
	case length > 0:
		n = min(n, 6)
		h.add(repeatLast, n-3)
	case n < 11:
		h.add(zerosFew, n-3)
	default:
		n = min(n, 138)
		h.add(zerosMany, n-11)
	}
	return n
}

func (h *head) add(symbol uint8, bits int) {
	h.items = append(h.items, headItem{symbol, uint8(bits)})
	h.count[symbol]++
}
