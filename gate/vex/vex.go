// Package vex reads VEX documents, which say of vulnerabilities whether they affect a product: OpenVEX and CycloneDX. Start at Parse. It
// opens no file and decides nothing: package gate finds out which findings a statement is about.
package vex

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hallmark-ci/hallmark/gate"
)

// Parse reads a document of either format. name is that of its file, for reasons. A statement about a product that the document does not
// say enough of has no products.
func Parse(name string, data []byte) ([]gate.Statement, error) {
	var head struct {
		Context   any    `json:"@context"`
		BOMFormat string `json:"bomFormat"`
	}
	if err := unmarshal(data, &head); err != nil {
		return nil, err
	}
	parse := parseOpenVEX
	switch context := fmt.Sprint(head.Context); {
	case head.BOMFormat == "CycloneDX":
		parse = parseCycloneDX
	case strings.HasPrefix(context, "https://openvex.dev/ns/v0.2."):
	case strings.HasPrefix(context, "https://openvex.dev/ns"):
		return nil, fmt.Errorf("the document is of OpenVEX %s: only version 0.2 is read", context)
	default:
		return nil, errors.New("it is neither OpenVEX, with @context https://openvex.dev/ns/v0.2.0, nor CycloneDX, with bomFormat CycloneDX")
	}
	statements, err := parse(data)
	if err != nil {
		return nil, err
	}
	for i := range statements {
		statements[i].Document = name
	}
	return statements, nil
}

// unmarshal reads JSON, and says of a value of another kind which one it is.
func unmarshal(data []byte, v any) error {
	err := json.Unmarshal(data, v)
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &kind):
		return fmt.Errorf("read VEX document: %s must not be of type %s", cmp.Or(strings.TrimPrefix(kind.Field, "."), "it"), kind.Value)
	case err != nil:
		return fmt.Errorf("read VEX document: %w", err)
	}
	return nil
}

// reason joins what is said for a statement.
func reason(parts ...string) string {
	var said []string
	for _, part := range parts {
		if part = strings.Join(strings.Fields(part), " "); part != "" {
			said = append(said, part)
		}
	}
	return strings.Join(said, ": ")
}

// latest is the last of several times.
func latest(times ...time.Time) time.Time {
	var last time.Time
	for _, t := range times {
		if t.After(last) {
			last = t
		}
	}
	return last
}
