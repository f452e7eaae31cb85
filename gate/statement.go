package gate

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Impact is what a VEX statement says of a vulnerability, in the words of OpenVEX.
type Impact string

// The impacts. The first two mean that a finding does not count.
const (
	NotAffected        Impact = "not_affected"
	Fixed              Impact = "fixed"
	Affected           Impact = "affected"
	UnderInvestigation Impact = "under_investigation"
)

// Statement is one statement of a VEX document.
type Statement struct {
	IDs      []string // of the vulnerability: its name and its aliases
	Impact   Impact
	Reason   string    // justification and what else is said for it
	Products []Product // none means that it applies to nothing: what it was meant for is not known
	Time     time.Time // a later statement overrides an earlier one
	Document string    // the file it is from

	Justification string // in the words of OpenVEX or CycloneDX; empty when there is none
}

// Product is what a statement is about.
type Product struct {
	Names []string // package URLs or references of an image; any of them
	Parts []string // package URLs of what in it is meant; none is all of it
}

// reach is how much of an image a statement is about.
type reach int

const (
	reachNothing reach = iota
	reachPackage
	reachImage // every package with the vulnerability
)

// reaches says whether the statement is about a finding. Ids have been compared.
func (s Statement) reaches(f Finding, image Image) reach {
	best := reachNothing
	for _, p := range s.Products {
		best = max(best, p.reaches(f, image))
	}
	return best
}

// reaches says whether a finding is in the product: the product is the image and a part of it is the package, or it is the image as
// a whole, or it is the package. Any other product is another one, and a package in which something else is meant may be.
func (p Product) reaches(f Finding, image Image) reach {
	isImage := slices.ContainsFunc(p.Names, func(name string) bool {
		return PURL(name).isImage(image) && hasArch(PURL(name).arch(), f.Platforms) || slices.Contains(image.names(), name)
	})
	isPackage := func(name string) bool { return PURL(name).is(f) }
	switch {
	case isImage && len(p.Parts) == 0:
		return reachImage
	case isImage && slices.ContainsFunc(p.Parts, isPackage), len(p.Parts) == 0 && slices.ContainsFunc(p.Names, isPackage):
		return reachPackage
	}
	return reachNothing
}

// statements are those of a policy by vulnerability, oldest first.
type statements map[string][]Statement

func newStatements(all []Statement) statements {
	byID := statements{}
	for _, s := range slices.SortedStableFunc(slices.Values(all), func(a, b Statement) int { return a.Time.Compare(b.Time) }) {
		for _, id := range s.IDs {
			byID[strings.ToLower(id)] = append(byID[strings.ToLower(id)], s)
		}
	}
	return byID
}

// about is the latest statement about a finding, and how much it is about.
func (s statements) about(f Finding, image Image) (Statement, reach) {
	var last Statement
	reached := reachNothing
	for _, name := range f.ownNames() {
		for _, statement := range slices.Backward(s[strings.ToLower(name)]) {
			if r := statement.reaches(f, image); r != reachNothing {
				if reached == reachNothing || statement.Time.After(last.Time) {
					last, reached = statement, r
				}
				break
			}
		}
	}
	return last, reached
}

// why is the reason that a statement gives for a finding.
func (s Statement) why() string {
	return strings.TrimSuffix(cmp.Or(s.Document, "a VEX statement")+" says "+string(s.Impact)+": "+s.Reason, ": ")
}
