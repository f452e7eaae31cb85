package posture

import (
	"fmt"
	"slices"

	"github.com/hallmark-ci/hallmark/registry"
)

// Desired is the settings that a repository is to have. What is empty is left as it is.
type Desired struct {
	Mutability registry.Mutability
	Exclusions []string
	Scan       Scan
	Lifecycle  *string // text of the policy; empty for none at all
	Encryption EncryptionWord

	ConfigFile string // that commands have to name to want the same; empty where they find it by themselves
}

// Class is a kind of tag that a project writes.
type Class struct {
	Name    string // commit, version, literal or moving
	Moving  bool
	Samples []Sample // at least one
}

// Sample is a tag that a rule makes, for the work tree or for a commit that is to come.
type Sample struct {
	Tag    string
	Rule   string
	Varies bool // another commit, version or branch gives another tag
}

// Desired is the settings that a configuration asks for, for a project that writes tags of some classes. policy is the text of the
// lifecycle policy, read where the configuration names a file; nil when it asks for none in particular. Without classes and without
// immutable nothing is wanted of mutability.
func (c Config) Desired(classes []Class, policy *string) (Desired, error) {
	d := Desired{Scan: c.Scan, Lifecycle: policy, Encryption: c.Encryption}
	if d.Scan == "" {
		d.Scan = ScanOnPush
	}
	switch {
	case c.Immutable == nil && len(classes) == 0 && len(c.MutableTags) == 0:
		return d, nil
	case c.Immutable != nil && !*c.Immutable:
		d.Mutability = registry.Mutable
		return d, nil
	}
	d.Exclusions = slices.Clone(c.MutableTags)
	if c.Immutable == nil {
		var err error
		if d.Exclusions, err = exclusionsFor(classes, d.Exclusions); err != nil {
			return Desired{}, err
		}
	}
	d.Mutability = registry.Immutable
	if len(d.Exclusions) > 0 {
		d.Mutability = registry.ImmutableWithExclusion
	}
	if problem := CheckExclusions(d.Exclusions); problem != "" {
		return Desired{}, fmt.Errorf("tags that may move: %s", problem)
	}
	return d, nil
}

// VaryingError says that no filter can be made of a tag that moves: what other tags of its rule look like is not known, and a guess could
// take in tags that must not move.
type VaryingError struct {
	Sample Sample
}

func (e *VaryingError) Error() string {
	return fmt.Sprintf("tag %q of rule %q moves, and its rule gives other tags for other commits: no pattern is known that fits them all", e.Sample.Tag, e.Sample.Rule)
}

// exclusionsFor adds to filters what lets every moving tag move. A tag that a filter matches already needs none of its own, and a rule whose
// tags vary is taken to be provided for where a filter matches one of them: whoever named it knows the others.
func exclusionsFor(classes []Class, filters []string) ([]string, error) {
	given := registry.Repository{Mutability: registry.ImmutableWithExclusion, Exclusions: filters}
	provided := map[string]bool{}
	each := func(do func(Sample)) {
		for _, class := range classes {
			for _, sample := range class.Samples {
				if class.Moving {
					do(sample)
				}
			}
		}
	}
	each(func(s Sample) { provided[s.Rule] = provided[s.Rule] || given.Mutable(s.Tag) })
	var problem error
	each(func(s Sample) {
		now := registry.Repository{Mutability: registry.ImmutableWithExclusion, Exclusions: filters}
		switch {
		case now.Mutable(s.Tag) || s.Varies && provided[s.Rule] || problem != nil:
		case s.Varies:
			problem = &VaryingError{Sample: s}
		default:
			filters = append(filters, s.Tag)
		}
	})
	return filters, problem
}
