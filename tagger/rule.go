package tagger

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Rule is one line that makes tags from a revision, in the language of docker/metadata-action
// (https://github.com/docker/metadata-action#tags-input) with attributes of its own: moving=true|false says whether the tag
// is meant to move, tag-prefix=TEXT which Git tags count, unique=true that no two names get one tag.
type Rule struct {
	Line string // as the user wrote it

	kind       *ruleType
	attributes map[string]string  // given ones and defaults
	own        map[string]passage // those that the line gives
	priority   int
	match      *regexp.Regexp // compiled match of a version, pattern of type=match; nil when there is none
	tagPrefix  tagPrefix      // what Git tags must begin with to count
}

// ruleType is one type of rule. A new type is one more of these in ruleTypes, with a file for what it gives.
type ruleType struct {
	name       string
	priority   int
	attributes map[string]string // its own attributes and their defaults
	check      func(*Rule) error
	give       func(Rule, *evaluation) ([]given, string) // tags, and a reason where there is none
}

// commonAttributes are those that every type of rule has.
var commonAttributes = []string{"type", "enable", "priority", "prefix", "suffix", "moving", "unique"}

// ruleTypes are all types there are, highest default priority first.
func ruleTypes() []*ruleType {
	return []*ruleType{
		{name: "schedule", priority: 1000, attributes: map[string]string{"pattern": "nightly"}, check: checkSchedule, give: giveSchedule},
		{name: "semver", priority: 900, attributes: versionAttributes(), check: checkVersion, give: giveVersion},
		{name: "pep440", priority: 900, attributes: versionAttributes(), check: checkVersion, give: giveVersion},
		{name: "calver", priority: 900, attributes: versionAttributes(), check: checkVersion, give: giveVersion},
		{name: "match", priority: 800, attributes: map[string]string{"pattern": "", "group": "0", "value": "", "tag-prefix": ""}, check: checkMatch, give: giveMatch},
		{name: "edge", priority: 700, attributes: map[string]string{"branch": ""}, check: func(*Rule) error { return nil }, give: giveEdge},
		{name: "ref", priority: 600, attributes: map[string]string{"event": "", "tag-prefix": ""}, check: checkRef, give: giveRef},
		{name: "raw", priority: 200, attributes: map[string]string{"value": ""}, check: checkRaw, give: giveRaw},
		{name: "sha", priority: 100, attributes: map[string]string{"format": "short"}, check: checkSHA, give: giveSHA},
	}
}

// DefaultRules are the rules of a run that names none: the full commit, and the Git tags at it. None of their tags moves.
func DefaultRules() []Rule {
	rules, err := ParseRules([]string{"type=sha,format=long,prefix=", "type=ref,event=tag"})
	if err != nil {
		panic(err) // the two lines are constants
	}
	return rules
}

// ParseRules reads one rule a line. Empty lines and lines that begin with # are passed over. All errors are told at once.
func ParseRules(lines []string) ([]Rule, error) {
	var (
		rules []Rule
		errs  []error
	)
	for _, line := range SplitLines(lines...) {
		rule, err := ParseRule(line)
		errs = append(errs, err)
		rules = append(rules, rule)
	}
	return rules, errors.Join(errs...)
}

// ParseRule reads one rule. Unknown types and keys are errors that name the nearest known one.
func ParseRule(line string) (Rule, error) {
	rule, err := parseRule(strings.TrimSpace(line))
	if err != nil {
		return Rule{}, fmt.Errorf("rule %q: %w", line, err)
	}
	return rule, nil
}

func parseRule(line string) (Rule, error) {
	fields, err := splitFields(line)
	if err != nil {
		return Rule{}, err
	}
	kind, err := typeOf(fields)
	if err != nil {
		return Rule{}, err
	}
	rule := Rule{Line: line, kind: kind, priority: kind.priority, attributes: maps.Clone(kind.attributes), own: map[string]passage{}}
	known := append(slices.Clone(commonAttributes), slices.Sorted(maps.Keys(kind.attributes))...)
	for _, f := range fields {
		if !slices.Contains(known, f.key) {
			return Rule{}, fmt.Errorf("unknown key %q at column %d for type %s%s", f.key, f.column, kind.name, meant(f.key, known))
		}
		rule.attributes[f.key], rule.own[f.key] = f.value.text, f.value
	}
	return rule, rule.check()
}

// typeOf finds the type of a rule; a line without one is type=raw.
func typeOf(fields []field) (*ruleType, error) {
	name, column := "raw", 1
	for _, f := range fields {
		if f.key == "type" {
			name, column = f.value.text, f.column
		}
	}
	var names []string
	for _, t := range ruleTypes() {
		if t.name == name {
			return t, nil
		}
		names = append(names, t.name)
	}
	return nil, fmt.Errorf("unknown type %q at column %d%s", name, column, meant(name, names))
}

// check validates the attributes that all types share, then the type's own.
func (r *Rule) check() error {
	if text, given := r.attributes["priority"]; given {
		priority, err := strconv.Atoi(text)
		if err != nil {
			return fmt.Errorf("priority %q is no whole number", text)
		}
		r.priority = priority
	}
	for _, key := range []string{"moving", "unique"} {
		if value, given := r.attributes[key]; given && value != "true" && value != "false" {
			return fmt.Errorf("%s is %q: it takes true or false", key, value)
		}
	}
	for _, key := range []string{"enable", "prefix", "suffix"} {
		if err := checkExpressions(r.passage(key), variables); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
	}
	if enable := r.attributes["enable"]; r.has("enable") && enable != "true" && enable != "false" && !strings.Contains(enable, "{{") {
		return fmt.Errorf("enable is %q: it takes true, false or an expression", enable)
	}
	r.tagPrefix = tagPrefix(r.attributes["tag-prefix"])
	return r.kind.check(r)
}

// Attribute is what a rule has for one of its attributes: what the line gives, else the default of its type. Its type is the attribute "type".
func (r Rule) Attribute(key string) string {
	if key == "type" {
		return r.kind.name
	}
	return r.attributes[key]
}

// has says whether the line gives an attribute itself.
func (r Rule) has(key string) bool {
	_, found := r.own[key]
	return found
}

// passage is an attribute as it stands in the line, or its default.
func (r Rule) passage(key string) passage {
	if text, found := r.own[key]; found {
		return text
	}
	return whole(r.attributes[key])
}
