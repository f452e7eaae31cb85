package report

import (
	"slices"
	"strings"
	"time"

	"github.com/hallmark-ci/hallmark/registry/posture"
)

// PostureSchema is the name of the document of repo audit.
const PostureSchema = "hallmark.posture/v1"

// PostureDocument is what repo audit prints with --output json.
type PostureDocument struct {
	Schema       string              `json:"schema"`
	Command      string              `json:"command"`
	ExitCode     int                 `json:"exit_code"`
	At           time.Time           `json:"at"` // that exceptions and lifecycle policies are held against
	Registry     PostureRegistry     `json:"registry"`
	Classes      []PostureClass      `json:"classes"`
	Repositories []PostureRepository `json:"repositories"`      // by name
	Missing      []string            `json:"missing,omitempty"` // that were asked for and are not there
	Warnings     []string            `json:"warnings,omitempty"`
	Totals       PostureTotals       `json:"totals"`
	Error        *Failure            `json:"error,omitempty"`
}

// PostureRegistry is what all repositories share.
type PostureRegistry struct {
	Host     string         `json:"host,omitempty"`
	Account  string         `json:"account,omitempty"`
	ScanType string         `json:"scan_type,omitempty"` // BASIC or ENHANCED
	Checks   []PostureCheck `json:"checks"`              // of creation templates
}

// PostureClass is a kind of tag that the rules make, with examples.
type PostureClass struct {
	Class  string          `json:"class"` // commit, version, literal or moving
	Moving bool            `json:"moving"`
	Tags   []PostureSample `json:"tags"`
}

// PostureSample is a tag that a rule makes.
type PostureSample struct {
	Tag    string `json:"tag"`
	Rule   string `json:"rule"`
	Varies bool   `json:"varies"` // another commit, version or branch gives another
}

// PostureRepository is one repository.
type PostureRepository struct {
	Name       string         `json:"name"`
	ARN        string         `json:"arn,omitempty"`
	State      posture.State  `json:"state"` // the worst of its checks
	Mutability string         `json:"mutability,omitempty"`
	Exclusions []string       `json:"exclusions,omitempty"`
	Checks     []PostureCheck `json:"checks"`
}

// PostureCheck is what one check came to.
type PostureCheck struct {
	Check    posture.CheckName `json:"check"`
	Template string            `json:"template,omitempty"` // prefix of the creation template
	State    posture.State     `json:"state"`
	Found    []string          `json:"found"`
	Why      string            `json:"why,omitempty"`
	Mend     *PostureMend      `json:"mend,omitempty"`
	IDs      []string          `json:"ids,omitempty"`  // of the checks of others for this setting
	Tags     []PostureTag      `json:"tags,omitempty"` // of immutability and create-on-push
	Excuses  []PostureExcuse   `json:"excuses,omitempty"`
}

// PostureMend puts a setting right: by a command, or as properties of CloudFormation or arguments of Terraform.
type PostureMend struct {
	Command        string `json:"command,omitempty"`
	CloudFormation string `json:"cloudformation,omitempty"`
	Terraform      string `json:"terraform,omitempty"`
}

// PostureTag is a tag held against the mutability.
type PostureTag struct {
	Tag     string        `json:"tag"`
	Class   string        `json:"class"`
	Rule    string        `json:"rule"`
	Mutable bool          `json:"mutable"`
	Filter  string        `json:"filter,omitempty"` // the exclusion filter that matches
	State   posture.State `json:"state"`
	Problem string        `json:"problem,omitempty"`
}

// PostureExcuse is an exception of the configuration.
type PostureExcuse struct {
	Reason  string `json:"reason"`
	Until   string `json:"until"`
	Place   string `json:"place"`
	Tag     string `json:"tag,omitempty"`
	Expired bool   `json:"expired"`
}

// PostureTotals counts repositories by their states, and those that are missing.
type PostureTotals struct {
	Repositories int `json:"repositories"`
	OK           int `json:"ok"` // notes included
	Drift        int `json:"drift"`
	Excepted     int `json:"excepted"`
	Unknown      int `json:"unknown"` // nothing worse, and some check could not be made
	Missing      int `json:"missing"`
	Templates    int `json:"templates_drift"` // creation templates that drift
}

