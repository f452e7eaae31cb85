package posture

import (
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/hallmark-ci/hallmark/registry/lifecycle"
)

// soon is how far ahead the outcome of a policy is looked at.
const soon = 7 * 24 * time.Hour

// lifecycleCheck judges a lifecycle policy by what is wanted, by what is wrong with it, and by what it would do to the images, where those
// are known.
func lifecycleCheck(s Settings, d Desired, now time.Time) Check {
	check := Check{Name: CheckLifecycle, State: OK}
	if why, hidden := s.Unseen[PartLifecycle]; hidden {
		return unseen(CheckLifecycle, why)
	}
	check.presence(s, d)
	if s.Lifecycle != "" {
		check.outcome(s, now)
	}
	if check.State == Drift {
		check.Mend = mendLifecycle(s.Name, d)
	}
	return check
}

// drift notes what is wrong, and why it matters where nothing worse was said.
func (c *Check) drift(why, format string, a ...any) {
	c.Found = append(c.Found, fmt.Sprintf(format, a...))
	if c.State != Drift {
		c.State, c.Why = Drift, why
	}
}

// presence holds the policy against the wanted one.
func (c *Check) presence(s Settings, d Desired) {
	const keepsAll = "images pile up, and each GB of them costs every month"
	switch {
	case s.Lifecycle == "" && d.Lifecycle != nil && *d.Lifecycle == "":
		c.Found = append(c.Found, "no policy, as the configuration says")
	case s.Lifecycle == "":
		c.drift(keepsAll, "no lifecycle policy")
	case d.Lifecycle == nil:
		c.Found = append(c.Found, "there is a policy")
	case *d.Lifecycle == "":
		c.drift("what is deleted cannot be rolled back to", "there is a policy, and the configuration asks for none")
	case !SamePolicy(s.Lifecycle, *d.Lifecycle):
		c.drift("what it deletes is not what the project decided on", "the policy is not the one that the configuration asks for")
	default:
		c.Found = append(c.Found, "the policy is the one that the configuration asks for")
	}
}

// outcome looks for rules that do not do what they were written for, and for what they would take soon.
func (c *Check) outcome(s Settings, now time.Time) {
	policy, err := lifecycle.Parse([]byte(s.Lifecycle))
	if err != nil {
		c.Found = append(c.Found, "the policy has what is not known here: "+err.Error())
		c.note()
		return
	}
	for _, p := range lifecycle.Lint(policy, lifecycle.Facts{Repository: s.Name, Images: s.Images}) {
		if p.Level == lifecycle.Bad {
			c.drift("a rule that does not do what it was written for deletes what is needed, or keeps what is not", "%s", p.Text)
			continue
		}
		c.Found = append(c.Found, p.Text)
		c.note()
	}
	if !s.Sees(PartImages) {
		c.Found = append(c.Found, "which images it takes is not known: they were not read")
		return
	}
	c.takes(lifecycle.Simulate(policy, s.Images, now.Add(soon)), now)
}

// takes tells of the images that matter most and that go soon: one that may be waiting for its verdict, the newest release, releases.
func (c *Check) takes(outcomes []lifecycle.Outcome, now time.Time) {
	var newest, newestGone *lifecycle.Outcome
	gone, waiting, unsure := 0, 0, 0
	for i := range outcomes {
		o := &outcomes[i]
		acts := o.Action == lifecycle.Act
		if acts && len(o.Image.Tags) == 0 && o.Image.Subject == "" && now.Sub(o.Image.PushedAt) < 24*time.Hour && o.Rule.Count == lifecycle.MoreThan {
			waiting++
		}
		if !slices.ContainsFunc(o.Image.Tags, isFixed) {
			continue
		}
		newest = o // they come by age, the oldest first
		if acts {
			gone++
			newestGone = o
		}
		if o.Action == lifecycle.Uncertain {
			unsure++
		}
	}
	switch {
	case newestGone != nil && newestGone == newest:
		c.drift("a deployment that is scaled or rolled back cannot pull what is gone",
			"within 7 days even the newest image with the tag of a commit or version goes: %s, by rule %d", newest.Image.Name(), newest.Rule.Priority)
	case gone > 0:
		c.Found = append(c.Found, fmt.Sprintf("within 7 days %s with the tag of a commit or version go, the newest of them %s: repo lifecycle simulate tells which",
			count(gone, "image"), newestGone.Image.Name()))
		c.note()
	}
	if unsure > 0 {
		c.Found = append(c.Found, fmt.Sprintf("within 7 days %s with the tag of a commit or version may go, which is not certain: repo lifecycle simulate tells which and why",
			count(unsure, "image")))
		c.note()
	}
	if waiting > 0 {
		c.drift("an image has no tag until its scan has passed, and must not be gone by then", "%s of the last day without a tag go by their number", count(waiting, "image"))
	}
}

// fixed is what tags of commits and versions look like.
var fixed = regexp.MustCompile(`^(sha-)?[0-9a-f]{7,64}$|^[vV]?\d+\.\d+\.\d+([-+.].*)?$`)

func isFixed(tag string) bool { return fixed.MatchString(tag) }

func count(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}
