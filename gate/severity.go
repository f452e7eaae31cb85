package gate

import (
	"cmp"
	"strings"
)

// Severity is how bad a scanner thinks a finding is, in the scanner's own word. The set is open: basic scanning has UNDEFINED,
// Inspector has UNTRIAGED, and words of the future must not be taken for harmless.
type Severity string

// The severities with a rank.
const (
	Critical      Severity = "CRITICAL"
	High          Severity = "HIGH"
	Medium        Severity = "MEDIUM"
	Low           Severity = "LOW"
	Informational Severity = "INFORMATIONAL"
)

// String is the severity as results spell it, in lower case.
func (s Severity) String() string {
	if s == "" {
		return "unknown"
	}
	return strings.ToLower(string(s))
}

// rank orders severities, worst first. One that has no rank of its own stands right behind critical: nobody has said that it is
// less.
func (s Severity) rank() int {
	switch s {
	case Critical:
		return 0
	case High:
		return 2
	case Medium:
		return 3
	case Low:
		return 4
	case Informational:
		return 5
	default:
		return 1
	}
}

// known says whether s has a rank of its own.
func (s Severity) known() bool { return s.rank() != 1 }

// ranked is s where it has a rank of its own, else the empty severity, which stands for all that have none.
func (s Severity) ranked() Severity {
	if !s.known() {
		return ""
	}
	return s
}

// compareSeverities orders severities worst first, those without a rank by name.
func compareSeverities(a, b Severity) int {
	return cmp.Or(cmp.Compare(a.rank(), b.rank()), cmp.Compare(a, b))
}
