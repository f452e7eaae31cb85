package report

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/hallmark-ci/hallmark/registry/lifecycle"
)

// LifecycleMarkdown writes a summary of a simulation for a page on GitHub or GitLab: the images that need a look, as many as there is room for.
func LifecycleMarkdown(w io.Writer, d LifecycleDocument) error {
	var m markdown
	text, tone := d.headline()
	m.line("## %s %s%s\n", map[string]string{"good": "✅", "bad": "❌", "open": "⚠️"}[tone], text, subjectOf(d.Repository))
	if d.Error != nil {
		m.line("%s\n", prose(d.Error.Message))
		for line := range strings.Lines(d.Error.Hint) {
			m.line("> %s  ", prose(strings.TrimRight(line, "\n")))
		}
		m.line("")
	}
	if t := d.Totals; t != nil {
		m.line("| images | expire | archived | uncertain | stay | in use | storage | cost a month |\n|---|---|---|---|---|---|---|---|")
		m.line("| %d | %d | %d | %d | %d | %d | %s, then %s | %.2f USD, then %.2f |\n", t.Images, t.Expire, t.Transition, t.Uncertain, t.Keep, t.InUse,
			Bytes(t.Bytes), Bytes(t.BytesAfter), t.Cost, t.CostAfter)
	}
	for _, source := range d.Sources {
		for _, problem := range source.Problems {
			m.line("- %s was not all seen: %s", code(source.Name), prose(problem))
		}
	}
	m.images(d)
	_, err := w.Write(m.Bytes())
	return err
}

func subjectOf(repository string) string {
	if repository == "" {
		return ""
	}
	return ": " + code(repository)
}

// images lists what goes, may go or is in use, until there is no room.
func (m *markdown) images(d LifecycleDocument) {
	left, head := 0, "\n| image | outcome | why | in use by | pushed |\n|---|---|---|---|---|"
	for _, i := range d.worstFirst(len(d.Images)) {
		if i.fate() == kept {
			continue
		}
		row := fmt.Sprintf("| %s | %s | %s | %s | %s |", code(lifecycle.Image{Digest: i.Digest, Tags: i.Tags}.Name()), i.word(), prose(i.why()),
			prose(strings.Join(i.InUse, ", ")), i.PushedAt.Format(time.DateOnly))
		if left > 0 || m.Len()+len(row) > summaryLimit-closingRoom {
			left++
			continue
		}
		if head != "" {
			m.line("%s", head)
			head = ""
		}
		m.line("%s", row)
	}
	if left > 0 {
		m.line("\n%s more are left out here.", count(left, "image"))
	}
}
