package report

import (
	"cmp"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// sarifResults is how many results GitHub takes in a run, and as many rules
// (https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support-for-code-scanning).
const sarifResults = 25_000

// SARIF writes the findings as SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/), the subset that GitHub code scanning
// reads and its limits: a rule for each vulnerability, a result for each package it is in.
//
// A run that came to no verdict has no results at all, rather than none in a list: GitHub would close every alert that a list does not
// have, and refuses a file without one (https://github.com/github/codeql-action/issues/420).
func SARIF(w io.Writer, d Document) error {
	s := sarif{stream: newStream(w), document: d}
	if d.judged() {
		s.findings = d.findings()
	}
	if len(s.findings) > sarifResults {
		s.findings, s.left = s.findings[:sarifResults], len(s.findings)-sarifResults
	}
	return sarifFile(s.stream, s.run)
}

// sarifFile writes a file with one run.
func sarifFile(s *stream, run func()) error {
	s.object("", func() {
		s.text("$schema", "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json")
		s.text("version", "2.1.0")
		s.array("runs", func() { s.object("", run) })
	})
	return s.finish()
}

// sarif is one file being written.
type sarif struct {
	*stream
	document Document
	findings []*Finding // that are written, in the order of the verdict
	left     int        // how many more there are
}

// run writes the one run of the file.
func (s *sarif) run() {
	rules := newSarifRules(s.findings)
	s.object("tool", func() {
		s.object("driver", func() {
			s.text("name", "Hallmark")
			s.text("version", cmp.Or(s.document.Version, "devel"))
			s.array("rules", func() {
				for _, rule := range rules.list {
					s.row("", func() { s.rule(rule) })
				}
			})
		})
	})
	s.array("invocations", func() { s.object("", s.invocation) })
	// GitHub's category, up to the last slash: results replace those of the same category.
	s.row("automationDetails", func() { s.text("id", "ecr/"+s.document.repositoryName()+"/") })
	if v := s.document.Revision; v != nil && webAddress(v.Source) != "" {
		s.array("versionControlProvenance", func() {
			s.row("", func() {
				s.text("repositoryUri", webAddress(v.Source))
				s.text("revisionId", v.Commit)
				s.some("branch", v.Branch)
			})
		})
	}
	s.text("columnKind", "unicodeCodePoints")
	if s.document.judged() {
		s.array("results", func() { s.results(rules) })
	}
	s.object("properties", s.properties)
}

// invocation tells how the run ended. It went well when it came to a verdict, be it a failure.
func (s *sarif) invocation() {
	d := s.document
	s.boolean("executionSuccessful", d.judged())
	s.integer("exitCode", d.ExitCode)
	s.text("startTimeUtc", d.Started.UTC().Format(time.RFC3339))
	s.text("endTimeUtc", d.Ended.UTC().Format(time.RFC3339))
	s.array("toolExecutionNotifications", func() {
		if !d.judged() {
			s.notification("error", d.outcome())
		}
		if s.left > 0 {
			s.notification("warning", fmt.Sprintf("%d findings are left out, the last of the verdict: a run takes %d", s.left, sarifResults))
		}
		if d.Verdict != nil {
			for _, warning := range d.Verdict.Warnings {
				s.notification("warning", warning)
			}
		}
	})
}

func (s *sarif) notification(level, text string) {
	s.row("", func() {
		s.text("level", level)
		s.message("message", text)
	})
}

// message writes a message, in whose text braces and brackets would stand for arguments and links (section 3.11 of the format).
func (s *stream) message(name, text string) {
	s.object(name, func() { s.text("text", sarifEscapes.Replace(text)) })
}

// properties are those of the run.
func (s *sarif) properties() {
	d := s.document
	s.text("status", string(d.Status))
	s.some("imageName", d.Repository)
	if d.Digest != "" {
		s.texts("repoDigests", []string{d.subject() + "@" + d.Digest})
	}
	if d.Verdict != nil {
		s.text("verdict", d.Verdict.Result)
		s.texts("reasons", d.Verdict.Reasons)
		s.some("policySha256", d.Verdict.PolicySHA256)
	}
	if s.left > 0 {
		s.integer("resultsLeftOut", s.left)
	}
}

func (s *sarif) results(rules sarifRules) {
	seen := map[string]int{}
	for _, f := range s.findings {
		// Neither the version nor the image: the alert is the same one after the next build. Of several versions each has its turn.
		identity := s.document.identity(f)
		seen[identity]++
		s.row("", func() {
			s.text("ruleId", cmp.Or(f.ID, "unknown"))
			s.integer("ruleIndex", rules.index[f.ID])
			s.text("level", bandOf(f).level)
			s.message("message", f.sarifMessage())
			s.array("locations", func() { s.object("", func() { s.location(f) }) })
			s.object("partialFingerprints", func() { s.text("primaryLocationLineHash", identity+":"+strconv.Itoa(seen[identity])) })
			s.suppressions(f)
			s.object("properties", func() { s.findingProperties(f) })
		})
	}
}

// suppressions are written for every result: none in a list says that it is not suppressed (section 3.27.23). GitHub does not read them
// (https://github.com/github/codeql-action/issues/1230).
func (s *sarif) suppressions(f *Finding) {
	s.array("suppressions", func() {
		if f.Decision != "ignored" {
			return
		}
		s.object("", func() {
			s.text("kind", "external")
			s.text("status", "accepted")
			s.some("justification", f.Reason)
		})
	})
}

// location is where GitHub shows an alert: it wants a file of the work tree, so the package's own stands under the repository's name.
func (s *sarif) location(f *Finding) {
	s.object("physicalLocation", func() {
		s.object("artifactLocation", func() { s.text("uri", sarifPath(s.document.repositoryName()+"/"+f.Path)) })
		s.object("region", func() {
			for _, name := range [...]string{"startLine", "startColumn", "endLine", "endColumn"} {
				s.integer(name, 1)
			}
		})
	})
	if f.Package == "" {
		return
	}
	s.array("logicalLocations", func() {
		s.object("", func() {
			s.text("name", f.Package)
			s.text("kind", "package")
			s.text("fullyQualifiedName", f.where())
		})
	})
}

// sarifPath is a path as a relative reference, without what leads out of it or would be taken for a scheme.
func sarifPath(path string) string {
	parts := []string{}
	for part := range strings.SplitSeq(path, "/") {
		if part != "" && part != "." && part != ".." {
			parts = append(parts, url.PathEscape(strings.ToValidUTF8(part, "\uFFFD")))
		}
	}
	return strings.ReplaceAll(strings.Join(parts, "/"), ":", "%3A")
}

func (s *sarif) findingProperties(f *Finding) {
	s.text("decision", f.Decision)
	s.some("reason", f.Reason)
	s.some("until", f.Until)
	s.text("severity", cmp.Or(f.Severity, "unknown"))
	s.some("package", f.Package)
	s.some("version", f.Version)
	s.text("fix", f.Fix)
	s.some("fixedVersion", f.FixedVersion)
	s.some("status", f.Status)
	s.some("epss", number(f.EPSS))
	if len(f.Platforms) > 0 {
		s.texts("platforms", f.Platforms)
	}
}
