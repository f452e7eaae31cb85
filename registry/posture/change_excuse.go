package posture

import (
	"fmt"
	"slices"
	"time"

	"github.com/hallmark-ci/hallmark/registry"
)

// Excused is what is desired of a repository without what exceptions leave as it is, and a line for each that does. A tag that may move now,
// and is excused, stays so.
func (d Desired) Excused(now registry.Repository, exceptions []Exception, at time.Time) (Desired, []string) {
	var notes []string
	for _, e := range exceptions {
		if !registry.MatchWildcard(e.Repository, now.Name) || e.Expired(at) || !d.excuse(now, e) {
			continue
		}
		what := string(e.Check)
		if e.Tag != "" {
			what += " of tag " + e.Tag
		}
		notes = append(notes, fmt.Sprintf("%s is left as it is until %s, by %s: %s", what, e.Until, e.Place, e.Reason))
	}
	return d, notes
}

// excuse takes one exception into what is desired, and says whether that changes anything.
func (d *Desired) excuse(now registry.Repository, e Exception) bool {
	switch e.Check {
	case CheckImmutability:
		return d.excuseTags(now, e.Tag)
	case CheckScanning:
		wanted := d.Scan != "" && d.Scan != ScanOff
		d.Scan = ScanOff
		return wanted
	case CheckLifecycle:
		wanted := d.Lifecycle != nil
		d.Lifecycle = nil
		return wanted
	case CheckEncryption:
		wanted := d.Encryption == KMS
		d.Encryption = ""
		return wanted
	}
	return false
}

func (d *Desired) excuseTags(now registry.Repository, tag string) bool {
	immutable := d.Mutability == registry.Immutable || d.Mutability == registry.ImmutableWithExclusion
	switch {
	case !immutable:
		return false
	case tag == "":
		d.Mutability, d.Exclusions = registry.MutabilityUnknown, nil
		return true
	case !now.Mutable(tag) || slices.Contains(d.Exclusions, tag) || len(d.Exclusions) >= MaxExclusions:
		return false
	}
	d.Mutability, d.Exclusions = registry.ImmutableWithExclusion, append(slices.Clone(d.Exclusions), tag)
	return true
}