// End fills in how the run ended.
func (d *PostureDocument) End(code int, failure *Failure) {
	d.ExitCode, d.Error = code, failure
}

// SetClasses puts the classes of tags in.
func (d *PostureDocument) SetClasses(classes []posture.Class) {
	d.Classes = []PostureClass{}
	for _, class := range classes {
		out := PostureClass{Class: class.Name, Moving: class.Moving}
		for _, s := range class.Samples {
			out.Tags = append(out.Tags, PostureSample(s))
		}
		d.Classes = append(d.Classes, out)
	}
}

// NewPostureRepository is what the checks of a repository say.
func NewPostureRepository(s posture.Settings, checks []posture.Check, now time.Time) PostureRepository {
	return PostureRepository{
		Name: s.Name, ARN: s.ARN, State: posture.Worst(checks), Mutability: string(s.Mutability), Exclusions: s.Exclusions, Checks: NewPostureChecks(checks, now),
	}
}

// NewPostureChecks writes checks down. now tells which exceptions are over.
func NewPostureChecks(checks []posture.Check, now time.Time) []PostureCheck {
	out := []PostureCheck{}
	for _, c := range checks {
		p := PostureCheck{Check: c.Name, Template: c.Subject, State: c.State, Found: c.Found, Why: c.Why, Mend: (*PostureMend)(c.Mend), IDs: c.IDs}
		for _, t := range c.Tags {
			p.Tags = append(p.Tags, PostureTag{Tag: t.Tag, Class: t.Class, Rule: t.Rule, Mutable: t.Mutable, Filter: t.Filter, State: t.State, Problem: t.Problem})
		}
		for _, e := range c.Excuses {
			p.Excuses = append(p.Excuses, PostureExcuse{Reason: e.Reason, Until: string(e.Until), Place: e.Place, Tag: e.Tag, Expired: e.Expired(now)})
		}
		out = append(out, p)
	}
	return out
}

// Count fills in the totals.
func (d *PostureDocument) Count() {
	d.Totals = PostureTotals{Repositories: len(d.Repositories), Missing: len(d.Missing)}
	for _, r := range d.Repositories {
		switch r.State {
		case posture.Drift:
			d.Totals.Drift++
		case posture.Unknown:
			d.Totals.Unknown++
		case posture.Excepted:
			d.Totals.Excepted++
		default:
			d.Totals.OK++
		}
	}
	for _, c := range d.Registry.Checks {
		if c.State == posture.Drift {
			d.Totals.Templates++
		}
	}
}

// Judged says whether any check of any repository came to more than unknown.
func (d *PostureDocument) Judged() bool {
	return slices.ContainsFunc(d.Repositories, func(r PostureRepository) bool {
		return slices.ContainsFunc(r.Checks, func(c PostureCheck) bool { return c.State != posture.Unknown })
	})
}

// unknowns are the reasons why checks could not be made, each with the checks and the repositories that lack the same ones, in the order in
// which they came.
func (d *PostureDocument) unknowns() []postureUnknown {
	var all []postureUnknown
	for _, r := range d.Repositories {
		for _, u := range r.unknowns() {
			i := slices.IndexFunc(all, func(other postureUnknown) bool { return other.why == u.why && slices.Equal(other.checks, u.checks) })
			if i < 0 {
				all = append(all, u)
				continue
			}
			all[i].repositories = append(all[i].repositories, r.Name)
		}
	}
	return all
}

// unknowns are the reasons of one repository.
func (r PostureRepository) unknowns() []postureUnknown {
	var all []postureUnknown
	for _, c := range r.Checks {
		if c.State != posture.Unknown {
			continue
		}
		why := strings.Join(c.Found, "; ")
		i := slices.IndexFunc(all, func(u postureUnknown) bool { return u.why == why })
		if i < 0 {
			i = len(all)
			all = append(all, postureUnknown{why: why, repositories: []string{r.Name}})
		}
		all[i].checks = append(all[i].checks, string(c.Check))
	}
	return all
}

// postureUnknown is why something could not be judged.
type postureUnknown struct {
	why          string
	checks       []string
	repositories []string
}
