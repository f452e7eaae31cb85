package report

import (
	"errors"
	"io"
)

// PostureFormats lists the formats of repo audit's --report.
func PostureFormats() []Format {
	of := func(write func(io.Writer, Document) error) func(io.Writer, Document) error {
		return func(w io.Writer, d Document) error {
			if d.Posture == nil {
				return errors.New("there is no audit to write of")
			}
			return write(w, d)
		}
	}
	return []Format{
		{"json", "the document", of(func(w io.Writer, d Document) error { return JSON(w, *d.Posture) })},
		{"sarif", "GitHub code scanning", of(postureSARIF)},
		{"html", "one page to read and print", of(postureHTML)},
		{"markdown", "a summary for a page on GitHub or GitLab", of(postureMarkdown)},
	}
}
