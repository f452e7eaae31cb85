package report

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"slices"
	"time"
)

// pageFiles are the parts of the page: what it says, how it looks, and how its findings are filtered and sorted.
//
//go:embed page
var pageFiles embed.FS

// HTML writes one page that holds all it needs: nothing is loaded from elsewhere, and its policy forbids it (https://www.w3.org/TR/CSP3/).
// Without scripts it is a plain table; scripts filter and sort it.
func HTML(w io.Writer, d Document) error {
	page, err := newPage(d)
	if err != nil {
		return err
	}
	parts, err := template.ParseFS(pageFiles, "page/page.html")
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(w, 64<<10)
	if err := parts.ExecuteTemplate(visible{out}, "top", page); err != nil {
		return err
	}
	for i := range page.Findings() {
		d.Verdict.Findings[i].html(out)
	}
	if err := parts.ExecuteTemplate(visible{out}, "bottom", page); err != nil {
		return err
	}
	return out.Flush()
}

// opening hides the rows until the script has taken them over, for laying all of them out takes seconds. Where scripts do not run, or the one
// at the end does not, they are shown.
const opening = "document.documentElement.className = 'scripted'; addEventListener('error', () => { document.documentElement.className = ''; });"

// visible leaves out what cannot be seen, as Clean does, and keeps the lines. What is written to it at once is whole characters.
type visible struct{ io.Writer }

func (v visible) Write(text []byte) (int, error) {
	_, err := v.Writer.Write(bytes.Map(func(r rune) rune {
		if r == '\n' {
			return r
		}
		return shown(r)
	}, text))
	return len(text), err
}

// page is what the template shows of a document.
type page struct {
	Document
	Style    template.CSS
	Opening  template.JS
	Script   template.JS
	Security string // the Content-Security-Policy
}

func newPage(d Document) (*page, error) {
	style, err := pageFiles.ReadFile("page/page.css")
	if err != nil {
		return nil, err
	}
	script, err := pageFiles.ReadFile("page/page.js")
	if err != nil {
		return nil, err
	}
	security := fmt.Sprintf("default-src 'none'; img-src data:; style-src '%s'; script-src '%s' '%s'; base-uri 'none'; form-action 'none'",
		integrity(style), integrity([]byte(opening)), integrity(script))
	return &page{Document: d, Style: template.CSS(style), Opening: opening, Script: template.JS(script), Security: security}, nil
}

// integrity names a script or a style by what it is, so that no other one runs.
func integrity(text []byte) string {
	sum := sha256.Sum256(text)
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// Headline is how the run ended.
func (p *page) Headline() string { return p.headline() }

// Tone is whether that is good, bad or open.
func (p *page) Tone() string {
	switch p.Status {
	case Passed, Planned:
		return "good"
	case Undecided, Timeout, Interrupted:
		return "open"
	default:
		return "bad"
	}
}

// Name is the repository without its registry.
func (p *page) Name() string {
	_, name := p.Address()
	return name
}

// Reasons are the verdict's, else what went wrong.
func (p *page) Reasons() []string {
	switch {
	case p.Verdict != nil && (p.Error == nil || p.Status == Failed || p.Status == Undecided):
		return p.Verdict.Reasons
	case p.Error != nil:
		return []string{p.Error.Message}
	default:
		return nil
	}
}

// Judged says whether there is a verdict.
func (p *page) Judged() bool { return p.Verdict != nil }

// Findings are the verdict's.
func (p *page) Findings() []Finding {
	if p.Verdict == nil {
		return nil
	}
	return p.Verdict.Findings
}

// Warnings are the verdict's.
func (p *page) Warnings() []string {
	if p.Verdict == nil {
		return nil
	}
	return p.Verdict.Warnings
}

// Named are the tags that name the image now.
func (p *page) Named() []string { return p.names() }

// CommitPage is where the commit can be looked at.
func (p *page) CommitPage() string { return p.Revision.page() }

// Dirty says whether the commit does not hold all that was built.
func (p *page) Dirty() bool { return p.Revision.Dirty != nil && *p.Revision.Dirty }

// PlatformNames are the platforms that have a name.
func (p *page) PlatformNames() []string {
	var names []string
	for _, platform := range p.Platforms {
		if platform.Platform != "" {
			names = append(names, platform.Platform)
		}
	}
	return names
}

// ManyPlatforms says whether findings differ in their platforms.
func (p *page) ManyPlatforms() bool {
	findings := p.Findings()
	return slices.ContainsFunc(findings, func(f Finding) bool { return !slices.Equal(f.Platforms, findings[0].Platforms) }) || len(findings) > 0 && len(findings[0].Platforms) > 1
}

// pageLayer is a layer with its size for people.
type pageLayer struct {
	Layer
	Bytes string
}

// Layers are those of the push.
func (p *page) Layers() []pageLayer {
	if p.Upload == nil {
		return nil
	}
	var out []pageLayer
	for _, layer := range p.Upload.Layers {
		out = append(out, pageLayer{layer, Bytes(layer.Size)})
	}
	return out
}

// PolicyName is the hash of the policy.
func (p *page) PolicyName() string {
	if p.Verdict == nil {
		return ""
	}
	return p.Verdict.PolicySHA256
}

// PolicyText is the effective policy, a field a line.
func (p *page) PolicyText() string {
	if p.Verdict == nil || len(p.Verdict.Policy) == 0 {
		return ""
	}
	var out bytes.Buffer
	if err := json.Indent(&out, p.Verdict.Policy, "", "  "); err != nil {
		return string(p.Verdict.Policy)
	}
	return out.String()
}

// Written is when the page was made.
func (p *page) Written() string {
	if p.Ended.IsZero() {
		return ""
	}
	return p.Ended.UTC().Format(time.RFC3339)
}
