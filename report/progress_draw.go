package report

import (
	"fmt"
	"strings"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

// draw draws what is under way now: a line for each of the layers that began first, and one that sums all up, in so many columns and lines.
func (p *Progress) draw(columns, lines int) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	shown := p.layers[:min(len(p.layers), maxBars, max(lines-1, 0))]
	out := make([]string, 0, len(shown)+1)
	for _, l := range shown {
		out = append(out, l.draw(columns))
	}
	sum := fmt.Sprintf("%d under way", len(p.layers))
	if hidden := len(p.layers) - len(shown); hidden > 0 {
		sum += fmt.Sprintf(", %d not shown", hidden)
	}
	sum += fmt.Sprintf(", %d done, sent %s", p.done, Bytes(p.moved[Send]))
	for len(sum) > columns && strings.Contains(sum, ",") {
		sum = sum[:strings.LastIndex(sum, ",")]
	}
	return append(out, cut(sum, columns))
}

const (
	labelColumns  = 12 // of a digest
	amountColumns = len("999.9 MB of 999.9 GB")
	rateColumns   = len("999.9 MB/s")
	leastBar      = len("[=>------]")
)

// draw draws one layer: its label and step, a bar, how much was moved and how fast. What has no room is left out, the rate first.
func (l *layer) draw(columns int) string {
	a := l.bytes[l.step]
	rate := l.pace.measure(a.moved)
	head := fmt.Sprintf("%-*s %s", labelColumns, cut(Clean(l.key), labelColumns), l.step)
	tail := fmt.Sprintf(" %*s", amountColumns, BytesOf(a.moved, a.total))
	if columns-len(head)-len(tail)-1-rateColumns > leastBar {
		tail += fmt.Sprintf(" %*s", rateColumns, Bytes(rate)+"/s")
	}
	if room := columns - len(head) - len(tail) - 1; room >= leastBar {
		return head + " " + a.bar(room) + tail
	}
	if line := head + " " + strings.TrimLeft(tail, " "); len(line) <= columns {
		return line
	}
	if part := fmt.Sprintf("%s %d%%", head, 100*min(a.moved, a.total)/max(a.total, 1)); a.total > 0 && len(part) <= columns {
		return part
	}
	return cut(head, columns)
}

// bar draws a bar in so many columns. One whose end is not known stays empty.
func (a amount) bar(columns int) string {
	var out strings.Builder
	mpb.BarStyle().Build().Fill(&out, decor.Statistics{ // a Builder takes everything
		AvailableWidth: columns,
		Total:          a.total,
		Current:        a.moved,
		Completed:      a.total > 0 && a.moved >= a.total,
	})
	return out.String()
}

// cut shortens a text of one-column characters.
func cut(text string, columns int) string {
	if r := []rune(text); len(r) > columns {
		return string(r[:max(columns, 0)])
	}
	return text
}
