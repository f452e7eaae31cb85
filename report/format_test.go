package report_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"path/filepath"
	"testing"
	"unicode/utf8"

	"github.com/hallmark-ci/hallmark/report"
)

// machineFormats are those that programs read.
func machineFormats() []string {
	return []string{"json", "sarif", "junit", "gitlab", "cyclonedx", "svr"}
}

func write(t testing.TB, format string, d report.Document) ([]byte, error) {
	t.Helper()
	for _, f := range report.Formats() {
		if f.Name == format {
			var out bytes.Buffer
			err := f.Write(&out, d)
			return out.Bytes(), err
		}
	}
	t.Fatalf("no format %q", format)
	return nil, nil
}

func TestFormats(t *testing.T) {
	all := schemas(t)
	for name, d := range documents() {
		for _, format := range machineFormats() {
			t.Run(name+"/"+format, func(t *testing.T) {
				got, err := write(t, format, d)
				if format == "svr" && name == "refused" {
					if !errors.Is(err, report.ErrNoSubject) || len(got) > 0 {
						t.Errorf("a statement of no image: %v, %q", err, got)
					}
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				if again, _ := write(t, format, d); !bytes.Equal(got, again) {
					t.Error("written twice, it differs")
				}
				validate(t, all, format, got)
				wellFormed(t, format, got)
				if name != "hostile" { // its bytes are a megabyte
					golden(t, filepath.Join("formats", name+"."+format), got)
				}
			})
		}
	}
}

// wellFormed parses a report and looks for what neither logs nor databases take.
func wellFormed(t *testing.T, format string, got []byte) {
	t.Helper()
	if !utf8.Valid(got) || bytes.ContainsAny(got, "\x00\x1b\r") {
		t.Error("it holds control characters or is no UTF-8")
	}
	if format == "junit" {
		checkJUnit(t, got)
		return
	}
	if !json.Valid(got) {
		t.Error("it is no JSON")
	}
	if bytes.Contains(got, []byte("##[")) {
		t.Error("it holds a command of a CI system")
	}
	if format != "json" && format != "svr" && bytes.Contains(got, []byte(`\u0000`)) {
		t.Error("it holds an escaped NUL")
	}
}

func TestFormatsSayWhatCannotBeWritten(t *testing.T) {
	for _, f := range report.Formats() {
		if err := f.Write(broken{}, documents()["failed"]); err == nil {
			t.Errorf("%s to a full disk says nothing", f.Name)
		}
	}
}
