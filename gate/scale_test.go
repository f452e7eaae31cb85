package gate_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"testing"

	"github.com/hallmark-ci/hallmark/gate"
)

// large is saved pages of an image with many findings: the real record of a sample, again and again under other names.
func large(tb testing.TB, findings, platforms, pages int) [][]byte {
	tb.Helper()
	data, err := os.ReadFile("testdata/wire/enhanced-active.json")
	if err != nil {
		tb.Fatal(err)
	}
	var page map[string]any
	if err := json.Unmarshal(data, &page); err != nil {
		tb.Fatal(err)
	}
	list := page["imageScanFindings"].(map[string]any)
	record, err := json.Marshal(list["enhancedFindings"].([]any)[0])
	if err != nil {
		tb.Fatal(err)
	}
	each := findings / pages
	list["findingSeverityCounts"] = map[string]int{"HIGH": findings / platforms}
	var out [][]byte
	for n := range pages {
		page["imageId"] = map[string]string{"imageDigest": fmt.Sprintf("sha256:%064d", n%platforms)}
		delete(page, "nextToken")
		if n < pages-platforms {
			page["nextToken"] = "more"
		}
		var records []json.RawMessage
		for i := range each {
			renamed := bytes.ReplaceAll(record, []byte("CVE-2022-49043"), fmt.Appendf(nil, "CVE-2022-%d", n*each+i))
			records = append(records, bytes.ReplaceAll(renamed, []byte("123456789012123456789012"), fmt.Appendf(nil, "%032x", n*each+i)))
		}
		list["enhancedFindings"] = records
		text, err := json.Marshal(page)
		if err != nil {
			tb.Fatal(err)
		}
		out = append(out, text)
	}
	return out
}

// judgedPages reads pages and judges them.
func judgedPages(tb testing.TB, p gate.Policy, pages [][]byte) gate.Verdict {
	tb.Helper()
	var c gate.Collection
	for _, page := range pages {
		if err := c.Read(bytes.NewReader(page)); err != nil {
			tb.Fatal(err)
		}
	}
	return gate.Judge(p, gate.Case{Scan: c.Scan()})
}

func TestNothingIsCutOfALargeScan(t *testing.T) {
	pages := large(t, 2400, 6, 30)
	verdict := judgedPages(t, policy(t, "high"), pages)
	if verdict.Result != gate.Fail || verdict.Counted["high"] != 2400 || len(verdict.Findings) != 2400 || len(verdict.Reasons) != 1 {
		t.Errorf("%s of %d findings, %d high: %v", verdict.Result, len(verdict.Findings), verdict.Counted["high"], verdict.Reasons)
	}
	verdict = judgedPages(t, policy(t, "none"), pages[:29])
	if verdict.Result != gate.Undecided {
		t.Errorf("without the last page: %s, %v", verdict.Result, verdict.Reasons)
	}
}

// An image with 20,000 findings on 30 pages of 6 platforms: bytes a second, and what is allocated.
func BenchmarkGate(b *testing.B) {
	pages := large(b, 20000, 6, 30)
	size := 0
	for _, page := range pages {
		size += len(page)
	}
	p, err := gate.NewPolicy("high")
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		judgedPages(b, p, pages)
	}
}
