package lifecycle

import (
	"fmt"
	"slices"
	"time"
)

// ranking is the order of all images that one rule is for, the newest first, as times. Whether platforms and signatures hold a place in
// it is not documented, and one preview was seen to leave platforms out (https://github.com/DefangLabs/pulumi-defang/pull/466); nor is
// the order of images of one time. So each image has a best and a worst place.
type ranking struct {
	rule *Rule
	sure []time.Time // of images that certainly have a place
	all  []time.Time
}

// rank orders the images for each rule that counts them.
func (s *simulation) rank() {
	for at := range s.rules {
		if s.rules[at].Count != MoreThan {
			continue
		}
		r := &ranking{rule: &s.rules[at]}
		for i, image := range s.images {
			if !r.rule.matches(image) {
				continue
			}
			r.all = append(r.all, image.orderedBy())
			if len(s.parents[i]) == 0 && image.Subject == "" && !s.perhapsChild(i) {
				r.sure = append(r.sure, image.orderedBy())
			}
		}
		newest := func(a, b time.Time) int { return b.Compare(a) }
		slices.SortFunc(r.all, newest)
		slices.SortFunc(r.sure, newest)
		s.ranks[at] = r
	}
}

// judge says whether the place of an image is beyond those that the rule keeps.
func (r *ranking) judge(o *Outcome) {
	at := o.Image.orderedBy()
	best, worst := newer(r.sure, at)+1, newer(r.all, at.Add(-1))
	o.Reason = fmt.Sprintf("number %d from the newest, and it keeps %d", worst, r.rule.Number)
	if best != worst {
		o.Reason = fmt.Sprintf("number %d to %d from the newest, and it keeps %d", best, worst, r.rule.Number)
	}
	switch {
	case best > r.rule.Number:
		o.Action = Act
	case worst > r.rule.Number:
		o.Action = Uncertain
	}
}

// newer is how many of the times, the newest first, are after t.
func newer(times []time.Time, t time.Time) int {
	n, _ := slices.BinarySearchFunc(times, t, func(time, t time.Time) int {
		if time.After(t) {
			return -1
		}
		return 1
	})
	return n
}
