package gate

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

// Findings are those of all platforms.
func (s Scan) Findings() []Finding {
	var all []Finding
	for _, p := range s.Platforms {
		all = append(all, p.Findings...)
	}
	return all
}
