package posture

import (
	"net/netip"
	"slices"
	"strings"
)

// narrowing are the keys of conditions that tell the caller's account, organisation, network or name
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html). A condition on another key, such as the kind of
// connection, leaves everyone in.
var narrowing = []string{
	"aws:principalaccount", "aws:principalarn", "aws:principalorgid", "aws:principalorgpaths", "aws:userid", "aws:username",
	"aws:sourceaccount", "aws:sourcearn", "aws:sourceowner", "aws:sourceorgid", "aws:sourceorgpaths",
	"aws:sourceip", "aws:sourcevpc", "aws:sourcevpce", "aws:vpcsourceip",
}

// affirmations are the operators that hold for the values named. Those ending in IfExists hold too where the request has no such key, and
// so do those beginning with ForAllValues
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html): neither narrows anything.
var affirmations = []string{"stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike", "ipaddress"}

// negations are the operators of a statement that denies, by what it leaves allowed.
var negations = map[string]string{
	"stringnotequals": "stringequals", "stringnotequalsignorecase": "stringequalsignorecase", "stringnotlike": "stringlike",
	"arnnotequals": "arnequals", "arnnotlike": "arnlike", "notipaddress": "ipaddress",
	"stringnotequalsifexists": "stringequals",
}

// narrow says whether a statement is for some callers only. All conditions must hold, so that one is enough.
func (s statement) narrow() bool {
	for operator, keys := range s.Condition {
		if narrows(strings.TrimPrefix(strings.ToLower(operator), "foranyvalue:"), keys) {
			return true
		}
	}
	return false
}

// narrows says whether one of the keys of an operator names somebody.
func narrows(operator string, keys map[string]texts) bool {
	if !slices.Contains(affirmations, operator) {
		return false
	}
	for key, values := range keys {
		if slices.Contains(narrowing, strings.ToLower(key)) && len(values) > 0 && !slices.ContainsFunc(values, everyone) {
			return true
		}
	}
	return false
}

// everyone says whether a value stands for all: nothing but wildcards, or all addresses.
func everyone(value string) bool {
	if prefix, err := netip.ParsePrefix(value); err == nil {
		return prefix.Bits() == 0
	}
	return strings.Trim(value, "*?:") == "" || strings.Trim(strings.TrimPrefix(value, "arn:"), "*?:") == ""
}
