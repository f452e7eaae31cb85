package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/report"
)

// A folder may vanish while a run waits, which no check at its start can know.
func TestReportsThatCannotBeWritten(t *testing.T) {
	for _, test := range []struct {
		name string
		err  error
		code int
		want []string // in what is written instead
	}{
		{"a run that went well", nil, 1, []string{`"exit_code": 1`, `"status": "error"`, "write report junit="}},
		{"a run that failed before", &UsageError{Problem: "no image"}, 64, []string{`"exit_code": 64`, `"message": "no image"`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			var out, errs bytes.Buffer
			p := newProgram([]string{"hallmark", "push"}, Streams{Out: &out, Err: &errs})
			p.json, p.started = true, true
			p.reports = []reportFile{
				{format: format(t, "junit"), file: filepath.Join(dir, "gone", "junit.xml")},
				{format: format(t, "json"), file: filepath.Join(dir, "result.json")},
			}
			if code := p.finish(t.Context(), test.err); code != test.code {
				t.Errorf("exit status %d, want %d", code, test.code)
			}
			for _, want := range test.want {
				if !strings.Contains(out.String(), want) {
					t.Errorf("%s is not in the document:\n%s", want, &out)
				}
			}
			if !strings.Contains(errs.String(), "write report junit=") {
				t.Errorf("it says:\n%s", &errs)
			}
			entries, err := os.ReadDir(dir)
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, entry := range entries {
				names = append(names, entry.Name())
			}
			if diff := cmp.Diff([]string{"result.json"}, names); diff != "" {
				t.Errorf("files (-want +got):\n%s", diff)
			}
		})
	}
}

func format(t *testing.T, name string) report.Format {
	t.Helper()
	formats := report.Formats()
	i := slices.IndexFunc(formats, func(f report.Format) bool { return f.Name == name })
	if i < 0 {
		t.Fatalf("no format %q", name)
	}
	return formats[i]
}
