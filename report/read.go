package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/hallmark-ci/hallmark/gate"
)

// ReadResult reads a result that JSON wrote. Fields that are not known, which a later version may have added, are passed over.
func ReadResult(r io.Reader) (Result, error) {
	decoder := json.NewDecoder(r)
	var result Result
	err := decoder.Decode(&result)
	if err == nil {
		if _, more := decoder.Token(); !errors.Is(more, io.EOF) {
			err = errors.New("there is more after it")
		}
	}
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return Result{}, errors.New("read result: it is cut off")
	case err != nil:
		return Result{}, fmt.Errorf("read result: %w", err)
	case result.Schema != Schema:
		return Result{}, fmt.Errorf("read result: schema is %q, not %q", result.Schema, Schema)
	}
	return result, nil
}

// GateScan is the scan of a result, as it was judged then, with every finding: to be judged again, by another policy. A result without
// a verdict gives a scan that says what happened and can never pass.
func (r Result) GateScan() (gate.Scan, error) {
	if r.Verdict == nil {
		return gate.Scan{Platforms: []gate.PlatformScan{{Status: string(r.Status), Undecided: "the run had no verdict: " + r.ending()}}}, nil
	}
	scan := gate.Scan{}
	if r.Scan != nil {
		scan.Type = r.Scan.Type
		scan.Told = gate.Told{EPSS: slices.Contains(r.Scan.Exploitation, "epss"), KEV: slices.Contains(r.Scan.Exploitation, "kev")}
		for _, p := range r.Scan.Platforms {
			completed, err := timeOf(p.CompletedAt)
			if err != nil {
				return gate.Scan{}, err
			}
			scan.Platforms = append(scan.Platforms, gate.PlatformScan{
				Platform: p.Platform, Digest: p.Digest, Status: p.Status, Description: p.Description, CompletedAt: completed, Undecided: p.Undecided, Unsettled: p.Unsettled,
			})
		}
	}
	if len(scan.Platforms) == 0 {
		scan.Platforms = []gate.PlatformScan{{Status: string(r.Status), Undecided: "the result does not say how the scans ended"}}
	}
	for _, f := range r.Verdict.Findings {
		finding, err := f.finding()
		if err != nil {
			return gate.Scan{}, err
		}
		scan.Platforms[0].Findings = append(scan.Platforms[0].Findings, finding)
	}
	return scan, nil
}

// ending says how a run ended that had no verdict.
func (r Result) ending() string {
	switch {
	case r.Error != nil:
		return r.Error.Message
	case r.Status == Planned:
		return "it was a dry run"
	default:
		return "it did not judge the image"
	}
}

// finding is what newFinding made the record of.
func (f Finding) finding() (gate.Finding, error) {
	published, err := timeOf(f.PublishedAt)
	if err != nil {
		return gate.Finding{}, err
	}
	observed, err := timeOf(f.FirstObservedAt)
	if err != nil {
		return gate.Finding{}, err
	}
	return gate.Finding{
		ID:              f.ID,
		Aliases:         f.Aliases,
		Package:         f.Package,
		Version:         f.Version,
		FixedVersion:    f.FixedVersion,
		Fix:             fixOf(f.Fix),
		Severity:        severityOf(f.Severity),
		Score:           f.Score,
		Vector:          f.Vector,
		EPSS:            f.EPSS,
		KEV:             f.KEV,
		Exploit:         f.Exploit,
		Status:          f.Status,
		Platforms:       f.Platforms,
		URL:             f.URL,
		Description:     f.Description,
		Remediation:     f.Remediation,
		VendorSeverity:  f.VendorSeverity,
		Manager:         f.Manager,
		Path:            f.Path,
		System:          f.System,
		FirstObservedAt: observed,
		PublishedAt:     published,
	}, nil
}

// severityOf reads what a severity's String wrote.
func severityOf(text string) gate.Severity {
	if text == gate.Severity("").String() {
		return ""
	}
	return gate.Severity(strings.ToUpper(text))
}

// fixOf reads a fix. A word that is not known says nothing.
func fixOf(text string) gate.Fix {
	switch fix := gate.Fix(text); fix {
	case gate.HasFix, gate.NoFix:
		return fix
	default:
		return gate.UnknownFix
	}
}

// timeOf reads what timeText wrote.
func timeOf(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}, fmt.Errorf("read result: time %q: want RFC 3339", text)
	}
	return t.UTC(), nil
}
