package report

import (
	"io"

	"github.com/vbauerster/cupwriter"
	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

// maxBars is how many layers have a bar of their own: bars should leave room for what is said above them.
const maxBars = 10

// startBars shows bars and has what is said appear above them. What it returns takes them away again.
//
// mpb holds one bar whose rows are all drawn here: layers come and go with each frame, so that nothing of mpb is called while p.mu is held.
func (p *Progress) startBars() (end func()) {
	var (
		out       io.Writer
		container *mpb.Progress
		bar       *mpb.Bar
	)
	p.say.redirect(func(w io.Writer) io.Writer {
		out = w
		s := &screen{Writer: cupwriter.New(out, true)}
		container = mpb.New(mpb.WithConsoleWriter(s))
		f := &frame{progress: p, screen: s}
		bar, _ = container.Add(0, f.filler(maxBars), mpb.BarFillerTrim(), mpb.BarTopExtender(f.rows()...)) // fails in a container that has ended
		return above{container, out}
	})
	return func() {
		p.say.redirect(func(io.Writer) io.Writer { // under its lock: a line that came between would be erased with the bars
			bar.Abort(true)
			container.Wait()
			return out
		})
	}
}

// IsTerminal tells whether bars can be shown on w.
func IsTerminal(w io.Writer) bool {
	return cupwriter.New(w, false).IsTerminal()
}

// Columns is how many columns of the terminal w a message may take: what there is, at least 40 and at most 100, since longer lines are
// hard to read.
func Columns(w io.Writer) int {
	columns, _, err := cupwriter.New(w, false).GetTermSize()
	if err != nil || columns < 1 {
		columns = width // of no size is a terminal that nobody has sized yet
	}
	return min(max(columns, 40), 100)
}

// screen is where bars are drawn: a terminal, or 80 by 24 of what passes for one.
type screen struct {
	*cupwriter.Writer
	columns, lines int // that the frame may take
}

// IsTerminal is true of anything: somebody asked for bars on it.
func (s *screen) IsTerminal() bool { return true }

// GetTermSize is asked before each frame. The last column stays free, since some terminals wrap a line that fills it, and so do the last
// line, where the cursor waits, and the first: tmux takes erasing from there for clearing the screen, and keeps what was on it
// (screen_write_clearendofscreen in https://github.com/tmux/tmux/blob/master/screen-write.c).
func (s *screen) GetTermSize() (columns, lines int, err error) {
	columns, lines = width, 24
	if s.Writer.IsTerminal() {
		// A terminal of no size is one that nobody has sized yet, as under docker run --tty.
		if c, l, err := s.Writer.GetTermSize(); err == nil && c > 1 && l > 2 {
			columns, lines = c, l
		}
	}
	s.columns, s.lines = columns-1, lines-2
	return s.columns, maxBars + 1, nil // mpb miscounts rows that it leaves out; draw leaves out what does not fit
}

// above writes above the bars, or past them where they came to an early end.
type above struct {
	bars *mpb.Progress
	out  io.Writer
}

func (a above) Write(b []byte) (int, error) {
	if n, err := a.bars.Write(b); err == nil {
		return n, nil
	}
	return a.out.Write(b)
}

// frame is what is drawn at one time: up to maxBars lines and one below them, the first of them empty where there are fewer.
type frame struct {
	progress *Progress
	screen   *screen
	lines    [maxBars + 1]string
}

// rows are the rows above the last, as mpb takes them: from the bottom up.
func (f *frame) rows() []mpb.BarFiller {
	var out []mpb.BarFiller
	for i := maxBars - 1; i >= 0; i-- {
		out = append(out, f.filler(i))
	}
	return out
}

// filler writes one row. The first row is asked first, and has the whole frame drawn of one state.
func (f *frame) filler(row int) mpb.BarFiller {
	return mpb.BarFillerFunc(func(w io.Writer, _ decor.Statistics) error {
		if row == 0 {
			f.draw()
		}
		line := f.lines[row]
		if line != "" && row < maxBars {
			line += "\n" // mpb ends the last row
		}
		_, err := io.WriteString(w, line)
		return err
	})
}

func (f *frame) draw() {
	drawn := f.progress.draw(f.screen.columns, f.screen.lines)
	f.lines = [maxBars + 1]string{}
	copy(f.lines[len(f.lines)-len(drawn):], drawn)
}
