package report

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// drawn is what is drawn of layers that are so far, the first of them sending.
func drawn(layers, columns, lines int) []string {
	p := &Progress{done: 3}
	for i := range layers {
		p.Begin(fmt.Sprintf("%012d and more", i), Read, 847e6)
		p.Advance(fmt.Sprintf("%012d and more", i), Read, 310.2e6)
	}
	p.Begin("000000000000 and more", Send, 10)
	p.Advance("000000000000 and more", Send, 9)
	for _, l := range p.layers {
		l.pace = pace{whole: true, perSecond: 41.3e6, at: l.pace.at, moved: l.pace.moved}
	}
	return p.draw(columns, lines)
}

func TestDraw(t *testing.T) {
	for columns, want := range map[int][]string{
		79: {
			"000000000000 send [=======================>---]            9 of 10 B  41.3 MB/s",
			"000000000001 read [=========>-----------------]    310.2 of 847.0 MB  41.3 MB/s",
			"2 under way, 3 done, sent 9 B",
		},
		58: {
			"000000000000 send [==============>--]            9 of 10 B",
			"000000000001 read [=====>-----------]    310.2 of 847.0 MB",
			"2 under way, 3 done, sent 9 B",
		},
		39: {
			"000000000000 send 9 of 10 B",
			"000000000001 read 310.2 of 847.0 MB",
			"2 under way, 3 done, sent 9 B",
		},
		28: {
			"000000000000 send 9 of 10 B",
			"000000000001 read 36%",
			"2 under way, 3 done",
		},
		8: {
			"00000000",
			"00000000",
			"2 under ",
		},
	} {
		t.Run(fmt.Sprint(columns), func(t *testing.T) {
			if diff := cmp.Diff(want, drawn(2, columns, 22)); diff != "" {
				t.Errorf("drawn (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDrawShowsTheFirstOfManyLayers(t *testing.T) {
	for lines, want := range map[int]string{
		22: "300 under way, 290 not shown, 3 done, sent 9 B",
		5:  "300 under way, 296 not shown, 3 done, sent 9 B",
		1:  "300 under way, 300 not shown, 3 done, sent 9 B",
		0:  "300 under way, 300 not shown, 3 done, sent 9 B",
	} {
		got := drawn(300, 79, lines)
		if len(got) > max(lines, 1) || len(got) > maxBars+1 {
			t.Errorf("%d lines drawn in %d", len(got), lines)
		}
		if diff := cmp.Diff(want, got[len(got)-1]); diff != "" {
			t.Errorf("last of %d lines (-want +got):\n%s", lines, diff)
		}
	}
}
