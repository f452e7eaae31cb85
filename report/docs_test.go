package report_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hallmark-ci/hallmark/report"
)

func TestDocsHaveEveryFormat(t *testing.T) {
	docs, err := os.ReadFile(filepath.Join("..", "docs", "reports.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range report.FormatNames() {
		if !strings.Contains(string(docs), "\n| `"+name+"` | ") {
			t.Errorf("docs/reports.md has no row of %s", name)
		}
	}
}
