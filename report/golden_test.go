package report_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/report"
)

var update = flag.Bool("update", false, "rewrite the golden files in testdata")

// golden compares what was written with a file in testdata.
func golden(t *testing.T, file string, got []byte) {
	t.Helper()
	file = filepath.Join("testdata", file)
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

// goldenText compares what write says to people, whose lines fit a small terminal unless one word alone is longer.
func goldenText(t *testing.T, file string, text *report.Text, write func(*report.Text)) {
	t.Helper()
	var out bytes.Buffer
	text.W = &out
	write(text)
	golden(t, file, out.Bytes())
	if text.Color {
		return
	}
	for line := range strings.Lines(out.String()) {
		if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > 80 && len(strings.Fields(line)) > 2 {
			t.Errorf("%s: %d columns: %s", file, n, line)
		}
	}
}
