package emulator

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// findings are the findings of a scan as the service sends them.
type findings struct {
	status, description string

	completedAt, sourceUpdatedAt json.RawMessage // seconds since 1970
	counts                       json.RawMessage
	basic, enhanced              []json.RawMessage
	hasEnhanced                  bool
}

// readFindings reads an answer of DescribeImageScanFindings, with times as the service sends them or as the AWS CLI prints them.
func readFindings(file string) (*findings, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read findings: %w", err)
	}
	var doc any
	if err := json.Unmarshal(data, &doc); err != nil {
		return nil, fmt.Errorf("findings %s: %w", filepath.Base(file), err)
	}
	wire, err := json.Marshal(wireTimes(doc))
	if err != nil {
		return nil, fmt.Errorf("findings %s: %w", filepath.Base(file), err)
	}
	var answer struct {
		Status *struct {
			Status      string `json:"status"`
			Description string `json:"description"`
		} `json:"imageScanStatus"`
		Findings struct {
			CompletedAt     json.RawMessage   `json:"imageScanCompletedAt"`
			SourceUpdatedAt json.RawMessage   `json:"vulnerabilitySourceUpdatedAt"`
			Counts          json.RawMessage   `json:"findingSeverityCounts"`
			Basic           []json.RawMessage `json:"findings"`
			Enhanced        []json.RawMessage `json:"enhancedFindings"`
		} `json:"imageScanFindings"`
	}
	if err := json.Unmarshal(wire, &answer); err != nil {
		return nil, fmt.Errorf("findings %s: %w", filepath.Base(file), err)
	}
	if answer.Status == nil {
		return nil, fmt.Errorf("findings %s: no imageScanStatus: it is no answer of DescribeImageScanFindings", filepath.Base(file))
	}
	f := answer.Findings
	return &findings{
		status: answer.Status.Status, description: answer.Status.Description,
		completedAt: f.CompletedAt, sourceUpdatedAt: f.SourceUpdatedAt, counts: f.Counts,
		basic: f.Basic, enhanced: f.Enhanced, hasEnhanced: f.Enhanced != nil,
	}, nil
}

// wireTimes turns every time that is written as text into seconds since 1970, which is how the service sends it. Members with a time
// have names that end in At, but for the dates of CISA's catalogue.
func wireTimes(value any) any {
	switch v := value.(type) {
	case []any:
		for i := range v {
			v[i] = wireTimes(v[i])
		}
	case map[string]any:
		for name, member := range v {
			if text, ok := member.(string); ok && (strings.HasSuffix(name, "At") || name == "dateAdded" || name == "dateDue") {
				if at, err := time.Parse(time.RFC3339, text); err == nil {
					v[name] = float64(at.UnixMilli()) / 1000
					continue
				}
			}
			v[name] = wireTimes(member)
		}
	}
	return value
}

// cleanFindings is the answer for an image in which nothing was found.
func cleanFindings(completed time.Time, enhanced bool) *findings {
	at, err := json.Marshal(epoch(completed))
	if err != nil {
		panic(err) // a number
	}
	return &findings{completedAt: at, sourceUpdatedAt: at, counts: json.RawMessage("{}"), hasEnhanced: enhanced}
}

// page is the part of an answer that one request gets.
func (f *findings) page(from, limit int) (body map[string]any, next int) {
	body = map[string]any{}
	for name, value := range map[string]json.RawMessage{
		"imageScanCompletedAt": f.completedAt, "vulnerabilitySourceUpdatedAt": f.sourceUpdatedAt, "findingSeverityCounts": f.counts,
	} {
		if value != nil {
			body[name] = value
		}
	}
	name, list := "findings", f.basic
	if f.hasEnhanced {
		name, list = "enhancedFindings", f.enhanced
	}
	part := list[min(from, len(list)):min(from+limit, len(list))]
	body[name] = append([]json.RawMessage{}, part...)
	if from+limit < len(list) {
		next = from + limit
	}
	return body, next
}

// epoch is a time as the service sends it: seconds since 1970, to the millisecond.
func epoch(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }
