package deflate

// The alphabets of the format: literals, the end of a block and lengths share one, distances have the other.
const (
	endOfBlock   = 256
	lengths      = 257 // the first of them
	lastLength   = 285
	numSymbols   = 288 // the last two are never used, but have codes where codes are fixed
	numDistances = 30
)

// symbols counts how often each symbol occurs in a block, and knows what each stands for (RFC 1951, section 3.2.5).
type symbols struct {
	count     [numSymbols]uint32
	distances [numDistances]uint32

	ofLength      [longest + 1]uint16  // symbol of each length
	ofDistance    [2][256]uint8        // of each distance less one, and of those from 256 on, divided by 128
	lengthBase    [numSymbols]uint16   // shortest length that a symbol stands for
	lengthExtra   [numSymbols]uint8    // bits behind the symbol, which are added to that
	distanceBase  [numDistances]uint16 // smallest distance, less one
	distanceExtra [numDistances]uint8
}

// init works out the symbols of all lengths and distances.
func (s *symbols) init() {
	base := 3
	for i := range 28 {
		symbol, extra := lengths+i, max(0, i/4-1)
		s.lengthBase[symbol], s.lengthExtra[symbol] = uint16(base), uint8(extra)
		for range 1 << extra {
			s.ofLength[base] = uint16(symbol)
			base++
		}
	}
	s.ofLength[longest] = lastLength // which stands for nothing else
	s.lengthBase[lastLength] = longest
	base = 0
	for symbol := range numDistances {
		extra := max(0, symbol/2-1)
		s.distanceBase[symbol], s.distanceExtra[symbol] = uint16(base), uint8(extra)
		for range 1 << extra {
			if base < 256 {
				s.ofDistance[0][base] = uint8(symbol)
			}
			s.ofDistance[1][base>>7] = uint8(symbol)
			base++
		}
	}
}

// distance is the symbol of a distance less one.
func (s *symbols) distance(d uint16) uint8 {
	if d < 256 {
		return s.ofDistance[0][d]
	}
	return s.ofDistance[1][d>>7]
}

func (s *symbols) begin() {
	clear(s.count[:])
	clear(s.distances[:])
	s.count[endOfBlock] = 1
}

func (s *symbols) literals(run []byte) {
	for _, c := range run {
		s.count[c]++
	}
}

func (s *symbols) forget(run []byte) {
	for _, c := range run {
		s.count[c]--
	}
}
