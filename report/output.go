package report

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
)

// Output is one value that a run hands to the steps and jobs after it.
type Output struct {
	Name  string // lower case, words joined by a hyphen
	Value string // empty where the run has none; it may have several lines
}

// Outputs are what GitHub's steps get, and GitLab's jobs under other names. Only image and registry hold an account id: GitHub drops a job
// output that contains a masked text, and the account is masked in many workflows (https://github.com/actions/runner/issues/1498).
// Counts are empty where nothing was judged, for none is not known there.
func (r Result) Outputs() []Output {
	host, name := r.Address()
	image := ""
	if host != "" && r.Digest != "" {
		image = r.Repository + "@" + r.Digest
	}
	names := r.names()
	out := []Output{
		{"digest", r.Digest},
		{"image", image},
		{"registry", host},
		{"repository", name},
		{"tags", strings.Join(names, "\n")},
		{"tag", r.tag(names)},
		{"version", r.Version},
		{"status", string(r.Status)},
		{"exit-code", strconv.Itoa(r.ExitCode)},
	}
	if r.Verdict == nil {
		return append(out, empty("verdict", "critical", "high", "medium", "low", "counted", "ignored")...)
	}
	n := r.Verdict.tally()
	return append(out, Output{"verdict", r.Verdict.Result},
		Output{"critical", strconv.Itoa(n.severity["critical"])},
		Output{"high", strconv.Itoa(n.severity["high"])},
		Output{"medium", strconv.Itoa(n.severity["medium"])},
		Output{"low", strconv.Itoa(n.severity["low"])},
		Output{"counted", strconv.Itoa(n.decision["counts"])},
		Output{"ignored", strconv.Itoa(n.decision["ignored"])},
	)
}

func empty(names ...string) []Output {
	var out []Output
	for _, name := range names {
		out = append(out, Output{Name: name})
	}
	return out
}

// Address parts the repository into the registry's host, which is empty where it is not known, and the name in it. A host has a dot or a
// port, as in references (https://github.com/distribution/reference/blob/main/reference.go).
func (r Result) Address() (host, name string) {
	host, name, found := strings.Cut(r.Repository, "/")
	if !found || !strings.ContainsAny(host, ".:") && host != "localhost" {
		return "", r.Repository
	}
	return host, name
}

// names are the tags that name the image once the run is over: those it wrote, and those that named it before.
func (r Result) names() []string {
	var names []string
	for _, tag := range r.Tags {
		if tag.names(r.Digest) {
			names = append(names, tag.Name)
		}
	}
	return names
}

func (t Tag) names(digest string) bool {
	return t.Written || t.Action == "keep" && digest != "" && t.PreviousDigest == digest
}

// tag is the one of names to deploy by: the version where it is among them, else the first.
func (r Result) tag(names []string) string {
	for _, name := range names {
		if name == r.Version {
			return name
		}
	}
	if len(names) == 0 {
		return ""
	}
	return names[0]
}

// tally is how many findings there are of each kind, in the unit of a policy's limits: a vulnerability in a package once, whatever its
// versions.
type tally struct {
	severity map[string]int // those that are not ignored; where versions are rated differently, each severity has its own
	decision map[string]int
}

func (v Verdict) tally() tally {
	n := tally{severity: map[string]int{}, decision: map[string]int{}}
	seen := map[[4]string]bool{}
	count := func(kind map[string]int, what string, f *Finding, name string) {
		unit := [4]string{name, what, strings.ToLower(f.ID), f.Package}
		if !seen[unit] {
			seen[unit] = true
			kind[what]++
		}
	}
	for i := range v.Findings {
		f := &v.Findings[i]
		count(n.decision, f.Decision, f, "decision")
		if f.Decision != "ignored" {
			count(n.severity, f.Severity, f, "severity")
		}
	}
	return n
}

// github writes the output as the file that GITHUB_OUTPUT names takes it
// (https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#multiline-strings).
func (o Output) github(out *bytes.Buffer) {
	end := "hallmark-" + fingerprint(o.Value)
	fmt.Fprintf(out, "%s<<%s\n%s\n%s\n", o.Name, end, o.Value, end)
}

// fingerprint is a word to end a text with. No text holds its own hash, so none can end early and go on with what it made up.
func fingerprint(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:16])
}
