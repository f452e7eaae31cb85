package report

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/hallmark-ci/hallmark/registry/lifecycle"
)

// fate is what becomes of an image as the summaries tell it, the worst last.
type fate int

const (
	used fate = iota // and stays
	kept
	open // not certain to stay
	archived
	expired
	endangered // in use, and not certain to stay
	fates
)

// fate says what becomes of an image.
func (i LifecycleImage) fate() fate {
	switch {
	case len(i.InUse) > 0 && i.Action == lifecycle.Keep:
		return used
	case len(i.InUse) > 0:
		return endangered
	case i.Action == lifecycle.Keep:
		return kept
	case i.Action == lifecycle.Uncertain:
		return open
	case i.Effect == lifecycle.Transition:
		return archived
	}
	return expired
}

// class is a fate as style sheets name it, String as people do.
func (f fate) class() string {
	return [...]string{"used", "kept", "open", "archived", "expired", "endangered"}[f]
}

func (f fate) String() string {
	return [...]string{"in use, stays", "stays", "uncertain", "archived", "expires", "in use, and may go"}[f]
}

// word is what becomes of an image, in one word.
func (i LifecycleImage) word() string {
	switch {
	case i.Action != lifecycle.Act:
		return string(i.Action)
	case i.Effect == lifecycle.Transition:
		return "archive"
	}
	return "expire"
}

// why is the rule and its reason, with the day from when on it takes the image.
func (i LifecycleImage) why() string {
	text := i.Reason
	if i.Rule != 0 {
		text = fmt.Sprintf("rule %d: %s", i.Rule, text)
	}
	if i.At != nil {
		text += ", from " + i.At.Format("2006-01-02")
	}
	return text
}

// unseen says whether a source of what is in use has not told all.
func (d LifecycleDocument) unseen() bool {
	return slices.ContainsFunc(d.Sources, func(s LifecycleSource) bool { return !s.Complete })
}

// headline is how a simulation came out, and whether that is good, bad or open.
func (d LifecycleDocument) headline() (text, tone string) {
	switch {
	case d.Totals == nil:
		return "Could not be done", "bad"
	case d.Totals.Endangered > 0:
		return count(d.Totals.Endangered, "image") + " in use may go", "bad"
	case d.Totals.Keep == d.Totals.Images:
		return "Every image stays", "good"
	case d.unseen():
		return "What is in use is not all known", "open"
	case d.Error != nil:
		return "The outcome is open", "open"
	}
	return fmt.Sprintf("%d of %s stay", d.Totals.Keep, count(d.Totals.Images, "image")), "good"
}

// worstFirst are the images with those that need a look first, and among equals the newest first; not more than most.
func (d LifecycleDocument) worstFirst(most int) []LifecycleImage {
	images := slices.Clone(d.Images)
	slices.SortStableFunc(images, func(a, b LifecycleImage) int {
		return cmp.Or(cmp.Compare(b.fate(), a.fate()), b.PushedAt.Compare(a.PushedAt))
	})
	return images[:min(most, len(images))]
}
