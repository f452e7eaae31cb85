package report

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// cyclonedxVersion is the most characters of a version that the schema allows.
const cyclonedxVersion = 1024

// CycloneDX writes the findings as vulnerabilities of CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/), each with the package it is
// in. It lists no packages without findings, since the scanner names none: it is no bill of materials. What a policy ignores has an
// analysis that can be taken over into a VEX document: that a finding does not affect the image where somebody has said so, in a VEX document or in
// an entry of ignore with a justification. Hallmark itself never says it.
func CycloneDX(w io.Writer, d Document) error {
	s := cyclonedx{newStream(w), d}
	s.object("", func() {
		s.text("$schema", "http://cyclonedx.org/schema/bom-1.6.schema.json")
		s.text("bomFormat", "CycloneDX")
		s.text("specVersion", "1.6")
		s.text("serialNumber", "urn:uuid:"+d.serial())
		s.integer("version", 1)
		s.object("metadata", s.metadata)
		s.array("components", s.components)
		s.array("vulnerabilities", func() {
			for i, f := range d.findings() {
				s.row("", func() { s.vulnerability("finding-"+strconv.Itoa(i+1), f) })
			}
		})
	})
	return s.finish()
}

// cyclonedx is one file being written.
type cyclonedx struct {
	*stream
	document Document
}

// serial names this run's document: another run, another serial number.
func (d Document) serial() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %q %q %d", d.Repository, d.Digest, d.Command, d.Ended.UnixNano()))
	return uuid(hex.EncodeToString(sum[:16]))
}

func (s cyclonedx) metadata() {
	d := s.document
	s.text("timestamp", d.Ended.UTC().Format(time.RFC3339))
	s.object("tools", func() {
		s.array("components", func() {
			s.row("", func() {
				s.text("type", "application")
				s.text("name", "hallmark")
				s.text("version", clip(cmp.Or(d.Version, "devel"), cyclonedxVersion))
			})
		})
	})
	s.row("component", func() {
		s.text("type", "container")
		s.text("bom-ref", "image")
		s.text("name", cmp.Or(d.Repository, "image"))
		s.some("version", d.Digest)
		s.some("purl", d.purl())
	})
	s.array("properties", func() {
		s.property("status", string(d.Status))
		s.property("outcome", d.outcome())
		if d.Verdict == nil {
			return
		}
		s.property("policy_sha256", d.Verdict.PolicySHA256)
		for _, warning := range d.Verdict.Warnings {
			s.property("warning", warning)
		}
	})
}

// property writes a property if it has a value.
func (s cyclonedx) property(name, value string) {
	if value == "" {
		return
	}
	write := func() {
		s.text("name", "hallmark:"+name)
		s.text("value", value)
	}
	if s.flat {
		s.object("", write)
		return
	}
	s.row("", write)
}

// components writes the packages of the findings, each once.
func (s cyclonedx) components() {
	seen := map[string]bool{}
	for _, f := range s.document.findings() {
		ref := f.packageRef()
		if seen[ref] {
			continue
		}
		seen[ref] = true
		s.row("", func() {
			s.text("type", "library")
			s.text("bom-ref", ref)
			s.text("name", cmp.Or(f.Package, "unknown"))
			s.some("version", clip(f.Version, cyclonedxVersion))
			s.some("purl", f.purl())
			s.array("properties", func() {
				s.property("package_manager", f.Manager)
				s.property("path", f.Path)
			})
		})
	}
}

// packageRef names the package of a finding. It is made of what the package is, so that findings in one share it.
func (f *Finding) packageRef() string {
	kind, namespace := f.purlType()
	sum := sha256.New()
	for _, part := range [...]string{kind, namespace, f.Manager, f.Package, f.Version, f.Path} {
		io.WriteString(sum, part)
		sum.Write([]byte{0}) // parts of other lengths must not read alike
	}
	return "package-" + hex.EncodeToString(sum.Sum(nil)[:10])
}

func (s cyclonedx) vulnerability(ref string, f *Finding) {
	address := webAddress(f.URL)
	s.text("bom-ref", ref)
	s.text("id", cmp.Or(f.ID, "unknown"))
	if address != "" {
		s.object("source", func() { s.text("url", address) })
	}
	s.array("ratings", func() { s.object("", func() { s.rating(f) }) })
	s.some("description", f.Description)
	s.text("recommendation", f.mend())
	if address != "" {
		s.array("advisories", func() { s.object("", func() { s.text("url", address) }) })
	}
	s.some("published", rfc3339(f.PublishedAt))
	s.analysis(f)
	s.array("affects", func() {
		s.object("", func() {
			s.text("ref", f.packageRef())
			if f.Version != "" {
				s.array("versions", func() {
					s.object("", func() {
						s.text("version", clip(f.Version, cyclonedxVersion))
						s.text("status", "affected")
					})
				})
			}
		})
	})
	s.array("properties", func() { s.properties(f) })
}

func (s cyclonedx) rating(f *Finding) {
	if f.Score > 0 {
		s.number("score", f.Score)
	}
	severity := f.level()
	if severity == "informational" {
		severity = "info"
	}
	s.text("severity", severity)
	if f.Vector != "" {
		s.text("method", cvssMethod(f.Vector))
		s.text("vector", f.Vector)
	}
}

// analysis is what an ignore says: what a VEX document says, or that the finding stands and nothing will be done. What the scanner has as
// closed is resolved.
func (s cyclonedx) analysis(f *Finding) {
	if f.Decision != "ignored" {
		return
	}
	s.object("analysis", func() {
		switch {
		case f.Status == "CLOSED", f.Impact == "fixed":
			s.text("state", "resolved")
		case f.Status == "SUPPRESSED":
			s.text("state", "in_triage")
		case f.Impact == "not_affected":
			s.text("state", "not_affected")
			s.some("justification", cyclonedxJustification(f.Justification))
		default:
			s.text("state", "exploitable")
			s.texts("response", []string{"will_not_fix"})
		}
		s.text("detail", f.ruling())
	})
}

// cyclonedxJustification is a justification in CycloneDX's words; empty for one of OpenVEX that they do not have.
func cyclonedxJustification(word string) string {
	switch word {
	case "code_not_present", "code_not_reachable", "requires_configuration", "requires_dependency", "requires_environment",
		"protected_by_compiler", "protected_at_runtime", "protected_at_perimeter", "protected_by_mitigating_control":
		return word
	case "component_not_present", "vulnerable_code_not_present":
		return "code_not_present"
	case "vulnerable_code_not_in_execute_path":
		return "code_not_reachable"
	case "inline_mitigations_already_exist":
		return "protected_by_mitigating_control"
	}
	return ""
}

func (s cyclonedx) properties(f *Finding) {
	s.property("aliases", strings.Join(f.Aliases, ","))
	s.property("decision", f.Decision)
	s.property("reason", f.Reason)
	s.property("until", f.Until)
	s.property("severity", f.Severity)
	s.property("fix", f.Fix)
	s.property("fixed_version", f.FixedVersion)
	s.property("platforms", strings.Join(f.Platforms, ","))
	s.property("epss", number(f.EPSS))
	s.property("kev", yes(f.KEV, "true"))
	s.property("exploit", yes(f.Exploit, "true"))
}
