package report

import (
	"io"
	"time"
)

// Document is what every report is made of: the result of a run, and what formats ask for beyond it.
type Document struct {
	Result
	Version string    // of the program, not what the rules make of the commit
	Started time.Time // of the run
	Ended   time.Time

	Posture *PostureDocument // of repo audit; nil of other commands
}

// Format is one form that a result is written in.
type Format struct {
	Name string // as --report FORMAT=FILE has it
	Use  string // what it is for, in a few words

	// Write writes a report of any run, whatever its outcome. Equal documents give equal bytes.
	Write func(io.Writer, Document) error
}

// Formats lists the formats of --report in the order that help and docs have them.
func Formats() []Format {
	return []Format{
		{"json", "the result document", func(w io.Writer, d Document) error { return JSON(w, d.Result) }},
		{"sarif", "GitHub code scanning", SARIF},
		{"junit", "the tests tab of CI systems", JUnit},
		{"gitlab", "GitLab's container scanning report", GitLab},
		{"cyclonedx", "vulnerabilities for VEX and other tools", CycloneDX},
		{"svr", "in-toto statement of what passed, to be signed", SVR},
		{"html", "one page to read, filter and print", HTML},
		{"markdown", "a summary for a page on GitHub or GitLab", func(w io.Writer, d Document) error { return Markdown(w, d.Result) }},
		{"dotenv", "variables for the later jobs of GitLab", func(w io.Writer, d Document) error { return Dotenv(w, d.Result) }},
	}
}

// FormatNames lists the names of formats, of all those of a result where none are given.
func FormatNames(formats ...Format) []string {
	if len(formats) == 0 {
		formats = Formats()
	}
	var names []string
	for _, format := range formats {
		names = append(names, format.Name)
	}
	return names
}
