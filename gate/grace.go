package gate

import (
	"fmt"
	"time"
)

// grace leaves out what has come up lately: until so many days after the day it did, the last of which counts whole.
func (d *decider) grace(f Finding) Judged {
	last := d.lastDay(f)
	if last == "" || last < DateOf(d.Now) {
		return Judged{}
	}
	return Judged{Decision: Grace, Reason: fmt.Sprintf("%s on %s, grace until %s", d.graceWord(), DateOf(d.graceDate(f)), last), Until: string(last)}
}

// lastDay is the last day of grace of a finding; empty when it has none. A date that is not known, or has not come yet, gives none.
func (d *decider) lastDay(f Finding) Date {
	days, from := d.Rules.GraceDays[d.Rules.level(f.Severity)], d.graceDate(f)
	if days == 0 || from.IsZero() || from.After(d.Now) {
		return ""
	}
	return DateOf(from.AddDate(0, 0, days))
}

// graceless says why a finding that could have grace has none.
func (d *decider) graceless(f Finding) string {
	if d.Rules.GraceDays[d.Rules.level(f.Severity)] == 0 {
		return ""
	}
	switch last := d.lastDay(f); {
	case last != "":
		return "grace ended on " + string(last)
	case d.graceDate(f).IsZero():
		return fmt.Sprintf("no grace: it is not known when it was %s", d.graceWord())
	}
	return fmt.Sprintf("no grace: it says that it was %s on %s", d.graceWord(), DateOf(d.graceDate(f)))
}

// graceDate is the date that days of grace run from; zero when it is not known.
func (d *decider) graceDate(f Finding) time.Time {
	if d.Rules.GraceFrom == FromFirstObserved {
		return f.FirstObservedAt
	}
	return f.PublishedAt
}

func (d *decider) graceWord() string {
	if d.Rules.GraceFrom == FromFirstObserved {
		return "first observed"
	}
	return "published"
}
