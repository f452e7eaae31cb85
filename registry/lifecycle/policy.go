package lifecycle

import (
	"cmp"
	"slices"
)

// Limits of a policy (https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html and
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html).
const (
	MaxLength    = 30_720 // characters
	MaxRules     = 50
	MaxWildcards = 4 // in one pattern

	// MinArchived is how many days an archived image stays at least
	// (https://docs.aws.amazon.com/AmazonECR/latest/userguide/archive-image.html).
	MinArchived = 90
)

// TagStatus says which images a rule is for by whether they have tags.
type TagStatus string

// The three states, as policies spell them.
const (
	Tagged   TagStatus = "tagged"
	Untagged TagStatus = "untagged"
	Any      TagStatus = "any"
)

// StorageClass is where an image is kept. What is archived cannot be pulled.
type StorageClass string

// The two classes, as policies spell them.
const (
	Standard StorageClass = "standard"
	Archive  StorageClass = "archive"
)

// CountType is what a rule counts: images, or days since something happened to an image.
type CountType string

// The count types, as policies spell them.
const (
	MoreThan          CountType = "imageCountMoreThan"
	SincePushed       CountType = "sinceImagePushed"
	SincePulled       CountType = "sinceImagePulled"
	SinceTransitioned CountType = "sinceImageTransitioned"
)

// Effect is what a rule does to an image.
type Effect string

// The two effects, as policies spell them.
const (
	Expire     Effect = "expire"     // the image is deleted
	Transition Effect = "transition" // the image is archived
)

// Policy is a lifecycle policy that ECR accepts, its rules by priority.
type Policy struct {
	Rules []Rule
}

// Rule is one rule of a policy. Either Prefixes or Patterns is set where Tags is Tagged, and neither otherwise.
type Rule struct {
	Position    Position
	Priority    int // the lowest is applied first
	Description string
	Tags        TagStatus
	Prefixes    []string
	Patterns    []string
	Class       StorageClass // of the images it is for
	Count       CountType
	Number      int // of images to keep, or of days
	Effect      Effect
}

// selectors are the prefixes or patterns of a rule, as patterns.
func (r Rule) selectors() []string {
	out := slices.Clone(r.Patterns)
	for _, prefix := range r.Prefixes {
		out = append(out, prefix+"*")
	}
	return out
}

// matches says whether the tagging requirements of a rule are an image's, and its storage class: each prefix or pattern must be that of
// some tag, not of every one (https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html#lp_evaluation_rules).
func (r Rule) matches(i Image) bool {
	if i.class() != r.Class {
		return false
	}
	switch r.Tags {
	case Any:
		return true
	case Untagged:
		return len(i.Tags) == 0
	}
	for _, pattern := range r.selectors() {
		if !slices.ContainsFunc(i.Tags, func(tag string) bool { return within(tag, pattern) }) {
			return false
		}
	}
	return true
}

// covers says whether every image that matches other matches r too.
func (r Rule) covers(other Rule) bool {
	if r.Class != other.Class {
		return false
	}
	if r.Tags != Tagged || other.Tags != Tagged {
		return r.Tags == Any || r.Tags == other.Tags
	}
	for _, pattern := range r.selectors() {
		if !slices.ContainsFunc(other.selectors(), func(narrow string) bool { return within(narrow, pattern) }) {
			return false
		}
	}
	return true
}

// within says whether everything that narrow stands for is what pattern stands for, * being any run of characters in both. A tag stands
// for itself. A * of narrow is a character like any other here, which only a * of pattern takes: no tag can tell more.
func within(narrow, pattern string) bool {
	type state struct{ s, p int }
	var star *state
	s, p := 0, 0
	for s < len(narrow) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star = &state{s, p}
			p++
		case p < len(pattern) && pattern[p] == narrow[s]:
			s, p = s+1, p+1
		case star != nil:
			star.s++
			s, p = star.s, star.p+1
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}

// byPriority orders rules as they are applied.
func byPriority(rules []Rule) []Rule {
	sorted := slices.Clone(rules)
	slices.SortStableFunc(sorted, func(a, b Rule) int { return cmp.Compare(a.Priority, b.Priority) })
	return sorted
}
