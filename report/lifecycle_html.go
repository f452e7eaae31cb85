package report

import (
	"bufio"
	"fmt"
	"html/template"
	"io"
	"strings"
	"time"

	"github.com/hallmark-ci/hallmark/registry/lifecycle"
)

// lifecycleRows bounds the table of the page: the images that stay and are not in use are the first to be left out.
const lifecycleRows = 2000

// lifecyclePage is what the template shows of a simulation.
type lifecyclePage struct {
	LifecycleDocument
	Style    template.CSS
	Security string
	Version  string
	Headline string
	Tone     string
	Timeline *timeline
	Written  string
}

// LifecycleHTML writes one page of a simulation: a picture of when the images were pushed and what becomes of them, and a table of those that
// need a look. Nothing is loaded from elsewhere and no script runs; its policy forbids both.
func LifecycleHTML(w io.Writer, d LifecycleDocument, run Document) error {
	var style []byte
	for _, file := range []string{"page/page.css", "page/lifecycle.css"} {
		text, err := pageFiles.ReadFile(file)
		if err != nil {
			return err
		}
		style = append(style, text...)
	}
	parts, err := template.ParseFS(pageFiles, "page/lifecycle.html")
	if err != nil {
		return err
	}
	page := &lifecyclePage{
		LifecycleDocument: d, Style: template.CSS(style), Version: run.Version, Timeline: newTimeline(d),
		Security: fmt.Sprintf("default-src 'none'; img-src data:; style-src '%s'; base-uri 'none'; form-action 'none'", integrity(style)),
	}
	page.Headline, page.Tone = d.headline()
	if !run.Ended.IsZero() {
		page.Written = run.Ended.UTC().Format(time.RFC3339)
	}
	out := bufio.NewWriterSize(w, 64<<10)
	if err := parts.Execute(visible{out}, page); err != nil {
		return err
	}
	return out.Flush()
}

// lifecycleRow is an image in the table.
type lifecycleRow struct {
	Class, Word, Name, Digest, More, Pushed, Size, Why, Uses string
}

// Rows are the images of the table, those that need a look first.
func (p *lifecyclePage) Rows() []lifecycleRow {
	var rows []lifecycleRow
	for _, i := range p.worstFirst(lifecycleRows) {
		row := lifecycleRow{
			Class: i.fate().class(), Word: i.word(), Name: lifecycle.Image{Digest: i.Digest, Tags: i.Tags}.Name(), Pushed: i.PushedAt.Format("2006-01-02 15:04"),
			Size: Bytes(i.Size), Why: i.why(), Uses: strings.Join(i.InUse, ", "),
		}
		if len(i.Tags) > 0 {
			row.Digest = lifecycle.Short(i.Digest)
		}
		if len(i.Tags) > 1 {
			row.More = strings.Join(i.Tags[1:min(len(i.Tags), 10)], ", ")
		}
		rows = append(rows, row)
	}
	return rows
}

// Left is how many images the table leaves out.
func (p *lifecyclePage) Left() int { return max(len(p.Images)-lifecycleRows, 0) }

// lifecycleFate is a line of the legend.
type lifecycleFate struct {
	Class, Name, Bytes string
	Images             int
}

// Fates are the lines of the legend, the worst first.
func (p *lifecyclePage) Fates() []lifecycleFate {
	var images [fates]int
	var bytes [fates]int64
	for _, i := range p.Images {
		images[i.fate()]++
		bytes[i.fate()] += i.Size
	}
	var out []lifecycleFate
	for f := fates - 1; f >= 0; f-- {
		if images[f] > 0 {
			out = append(out, lifecycleFate{f.class(), f.String(), Bytes(bytes[f]), images[f]})
		}
	}
	return out
}

// Before and After are the storage and its cost, AfterWidth how long the second bar is, of 100.
func (p *lifecyclePage) Before() string {
	return fmt.Sprintf("%s, %.2f USD a month", Bytes(p.Totals.Bytes), p.Totals.Cost)
}

// After is what is left.
func (p *lifecyclePage) After() string {
	return fmt.Sprintf("%s, %.2f USD a month", Bytes(p.Totals.BytesAfter), p.Totals.CostAfter)
}

// AfterWidth is how long the bar of what is left is, of 100.
func (p *lifecyclePage) AfterWidth() string {
	return fmt.Sprintf("%.1f", 100*float64(p.Totals.BytesAfter)/float64(max(p.Totals.Bytes, 1)))
}

// Evaluated is the time of the evaluation.
func (p *lifecyclePage) Evaluated() string {
	if p.At == nil {
		return ""
	}
	return p.At.UTC().Format(time.RFC3339)
}
