package policyfile

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hallmark-ci/hallmark/gate"
	"github.com/hallmark-ci/hallmark/strictyaml"
	"github.com/hallmark-ci/hallmark/suggest"
)

// Options are where a policy comes from.
type Options struct {
	Organisation File   // what holds for all repositories; without a name there is none
	Own          File   // the repository's; without a name there is none
	FailOn       string // of --fail-on, which beats both files; empty when it is not given
	VEX          bool   // VEX documents are given, which ignore findings as entries of ignore do
	Now          time.Time
}

// Effective is the policy of a run: the defaults, over them the organisation's file, over that the repository's, whose entries of ignore
// are added, and over all --fail-on. Setting what the organisation's file locks is an error. Every error of a file is a *strictyaml.Error.
func Effective(o Options) (gate.Policy, error) {
	var policy grammar
	shared, err := o.Organisation.read(&policy)
	if err != nil {
		return gate.Policy{}, err
	}
	organisation := policy
	policy.Locked, policy.Ignore = nil, nil
	own, err := o.Own.read(&policy)
	if err != nil {
		return gate.Policy{}, err
	}
	for _, problem := range []error{
		checkLocks(organisation.Locked, shared),
		checker{policy: organisation, set: shared, now: o.Now}.check(),
		o.keep(organisation.Locked, shared, own),
		checker{policy: policy, set: own, now: o.Now}.check(),
	} {
		if problem != nil {
			return gate.Policy{}, problem
		}
	}
	place(organisation.Ignore, shared, true)
	place(policy.Ignore, own, false)
	out := gate.Policy{Rules: policy.Gate, Ignore: slices.Concat(organisation.Ignore, policy.Ignore), Settings: policy.Settings}
	if o.FailOn != "" {
		if out.Rules.FailOn, err = gate.LimitsAt(o.FailOn); err != nil {
			return gate.Policy{}, err
		}
	}
	return out.WithDefaults(), nil
}

// place tells entries where they stand and whose they are.
func place(entries []gate.Ignore, set strictyaml.Places, shared bool) {
	for i := range entries {
		at := set[fmt.Sprintf("ignore[%d]", i)]
		entries[i].Place, entries[i].Shared = fmt.Sprintf("%s:%d", at.File, at.Line), shared
	}
}

// checkLocks makes sure that what is locked is there to be set.
func checkLocks(locked []string, set strictyaml.Places) error {
	known := lockable()
	for i, key := range locked {
		if slices.Contains(known, key) {
			continue
		}
		e := &strictyaml.Error{Position: set[fmt.Sprintf("locked[%d]", i)], Problem: fmt.Sprintf("locked: there is no key %q", key)}
		if near, found := suggest.Nearest(key, known); found {
			e.Hint = fmt.Sprintf("did you mean %q", near)
		}
		return e
	}
	return nil
}

// keep makes sure that nothing sets what is locked.
func (o Options) keep(locked []string, shared, own strictyaml.Places) error {
	if place, set := own["locked"]; set {
		return &strictyaml.Error{Position: place, Problem: "locked: only an organisation's file locks keys"}
	}
	for i, key := range locked {
		lock := shared[fmt.Sprintf("locked[%d]", i)]
		problem := fmt.Sprintf("is locked by the organisation, at %s", lock)
		for path, place := range own {
			if path == key && !isSection(key) || strings.HasPrefix(path, key+".") || strings.HasPrefix(path, key+"[") {
				return &strictyaml.Error{Position: first(own, key, place), Problem: key + " " + problem, Hint: "leave it out here"}
			}
		}
		if o.FailOn != "" && (key == "gate" || key == "gate.fail_on") {
			return &strictyaml.Error{Position: lock, Problem: "gate.fail_on is locked by the organisation, and --fail-on sets it", Hint: "leave --fail-on out"}
		}
		if o.VEX && key == "ignore" {
			return &strictyaml.Error{Position: lock, Problem: "ignore is locked by the organisation, and --vex ignores findings", Hint: "leave --vex out"}
		}
	}
	return nil
}

// isSection says whether a key holds others and nothing else.
func isSection(key string) bool { return key == "gate" || key == "settings" || key == "ignore" }

// first is the place of key, or of what stands first under it.
func first(set strictyaml.Places, key string, place strictyaml.Position) strictyaml.Position {
	if !isSection(key) {
		if at, found := set[key]; found {
			return at
		}
	}
	for path, at := range set {
		if strings.HasPrefix(path, key) && path != key && (at.Line < place.Line || at.Line == place.Line && at.Column < place.Column) {
			place = at
		}
	}
	return place
}
