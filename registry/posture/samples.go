package posture

import (
	"errors"
	"slices"
	"strings"

	"github.com/hallmark-ci/hallmark/tagger"
)

// Samples works out which tags rules will make, class by class: fixed tags first, those that move last. It derives them from the revisions
// given, such as that of the work tree, and from made-up ones: two versions, two branches, two pull requests, a schedule. A rule that gives
// other tags for other revisions varies. Its error says that the rules give a tag for none of them.
func Samples(rules []tagger.Rule, flavor tagger.Flavor, revisions ...tagger.Revision) ([]Class, error) {
	s := &sampling{}
	var failures []error
	for i, r := range append(slices.Clone(revisions), imagined(rules, revisions)...) {
		derivation, err := tagger.Derive(r, rules, flavor)
		if err != nil {
			failures = append(failures, err)
			continue // a shallow clone may hide the tags that a rule asks for, and not every rule is for every revision
		}
		for _, tag := range derivation.Tags {
			s.add(tag, i >= len(revisions))
		}
	}
	if len(s.tags) == 0 {
		return nil, errors.Join(failures[:min(1, len(failures))]...)
	}
	return s.classes(constants(rules)), nil
}

// sampling collects the tags of one derivation after another.
type sampling struct {
	tags []sampled
}

// sampled is a tag that some revision got.
type sampled struct {
	tagger.Tag
	made bool // a made-up revision got it
}

func (s *sampling) add(tag tagger.Tag, made bool) {
	for i, known := range s.tags {
		if known.String() == tag.String() {
			s.tags[i].made = known.made || made
			return
		}
	}
	s.tags = append(s.tags, sampled{tag, made})
}

// varies says whether the rule of a tag gives others too. A rule that none of the made-up revisions fits is one for names of the project's
// own, of which the work tree shows one.
func (s *sampling) varies(tag sampled, constant []string) bool {
	if tag.Kind == tagger.Commit || tag.Kind == tagger.Version {
		return true
	}
	if !tag.made && !slices.Contains(constant, tag.Rule) {
		return true
	}
	return slices.ContainsFunc(s.tags, func(other sampled) bool { return other.Rule == tag.Rule && other.String() != tag.String() })
}

func (s *sampling) classes(constant []string) []Class {
	var classes []Class
	for _, kind := range []tagger.Kind{tagger.Commit, tagger.Version, tagger.Literal, tagger.Moving} {
		class := Class{Name: string(kind), Moving: kind == tagger.Moving}
		for _, tag := range s.tags {
			if tag.Kind == kind {
				class.Samples = append(class.Samples, Sample{Tag: tag.String(), Rule: tag.Rule, Varies: s.varies(tag, constant)})
			}
		}
		if len(class.Samples) > 0 {
			classes = append(classes, class)
		}
	}
	return classes
}

// constants are the lines of rules that give one tag, or none.
func constants(rules []tagger.Rule) []string {
	var lines []string
	for _, r := range rules {
		kind := r.Attribute("type")
		if (kind == "raw" || kind == "edge") && !strings.Contains(r.Attribute("value")+r.Attribute("prefix")+r.Attribute("suffix"), "{{") {
			lines = append(lines, r.Line)
		}
	}
	return lines
}
