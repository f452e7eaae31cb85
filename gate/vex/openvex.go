package vex

import (
	"fmt"
	"slices"
	"time"

	"github.com/hallmark-ci/hallmark/gate"
)

// openVEX is a document of OpenVEX 0.2 (https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md).
type openVEX struct {
	Timestamp   time.Time `json:"timestamp"`
	LastUpdated time.Time `json:"last_updated"`
	Statements  []struct {
		Vulnerability struct {
			ID      string   `json:"@id"`
			Name    string   `json:"name"`
			Aliases []string `json:"aliases"`
		} `json:"vulnerability"`
		Timestamp     time.Time   `json:"timestamp"`
		LastUpdated   time.Time   `json:"last_updated"`
		Products      []component `json:"products"`
		Status        gate.Impact `json:"status"`
		StatusNotes   string      `json:"status_notes"`
		Justification string      `json:"justification"`
		Impact        string      `json:"impact_statement"`
	} `json:"statements"`
}

// component is a product, or a part of one.
type component struct {
	ID            string            `json:"@id"`
	Identifiers   map[string]string `json:"identifiers"`
	Subcomponents []component       `json:"subcomponents"`
}

// names are the identifiers of a component that a finding or an image can be found by.
func (c component) names() []string {
	var names []string
	for _, name := range []string{c.ID, c.Identifiers["purl"]} {
		if name != "" {
			names = append(names, name)
		}
	}
	return names
}

func parseOpenVEX(data []byte) ([]gate.Statement, error) {
	var document openVEX
	if err := unmarshal(data, &document); err != nil {
		return nil, err
	}
	var out []gate.Statement
	for i, s := range document.Statements {
		statement := gate.Statement{
			IDs:    ids(append([]string{s.Vulnerability.Name}, s.Vulnerability.Aliases...)),
			Impact: s.Status,
			Reason: reason(s.Justification, s.Impact, s.StatusNotes),
			Time:   latest(s.Timestamp, s.LastUpdated),

			Justification: s.Justification,
		}
		if statement.Time.IsZero() {
			statement.Time = latest(document.Timestamp, document.LastUpdated)
		}
		switch {
		case s.Vulnerability.Name == "":
			return nil, fmt.Errorf("statement %d: the vulnerability has no name", i+1)
		case !slices.Contains([]gate.Impact{gate.NotAffected, gate.Fixed, gate.Affected, gate.UnderInvestigation}, s.Status):
			return nil, fmt.Errorf("statement %d: status %q is not known", i+1, s.Status)
		case s.Status == gate.NotAffected && s.Justification == "" && s.Impact == "":
			return nil, fmt.Errorf("statement %d: not_affected needs a justification or an impact_statement", i+1)
		case s.Justification != "" && !slices.Contains(gate.Justification("").Words(), s.Justification):
			return nil, fmt.Errorf("statement %d: justification %q is not known", i+1, s.Justification)
		}
		for _, p := range s.Products {
			product := gate.Product{Names: p.names()}
			for _, part := range p.Subcomponents {
				product.Parts = append(product.Parts, part.names()...)
			}
			unread := len(p.Subcomponents) > 0 && len(product.Parts) == 0 // it is about less than all of the product
			if len(product.Names) > 0 && !unread {
				statement.Products = append(statement.Products, product)
			}
		}
		out = append(out, statement)
	}
	return out, nil
}

// ids are those that are there.
func ids(all []string) []string {
	return slices.DeleteFunc(all, func(id string) bool { return id == "" })
}
