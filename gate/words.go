package gate

import (
	"fmt"
	"time"
)

// Level is a severity as a policy spells it.
type Level string

// The levels, worst first.
const (
	LevelCritical      Level = "critical"
	LevelHigh          Level = "high"
	LevelMedium        Level = "medium"
	LevelLow           Level = "low"
	LevelInformational Level = "informational"
)

var levels = []Level{LevelCritical, LevelHigh, LevelMedium, LevelLow, LevelInformational}

// Words are all levels, worst first.
func (Level) Words() []string { return wordsOf(levels...) }

// Action is what a run does where there is no scan to judge.
type Action string

// The actions. A run that fails so is undecided; one that warns or passes is as if the platform had no findings.
const (
	ActionFail Action = "fail"
	ActionWarn Action = "warn"
	ActionPass Action = "pass"
)

// Words are all actions.
func (Action) Words() []string { return wordsOf(ActionFail, ActionWarn, ActionPass) }

// Care is how much is made of an entry of ignore that is out of order.
type Care string

// The cares: nothing is said, a warning, or a run that fails.
const (
	CareOff   Care = "off"
	CareWarn  Care = "warn"
	CareError Care = "error"
)

// Words are all cares.
func (Care) Words() []string { return wordsOf(CareOff, CareWarn, CareError) }

// FixUnknown says whether a finding counts of which it is not known whether there is a fix.
type FixUnknown string

// It does, or it does not.
const (
	CountUnknown FixUnknown = "count"
	SkipUnknown  FixUnknown = "skip"
)

// Words are both.
func (FixUnknown) Words() []string { return wordsOf(CountUnknown, SkipUnknown) }

// GraceFrom is the date that days of grace run from.
type GraceFrom string

// When the vendor first wrote of the vulnerability, or when the scanner first saw it in this image.
const (
	FromPublished     GraceFrom = "published"
	FromFirstObserved GraceFrom = "first_observed"
)

// Words are both dates.
func (GraceFrom) Words() []string { return wordsOf(FromPublished, FromFirstObserved) }

// While is a condition that an entry of ignore lasts by.
type While string

// WhileUnfixed ends an entry as soon as there is a fix.
const WhileUnfixed While = "unfixed"

// Words are all conditions.
func (While) Words() []string { return wordsOf(WhileUnfixed) }

// Requirement is a key that every entry of ignore has to have.
type Requirement string

// The requirements.
const (
	RequireReason Requirement = "reason"
	RequireUntil  Requirement = "until"
)

// Words are all requirements.
func (Requirement) Words() []string { return wordsOf(RequireReason, RequireUntil) }

// Justification says why a vulnerability does not affect a product, in the words of OpenVEX
// (https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md#status-justifications).
type Justification string

// Words are all justifications.
func (Justification) Words() []string {
	return []string{
		"component_not_present",
		"vulnerable_code_not_present",
		"vulnerable_code_not_in_execute_path",
		"vulnerable_code_cannot_be_controlled_by_adversary",
		"inline_mitigations_already_exist",
	}
}

// Date is a day in UTC, YYYY-MM-DD; empty is none. Dates are in order as texts are.
type Date string

// ParseDate reads a date that a calendar has.
func ParseDate(text string) (Date, error) {
	if _, err := time.Parse(time.DateOnly, text); err != nil {
		return "", fmt.Errorf("%q is no date: write YYYY-MM-DD", text)
	}
	return Date(text), nil
}

// UnmarshalText is ParseDate.
func (d *Date) UnmarshalText(text []byte) error {
	var err error
	*d, err = ParseDate(string(text))
	return err
}

// DateOf is the day of a time, in UTC.
func DateOf(t time.Time) Date { return Date(t.UTC().Format(time.DateOnly)) }

// time is the beginning of the day.
func (d Date) time() time.Time {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return time.Time{}
	}
	return t
}

// daysUntil is how many days are left after the day of now; 0 on the last one.
func (d Date) daysUntil(now time.Time) int {
	return int(d.time().Sub(DateOf(now).time()) / (24 * time.Hour))
}

func wordsOf[T ~string](words ...T) []string {
	out := make([]string, len(words))
	for i, word := range words {
		out[i] = string(word)
	}
	return out
}
