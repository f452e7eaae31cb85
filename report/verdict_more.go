package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
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

// Basis writes what a verdict is made of, for --verbose: how many findings the scanner counts, in a unit of its own, and the policy.
func (t *Text) Basis(counts map[string]int, policySHA256 string) {
	if !t.Verbose {
		return
	}
	levels := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(severityRank(strings.ToLower(a))-severityRank(strings.ToLower(b)), strings.Compare(a, b))
	})
	var parts []string
	for _, level := range levels {
		parts = append(parts, fmt.Sprintf("%d %s", counts[level], strings.ToLower(level)))
	}
	if len(parts) > 0 {
		t.sayWrapped("", "the scanner counts "+strings.Join(parts, ", "))
	}
	t.sayWrapped("", "the policy has SHA-256 "+policySHA256)
}
