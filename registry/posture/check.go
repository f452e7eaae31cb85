package posture

import (
	"cmp"
	"slices"
	"time"

	"github.com/hallmark-ci/hallmark/registry"
)

// State is what a check comes to.
type State string

// The states. A note is no drift, and still worth knowing.
const (
	OK       State = "ok"
	Drift    State = "drift"
	Excepted State = "excepted" // drift that an exception excuses
	Unknown  State = "unknown"  // it could not be read
	Noted    State = "note"
)

// Check is what one check says of one repository, or of one creation template.
type Check struct {
	Name    CheckName
	Subject string // prefix of a creation template; empty of a repository
	State   State
	Found   []string    // what is there, one sentence each
	Why     string      // it matters; empty where all is well
	Mend    *Mend       // nil where there is nothing to mend
	IDs     []string    // of the checks of others that look at the same setting
	Tags    []Judged    // of immutability
	Excuses []Exception // that the drift falls under; those that are over excuse nothing
}

// Judged is a tag held against the mutability of a repository.
type Judged struct {
	Class string
	Sample
	Mutable bool
	Filter  string // the exclusion filter that matches it; empty when none does
	State   State
	Problem string // empty when it is as it should be
}

// idsOf names the checks of others for the same setting: those of AWS Security Hub
// (https://docs.aws.amazon.com/securityhub/latest/userguide/ecr-controls.html), of checkov
// (https://www.checkov.io/5.Policy%20Index/terraform.html) and of Trivy (https://avd.aquasec.com/misconfig/aws/ecr/).
func idsOf(name CheckName) []string {
	return map[CheckName][]string{
		CheckImmutability: {"ECR.2", "CKV_AWS_51", "AVD-AWS-0031"},
		CheckScanning:     {"ECR.1", "CKV_AWS_163", "AVD-AWS-0030"},
		CheckLifecycle:    {"ECR.3"},
		CheckEncryption:   {"ECR.5", "CKV_AWS_136", "AVD-AWS-0033"},
		CheckAccess:       {"CKV_AWS_32", "AVD-AWS-0032"},
	}[name]
}

// Audit says what is to be said of one repository, in the order of the checks. The templates of the registry are AuditTemplates'.
func Audit(s Settings, r Registry, d Desired, classes []Class, ex Exceptions) []Check {
	checks := []Check{
		immutability(s, d, classes),
		scanning(s, r, d),
		lifecycleCheck(s, d, ex.Now),
		encryption(s, d),
		access(s),
		deletion(s, cmp.Or(accountOf(s.ARN), r.Account)),
		tagQuota(s),
		imageQuota(s),
	}
	for i := range checks {
		checks[i].IDs = idsOf(checks[i].Name)
		ex.excuse(&checks[i], s.Name)
	}
	return checks
}

// NotAsked is why a part is not known that nobody asked for. It makes no repository one that is not known.
const NotAsked = "not asked for: --with-images reads them"

// unseen is a check of a part that could not be read.
func unseen(name CheckName, why string) Check {
	return Check{Name: name, State: Unknown, Found: []string{why}}
}

func (c Check) unasked() bool {
	return c.State == Unknown && len(c.Found) == 1 && c.Found[0] == NotAsked
}

// Worst is the worst state of some checks: drift before what is not known, that before exceptions and notes.
func Worst(checks []Check) State {
	for _, state := range []State{Drift, Unknown, Excepted, Noted} {
		if slices.ContainsFunc(checks, func(c Check) bool { return c.State == state && !c.unasked() }) {
			return state
		}
	}
	return OK
}

// Exceptions are what a configuration excuses at a time.
type Exceptions struct {
	List []Exception
	Now  time.Time
}

// excuse turns the drift of a check into an exception where one is for it that is not over. That of immutability is excused tag by tag.
func (ex Exceptions) excuse(c *Check, repository string) {
	if c.State != Drift {
		return
	}
	excused := false
	for _, e := range ex.List {
		if e.Check != c.Name || !like(e.Repository, repository) || !c.has(e.Tag) {
			continue
		}
		c.Excuses = append(c.Excuses, e)
		if e.Expired(ex.Now) {
			continue
		}
		excused = true
		for i := range c.Tags {
			if c.Tags[i].State == Drift && like(e.Tag, c.Tags[i].Tag) {
				c.Tags[i].State = Excepted
			}
		}
	}
	if excused && !slices.ContainsFunc(c.Tags, func(t Judged) bool { return t.State == Drift }) {
		c.State, c.Mend = Excepted, nil
	}
}

// has says whether a tag that drifts is like a pattern; all are like none.
func (c Check) has(pattern string) bool {
	return pattern == "" || slices.ContainsFunc(c.Tags, func(t Judged) bool { return t.State == Drift && like(pattern, t.Tag) })
}

// Idle are the exceptions that no check fell under, of those that are for one of the repositories that were looked at; all is set where
// those are all that the registry has.
func (ex Exceptions) Idle(checks []Check, repositories []string, all bool) []Exception {
	var idle []Exception
	for _, e := range ex.List {
		concerned := all || slices.ContainsFunc(repositories, func(name string) bool { return like(e.Repository, name) })
		used := slices.ContainsFunc(checks, func(c Check) bool { return slices.Contains(c.Excuses, e) })
		if concerned && !used {
			idle = append(idle, e)
		}
	}
	return idle
}

// like says whether a text is like a pattern, in which * stands for any text. Every text is like an empty one.
func like(pattern, text string) bool {
	return pattern == "" || registry.MatchWildcard(pattern, text)
}

// IDs names the checks of others for the same setting.
func (n CheckName) IDs() []string { return idsOf(n) }

// About says in a sentence what a check wants.
func (n CheckName) About() string {
	return map[CheckName]string{
		CheckImmutability: "Tags of commits and versions are immutable, and tags that are meant to move may",
		CheckScanning:     "Images are scanned by themselves",
		CheckLifecycle:    "A lifecycle policy deletes what is old and spares what is needed",
		CheckEncryption:   "Layers are encrypted as the configuration says",
		CheckAccess:       "Who may pull and push is named",
		CheckDeletion:     "Nobody of another account may delete tags or change settings",
		CheckTags:         "No image comes near the quota of tags",
		CheckImages:       "The repository does not come near the quota of images",
		CheckTemplates:    "Repositories that a push creates have the wanted mutability",
	}[n]
}
