package report_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/report"
)

// Nothing runs on the page, and nothing shapes it, but what it is written with.
func TestPageAllowsItsOwnScriptAlone(t *testing.T) {
	var out bytes.Buffer
	if err := report.HTML(&out, report.Document{Result: outcomes(t)["fail"]}); err != nil {
		t.Fatal(err)
	}
	security := regexp.MustCompile(`http-equiv="Content-Security-Policy" content="([^"]*)"`).FindStringSubmatch(out.String())
	if security == nil {
		t.Fatal("there is no Content-Security-Policy")
	}
	policy := html.UnescapeString(security[1])
	want := "default-src 'none'; img-src data:"
	for _, element := range []string{"style", "script"} {
		want += "; " + element + "-src"
		for _, found := range regexp.MustCompile(`(?s)<`+element+`>(.*?)</`+element+`>`).FindAllStringSubmatch(out.String(), -1) {
			sum := sha256.Sum256([]byte(found[1]))
			want += " 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
		}
	}
	want += "; base-uri 'none'; form-action 'none'"
	if diff := cmp.Diff(want, policy); diff != "" {
		t.Errorf("the policy (-want +got):\n%s", diff)
	}
	if inline := regexp.MustCompile(`<[^>]*\s(?:style|on\w+)=`).FindString(out.String()); inline != "" {
		t.Errorf("what the policy forbids: %s", inline)
	}
}

// many is a result of 20,000 findings.
func many(t testing.TB, of report.Result) report.Result {
	t.Helper()
	v := *of.Verdict
	v.Findings = nil
	for i := range 20_000 {
		f := of.Verdict.Findings[i*len(of.Verdict.Findings)/20_000]
		f.ID, f.Package = fmt.Sprintf("CVE-2026-%d", i), fmt.Sprintf("package-%d", i%300)
		f.Description = strings.Repeat("what is wrong, at length & in <detail>; ", 8)
		v.Findings = append(v.Findings, f)
	}
	of.Verdict = &v
	return of
}

func TestPageHoldsEveryFinding(t *testing.T) {
	var out bytes.Buffer
	if err := report.HTML(&out, report.Document{Result: many(t, outcomes(t)["fail"])}); err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(out.Bytes(), []byte(`<tr class="`)); n != 20_000 {
		t.Errorf("%d rows", n)
	}
}

func TestPageSaysWhatCannotBeWritten(t *testing.T) {
	if err := report.HTML(broken{}, report.Document{Result: outcomes(t)["fail"]}); err == nil {
		t.Error("HTML to a broken writer says nothing")
	}
}

func BenchmarkHTML(b *testing.B) {
	document := report.Document{Result: many(b, report.Result{Verdict: judged("fail")})}
	b.ReportAllocs()
	for b.Loop() {
		if err := report.HTML(io.Discard, document); err != nil {
			b.Fatal(err)
		}
	}
}
