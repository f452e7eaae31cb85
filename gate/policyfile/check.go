package policyfile

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"

	"github.com/hallmark-ci/hallmark/gate"
	"github.com/hallmark-ci/hallmark/strictyaml"
)

// checker looks for what is well formed and still wrong. Its policy has the settings in effect, and one file's entries of ignore.
type checker struct {
	policy grammar
	set    strictyaml.Places // where each key of that file stands
	now    time.Time
}

// check returns the first problem, in the order of the grammar. What this file does not set, it is not asked about.
func (c checker) check() error {
	if place, set := c.set["version"]; set && c.policy.Version != 1 {
		return &strictyaml.Error{Position: place, Problem: fmt.Sprintf("version %d is not known: this is version 1", c.policy.Version)}
	}
	if err := c.checkNumbers(); err != nil {
		return err
	}
	for i, e := range c.policy.Ignore {
		if key, problem := c.entry(e); problem != "" {
			path := fmt.Sprintf("ignore[%d]", i)
			place, set := c.set[path+"."+key]
			if !set {
				place = c.set[path]
			}
			return &strictyaml.Error{Position: place, Problem: path + ": " + problem}
		}
	}
	return nil
}

// longest is the most days that a number of days may be: a century.
const longest = 36500

func (c checker) checkNumbers() error {
	rules := c.policy.Gate
	problems := map[string]string{}
	if epss := rules.AlwaysFail.EPSS; !(epss >= 0 && epss <= 1) {
		problems["gate.always_fail.epss_at_least"] = "it is a probability, from 0 to 1"
	}
	if days := c.policy.Settings.MaxIgnoreDays; days < 0 || days > longest {
		problems["settings.max_ignore_days"] = fmt.Sprintf("it is a number of days, from 0 to %d", longest)
	}
	for level, limit := range rules.FailOn {
		if limit < 0 {
			problems["gate.fail_on."+string(level)] = "it is a number of findings, from 0"
		}
	}
	for level, days := range rules.GraceDays {
		if days < 0 || days > longest {
			problems["gate.grace_days."+string(level)] = fmt.Sprintf("it is a number of days, from 0 to %d", longest)
		}
	}
	for _, path := range slices.Sorted(maps.Keys(problems)) {
		if place, set := c.set[path]; set {
			return &strictyaml.Error{Position: place, Problem: strictyaml.About(path, problems[path])}
		}
	}
	return nil
}

// entry says what is wrong with an entry of ignore, and the key it is wrong with.
func (c checker) entry(e gate.Ignore) (key, problem string) {
	s := c.policy.Settings
	last := gate.DateOf(c.now.AddDate(0, 0, s.MaxIgnoreDays))
	switch {
	case e.ID == "":
		return "id", "no id: an entry is about one vulnerability"
	case slices.Contains(s.Require, gate.RequireReason) && e.Reason == "":
		return "reason", "no reason, which settings.require asks for"
	case slices.Contains(s.Require, gate.RequireUntil) && e.Until == "":
		return "until", "no until, which settings.require asks for"
	case s.MaxIgnoreDays > 0 && e.Until == "":
		return "until", fmt.Sprintf("no until, and settings.max_ignore_days is %d", s.MaxIgnoreDays)
	case s.MaxIgnoreDays > 0 && e.Until > last:
		return "until", fmt.Sprintf("%s is more than %d days ahead (settings.max_ignore_days): %s is the last day", e.Until, s.MaxIgnoreDays, last)
	}
	return "", ""
}

// lockable are the paths of all keys that an organisation's file may lock.
func lockable() []string {
	var out []string
	for _, key := range keysUnder(reflect.TypeFor[grammar](), "") {
		if key != "version" && key != "locked" {
			out = append(out, key)
		}
	}
	return out
}

func keysUnder(t reflect.Type, path string) []string {
	var out []string
	for i := range t.NumField() {
		field := t.Field(i)
		name := strictyaml.KeyOf(field)
		if name == "" {
			continue
		}
		out = append(out, path+name)
		if field.Type.Kind() == reflect.Struct {
			out = append(out, keysUnder(field.Type, path+name+".")...)
		}
	}
	return out
}
