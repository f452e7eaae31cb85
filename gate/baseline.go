package gate

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// Accepted is the findings of a baseline: those that are accepted already. Its zero value has none.
type Accepted struct {
	Name    string // for reasons
	Problem string // why it could not be read; every finding then counts as new
	units   map[[2]string]bool
}

// NewAccepted makes a baseline of the findings of another image, those that stand.
func NewAccepted(name string, findings []Finding) Accepted {
	b := Accepted{Name: name, units: map[[2]string]bool{}}
	for _, f := range findings {
		if f.active() && f.Package != "" {
			b.units[f.unit()] = true
		}
	}
	return b
}

// has says whether the baseline has a finding: the vulnerability in the package, in whatever version. Of an unknown package it has none.
func (b Accepted) has(f Finding) bool { return f.Package != "" && b.units[f.unit()] }

// ParseAccepted reads a baseline from the result of an earlier run, or from saved answers of DescribeImageScanFindings.
func ParseAccepted(name string, data []byte) (Accepted, error) {
	var result struct {
		Schema  string
		Verdict *struct {
			Findings []struct{ ID, Package, Status string }
		}
	}
	if err := json.Unmarshal(bytes.TrimSpace(data), &result); err != nil || result.Schema == "" {
		return parseAnswers(name, data)
	}
	if result.Schema != "hallmark.result/v1" {
		return Accepted{}, fmt.Errorf("a document %q is no result", result.Schema)
	}
	if result.Verdict == nil {
		return Accepted{}, errors.New("the result has no verdict")
	}
	var findings []Finding
	for _, f := range result.Verdict.Findings {
		findings = append(findings, Finding{ID: f.ID, Package: f.Package, Status: f.Status})
	}
	return NewAccepted(name, findings), nil
}

func parseAnswers(name string, data []byte) (Accepted, error) {
	answers, err := ParseAnswers(data)
	if err != nil {
		return Accepted{}, err
	}
	saved, err := Saved(answers)
	if err != nil {
		return Accepted{}, err
	}
	return NewAccepted(name, saved.findings()), nil
}

// findings are those of all platforms.
func (s Scan) findings() []Finding {
	var all []Finding
	for _, p := range s.Platforms {
		all = append(all, p.Findings...)
	}
	return all
}
