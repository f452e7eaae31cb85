package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const records = "time\tcold\thallmark\t3.1\t62914560\t1000000\t6\n" +
	"time\tcold\tskopeo\t6.0\t52428800\t0\t10.2\n" +
	"time\tcold\thallmark\t2.9\t73400320\t2500000\t5\n" +
	"time\tcold\tskopeo\t6.4\t52428800\t0\t10.4\n" +
	"count\tcold\thallmark\t21\t420000000\n" +
	"fail\tcold\tregctl\n" +
	"note\twan-cold\tleft out: there is no link\n"

func TestTextShowsMediansAndRatios(t *testing.T) {
	cases := read(t, records)
	want := `cold
            seconds  from – to  × skopeo  × crane  CPU s  sent MB  requests  memory MiB  disk MB
  hallmark     3.00  2.90–3.10      0.48        –    5.5    420.0        21          70      2.5
  skopeo       6.20  6.00–6.40      1.00        –   10.3        –         –          50      0.0
  regctl     failed          –         –        –      –        –         –           –        –

`
	if diff := cmp.Diff(want, cases[0].Text()); diff != "" {
		t.Errorf("text (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff("wan-cold\n", cases[1].Text()[:9]); diff != "" {
		t.Errorf("second case (-want +got):\n%s", diff)
	}
}

func TestTextFitsAHundredColumns(t *testing.T) {
	wide := "time\tcold\thallmark\t123.456\t1999999999\t4299999999\t199.5\n" +
		"time\tcold\thallmark\t100.456\t1999999999\t4299999999\t199.5\n" +
		"time\tcold\tskopeo\t123.456\t9999999999\t4299999999\t199.5\n" +
		"count\tcold\thallmark\t1234\t4299999999\n"
	for line := range strings.Lines(read(t, wide)[0].Text()) {
		if n := len([]rune(strings.TrimSuffix(line, "\n"))); n > 100 {
			t.Errorf("%d columns: %s", n, line)
		}
	}
}

func TestMarkdownHasARowForEachTool(t *testing.T) {
	cases := read(t, records)
	want := `### cold

|  | seconds | from – to | × skopeo | × crane | CPU s | sent MB | requests | memory MiB | disk MB |
|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|
| hallmark | 3.00 | 2.90–3.10 | 0.48 | – | 5.5 | 420.0 | 21 | 70 | 2.5 |
| skopeo | 6.20 | 6.00–6.40 | 1.00 | – | 10.3 | – | – | 50 | 0.0 |
| regctl | failed | – | – | – | – | – | – | – | – |

### wan-cold

Left out: there is no link.

`
	if diff := cmp.Diff(want, cases[0].Markdown()+cases[1].Markdown()); diff != "" {
		t.Errorf("markdown (-want +got):\n%s", diff)
	}
}

func TestReadCasesRefusesABrokenRecord(t *testing.T) {
	for _, record := range []string{"time\tcold", "time\tcold\tcrane\t1.0", "time\tcold\tcrane\tx\t1\t1\t1", "speed\tcold\tcrane"} {
		if _, err := ReadCases(strings.NewReader(record)); err == nil {
			t.Errorf("ReadCases(%q) succeeded", record)
		}
	}
}

func read(t *testing.T, records string) []*Case {
	t.Helper()
	cases, err := ReadCases(strings.NewReader(records))
	if err != nil {
		t.Fatal(err)
	}
	return cases
}
