package report

import (
	"fmt"
	"strings"
	"time"

	"github.com/hallmark-ci/hallmark/gate"
)

// more writes what the table leaves out.
func (t *Text) more(f gate.Judged) {
	var parts []string
	add := func(name, value string) {
		if value != "" {
			parts = append(parts, strings.TrimSpace(name+" "+value))
		}
	}
	if f.Decision == gate.Counts {
		add("", f.Reason)
	}
	if f.Score > 0 {
		add("CVSS", fmt.Sprintf("%.1f", f.Score))
	}
	if f.EPSS > 0 {
		add("EPSS", fmt.Sprintf("%.2f %%", f.EPSS*100))
	}
	add("vendor's severity", f.VendorSeverity)
	add("in", f.Path)
	if !f.PublishedAt.IsZero() {
		add("published", f.PublishedAt.UTC().Format(time.DateOnly))
	}
	add("", f.URL)
	t.under(strings.Join(parts, ", "))
}
