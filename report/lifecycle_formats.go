package report

import "io"

// LifecycleFormats lists the formats of --report of repo lifecycle simulate. They write d as it is by then.
func LifecycleFormats(d *LifecycleDocument) []Format {
	return []Format{
		{"json", "the document of --output json", func(w io.Writer, _ Document) error { return JSON(w, d) }},
		{"html", "one page with a timeline of the images", func(w io.Writer, run Document) error { return LifecycleHTML(w, *d, run) }},
		{"markdown", "a summary for a page on GitHub or GitLab", func(w io.Writer, _ Document) error { return LifecycleMarkdown(w, *d) }},
	}
}
