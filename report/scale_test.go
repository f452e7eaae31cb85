package report_test

import (
	"cmp"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/hallmark-ci/hallmark/report"
)

// documentOf is a run with n findings on six platforms.
func documentOf(n int) report.Document {
	d := documents()["failed"]
	d.Platforms = nil
	var platforms []string
	for _, arch := range []string{"386", "amd64", "arm64", "ppc64le", "riscv64", "s390x"} {
		platforms = append(platforms, "linux/"+arch)
		d.Platforms = append(d.Platforms, report.Platform{Platform: "linux/" + arch, Digest: digest})
	}
	d.Verdict.Findings = make([]report.Finding, n)
	for i := range d.Verdict.Findings {
		f := everyDecision()[0]
		f.ID, f.Package, f.Platforms = fmt.Sprintf("CVE-2025-%d", i/2), fmt.Sprintf("package-%d", i), platforms
		f.Description = strings.Repeat("An attacker who may send requests reads memory of the process. ", 6)
		f.Decision = cmp.Or(map[bool]string{true: "counts"}[i < n/2], "below")
		d.Verdict.Findings[i] = f
	}
	return d
}

// terse is such a run whose findings are not described.
func terse(n int) report.Document {
	d := documentOf(n)
	for i := range d.Verdict.Findings {
		d.Verdict.Findings[i].Description = ""
	}
	return d
}

func BenchmarkFormats(b *testing.B) {
	d := documentOf(20_000)
	for _, format := range machineFormats() {
		b.Run(format, func(b *testing.B) {
			out, _ := write(b, format, d)
			b.SetBytes(int64(len(out)))
			b.ReportAllocs()
			for b.Loop() {
				discard(b, format, d)
			}
		})
	}
}

func discard(b *testing.B, format string, d report.Document) {
	b.Helper()
	file, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	for _, f := range report.Formats() {
		if f.Name == format {
			if err := f.Write(file, d); err != nil {
				b.Fatal(err)
			}
		}
	}
}
