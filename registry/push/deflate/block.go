package deflate

// sequence is a run of literals and the match behind it.
type sequence struct {
	literals uint32
	length   uint16 // 0 at the end of a block, where there is none
	distance uint16 // less one
}

// block is what a block says, and the codes in which it is written.
type block struct {
	symbols   symbols
	sequences []sequence
	codes     *codes // fixed or dynamic
	fixed     codes
	dynamic   codes
	head      head
	size      int // in bits, of what will be written
}

func (b *block) init() {
	b.symbols.init()
	b.fixed.fix()
}

func (b *block) begin() {
	b.symbols.begin()
	b.sequences = b.sequences[:0]
}

// add appends a sequence, whose literals are counted already.
func (b *block) add(literals, length, distance int) {
	b.sequences = append(b.sequences, sequence{uint32(literals), uint16(length), uint16(distance - 1)})
	if length > 0 {
		b.symbols.count[b.symbols.ofLength[length]]++
		b.symbols.distances[b.symbols.distance(uint16(distance-1))]++
	}
}

// few is the number of sequences up to which fixed codes may do. Those of a block's own have to be written down, which takes some 60 bytes.
const few = 200

// choose takes the codes that make the block shorter, and says whether it is then shorter than the bytes it stands for.
func (b *block) choose(bytes int) bool {
	const between = 2 * 8 * 5 // bits: what is stored before and behind the block needs a head of its own each
	b.size = 0
	if len(b.sequences) <= few {
		b.codes, b.size = &b.fixed, 3+b.fixed.size(&b.symbols)
	}
	if b.size == 0 || b.size > 8*100 {
		b.dynamic.fit(&b.symbols)
		if size := 3 + b.head.fit(&b.dynamic) + b.dynamic.size(&b.symbols); b.size == 0 || size < b.size {
			b.codes, b.size = &b.dynamic, size
		}
	}
	return b.size+between < 8*bytes
}
