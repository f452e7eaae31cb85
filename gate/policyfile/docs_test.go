package policyfile

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/gate"
	"github.com/hallmark-ci/hallmark/gate/vex"
	"github.com/hallmark-ci/hallmark/strictyaml"
)

// Every example of docs/gate.md says what it comes to, and it does. A text block is what the blocks before it come to, for the findings of
// the document's table.
func TestExamplesOfTheDocument(t *testing.T) {
	file := filepath.Join("..", "..", "docs", "gate.md")
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	e := example{t: t, findings: table(t, string(data))}
	var out strings.Builder
	texts := 0
	for i, part := range strings.Split(string(data), "```") {
		language, block, _ := strings.Cut(part, "\n")
		if i%2 == 1 && language == "text" {
			part = "text\n" + e.judge()
			texts++
		} else if i%2 == 1 {
			e.take(language, block)
		}
		if i > 0 {
			out.WriteString("```")
		}
		out.WriteString(part)
	}
	if texts < 10 || e.own.Name != "" {
		t.Errorf("%d examples were judged, and one that was not: %q", texts, e.own.Data)
	}
	if *update {
		if err := os.WriteFile(file, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(out.String(), string(data)); diff != "" {
		t.Errorf("%s is not what -update writes (-want +got):\n%s", file, diff)
	}
}

// example is the files of one example, as they come up.
type example struct {
	t                 *testing.T
	findings          []gate.Finding
	own, organisation File
	statements        []gate.Statement
}

// take takes a block as a file. The comment in its first line is the file's name.
func (e *example) take(language, block string) {
	e.t.Helper()
	switch language {
	case "yaml":
		first, _, _ := strings.Cut(block, "\n")
		f := File{Name: strings.TrimPrefix(first, "# "), Data: []byte(block), Sections: first == "# .hallmark.yaml"}
		if f.Name == "org.yaml" {
			e.organisation = f
			return
		}
		if e.own.Name != "" {
			e.t.Errorf("an example that is not judged: %q", e.own.Data)
		}
		e.own = f
	case "json":
		statements, err := vex.Parse("vex.json", []byte(block))
		if err != nil {
			e.t.Error(err)
		}
		e.statements = statements
	}
}

// judge is what the files come to: the verdict, and each finding with the rule that decided. It makes ready for the next example.
func (e *example) judge() string {
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	policy, err := Effective(Options{Own: e.own, Organisation: e.organisation, Now: now})
	policy.Statements = e.statements
	e.own, e.organisation, e.statements = File{}, File{}, nil
	if err != nil {
		var problem *strictyaml.Error
		if errors.As(err, &problem) && problem.Hint != "" {
			return err.Error() + "\nhint: " + problem.Hint + "\n"
		}
		return err.Error() + "\n"
	}
	scan := gate.Scan{Type: "enhanced", Told: gate.Told{EPSS: true, KEV: true}, Platforms: []gate.PlatformScan{{Platform: "linux/amd64", Status: "ACTIVE", Findings: e.findings}}}
	if policy.Rules.OnUnsupported != gate.ActionFail {
		scan.Platforms = append(scan.Platforms, gate.PlatformScan{Platform: "windows/amd64", Status: "UNSUPPORTED_IMAGE"})
	}
	v := gate.Judge(policy, gate.Case{
		Scan:     scan,
		Image:    gate.Image{Host: "123456789012.dkr.ecr.eu-west-1.amazonaws.com", Name: "shop/api", Tags: []string{"1.4.2"}},
		Baseline: gate.NewAccepted("deployed", e.findings[:2]),
		Now:      now,
	})
	var out strings.Builder
	for _, warning := range v.Warnings {
		fmt.Fprintf(&out, "warning: %s\n", warning)
	}
	fmt.Fprintf(&out, "%s: %s\n", v.Result, strings.Join(v.Reasons, "; "))
	for _, f := range v.Findings {
		fmt.Fprintf(&out, "  %-14s  %-9s  %-8s  %-11s  %s\n", f.ID, f.Package, f.Severity, f.Decision, f.Reason)
	}
	return out.String()
}

// table reads the findings of the document's table.
func table(t *testing.T, document string) []gate.Finding {
	t.Helper()
	var findings []gate.Finding
	for line := range strings.Lines(document) {
		cells := strings.Split(line, "|")
		if len(cells) != 9 || !strings.HasPrefix(cells[1], " CVE-") {
			continue
		}
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		f := gate.Finding{
			ID: cells[1], Package: cells[2], Version: cells[3], Severity: gate.Severity(strings.ToUpper(cells[5])),
			KEV: cells[7] == "KEV", Manager: "OS", Platforms: []string{"linux/amd64"},
		}
		switch cells[4] {
		case "none":
			f.Fix = gate.NoFix
		case "not known":
			f.Fix = gate.UnknownFix
		default:
			f.Fix, f.FixedVersion = gate.HasFix, cells[4]
		}
		var err error
		if f.PublishedAt, err = time.Parse(time.DateOnly, cells[6]); err != nil && cells[6] != "" {
			t.Error(err)
		}
		if epss, found := strings.CutPrefix(cells[7], "EPSS "); found {
			if f.EPSS, err = strconv.ParseFloat(epss, 64); err != nil {
				t.Error(err)
			}
		}
		findings = append(findings, f)
	}
	if len(findings) != 5 {
		t.Fatalf("the table has %d findings, want 5", len(findings))
	}
	return findings
}
