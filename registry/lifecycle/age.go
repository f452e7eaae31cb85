package lifecycle

import (
	"fmt"
	"time"
)

// day is what a rule's number counts where it counts no images.
const day = 24 * time.Hour

// age says whether a rule that counts days takes an image. "Older than N days" is taken to hold after N times 24 hours at the earliest, and
// after one day more at the latest: where a day ends is not documented.
func (s *simulation) age(o *Outcome) {
	first, last, since := o.Rule.span(o.Image)
	if first.IsZero() {
		o.Action, o.Reason = Uncertain, "when it was archived is not known"
		return
	}
	n := time.Duration(o.Rule.Number) * day
	o.At = first.Add(n)
	surely := last.Add(n + day)
	from := first
	switch {
	case !s.now.Before(surely):
		o.Action, from = Act, last
	case s.now.After(o.At):
		o.Action = Uncertain
	}
	o.Reason = fmt.Sprintf("%s %s ago, and it keeps %s", since, days(whole(s.now.Sub(from))), days(o.Rule.Number))
	if o.Action == Uncertain {
		o.Reason += ": on the edge"
	}
}

func whole(age time.Duration) int { return max(0, int(age/day)) }

// span is from when a rule counts the days of an image: at the earliest, and at the latest where that is not documented
// (https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html#lp_evaluation_rules). Both are zero where the image does
// not tell.
func (r Rule) span(i Image) (first, last time.Time, since string) {
	switch {
	case r.Count == SinceTransitioned:
		return i.ArchivedAt, i.ArchivedAt, "archived"
	case r.Count == SincePulled && i.PulledAt.After(i.ActivatedAt):
		return i.PulledAt, i.PulledAt, "pulled"
	case r.Count == SincePulled && !i.ActivatedAt.IsZero():
		return i.ActivatedAt, i.ActivatedAt, "restored"
	case r.Count == SincePulled:
		return i.PushedAt, i.PushedAt, "never pulled, pushed"
	}
	// Images are ordered by their restoration in place of their push; whether their age counts from it too is not said.
	return i.PushedAt, i.orderedBy(), "pushed"
}
