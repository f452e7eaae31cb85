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

// exclusionsFor adds to filters what lets every moving tag move. A tag that a filter matches already needs none of its own.
func exclusionsFor(classes []Class, filters []string) ([]string, error) {
	for _, class := range classes {
		for _, sample := range class.Samples {
			r := registry.Repository{Mutability: registry.ImmutableWithExclusion, Exclusions: filters}
			switch {
			case !class.Moving || r.Mutable(sample.Tag):
			case sample.Varies:
				return nil, &VaryingError{Sample: sample}
			default:
				filters = append(filters, sample.Tag)
			}
		}
	}
	return filters, nil
}
