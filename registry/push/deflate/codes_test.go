package deflate

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLengthsOfCodes(t *testing.T) {
	fibonacci := []uint32{1, 1} // makes the deepest tree there is
	for len(fibonacci) < 24 {
		fibonacci = append(fibonacci, fibonacci[len(fibonacci)-1]+fibonacci[len(fibonacci)-2])
	}
	for _, test := range []struct {
		name  string
		count []uint32
		most  int
		want  []uint8
	}{
		{"of no symbol", []uint32{0, 0}, 12, []uint8{0, 0}},
		{"of one symbol, which takes a bit", []uint32{0, 7}, 12, []uint8{0, 1}},
		{"of two", []uint32{1, 0, 1000}, 12, []uint8{1, 0, 1}},
		{"of symbols that occur as often", []uint32{3, 3, 3, 3}, 12, []uint8{2, 2, 2, 2}},
		{"of symbols that do not", []uint32{8, 4, 2, 1, 1}, 12, []uint8{1, 2, 3, 4, 4}},
		{"bounded", []uint32{8, 4, 2, 1, 1}, 3, []uint8{1, 3, 3, 3, 3}},
		{"bounded where all would be deeper", fibonacci[:8], 3, []uint8{3, 3, 3, 3, 3, 3, 3, 3}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var tree tree
			got := make([]uint8, len(test.count))
			tree.lengths(got, test.count, test.most)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("lengths (-want +got):\n%s", diff)
			}
		})
	}
	for most := 5; most <= 15; most++ {
		t.Run(fmt.Sprintf("of the deepest tree within %d bits fill them", most), func(t *testing.T) {
			var tree tree
			got := make([]uint8, len(fibonacci))
			tree.lengths(got, fibonacci, most)
			space := 0
			for _, n := range got {
				if n < 1 || int(n) > most {
					t.Fatalf("lengths: %v", got)
				}
				space += 1 << (most - int(n))
			}
			if space != 1<<most {
				t.Errorf("lengths %v fill %d of %d", got, space, 1<<most)
			}
		})
	}
}

// The table of RFC 1951, section 3.2.5, by some of its ends.
func TestSymbolsOfLengthsAndDistances(t *testing.T) {
	var s symbols
	s.init()
	type written struct{ symbol, bits, value int }
	got := map[string]written{}
	for _, length := range []int{3, 10, 11, 12, 13, 34, 35, 130, 131, 257, 258} {
		symbol := s.ofLength[length]
		got[fmt.Sprint("length ", length)] = written{int(symbol), int(s.lengthExtra[symbol]), length - int(s.lengthBase[symbol])}
	}
	for _, distance := range []int{1, 4, 5, 6, 256, 257, 512, 513, 768, 24576, 24577, 32768} {
		symbol := s.distance(uint16(distance - 1))
		got[fmt.Sprint("distance ", distance)] = written{int(symbol), int(s.distanceExtra[symbol]), distance - 1 - int(s.distanceBase[symbol])}
	}
	want := map[string]written{
		"length 3": {257, 0, 0}, "length 10": {264, 0, 0}, "length 11": {265, 1, 0}, "length 12": {265, 1, 1}, "length 13": {266, 1, 0},
		"length 34": {272, 2, 3}, "length 35": {273, 3, 0}, "length 130": {280, 4, 15}, "length 131": {281, 5, 0},
		"length 257": {284, 5, 30}, "length 258": {285, 0, 0},
		"distance 1": {0, 0, 0}, "distance 4": {3, 0, 0}, "distance 5": {4, 1, 0}, "distance 6": {4, 1, 1}, "distance 256": {15, 6, 63},
		"distance 257": {16, 7, 0}, "distance 512": {17, 7, 127}, "distance 513": {18, 8, 0}, "distance 768": {18, 8, 255},
		"distance 24576": {28, 13, 8191}, "distance 24577": {29, 13, 0}, "distance 32768": {29, 13, 8191},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(written{})); diff != "" {
		t.Errorf("symbols (-want +got):\n%s", diff)
	}
}
