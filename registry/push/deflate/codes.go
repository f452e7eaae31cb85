package deflate

import (
	"math/bits"
	"slices"
)

const (
	longestCode     = 12 // bits. The format has 15, but what body adds at once has to fit into 64
	longestHeadCode = 7
)

// code is the bits of a code, in the order in which they are written, and above them, from bit 24 on, their number.
type code uint32

func newCode(value uint32, n uint8) code { return code(value) | code(n)<<24 }

// codes are the codes of a block.
type codes struct {
	symbol   [numSymbols]uint8   // lengths of the codes
	distance [numDistances]uint8 //
	tree     tree
}

// fix sets the codes that need not be written down (RFC 1951, section 3.2.6).
func (c *codes) fix() {
	for i := range c.symbol {
		switch {
		case i < 144:
			c.symbol[i] = 8
		case i < 256:
			c.symbol[i] = 9
		case i < 280:
			c.symbol[i] = 7
		default:
			c.symbol[i] = 8
		}
	}
	for i := range c.distance {
		c.distance[i] = 5
	}
}

// fit makes the codes that suit a block best.
func (c *codes) fit(s *symbols) {
	c.tree.lengths(c.symbol[:], s.count[:], longestCode)
	c.tree.lengths(c.distance[:], s.distances[:], longestCode)
}

// size is how many bits the symbols of a block take, with the bits behind them.
func (c *codes) size(s *symbols) int {
	size := 0
	for i, n := range s.count {
		size += int(n) * int(c.symbol[i]+s.lengthExtra[i])
	}
	for i, n := range s.distances {
		size += int(n) * int(c.distance[i]+s.distanceExtra[i])
	}
	return size
}

// assign makes the codes of their lengths (RFC 1951, section 3.2.2).
func assign(out []code, lengths []uint8) {
	var count, next [16]uint16
	for _, n := range lengths {
		count[n]++
	}
	count[0] = 0
	for n := 1; n < len(next); n++ {
		next[n] = (next[n-1] + count[n-1]) << 1
	}
	for i, n := range lengths {
		out[i] = 0
		if n > 0 {
			out[i] = newCode(uint32(bits.Reverse16(next[n])>>(16-n)), n)
			next[n]++
		}
	}
}

// tree works out the lengths of codes. It holds what that takes.
type tree struct {
	order  []uint64 // occurrences, and in the lower 16 bits the symbol
	weight []uint32
}

// lengths sets the length of each symbol's code by how often it occurs: none for one that does not, and none longer than most.
func (t *tree) lengths(out []uint8, count []uint32, most int) {
	clear(out)
	t.order = t.order[:0]
	for symbol, n := range count {
		if n > 0 {
			t.order = append(t.order, uint64(n)<<16|uint64(symbol))
		}
	}
	if len(t.order) < 2 {
		for _, o := range t.order {
			out[o&0xffff] = 1 // a code of no bits would be none
		}
		return
	}
	slices.Sort(t.order)
	t.weight = t.weight[:0]
	for _, o := range t.order {
		t.weight = append(t.weight, uint32(o>>16))
	}
	join(t.weight)
	sizes := bound(levels(t.weight), most)
	i := 0
	for n := most; n > 0; n-- { // the longest codes are those of the rarest symbols
		for range sizes[n] {
			out[t.order[i]&0xffff] = uint8(n)
			i++
		}
	}
}

// join turns weights, the least first, into the parents of the inner nodes of a Huffman tree, in place: a[i] becomes the index of the
// parent of the node i, of which the last but one is the root (A. Moffat, J. Katajainen, In-place calculation of minimum-redundancy
// codes, 1995).
func join(a []uint32) {
	root, leaf := 0, 0
	take := func(next int) uint32 {
		if leaf >= len(a) || root < next && a[root] < a[leaf] {
			weight := a[root]
			a[root] = uint32(next)
			root++
			return weight
		}
		leaf++
		return a[leaf-1]
	}
	for next := range len(a) - 1 {
		first := take(next)
		a[next] = first + take(next)
	}
}

// levels counts the leaves of each depth of a tree that join has made.
func levels(a []uint32) (count [64]int) {
	last := len(a) - 2
	a[last] = 0
	for i := last - 1; i >= 0; i-- {
		a[i] = a[a[i]] + 1
	}
	nodes, next := 1, last
	for depth := 0; nodes > 0; depth++ {
		inner := 0
		for next >= 0 && int(a[next]) == depth {
			inner++
			next--
		}
		count[depth] = nodes - inner
		nodes = 2 * inner
	}
	return count
}

// bound shortens codes to most bits, and lengthens the longest ones that are shorter until there is room for all.
func bound(count [64]int, most int) [64]int {
	space := 0
	for n := len(count) - 1; n > 0; n-- {
		if n > most {
			count[most] += count[n]
			count[n] = 0
			continue
		}
		space += count[n] << (most - n)
	}
	for ; space > 1<<most; space-- {
		n := most - 1
		for count[n] == 0 {
			n--
		}
		count[n]--
		count[n+1] += 2
		count[most]--
	}
	return count
}
