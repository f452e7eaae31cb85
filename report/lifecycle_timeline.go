package report

import (
	"fmt"
	"strings"
	"time"
)

const (
	timelineColumns = 60
	timelineWidth   = 960
	timelineHeight  = 200
)

// timeline is the picture of when images were pushed and what becomes of them: columns of time, each a stack of fates.
type timeline struct {
	First, Last time.Time
	Most        int // images in one column
	counts      [timelineColumns][fates]int
}

func newTimeline(d LifecycleDocument) *timeline {
	t := &timeline{}
	for _, i := range d.Images {
		if t.First.IsZero() || i.PushedAt.Before(t.First) {
			t.First = i.PushedAt
		}
		if i.PushedAt.After(t.Last) {
			t.Last = i.PushedAt
		}
	}
	for _, i := range d.Images {
		column := &t.counts[t.column(i.PushedAt)]
		column[i.fate()]++
		total := 0
		for _, n := range column {
			total += n
		}
		t.Most = max(t.Most, total)
	}
	return t
}

// column is where a time stands.
func (t *timeline) column(at time.Time) int {
	span := t.Last.Sub(t.First)
	if span <= 0 {
		return 0
	}
	return min(int(float64(at.Sub(t.First))/float64(span)*timelineColumns), timelineColumns-1)
}

// from is when a column begins.
func (t *timeline) from(column int) time.Time {
	return t.First.Add(time.Duration(float64(t.Last.Sub(t.First)) / timelineColumns * float64(column)))
}

// timelineBar is a part of a column.
type timelineBar struct {
	Class, Title        string
	X, Y, Width, Height string
}

// Bars are the parts of all columns. One image is never too small to be seen.
func (t *timeline) Bars() []timelineBar {
	const step, seen = timelineWidth / timelineColumns, 3.0
	var bars []timelineBar
	for column, counts := range t.counts {
		bottom := float64(timelineHeight)
		for f, n := range counts {
			if n == 0 {
				continue
			}
			height := max(float64(n)/float64(t.Most)*(timelineHeight-seen*float64(fates)), seen)
			bottom -= height
			bars = append(bars, timelineBar{
				Class: fate(f).class(),
				Title: fmt.Sprintf("%s to %s: %s, %s", t.from(column).Format(time.DateOnly), t.from(column+1).Format(time.DateOnly), count(n, "image"), fate(f)),
				X:     fmt.Sprint(column*step + 1), Y: fmt.Sprintf("%.1f", bottom), Width: fmt.Sprint(step - 2), Height: fmt.Sprintf("%.1f", max(height-0.8, 1)),
			})
		}
	}
	return bars
}

// Dates stand under the picture, evenly.
func (t *timeline) Dates() []string {
	var dates []string
	for i := range 5 {
		dates = append(dates, t.from(i*timelineColumns/4).Format(time.DateOnly))
	}
	if t.Last.Sub(t.First) < 5*24*time.Hour {
		return []string{dates[0], dates[4]}
	}
	return dates
}

// Text tells the picture in words.
func (t *timeline) Text() string {
	var total [fates]int
	for _, counts := range t.counts {
		for f, n := range counts {
			total[f] += n
		}
	}
	var parts []string
	for f, n := range total {
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, fate(f)))
		}
	}
	return fmt.Sprintf("Images by the day of their push, %s to %s: %s.", t.First.Format(time.DateOnly), t.Last.Format(time.DateOnly), strings.Join(parts, "; "))
}
