package vex

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/hallmark-ci/hallmark/gate"
)

// cycloneDX is a document of CycloneDX with vulnerabilities (https://cyclonedx.org/docs/1.6/json/#vulnerabilities).
type cycloneDX struct {
	Metadata struct {
		Timestamp time.Time `json:"timestamp"`
		Component bomPart   `json:"component"`
	} `json:"metadata"`
	Components      []bomPart `json:"components"`
	Vulnerabilities []struct {
		ID         string `json:"id"`
		References []struct {
			ID string `json:"id"`
		} `json:"references"`
		Updated  time.Time `json:"updated"`
		Analysis *struct {
			State         string    `json:"state"`
			Justification string    `json:"justification"`
			Detail        string    `json:"detail"`
			FirstIssued   time.Time `json:"firstIssued"`
			LastUpdated   time.Time `json:"lastUpdated"`
		} `json:"analysis"`
		Affects []affected `json:"affects"`
	} `json:"vulnerabilities"`
}

// affected is what a vulnerability is said to be about.
type affected struct {
	Ref      string `json:"ref"`
	Versions []struct {
		Version string `json:"version"`
	} `json:"versions"`
}

// bomPart is a component of the bill of materials.
type bomPart struct {
	Ref        string    `json:"bom-ref"`
	PURL       string    `json:"purl"`
	Components []bomPart `json:"components"`
}

// impactOf is what a state of an analysis comes to.
func impactOf(state string) (gate.Impact, bool) {
	switch state {
	case "not_affected", "false_positive":
		return gate.NotAffected, true
	case "resolved", "resolved_with_pedigree":
		return gate.Fixed, true
	case "exploitable":
		return gate.Affected, true
	case "in_triage":
		return gate.UnderInvestigation, true
	}
	return "", false
}

func parseCycloneDX(data []byte) ([]gate.Statement, error) {
	var document cycloneDX
	if err := unmarshal(data, &document); err != nil {
		return nil, err
	}
	known := map[string]string{}
	note(append(document.Components, document.Metadata.Component), known)
	var out []gate.Statement
	for i, v := range document.Vulnerabilities {
		if v.ID == "" {
			return nil, fmt.Errorf("vulnerability %d has no id", i+1)
		}
		if v.Analysis == nil || v.Analysis.State == "" {
			continue // it is listed, and nothing is said of it
		}
		impact, found := impactOf(v.Analysis.State)
		if !found {
			return nil, fmt.Errorf("vulnerability %d: state %q is not known", i+1, v.Analysis.State)
		}
		statement := gate.Statement{
			IDs:    []string{v.ID},
			Impact: impact,
			Reason: reason(v.Analysis.Justification, v.Analysis.Detail),
			Time:   latest(v.Analysis.FirstIssued, v.Analysis.LastUpdated, v.Updated),

			Justification: v.Analysis.Justification,
		}
		if statement.Time.IsZero() {
			statement.Time = document.Metadata.Timestamp
		}
		for _, alias := range v.References {
			statement.IDs = append(statement.IDs, alias.ID)
		}
		statement.IDs = ids(statement.IDs)
		for _, a := range v.Affects {
			if name := a.name(known); name != "" {
				statement.Products = append(statement.Products, gate.Product{Names: []string{name}})
			}
		}
		out = append(out, statement)
	}
	return out, nil
}

// note remembers the package URLs of components by their references.
func note(parts []bomPart, known map[string]string) {
	for _, p := range parts {
		if p.Ref != "" && p.PURL != "" {
			known[p.Ref] = p.PURL
		}
		note(p.Components, known)
	}
}

// name is the package URL that is meant: of a component of the document, or the reference itself where it is one, also as the last part of
// a BOM-Link (https://cyclonedx.org/capabilities/bomlink/). Empty when the document does not tell, or means some versions only, whose
// ranges are not read.
func (a affected) name(known map[string]string) string {
	if len(a.Versions) > 0 {
		return ""
	}
	if purl := known[a.Ref]; purl != "" {
		return purl
	}
	ref := a.Ref
	if link, fragment, isLink := strings.Cut(ref, "#"); isLink && strings.HasPrefix(link, "urn:cdx:") {
		ref = fragment
		if unescaped, err := url.PathUnescape(fragment); err == nil && !strings.HasPrefix(fragment, "pkg:") {
			ref = unescaped
		}
	}
	if strings.HasPrefix(ref, "pkg:") {
		return ref
	}
	return ""
}
