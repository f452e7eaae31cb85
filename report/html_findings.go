package report

import (
	"bufio"
	"fmt"
	"html"
	"strings"
)

// pageBar is one severity on the page.
type pageBar struct {
	SeverityCount
	Class                   string
	AllWidth, CountingWidth string // of 100
}

// Bars are the severities, each as long as it has findings.
func (p *page) Bars() []pageBar {
	if p.Verdict == nil {
		return nil
	}
	severities, most := p.Verdict.Severities(), 1
	for _, s := range severities {
		most = max(most, s.All)
	}
	var out []pageBar
	for _, s := range severities {
		out = append(out, pageBar{s, severityClass(s.Name), share(s.All, most), share(s.Counting, most)})
	}
	return out
}

func share(n, of int) string { return fmt.Sprintf("%.2f", float64(n)*100/float64(of)) }

// severityClass is the class of a severity in the page's style: words that nobody ranked share one.
func severityClass(severity string) string {
	switch severity {
	case "critical", "high", "medium", "low", "informational":
		return severity
	default:
		return "unrated"
	}
}

// html writes the finding as a row. It is written by hand and not by the template, which takes ten times as long: foreign text
// stands between tags and in double quotes only, where escaping it is enough.
func (f *Finding) html(out *bufio.Writer) {
	class := severityClass(f.Severity)
	write(out, `<tr class="`, class, `" data-severity="`, f.Severity, `" data-decision="`, f.Decision, `" data-fix="`, f.Fix)
	if f.Score > 0 {
		fmt.Fprintf(out, `" data-score="%.1f`, f.Score)
	}
	write(out, `"><td><span class="severity `, class, `">`, f.Severity, `</span>`)
	if f.Score > 0 {
		fmt.Fprintf(out, `<small class="score">%.1f</small>`, f.Score)
	}
	out.WriteString(`</td><td>`)
	if webPage(f.URL) {
		write(out, `<a href="`, f.URL, `" rel="noreferrer">`, f.ID, `</a>`)
	} else {
		write(out, `<span>`, f.ID, `</span>`)
	}
	f.htmlFlags(out)
	f.htmlDetails(out)
	write(out, `</td><td>`, f.Package, ``)
	if f.Path != "" {
		write(out, `<small>`, f.Path, `</small>`)
	}
	write(out, `</td><td>`, f.Version, `</td><td>`, f.FixedVersion, ``)
	if f.FixedVersion == "" && f.Fix != "unknown" {
		write(out, `<small class="none">`, f.fixedIn(nil), `</small>`)
	}
	write(out, `</td><td>`, strings.Join(f.Platforms, ", "), `</td><td><span class="decision">`)
	write(out, ``, strings.ReplaceAll(f.Decision, "-", " "), `</span>`)
	if f.Until != "" {
		write(out, ` <span class="until">until `, f.Until, `</span>`)
	}
	if f.Reason != "" {
		write(out, `<small>`, f.Reason, `</small>`)
	}
	out.WriteString("</td></tr>\n")
}

// write writes markup and foreign text in turn, beginning with markup.
func write(out *bufio.Writer, parts ...string) {
	for i, part := range parts {
		if i%2 == 1 {
			part = html.EscapeString(Clean(part))
		}
		out.WriteString(part)
	}
}

func (f *Finding) htmlFlags(out *bufio.Writer) {
	if f.KEV {
		out.WriteString(` <span class="flag">exploited</span>`)
	}
	if f.Exploit {
		out.WriteString(` <span class="flag">exploit public</span>`)
	}
}

// htmlDetails writes what is known beyond the columns, folded away.
func (f *Finding) htmlDetails(out *bufio.Writer) {
	epss := ""
	if f.EPSS > 0 {
		epss = fmt.Sprintf("%.2f %% within 30 days", f.EPSS*100)
	}
	open := false
	for _, fact := range [][2]string{
		{"", f.Description}, {"Also known as", strings.Join(f.Aliases, ", ")}, {"To do", f.Remediation}, {"CVSS", f.Vector}, {"Exploitation", epss}, {"Vendor's severity", f.VendorSeverity},
		{"Found by", f.Manager}, {"Published", f.PublishedAt}, {"First seen", f.FirstObservedAt}, {"Status", f.Status},
	} {
		if fact[1] == "" {
			continue
		}
		if !open {
			open = true
			out.WriteString(`<details><summary>About</summary><dl>`)
		}
		if fact[0] != "" {
			write(out, `<dt>`+fact[0]+`</dt>`)
		}
		write(out, `<dd>`, fact[1], `</dd>`)
	}
	if open {
		out.WriteString(`</dl></details>`)
	}
}
