package report

import (
	"cmp"
	"io"
	"strings"
	"time"
)

// gitlabSchema is the version of GitLab's schema that is written. GitLab refuses versions that it does not know, so it is an old one
// (https://gitlab.com/gitlab-org/security-products/security-report-schemas).
const gitlabSchema = "15.0.7"

// The most characters that the schema allows.
const (
	gitlabName        = 255
	gitlabDescription = 1_048_576
	gitlabSolution    = 7000
)

// GitLab writes the findings as a container scanning report (artifacts:reports:container_scanning). All of them are in it; those that
// the policy ignores are flagged. GitLab does not read the report of a job that failed.
func GitLab(w io.Writer, d Document) error {
	s := gitlab{newStream(w), d}
	s.object("", func() {
		s.text("version", gitlabSchema)
		s.object("scan", s.scan)
		s.array("vulnerabilities", func() {
			for _, f := range d.findings() {
				s.row("", func() { s.vulnerability(f) })
			}
		})
	})
	return s.finish()
}

// gitlab is one file being written.
type gitlab struct {
	*stream
	document Document
}

func (s gitlab) scan() {
	d := s.document
	s.tool("analyzer", "hallmark", "Hallmark", cmp.Or(d.Version, "devel"))
	scanner := [2]string{"amazon-ecr", "Amazon ECR image scanning"}
	if d.Scan != nil && d.Scan.Type == "basic" {
		scanner = [2]string{"amazon-ecr-basic", "Amazon ECR basic scanning"}
	}
	if d.Scan != nil && d.Scan.Type == "enhanced" {
		scanner = [2]string{"amazon-inspector", "Amazon Inspector"}
	}
	s.tool("scanner", scanner[0], scanner[1], "unknown") // the services have no version
	s.text("type", "container_scanning")
	s.text("start_time", gitlabTime(d.Started))
	s.text("end_time", gitlabTime(d.Ended))
	status, level := "failure", "fatal"
	if d.judged() {
		status, level = "success", "info"
	}
	s.text("status", status)
	s.array("messages", func() {
		s.message(level, d.outcome())
		if d.Verdict != nil {
			for _, warning := range d.Verdict.Warnings {
				s.message("warn", warning)
			}
		}
	})
}

func (s gitlab) tool(name, id, title, version string) {
	vendor := "Hallmark"
	if name == "scanner" {
		vendor = "Amazon Web Services"
	}
	s.row(name, func() {
		s.text("id", id)
		s.text("name", title)
		s.text("version", version)
		s.object("vendor", func() { s.text("name", vendor) })
	})
}

func (s gitlab) message(level, text string) {
	s.row("", func() {
		s.text("level", level)
		s.text("value", cmp.Or(text, "unknown"))
	})
}

// gitlabTime is in UTC, without a zone.
func gitlabTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05") }

// vulnerability writes one finding. Its id and its image are the same in the next build, of which GitLab makes one vulnerability.
func (s gitlab) vulnerability(f *Finding) {
	id, address := cmp.Or(f.ID, "unknown"), webAddress(f.URL)
	name := id
	if f.Package != "" {
		name += " in " + f.Package
	}
	s.text("id", uuid(s.document.identity(f, f.Version)))
	s.text("name", clip(name, gitlabName))
	s.some("description", clip(f.Description, gitlabDescription))
	s.text("severity", f.gitlabSeverity())
	s.text("solution", clip(f.mend(), gitlabSolution))
	s.array("identifiers", func() {
		s.object("", func() {
			s.text("type", gitlabIdentifier(id))
			s.text("name", id)
			s.text("value", id)
			s.some("url", address)
		})
		for _, alias := range f.Aliases {
			if alias == "" {
				continue // the schema allows none
			}
			s.object("", func() {
				s.text("type", gitlabIdentifier(alias))
				s.text("name", alias)
				s.text("value", alias)
			})
		}
	})
	if isCVSS3(f.Vector) {
		s.array("cvss_vectors", func() {
			s.object("", func() {
				s.text("vendor", "unknown")
				s.text("vector", f.Vector)
			})
		})
	}
	if address != "" {
		s.array("links", func() { s.object("", func() { s.text("url", address) }) })
	}
	s.object("details", func() { s.details(f) })
	s.flags(f)
	s.object("location", func() { s.location(f) })
}

// details are all texts: what is of another type is shown as Markdown, code or a link.
func (s gitlab) details(f *Finding) {
	for _, detail := range [...][3]string{
		{"decision", "Decision of the policy", f.ruling()},
		{"severity", "Severity by the scanner", f.Severity},
		{"fixed_version", "Fixed version", f.FixedVersion},
		{"path", "Path", f.Path},
		{"platforms", "Platforms", strings.Join(f.Platforms, ", ")},
		{"digest", "Image digest", s.document.Digest},
		{"epss", "EPSS", number(f.EPSS)},
		{"kev", "Known to be exploited", yes(f.KEV, "listed by CISA")},
		{"exploit", "Exploit", yes(f.Exploit, "public")},
	} {
		if detail[2] == "" {
			continue
		}
		s.object(detail[0], func() {
			s.text("name", detail[1])
			s.text("type", "text")
			s.text("value", detail[2])
		})
	}
}

// flags marks what is ignored, with the one flag that there is.
func (s gitlab) flags(f *Finding) {
	if f.Decision != "ignored" {
		return
	}
	s.array("flags", func() {
		s.object("", func() {
			s.text("type", "flagged-as-likely-false-positive")
			s.text("origin", "Hallmark")
			s.text("description", f.ruling())
		})
	})
}

// location names the image without tag and digest, and the operating system by its platform where the scanner does not tell the distribution.
func (s gitlab) location(f *Finding) {
	s.object("dependency", func() {
		s.object("package", func() { s.text("name", f.Package) })
		s.text("version", f.Version)
	})
	kernel, _, _ := strings.Cut(f.onPlatforms()[0], "/")
	s.text("operating_system", cmp.Or(f.system().String(), kernel, "unknown"))
	s.text("image", cmp.Or(s.document.Repository, "unknown"))
}

func (f *Finding) gitlabSeverity() string {
	level := f.level()
	if level == "informational" {
		return "Info"
	}
	return strings.ToUpper(level[:1]) + level[1:]
}

// gitlabIdentifier is GitLab's type of an id, by how it begins.
func gitlabIdentifier(id string) string {
	prefix, _, _ := strings.Cut(strings.ToLower(id), "-")
	switch prefix {
	case "cve", "ghsa", "usn", "rhsa", "elsa":
		return prefix
	default:
		return "hallmark"
	}
}
