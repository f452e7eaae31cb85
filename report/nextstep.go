package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hallmark-ci/hallmark/gate"
)

// packagesNamed is how many packages a next step names.
const packagesNamed = 3

// NextStep says what to do about a verdict of fail, a line for each hint: what to update, and how to accept a finding. standing is
// what to say before of the tags, such as "no tag was written: "; it may be empty.
func NextStep(standing string, v gate.Verdict) string {
	counting, _ := byDecision(v.Findings)
	if len(counting) == 0 {
		return standing + "mend what counts and build again"
	}
	lines := []string{standing + mendAll(counting) + ", and build again"}
	if ids := acceptable(counting[0]); ids != "" {
		lines = append(lines, "to accept one for a while, add to ignore in .hallmark.yaml:", "  - {"+ids+", reason: WHY, until: YYYY-MM-DD}")
	}
	return strings.Join(lines, "\n")
}

// mendAll says which packages to update, worst first.
func mendAll(findings []gate.Judged) string {
	var fixed, open []string
	versions := map[string]string{}
	for _, f := range findings {
		name := f.Package
		switch known, seen := versions[name]; {
		case name == "":
		case f.Fix == gate.HasFix || f.FixedVersion != "":
			if !slices.Contains(fixed, name) {
				fixed = append(fixed, name)
			}
			if seen && known != f.FixedVersion {
				f.FixedVersion = "" // which of several is the last one is not known here
			}
			versions[name] = f.FixedVersion
		case !slices.Contains(open, name):
			open = append(open, name)
		}
	}
	switch {
	case len(fixed) > 0:
		for i, name := range fixed {
			if versions[name] != "" {
				fixed[i] = name + " to " + versions[name]
			}
		}
		return "update " + some(fixed)
	case slices.ContainsFunc(findings, func(f gate.Judged) bool { return f.Fix == gate.UnknownFix }) && len(open) > 0:
		return "look for newer versions of " + some(open)
	default:
		return "nothing has a fix yet: use another base image or leave the packages out"
	}
}

// some names a few of many.
func some(names []string) string {
	if len(names) > packagesNamed {
		return strings.Join(names[:packagesNamed], ", ") + fmt.Sprintf(" and %d more", len(names)-packagesNamed)
	}
	return strings.Join(names, ", ")
}

// acceptable is the part of an ignore that names a finding; empty for one whose name cannot be written down as it is.
func acceptable(f gate.Judged) string {
	if !simple(f.ID) {
		return ""
	}
	if !simple(f.Package) {
		return "id: " + f.ID
	}
	return "id: " + f.ID + ", package: " + f.Package
}

// simple says whether a text is a word of YAML that needs no quotes.
func simple(text string) bool {
	for i, r := range text {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		if !letter && (i == 0 || !strings.ContainsRune("0123456789-_./+", r)) {
			return false
		}
	}
	return text != ""
}
