package lifecycle

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Facts are what is known beside a policy. The zero value says that nothing is.
type Facts struct {
	Repository string  // that the policy is for; empty where it is not known
	Images     []Image // of the repository
	Uses       []Use   // images that are in use, of any repository
}

// Lint says what is wrong with a policy that ECR accepts, in the order of its text. What needs facts is left out where there are none.
func Lint(policy Policy, facts Facts) []Problem {
	l := &linter{rules: byPriority(policy.Rules), facts: facts}
	for i, r := range l.rules {
		l.checkAnd(r)
		dead := l.checkDead(r) || l.checkShadowed(i)
		if !dead {
			l.checkUnmatched(r)
			l.checkUntagged(r)
			l.checkCount(i)
		}
		l.checkPulled(r)
		l.checkPriority(i)
	}
	slices.SortStableFunc(l.problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Position.Line, b.Position.Line), cmp.Compare(a.Position.Column, b.Position.Column))
	})
	return l.problems
}

// linter collects problems.
type linter struct {
	rules    []Rule
	facts    Facts
	problems []Problem
}

func (l *linter) add(r Rule, level Level, code, hint, format string, a ...any) {
	l.problems = append(l.problems, Problem{
		Position: r.Position, Level: level, Code: code, Rule: r.Priority, Text: fmt.Sprintf("rule %d ", r.Priority) + fmt.Sprintf(format, a...), Hint: hint,
	})
}

// checkAnd looks for lists that were meant as one or another: ECR wants all of them of one image. That some image has them all shows that
// this may be meant.
func (l *linter) checkAnd(r Rule) {
	selectors := r.selectors()
	if len(selectors) < 2 || slices.ContainsFunc(l.facts.Images, r.matches) {
		return
	}
	l.add(r, Bad, "and", "write a rule for each of them; if one image is to have all, show such an image with --images",
		"is for images that have a tag for each of %s, not for one of them", quoted(slices.Concat(r.Patterns, r.Prefixes)))
}

// tagCharacters are those of tags (https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests), and maxTag is
// how many a tag has at most.
const (
	tagCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-"
	maxTag        = 128
)

// checkDead looks for rules that no image can match.
func (l *linter) checkDead(r Rule) bool {
	for _, prefix := range r.Prefixes {
		if strings.Contains(prefix, "*") {
			l.add(r, Bad, "never", "write a tagPatternList", "never matches: %q in its tagPrefixList has a *, which is in no tag", prefix)
			return true
		}
	}
	for _, selector := range slices.Concat(r.Prefixes, r.Patterns) {
		literal := strings.ReplaceAll(selector, "*", "")
		if strings.Trim(literal, tagCharacters) != "" || strings.HasPrefix(selector, ".") || strings.HasPrefix(selector, "-") || len(literal) > maxTag ||
			selector == "" && len(r.Patterns) > 0 {
			l.add(r, Bad, "never", "", "never matches: no tag is like %q", selector)
			return true
		}
	}
	return false
}

// checkShadowed looks for rules whose images are all those of earlier rules: the first rule that matches an image is the only one that may
// take it.
func (l *linter) checkShadowed(i int) bool {
	r := l.rules[i]
	tagged, untagged := 0, 0
	for _, before := range l.rules[:i] {
		if before.covers(r) {
			l.add(r, Bad, "shadowed", "put it before, or make the other narrower",
				"never takes an image: all that it is for are rule %d's, which comes first", before.Priority)
			return true
		}
		if r.Tags == Any && before.Class == r.Class && before.Tags == Untagged {
			untagged = before.Priority
		}
		if r.Tags == Any && before.covers(Rule{Class: r.Class, Tags: Tagged, Patterns: []string{"*"}}) {
			tagged = before.Priority
		}
	}
	if tagged != 0 && untagged != 0 {
		l.add(r, Bad, "shadowed", "put it before, or make the others narrower",
			"never takes an image: rules %d and %d are for all images", min(tagged, untagged), max(tagged, untagged))
		return true
	}
	return false
}

