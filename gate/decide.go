package gate

import (
	"fmt"
	"slices"
	"strings"
)

// decider applies a policy to the findings of a case, one after the other, and remembers which entries it needed.
type decider struct {
	Policy
	Case
	entries    map[string][]int // of Ignore, by vulnerability
	statements statements
	needed     []bool             // of Ignore: entries about a finding
	wide       map[string]bool    // what to say of statements about a whole image that ignored a finding
	heard      map[string]bool    // documents of which a statement was about a finding
	limits     map[Level]Judged   // what fail_on makes of a severity
	forced     map[[3]string]bool // findings that always fail
}

func newDecider(p Policy, c Case) *decider {
	d := &decider{
		Policy: p, Case: c,
		entries:    map[string][]int{},
		statements: newStatements(p.Statements),
		needed:     make([]bool, len(p.Ignore)),
		wide:       map[string]bool{},
		heard:      map[string]bool{},
		limits:     map[Level]Judged{},
		forced:     map[[3]string]bool{},
	}
	for i, e := range p.Ignore {
		id := strings.ToLower(e.ID)
		d.entries[id] = append(d.entries[id], i)
	}
	for _, level := range levels {
		counts, reason := p.Rules.FailOn.count(level)
		d.limits[level] = Judged{Decision: Below, Reason: reason}
		if counts {
			d.limits[level] = Judged{Decision: Counts, Reason: reason}
		}
	}
	return d
}

// judge decides on findings, each with the rule that did: those that count come first, and how many there are is returned too.
func (d *decider) judge(findings []Finding) (all []Judged, counting int) {
	all = make([]Judged, len(findings))
	rest := len(all) // from the end, in reverse
	for _, f := range findings {
		judged := d.decide(f)
		if judged.Decision == Counts {
			all[counting] = judged
			counting++
			continue
		}
		rest--
		all[rest] = judged
	}
	slices.Reverse(all[counting:])
	return all, counting
}

// decide asks the rules in their order, and the first that has a decision decides.
func (d *decider) decide(f Finding) Judged {
	if f.active() {
		d.note(f)
	}
	for _, rule := range []func(Finding) Judged{
		d.closed, d.listed, d.vex, d.ignored, d.always, d.baseline, d.fix, d.grace,
	} {
		if judged := rule(f); judged.Decision != "" {
			return d.complete(f, judged)
		}
	}
	return d.complete(f, d.limit(f))
}

// note remembers what is about a finding, whichever rule will decide.
func (d *decider) note(f Finding) {
	for _, i := range d.about(f) {
		d.needed[i] = true
	}
	if s, reach := d.statements.about(f, d.Image); reach != reachNothing {
		d.heard[s.Document] = true
	}
}

// complete says of a finding that is not ignored why an entry about it does not hold.
func (d *decider) complete(f Finding, judged Judged) Judged {
	judged.Finding = f
	if judged.Decision == Ignored {
		return judged
	}
	for _, i := range d.about(f) {
		if lapsed := d.Ignore[i].lapsed(f, d.fixOf(f), d.Now); lapsed != "" {
			judged.Reason += "; " + lapsed
			break
		}
	}
	return judged
}

// closed leaves out what does not stand.
func (d *decider) closed(f Finding) Judged {
	if f.active() {
		return Judged{}
	}
	return Judged{Decision: Ignored, Reason: "the scanner has it as " + strings.ToLower(f.Status)}
}

// vex leaves out what a VEX document says is no trouble.
func (d *decider) vex(f Finding) Judged {
	s, reach := d.statements.about(f, d.Image)
	if reach == reachNothing || s.Impact != NotAffected && s.Impact != Fixed {
		return Judged{}
	}
	if reach == reachImage {
		d.wide[fmt.Sprintf("%s: the statement on %s names no package: it ignores %s in every package of the image", s.Document, f.ID, f.ID)] = true
	}
	return Judged{Decision: Ignored, Reason: s.why(), Impact: s.Impact, Justification: s.Justification}
}

// ignored leaves out what an entry of ignore is about. One without a reason does not stand against always_fail.
func (d *decider) ignored(f Finding) Judged {
	always := d.Rules.AlwaysFail.reason(f) != ""
	for _, i := range d.about(f) {
		e := d.Ignore[i]
		if e.lapsed(f, d.fixOf(f), d.Now) != "" || always && !e.explicit() {
			continue
		}
		return Judged{Decision: Ignored, Reason: e.why(), Until: string(e.Until), Impact: e.impact(), Justification: string(e.VEX)}
	}
	return Judged{}
}

// about are the entries about a finding, in their order.
func (d *decider) about(f Finding) []int {
	var out []int
	for _, name := range f.ownNames() {
		for _, i := range d.entries[strings.ToLower(name)] {
			if d.Ignore[i].meant(f, d.Image) {
				out = append(out, i)
			}
		}
	}
	slices.Sort(out)
	return out
}

// baseline leaves out what the baseline has, but for severities that fail all the same.
func (d *decider) baseline(f Finding) Judged {
	if !d.old(f) || d.Rules.NewOnly.StillFail[d.Rules.level(f.Severity)] {
		return Judged{}
	}
	return Judged{Decision: Baseline, Reason: "not new: " + d.Baseline.Name + " has it"}
}

// old says whether a finding is in the baseline that the policy names.
func (d *decider) old(f Finding) bool { return d.Rules.NewOnly.Baseline != "" && d.Baseline.has(f) }

// stillFails says that the baseline does not excuse a finding that it has.
func (d *decider) stillFails(f Finding) string {
	if !d.old(f) {
		return ""
	}
	return fmt.Sprintf("not new, and still_fail names %s", d.Rules.level(f.Severity))
}

// fix leaves out what cannot be mended by an update.
func (d *decider) fix(f Finding) Judged {
	if !d.Rules.OnlyFixed {
		return Judged{}
	}
	switch fix := d.fixOf(f); {
	case fix == NoFix && f.Fix == HasFix:
		return Judged{Decision: NotFixable, Reason: "its fix needs an Ubuntu Pro subscription"}
	case fix == NoFix:
		return Judged{Decision: NotFixable, Reason: "there is no fix"}
	case fix == UnknownFix && d.Rules.WhenFixUnknown == SkipUnknown:
		return Judged{Decision: NotFixable, Reason: "it is not known whether there is a fix"}
	}
	return Judged{}
}

// fixOf is the fix of a finding as the policy sees it: versions of Ubuntu's Expanded Security Maintenance, which need a subscription, say
// so in their last part, such as 1.2-3ubuntu0.1~esm2 and 1.2+esm1
// (https://github.com/aws/deep-learning-containers, test/security/scripts/ecr_scan.py, leaves them out likewise).
func (d *decider) fixOf(f Finding) Fix {
	esm := strings.Contains(f.FixedVersion, "+esm") || strings.Contains(f.FixedVersion, "~esm")
	if f.Fix == HasFix && esm && !d.Rules.ESMCountsAsFix {
		return NoFix
	}
	return f.Fix
}

// limit is what fail_on makes of a finding.
func (d *decider) limit(f Finding) Judged {
	level := d.Rules.level(f.Severity)
	judged := d.limits[level]
	if string(level) != f.Severity.String() && len(d.Rules.FailOn) > 0 && len(d.Rules.FailOn) < len(levels) {
		judged.Reason = fmt.Sprintf("%s counts as %s, %s", f.Severity, level, judged.Reason)
	}
	for _, note := range []string{d.stillFails(f), d.graceless(f)} {
		if note != "" {
			judged.Reason += "; " + note
		}
	}
	return judged
}
