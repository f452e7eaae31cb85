package report

import (
	"cmp"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/hallmark-ci/hallmark/registry/posture"
)

// postureSARIF writes the drift of an audit as SARIF 2.1.0: a rule for each check, a result for each repository and check that drifts. What
// is excepted is a result that is suppressed; what could not be seen is a notification.
func postureSARIF(w io.Writer, d Document) error {
	s := postureFile{stream: newStream(w), document: d}
	for _, row := range d.Posture.rows() {
		if row.State == posture.Drift || row.State == posture.Excepted {
			s.rows = append(s.rows, row)
		}
	}
	return sarifFile(s.stream, s.run)
}

// postureFile is one file being written.
type postureFile struct {
	*stream
	document Document
	rows     []postureRow // that are written
}

func (s *postureFile) run() {
	s.object("tool", func() {
		s.object("driver", func() {
			s.text("name", "Hallmark")
			s.text("version", cmp.Or(s.document.Version, "devel"))
			s.array("rules", func() {
				for _, name := range posture.CheckName("").Words() {
					s.row("", func() { s.rule(name) })
				}
			})
		})
	})
	s.array("invocations", func() { s.object("", s.invocation) })
	s.row("automationDetails", func() { s.text("id", "ecr-posture/"+cmp.Or(s.document.Posture.Registry.Host, "registry")+"/") })
	s.text("columnKind", "unicodeCodePoints")
	if s.document.Posture.Error == nil || s.document.Posture.Totals.Repositories > 0 { // a list without results closes every alert on GitHub
		s.array("results", s.results)
	}
}

func (s *postureFile) rule(name string) {
	s.text("id", "posture/"+name)
	s.text("name", name)
	s.message("shortDescription", posture.CheckName(name).About())
	s.object("defaultConfiguration", func() { s.text("level", levelOf(posture.CheckName(name))) })
	s.object("properties", func() { s.texts("tags", append([]string{"security", "posture"}, posture.CheckName(name).IDs()...)) })
}

// levelOf is how bad drift of a check is: what lets others in or replace an image is an error.
func levelOf(name posture.CheckName) string {
	if slices.Contains([]posture.CheckName{posture.CheckImmutability, posture.CheckAccess, posture.CheckDeletion}, name) {
		return "error"
	}
	return "warning"
}

func (s *postureFile) invocation() {
	p := s.document.Posture
	s.boolean("executionSuccessful", p.Judged())
	s.integer("exitCode", p.ExitCode)
	s.text("startTimeUtc", s.document.Started.UTC().Format(time.RFC3339))
	s.text("endTimeUtc", s.document.Ended.UTC().Format(time.RFC3339))
	s.array("toolExecutionNotifications", func() {
		say := func(level, text string) {
			s.row("", func() {
				s.text("level", level)
				s.message("message", text)
			})
		}
		if p.Error != nil && !p.Judged() {
			say("error", p.Error.Message)
		}
		for _, u := range p.unknowns() {
			say("warning", "not seen: "+strings.Join(u.checks, ", ")+" of "+someNames(u.repositories)+": "+u.why)
		}
		for _, name := range p.Missing {
			say("warning", "repository "+name+" is not there")
		}
		for _, warning := range p.Warnings {
			say("warning", warning)
		}
		if more := len(s.rows) - sarifResults; more > 0 {
			say("warning", count(more, "result")+" left out: a run takes that many")
		}
	})
}

func (s *postureFile) results() {
	words := posture.CheckName("").Words()
	for _, row := range s.rows[:min(len(s.rows), sarifResults)] {
		s.row("", func() {
			s.text("ruleId", "posture/"+string(row.Check))
			s.integer("ruleIndex", slices.Index(words, string(row.Check)))
			s.text("level", levelOf(row.Check))
			s.message("message", row.Repository+": "+row.text()+mendText(row.Mend))
			s.array("locations", func() { s.object("", func() { s.place(row) }) })
			s.object("partialFingerprints", func() {
				s.text("primaryLocationLineHash", fingerprint(s.document.Posture.Registry.Host+"\x00"+row.Repository+"\x00"+string(row.Check))+":1")
			})
			s.array("suppressions", func() {
				for _, e := range row.Excuses {
					if row.State == posture.Excepted && !e.Expired {
						s.object("", func() {
							s.text("kind", "external")
							s.text("status", "accepted")
							s.text("justification", e.Reason+", until "+e.Until)
						})
					}
				}
			})
			s.object("properties", func() {
				s.text("state", string(row.State))
				s.texts("ids", row.IDs)
			})
		})
	}
}

// place is where GitHub shows an alert: it wants a file, so the repository stands for one.
func (s *postureFile) place(row postureRow) {
	s.object("physicalLocation", func() {
		s.object("artifactLocation", func() { s.text("uri", sarifPath(row.Repository)) })
		s.object("region", func() { s.integer("startLine", 1) })
	})
	s.array("logicalLocations", func() {
		s.object("", func() {
			s.text("name", row.Repository)
			s.text("kind", "resource")
		})
	})
}

func mendText(m *PostureMend) string {
	if m == nil {
		return ""
	}
	return ".\nMend: " + m.Command + "\nCloudFormation: " + m.CloudFormation + "\nTerraform: " + m.Terraform
}
