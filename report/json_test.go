package report_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/report"
)

// plainJSON is a document as encoding/json writes it in one piece.
func plainJSON(t *testing.T, document any) string {
	t.Helper()
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(document); err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(out.String(), "##", `#\u0023`)
}

// Findings are written one by one, past encoding/json.
func TestJSONWritesResultsAsEncodingJSONDoes(t *testing.T) {
	for name, d := range documents() {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			if err := report.JSON(&out, &d.Result); err != nil {
				t.Fatal(err)
			}
			if want := plainJSON(t, d.Result); want != out.String() {
				t.Errorf("JSON (-want +got):\n%.5000s", cmp.Diff(want, out.String()))
			}
		})
	}
}

func FuzzJSONWritesTextsAsEncodingJSONDoes(f *testing.F) {
	f.Add("plain", 0.5)
	f.Add(hostileText, 9.75)
	f.Add("###\x00\x08\x0c\x7f\u2028\u2029\xe2\x80\U0001F600\ufffd", 1e-7)
	f.Fuzz(func(t *testing.T, text string, number float64) {
		r := report.Result{Verdict: &report.Verdict{Findings: []report.Finding{{ID: text, Score: number, Platforms: []string{text, "##"}}, {Reason: text}}}}
		var out bytes.Buffer
		err := report.JSON(&out, r)
		if _, plain := json.Marshal(number); (err == nil) != (plain == nil) {
			t.Fatalf("JSON of %v: %v", number, err)
		}
		if err != nil {
			return
		}
		if want := plainJSON(t, r); want != out.String() {
			t.Errorf("JSON (-want +got):\n%s", cmp.Diff(want, out.String()))
		}
	})
}