// checkUnmatched looks for rules that none of the images is for.
func (l *linter) checkUnmatched(r Rule) {
	if len(l.facts.Images) == 0 || r.Tags != Tagged || len(r.selectors()) > 1 || slices.ContainsFunc(l.facts.Images, r.matches) {
		return
	}
	l.add(r, Warning, "unmatched", "", "is for none of the %d images: no tag is like %s", len(l.facts.Images), quoted(slices.Concat(r.Patterns, r.Prefixes)))
}

// checkUntagged looks for rules that take an image between its push and its verdict, when it has no tag.
func (l *linter) checkUntagged(r Rule) {
	if r.Tags != Untagged || r.Class != Standard {
		return
	}
	if r.Count == MoreThan {
		l.add(r, Bad, "untagged", `count days in place of images: "countType": "sinceImagePushed", "countUnit": "days", "countNumber": 7`,
			"takes untagged images by their number: one that waits for its verdict has no tag yet, and each push of an index brings several")
		return
	}
	for _, i := range l.facts.Images {
		if i.IsIndex() {
			l.add(r, Warning, "platforms", "simulate it with the manifests of the indexes",
				"is for untagged images, and so for the platforms of %s once it is gone", i.Name())
			return
		}
	}
}

// checkPulled tells what a rule by the last pull cannot know.
func (l *linter) checkPulled(r Rule) {
	if r.Count == SincePulled {
		l.add(r, Warning, "pulled", "protect what runs by an earlier rule for its tags",
			"archives by the last pull: what runs for long is not pulled, and an archived image cannot be until it is restored")
	}
}

// checkCount holds the number of images that a rule keeps against what runs.
func (l *linter) checkCount(i int) {
	r := l.rules[i]
	if r.Count != MoreThan {
		return
	}
	if running := l.running(i); running > r.Number {
		l.add(r, Bad, "running", fmt.Sprintf("keep at least %d", running), "keeps %d images, and %d of those that it is for are in use", r.Number, running)
		return
	}
	if r.Tags == Any && !slices.ContainsFunc(l.rules[:i], func(before Rule) bool { return before.Tags == Tagged && before.Class == r.Class }) {
		l.add(r, Warning, "keeps-any", "put a rule for the tags of releases before it",
			"keeps %s of any tag: one that runs goes once enough others are pushed", plural(r.Number, "image"))
	}
}

func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}

// running is how many images in use a rule may take: where the images are not known, all that have a name it may be for.
func (l *linter) running(i int) int {
	outcomes := make([]Outcome, len(l.facts.Images))
	for at, image := range l.facts.Images {
		outcomes[at].Image = image
	}
	if len(outcomes) == 0 {
		return l.named(i)
	}
	Join(outcomes, l.facts.Repository, l.facts.Uses)
	n := 0
	for _, o := range outcomes {
		first := slices.IndexFunc(l.rules, func(r Rule) bool { return r.matches(o.Image) })
		if len(o.Uses) > 0 && first == i && len(o.Image.Tags) > 0 {
			n++
		}
	}
	return n
}

// named is how many different references of one repository a rule may be for, as far as their tags tell: of the one that has the most.
func (l *linter) named(i int) int {
	most, seen := 0, map[string]map[string]bool{}
	for _, use := range l.facts.Uses {
		image := Image{Tags: []string{use.Tag}}
		if !use.of(l.facts.Repository) || use.Tag == "" && l.rules[i].Tags != Any {
			continue
		}
		if slices.IndexFunc(l.rules, func(r Rule) bool { return r.matches(image) }) != i {
			continue
		}
		if seen[use.Name] == nil {
			seen[use.Name] = map[string]bool{}
		}
		seen[use.Name][use.Tag+"@"+use.Digest] = true
		most = max(most, len(seen[use.Name]))
	}
	return most
}

// checkPriority tells of what Amazon's documentation has otherwise without saying that ECR refuses it.
func (l *linter) checkPriority(i int) {
	r := l.rules[i]
	if r.Priority < 1 {
		l.add(r, Warning, "priority", "number rules from 1", "has a rulePriority that is not documented: the first is 1")
	}
	for _, before := range l.rules[:i] {
		if before.Class != r.Class {
			continue
		}
		for _, prefix := range r.Prefixes {
			if slices.Contains(before.Prefixes, prefix) {
				l.add(r, Warning, "prefixes", "", "shares the prefix %q with rule %d: prefixes are documented to be unique", prefix, before.Priority)
			}
		}
	}
}
