package deflate

const (
	window   = 32 << 10 // how far back a match may lie, in bytes
	shortest = 4        // of the matches that are looked for; the format has them from 3
	longest  = 258      // of the format's matches
	margin   = 16       // bytes at the end of a piece in which no match begins, so that 8 can be read from wherever one does
	enough   = 32       // length of a match beside which no other is looked for
)

const (
	tableBits = 15       // of the size of a table: both stay in the processor's second cache
	skipping  = 7        // steps get longer by one for each 1 << skipping bytes in which nothing was found
	blockSize = 64 << 10 // how much a block takes about, in bytes: its codes are made for it alone
)

// matcher finds what stood in the window before. Its tables hold positions, modulo 1<<16, by a hash of the bytes there: of 4, which
// finds most, and of 7, which finds the longer ones among them. A position that is wrong, because it was never set or is of long ago, is
// noticed when the bytes are compared.
type matcher struct {
	short [1 << tableBits]uint16
	long  [1 << tableBits]uint16
}

// The factor spreads the bytes over the upper bits of the product, which become the index: 2^n divided by the golden ratio.
func shortHash(v uint64) uint32 { return uint32(v) * 0x9e3779b1 >> (32 - tableBits) }

func longHash(v uint64) uint64 { return v << 8 * 0x9e3779b97f4a7c15 >> (64 - tableBits) }

// begin forgets all but the window before the piece.
func (m *matcher) begin(p *piece, past int) {
	clear(m.short[:])
	clear(m.long[:])
	for at := max(0, past-window); at < past; at += 2 {
		m.put(p.load64(at), at)
	}
}

// put notes where v stands.
func (m *matcher) put(v uint64, at int) {
	m.short[shortHash(v)] = uint16(at)
	m.long[longHash(v)] = uint16(at)
}

// find adds to b the matches from at on, until the block is full or what follows looks dense, and returns where that is. It takes the
// first match it finds, unless there is a longer one at the next byte.
func (m *matcher) find(b *block, p *piece, at, size int) (end int, dense bool) {
	full := min(at+blockSize, size)
	limit := min(full, size-margin)
	s, next := at, at // next is the first byte that is in no sequence yet
	look := at + leastDense
	for s < limit {
		v := p.load64(s)
		hs, hl := shortHash(v), longHash(v)
		near, far := int(uint16(s)-m.short[hs]), int(uint16(s)-m.long[hl])
		m.short[hs], m.long[hl] = uint16(s), uint16(s)
		length, distance := 0, 0
		switch {
		case p.load64(max(0, s-far)) == v && uint(far-1) < window && far <= s:
			length, distance = p.common(s-far, s, size-s), far
		case p.load32(max(0, s-near)) == uint32(v) && uint(near-1) < window && near <= s:
			length, distance = p.common(s-near, s, size-s), near
		default:
			step := min(1+(s-next)>>skipping, margin-1)
			b.symbols.literals(p[s : s+step])
			if s += step; s >= look {
				if next+stride+margin <= size && isDense(p[next:s]) {
					b.symbols.forget(p[next:s])
					return next, true
				}
				look = s + (s - next)
			}
			continue
		}
		if l, d := m.longer(p, s+1, length, size); l > 0 {
			b.symbols.count[p[s]]++
			s, length, distance = s+1, l, d
		}
		for s > next && s > distance && p[s-1] == p[s-1-distance] && length < longest {
			s--
			length++
			b.symbols.count[p[s]]--
		}
		b.add(s-next, length, distance)
		if next = s + length; length == longest {
			next = again(b, p, next, distance, size)
		}
		m.fill(p, s+1, min(next, limit))
		s, look = next, next+leastDense
	}
	end = max(s, full)
	b.symbols.literals(p[s:end])
	b.add(end-next, 0, 0)
	return end, false
}

// again adds the match that goes on where one ended that was as long as can be, and returns where it ends.
func again(b *block, p *piece, at, distance, size int) int {
	for length := longest; length == longest; at += length {
		if length = p.common(at-distance, at, size-at); length < shortest {
			return at
		}
		b.add(0, length, distance)
	}
	return at
}

// longer is the match at a byte, if there is one that is longer.
func (m *matcher) longer(p *piece, at, than, size int) (length, distance int) {
	if than >= enough {
		return 0, 0
	}
	v := p.load64(at)
	h := longHash(v)
	far := int(uint16(at) - m.long[h])
	m.long[h] = uint16(at)
	if p.load64(max(0, at-far)) != v || uint(far-1) >= window || far > at {
		return 0, 0
	}
	if length = p.common(at-far, at, size-at); length <= than {
		return 0, 0
	}
	return length, far
}

// fill notes some of the positions within a match, and the last ones, with which the next may begin.
func (m *matcher) fill(p *piece, from, to int) {
	for at := from; at < to-2; at += 3 {
		v := p.load64(at)
		m.put(v, at)
		m.long[longHash(v>>8)] = uint16(at + 1)
	}
	if to-2 >= from {
		v := p.load64(to - 2)
		m.put(v, to-2)
		m.short[shortHash(v>>8)] = uint16(to - 1)
	}
}
