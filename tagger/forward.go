package tagger

import (
	"fmt"
	"slices"
	"strings"
)

// FollowsVersions says whether one of the tags is to name the highest version of its line.
func (d Derivation) FollowsVersions() bool { return slices.ContainsFunc(d.Tags, Tag.FollowsVersion) }

// Forward leaves out the tags that would go back, by the Git tags of the repository: those that are to name the highest version, while
// a higher one than this is known. No tag left is a NoTagsError.
func (d Derivation) Forward(gitTags []string) (Derivation, error) {
	kept := []Tag{}
	d.Explain = slices.Clone(d.Explain)
	for _, tag := range d.Tags {
		higher, ok := tag.Outranked(Versions{GitTags: gitTags})
		if !ok {
			kept = append(kept, tag)
			continue
		}
		why := fmt.Sprintf("%s stays where it is: %s is higher", tag, higher)
		at := slices.IndexFunc(d.Explain, func(x Explanation) bool { return x.Rule == tag.Rule && x.Result == tag.name })
		d.Explain[at].Result, d.Explain[at].Why = "", why
		d.Notices = append(slices.Clone(d.Notices), "tag "+why)
		d.Latest = d.Latest && !strings.HasPrefix(tag.Rule, flavorRule)
	}
	if len(kept) == 0 {
		return Derivation{}, &NoTagsError{Explain: d.Explain}
	}
	d.Tags, d.Version = kept, kept[0].String()
	return d, nil
}

// HiddenTagsError says that rules read the Git tags at a commit, and that a clone which is cut off has none there: it may hide them.
type HiddenTagsError struct {
	Rules []string // their lines
}

func (e *HiddenTagsError) Error() string {
	return "this clone is shallow, and may lack the Git tags that rules read:\n  " + strings.Join(e.Rules, "\n  ")
}

// mayHideTags says whether a Git tag at the commit may be missing from what is known of it. A CI job names its reference itself, and
// a tag that is there was fetched with the commit, as all others at it were.
func (r Revision) mayHideTags() bool { return r.Shallow && r.CI == "" && len(r.Tags) == 0 }
