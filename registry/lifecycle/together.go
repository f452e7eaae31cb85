package lifecycle

import (
	"fmt"
	"slices"
	"strings"
)

// checkTags holds what a selection says of tags together.
func (p *parser) checkTags(n node, all fields, r *Rule) {
	patterns, hasPatterns := all["tagPatternList"]
	prefixes, hasPrefixes := all["tagPrefixList"]
	switch {
	case hasPatterns && hasPrefixes:
		p.fault(prefixes.position, "prefixes are patterns that end in *", "tagPrefixList stands beside tagPatternList: ECR takes one of them")
	case r.Tags == Tagged && !hasPatterns && !hasPrefixes:
		p.fault(n.position, `every tag is meant by "tagPatternList": ["*"]`, "tagStatus %q needs a tagPatternList or a tagPrefixList", Tagged)
	case (r.Tags == Untagged || r.Tags == Any) && hasPatterns:
		p.fault(patterns.position, "", "tagPatternList goes with tagStatus %q only", Tagged)
	case (r.Tags == Untagged || r.Tags == Any) && hasPrefixes:
		p.fault(prefixes.position, "", "tagPrefixList goes with tagStatus %q only", Tagged)
	}
}

// checkCount holds what a selection counts together with its unit, its number and its storage class.
func (p *parser) checkCount(n node, all fields, r *Rule) {
	unit, hasUnit := all["countUnit"]
	p.word(all, "countUnit", "days")
	class, hasClass := all["storageClass"]
	switch {
	case r.Count == "":
	case r.Count == MoreThan && hasUnit:
		p.fault(unit.position, "leave it out", "countUnit stands beside %s, which counts images", MoreThan)
	case r.Count != MoreThan && !hasUnit:
		p.fault(n.position, `add "countUnit": "days"`, "%s needs a countUnit", r.Count)
	case r.Count == SinceTransitioned && !hasClass:
		p.fault(n.position, `add "storageClass": "archive"`, "%s needs the storageClass %q", SinceTransitioned, Archive)
	case r.Count == SinceTransitioned && r.Class == Standard:
		p.fault(class.node.position, "", "%s goes with the storageClass %q only", SinceTransitioned, Archive)
	case r.Count != SinceTransitioned && r.Class == Archive:
		p.fault(class.node.position, "", "%s goes with the storageClass %q only", r.Count, Standard)
	case r.Count == SinceTransitioned && r.Number > 0 && r.Number < MinArchived:
		p.fault(all["countNumber"].node.position, "", "countNumber is %d, and an image is archived for %d days at least", r.Number, MinArchived)
	}
}

// checkTogether holds the rules against one another. What is said of any, of untagged images and of prefixes holds within a storage
// class: Amazon's own example has a rule for any image in each
// (https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_examples.html#lp_example_archive).
func (p *parser) checkTogether() {
	rules := byPriority(p.rules)
	for i, r := range rules {
		p.rule = r.Priority
		for _, before := range rules[:i] {
			p.checkPair(before, r)
		}
		for _, after := range slices.Backward(rules[i+1:]) {
			if r.Tags == Any && after.Class == r.Class {
				p.fault(r.Position, fmt.Sprintf("give it a rulePriority above %d", after.Priority),
					"rule %d is for any image and must come last: after rule %d", r.Priority, after.Priority)
				break
			}
		}
	}
	p.rule = 0
}

func (p *parser) checkPair(before, r Rule) {
	same := before.Class == r.Class
	switch {
	case before.Priority == r.Priority:
		p.fault(r.Position, "", "rulePriority %d stands twice", r.Priority)
	case same && before.Tags == Untagged && r.Tags == Untagged:
		p.fault(r.Position, "", "rules %d and %d are both for untagged images, and ECR takes one", before.Priority, r.Priority)
	case same && len(r.Prefixes) > 0 && samePrefixes(before, r):
		p.fault(r.Position, "", "rules %d and %d have the same prefixes: %s", before.Priority, r.Priority, quoted(r.Prefixes))
	}
}

func samePrefixes(a, b Rule) bool {
	return slices.Equal(slices.Compact(slices.Sorted(slices.Values(a.Prefixes))), slices.Compact(slices.Sorted(slices.Values(b.Prefixes))))
}

func quoted(texts []string) string {
	var out []string
	for _, text := range texts {
		out = append(out, fmt.Sprintf("%q", text))
	}
	return strings.Join(out, " and ")
}
