package gate

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
)

// Policy says what findings are accepted. Its JSON form is what PolicySHA256 of a verdict is made of.
type Policy struct {
	// FailOn is the lowest severity that counts; Any and None are the two ends.
	FailOn Threshold `json:"fail_on"`

	// UnknownSeverity is what a severity without a rank of its own (UNDEFINED, UNTRIAGED, a new word) counts as.
	UnknownSeverity Severity `json:"unknown_severity"`
}

// Threshold is a Severity in lower case, or any, or none.
type Threshold string

// The two ends of a threshold.
const (
	Any  Threshold = "any"
	None Threshold = "none"
)

// severity is the severity that a threshold is named after, if it is one of those.
func (t Threshold) severity() (s Severity, named bool) {
	switch t {
	case "critical":
		return Critical, true
	case "high":
		return High, true
	case "medium":
		return Medium, true
	case "low":
		return Low, true
	default:
		return "", false
	}
}

// NewPolicy makes the policy of --fail-on: critical, high, medium, low, any or none. Severities that nobody has rated count as high.
func NewPolicy(failOn string) (Policy, error) {
	policy := Policy{FailOn: Threshold(failOn), UnknownSeverity: High}
	if _, named := policy.FailOn.severity(); !named && policy.FailOn != Any && policy.FailOn != None {
		return Policy{}, fmt.Errorf("fail-on is %q: it takes critical, high, medium, low, any or none", failOn)
	}
	return policy, nil
}

// SHA256 names the policy: equal policies have equal names, in hexadecimal.
func (p Policy) SHA256() string {
	data, err := json.Marshal(p)
	if err != nil {
		panic(err) // a struct of texts
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// counts says whether a severity is at or above the threshold, and why. Under a threshold that is not known everything counts.
func (p Policy) counts(s Severity) (bool, string) {
	switch p.FailOn {
	case Any:
		return true, "every finding counts"
	case None:
		return false, "no finding counts"
	}
	limit, named := p.FailOn.severity()
	if !named {
		return true, fmt.Sprintf("the threshold %q is not known, so every finding counts", p.FailOn)
	}
	reason := ""
	if !s.known() {
		reason = fmt.Sprintf("%s counts as %s, ", s, p.unknown())
	}
	if p.rank(s) <= limit.rank() {
		return true, reason + "at or above " + string(p.FailOn)
	}
	return false, reason + "below " + string(p.FailOn)
}

// rank orders severities as the policy sees them, worst first.
func (p Policy) rank(s Severity) int {
	if !s.known() {
		return p.unknown().rank()
	}
	return s.rank()
}

// unknown is what a severity without a rank counts as.
func (p Policy) unknown() Severity {
	if !p.UnknownSeverity.known() {
		return High
	}
	return p.UnknownSeverity
}
