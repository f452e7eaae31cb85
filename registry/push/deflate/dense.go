package deflate

// leastDense is how many bytes have to look dense before they are stored as they are.
const leastDense = 512

// isDense says whether the last bytes of run, of which there are at least leastDense, look like compressed or encrypted data: each byte occurs
// about as often as any other. The sum of the squares of n numbers of times is then n + n²/256, give or take 6 % for 512 bytes at two
// standard deviations; a tenth more is worth 0.07 bits a byte, at which a code of variable length begins to gain.
func isDense(run []byte) bool {
	run = run[max(0, len(run)-2*leastDense):]
	var count [256]uint16
	for _, c := range run {
		count[c]++
	}
	sum := 0
	for _, n := range count {
		sum += int(n) * int(n)
	}
	n := len(run)
	return sum*10 < (n+n*n/256)*11
}

const (
	stride = 4 << 10 // bytes of dense data after which it is looked at again
	worthy = 20      // length of a match for which storing is interrupted, in bytes: blocks have heads
)

// skim passes over dense data, in which whatever stands twice is long: the names in an archive, or a file that is in it twice. It returns
// where that, or data that is not dense, begins; stride bytes and a margin at least follow at. Positions are noted by twos out of eight, and
// every other one is looked up.
func (m *matcher) skim(p *piece, at, size int) int {
	for dense := true; dense; dense = at+stride+margin <= size && isDense(p[at:at+leastDense]) {
		for s := at; s < at+stride; s++ {
			v := p.load64(s)
			h := longHash(v)
			if h >= 1<<(tableBits-4) {
				continue
			}
			far := int(uint16(s) - m.long[h])
			m.long[h] = uint16(s)
			if p.load64(max(0, s-far)) != v || uint(far-1) >= window || far > s {
				continue
			}
			if from, length := widen(p, s, far, at, size); length >= worthy {
				m.put(p.load64(from-far), from-far)
				return from
			}
		}
		at += stride
	}
	return at
}

// widen is a match to both sides, but not before least.
func widen(p *piece, at, distance, least, size int) (from, length int) {
	length = p.common(at-distance, at, size-at)
	for at > least && at > distance && p[at-1] == p[at-1-distance] {
		at--
		length++
	}
	return at, length
}
