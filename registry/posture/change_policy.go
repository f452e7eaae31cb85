package posture

import (
	"bytes"
	"encoding/json"
	"slices"

	"github.com/hallmark-ci/hallmark/registry/lifecycle"
)

// SamePolicy says whether two lifecycle policies do the same. They are compared as what they say: ECR is not documented to return the text
// that it was given, and the order of rules is that of their priorities. Two empty texts are the same: none.
func SamePolicy(a, b string) bool {
	if a == "" || b == "" {
		return a == b
	}
	one, ok := rulesOf(a)
	other, alsoOK := rulesOf(b)
	if ok && alsoOK {
		return bytes.Equal(one, other)
	}
	return NormalPolicy(a) == NormalPolicy(b)
}

// rulesOf are the rules of a policy that ECR takes, by their priorities, with the defaults filled in.
func rulesOf(text string) ([]byte, bool) {
	policy, err := lifecycle.Parse([]byte(text))
	if err != nil {
		return nil, false
	}
	rules := slices.Clone(policy.Rules)
	for i := range rules {
		rules[i].Position = lifecycle.Position{}
	}
	slices.SortStableFunc(rules, func(a, b lifecycle.Rule) int { return a.Priority - b.Priority })
	data, err := json.Marshal(rules)
	return data, err == nil
}

// NormalPolicy is the text of a policy with one thing a line and keys in order, so that two can be compared line by line. What is no JSON is
// left as it is.
func NormalPolicy(text string) string {
	var value any
	decoder := json.NewDecoder(bytes.NewReader([]byte(text)))
	decoder.UseNumber()
	if err := decoder.Decode(&value); err != nil {
		return text
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(value); err != nil {
		return text
	}
	return out.String()
}
