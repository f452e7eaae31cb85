package gate

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
)

// Policy says what findings are accepted. Its zero value is that of --fail-on high. Names of members are the keys of a policy file,
// and JSON writes a policy as such a file.
type Policy struct {
	// What makes an image fail.
	Rules Rules `json:"gate"`
	// Findings that do not count, with the reason and until when. The first entry that matches decides.
	Ignore []Ignore `json:"ignore,omitempty"`
	// How the entries of ignore are kept in order.
	Settings Settings `json:"settings"`

	Statements []Statement `json:"-"` // of VEX documents
	Documents  []string    `json:"-"` // SHA-256 of those documents, in hexadecimal
}

// Rules say what makes an image fail.
type Rules struct {
	// How many findings of each severity are accepted: 0 accepts none, a severity that is left out has no limit. Without this key no
	// critical and no high finding is accepted.
	FailOn Limits `json:"fail_on"`
	// What a severity without a rank of its own (UNDEFINED, UNTRIAGED, a new word) counts as; high without this key.
	UnknownSeverity Level `json:"unknown_severity"`
	// Whether only findings count for which there is a fix.
	OnlyFixed bool `json:"only_fixed"`
	// What only_fixed makes of findings of which it is not known whether there is a fix, as with all of basic scanning; count without
	// this key.
	WhenFixUnknown FixUnknown `json:"when_fix_unknown"`
	// Whether a fixed version that needs an Ubuntu Pro subscription is a fix.
	ESMCountsAsFix bool `json:"esm_counts_as_fix"`
	// Findings that fail whatever fail_on, only_fixed, grace_days and new_only say.
	AlwaysFail AlwaysFail `json:"always_fail"`
	// For how many days after a finding came up it does not count, by severity.
	GraceDays Days `json:"grace_days,omitempty"`
	// The date from which days of grace run; published without this key.
	GraceFrom GraceFrom `json:"grace_from"`
	// Whether only findings count that a baseline does not have.
	NewOnly NewOnly `json:"new_only,omitzero"`
	// What becomes of an image that the scanner does not support; fail without this key.
	OnUnsupported Action `json:"on_unsupported"`
	// What becomes of an image whose scan has not settled in time; fail without this key.
	OnTimeout Action `json:"on_timeout"`
	// What becomes of an image that nothing scans; fail without this key.
	OnNeverScanned Action `json:"on_never_scanned"`
}

// AlwaysFail names findings that fail an image whatever else a policy says.
type AlwaysFail struct {
	// Findings in CISA's catalogue of known exploited vulnerabilities.
	KEV bool `json:"kev"`
	// Findings for which an exploit is known to be public.
	Exploit bool `json:"exploit_available"`
	// Findings whose probability of exploitation within 30 days (EPSS) is at least this; 0 is off.
	EPSS float64 `json:"epss_at_least"`
	// Findings with these ids, even where an entry of ignore or a VEX document names them.
	IDs []string `json:"ids,omitempty"`
}

// NewOnly excuses findings that a baseline has.
type NewOnly struct {
	// What is accepted already: NAME:TAG, NAME@DIGEST, a tag or a digest of the same repository, or a JSON file with the result of an
	// earlier run or with saved answers.
	Baseline string `json:"baseline,omitempty"`
	// Severities that fail though the baseline has the finding.
	StillFail Levels `json:"still_fail,omitempty"`
}

// Settings say how the entries of ignore are kept in order.
type Settings struct {
	// What becomes of entries that match no finding; warn without this key.
	UnusedIgnores Care `json:"unused_ignores"`
	// What becomes of entries whose last day is over; warn without this key. With error the run fails though the finding may be gone.
	ExpiredIgnores Care `json:"expired_ignores"`
	// How many days ahead the last day of an entry may be, so that every entry needs one; 0 is no limit.
	MaxIgnoreDays int `json:"max_ignore_days"`
	// What every entry has to have.
	Require []Requirement `json:"require,omitempty"`
}

// Days are numbers of days by severity.
type Days map[Level]int

// Levels is a set of severities.
type Levels map[Level]bool

// NewPolicy makes the policy of --fail-on: critical, high, medium, low, any or none. Severities that nobody has rated count as high.
func NewPolicy(failOn string) (Policy, error) {
	limits, err := LimitsAt(failOn)
	return Policy{Rules: Rules{FailOn: limits}}.WithDefaults(), err
}

// WithDefaults is the policy with every default written out.
func (p Policy) WithDefaults() Policy {
	r, s := &p.Rules, &p.Settings
	if r.FailOn == nil {
		r.FailOn = Limits{LevelCritical: 0, LevelHigh: 0}
	}
	if !slices.Contains(levels, r.UnknownSeverity) {
		r.UnknownSeverity = LevelHigh
	}
	setDefault(&r.WhenFixUnknown, CountUnknown)
	setDefault(&r.GraceFrom, FromPublished)
	for _, action := range []*Action{&r.OnUnsupported, &r.OnTimeout, &r.OnNeverScanned} {
		setDefault(action, ActionFail)
	}
	setDefault(&s.UnusedIgnores, CareWarn)
	setDefault(&s.ExpiredIgnores, CareWarn)
	return p
}

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// JSON is the effective policy: a policy file with every default written out, and beside it the names of VEX documents. Equal policies
// have equal texts.
func (p Policy) JSON() string {
	p = p.WithDefaults()
	type policy Policy
	data, err := json.Marshal(struct {
		Version int `json:"version"`
		policy
		VEX []string `json:"vex_sha256,omitempty"`
	}{1, policy(p), p.Documents})
	if err != nil {
		panic(fmt.Sprintf("write the policy: %v", err)) // of texts and finite numbers
	}
	return string(data)
}

// SHA256 names the policy: equal policies have equal names, in hexadecimal.
func (p Policy) SHA256() string {
	sum := sha256.Sum256([]byte(p.JSON()))
	return hex.EncodeToString(sum[:])
}

// level is the severity that a policy counts a finding as.
func (r Rules) level(s Severity) Level {
	if level := Level(s.String()); slices.Contains(levels, level) {
		return level
	}
	return r.UnknownSeverity
}

// rank orders severities as the policy sees them, worst first.
func (r Rules) rank(s Severity) int { return slices.Index(levels, r.level(s)) }
