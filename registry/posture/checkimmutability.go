package posture

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hallmark-ci/hallmark/registry"
)

// Why the settings of tags matter.
const (
	whyImmutable = "a tag that can be written over no longer leads to the commit that its image was built from"
	whyFrozen    = "a tag that is meant to move freezes at its first push, and the next push is refused"
)

// immutability holds the tags that the rules make against the mutability of a repository.
func immutability(s Settings, d Desired, classes []Class) Check {
	if why, hidden := s.Unseen[PartRepository]; hidden {
		return unseen(CheckImmutability, why)
	}
	check := Check{Name: CheckImmutability, State: OK, Tags: judge(s.Repository, d, classes)}
	check.Found = append([]string{modeOf(s.Repository)}, problems(check.Tags, &check)...)
	for _, filter := range idle(s.Repository, d, check.Tags) {
		check.Found = append(check.Found, fmt.Sprintf("exclusion filter %q is for no tag that the rules make", filter))
		check.note()
	}
	if check.State == Drift {
		check.Mend = mendMutability(s.Name, d, classes)
	}
	return check
}

// note makes a check that finds nothing wrong a note.
func (c *Check) note() {
	if c.State == OK {
		c.State = Noted
	}
}

// judge says of each tag whether it may move, and whether it should.
func judge(r registry.Repository, d Desired, classes []Class) []Judged {
	var all []Judged
	for _, class := range classes {
		for _, sample := range class.Samples {
			j := Judged{Class: class.Name, Sample: sample, Mutable: r.Mutable(sample.Tag), Filter: filterOf(r, sample.Tag), State: OK}
			wanted := d.mutable(sample.Tag, class.Moving)
			switch {
			case j.Mutable && !wanted:
				j.State, j.Problem = Drift, "may be written over"
			case !j.Mutable && wanted:
				j.State, j.Problem = Drift, "is immutable, and would freeze at its first push"
			case !j.Mutable && class.Moving:
				j.State, j.Problem = Noted, "is immutable, as the configuration says, although its rule moves it"
			}
			all = append(all, j)
		}
	}
	return all
}

// mutable says whether a tag is to be mutable. Where no mutability can be named, a tag that moves is, and one that the configuration lets move.
func (d Desired) mutable(tag string, moving bool) bool {
	if d.Mutability != registry.MutabilityUnknown {
		return registry.Repository{Mutability: d.Mutability, Exclusions: d.Exclusions}.Mutable(tag)
	}
	return moving || slices.ContainsFunc(d.Exclusions, func(filter string) bool { return like(filter, tag) })
}

// filterOf is the first exclusion filter in effect that matches a tag.
func filterOf(r registry.Repository, tag string) string {
	if r.Mutability != registry.ImmutableWithExclusion && r.Mutability != registry.MutableWithExclusion {
		return ""
	}
	for _, filter := range r.Exclusions {
		if like(filter, tag) {
			return filter
		}
	}
	return ""
}

// problems tells what is wrong with tags, those of one rule and one reason together, and sets the state of the check by it.
func problems(tags []Judged, check *Check) []string {
	var found []string
	told := map[[3]string]bool{}
	for _, t := range tags {
		if t.Problem == "" {
			continue
		}
		if t.State == Drift {
			check.State, check.Why = Drift, whyImmutable
			if !t.Mutable {
				check.Why = whyFrozen
			}
		} else {
			check.note()
		}
		group := [3]string{t.Rule, t.Problem, t.Filter}
		if told[group] {
			continue
		}
		told[group] = true
		found = append(found, t.sentence())
	}
	return found
}

// sentence tells what is wrong with a tag.
func (j Judged) sentence() string {
	text := fmt.Sprintf("%s tag %q %s", j.Class, j.Tag, j.Problem)
	if j.Varies {
		text = fmt.Sprintf("%s tags such as %q: each %s", j.Class, j.Tag, j.Problem)
	}
	if j.Filter != "" {
		text += fmt.Sprintf(", since the exclusion filter %q matches", j.Filter)
	}
	return text
}

// modeOf is the mutability of a repository in words.
func modeOf(r registry.Repository) string {
	filters := strings.Join(r.Exclusions, ", ")
	switch r.Mutability {
	case registry.Mutable:
		return "every tag is mutable"
	case registry.Immutable:
		return "every tag is immutable"
	case registry.ImmutableWithExclusion:
		return "tags are immutable, but for " + filters
	case registry.MutableWithExclusion:
		return "tags are mutable, but for " + filters
	}
	return fmt.Sprintf("its mutability is %q, which is not known here", r.Mutability)
}

// idle are the filters that let tags move which no rule makes, and that nobody asks for.
func idle(r registry.Repository, d Desired, tags []Judged) []string {
	if r.Mutability != registry.ImmutableWithExclusion || d.Mutability == registry.Mutable || len(tags) == 0 {
		return nil
	}
	var filters []string
	for _, filter := range r.Exclusions {
		if !slices.Contains(d.Exclusions, filter) && !slices.ContainsFunc(tags, func(t Judged) bool { return like(filter, t.Tag) }) {
			filters = append(filters, filter)
		}
	}
	return filters
}
