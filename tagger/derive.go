package tagger

import (
	"cmp"
	"fmt"
	"slices"
)

// Derivation is what rules make of a revision.
type Derivation struct {
	Version string // the first tag: the one of highest priority
	Latest  bool   // the flavor asked for latest
	Tags    []Tag  // by priority, without duplicates
	Explain []Explanation
	Notices []string // what people should know of tags that are not spelt as their branch is

	rules  []Rule
	flavor Flavor
}

// Explanation says what one rule gave and why. Result is empty where it gave no tag.
type Explanation struct {
	Rule   string
	Result string
	Why    string
}

// NoTagsError says that no rule gave a tag, with the reason of each.
type NoTagsError struct {
	Explain []Explanation
}

func (e *NoTagsError) Error() string {
	text := "no rule gives a tag"
	for _, x := range e.Explain {
		text += fmt.Sprintf("\n  %s: %s", x.Rule, x.Why)
	}
	return text
}

// Derive works out the tags of a revision: those of the rule with the highest priority first, in the order of the lines where
// priorities are equal. A name that an earlier rule gave is dropped. No tag at all is a NoTagsError, and a rule whose Git tags may be
// hidden a HiddenTagsError.
func Derive(r Revision, rules []Rule, f Flavor) (Derivation, error) {
	e := &evaluation{revision: r, flavor: f, scope: scopeOf(r)}
	var d derivation
	for _, rule := range byPriority(slices.Clone(rules)) {
		if err := d.apply(rule, e); err != nil {
			return Derivation{}, err
		}
	}
	if err := d.addLatest(e); err != nil {
		return Derivation{}, err
	}
	d.followVersion()
	if len(e.hidden) > 0 {
		return Derivation{}, &HiddenTagsError{Rules: e.hidden}
	}
	if len(d.Tags) == 0 {
		return Derivation{}, &NoTagsError{Explain: d.Explain}
	}
	d.Version = d.Tags[0].String()
	d.rules, d.flavor = rules, f
	return d.Derivation, nil
}

// byPriority sorts rules by priority, highest first; lines of one priority stay in their order.
func byPriority(rules []Rule) []Rule {
	slices.SortStableFunc(rules, func(a, b Rule) int { return cmp.Compare(b.priority, a.priority) })
	return rules
}

// Of works out the tags that the same rules give another revision, none where they give none.
func (d Derivation) Of(r Revision) []Tag {
	other, err := Derive(r, d.rules, d.flavor)
	if err != nil {
		return nil // the same lines gave tags before, so it is the revision that has none
	}
	return other.Tags
}

// derivation is a Derivation in the making.
type derivation struct {
	Derivation
	first   *given   // the first tag: decides on latest=auto
	decider string   // the rule that gave it
	line    line     // of the first version that any tag stands for: every release of its scheme
	run     *affixes // around the first whole version; nil where there is none
}

// apply adds the tags of one rule.
func (d *derivation) apply(rule Rule, e *evaluation) error {
	enable, err := e.scope.expand(rule.attributes["enable"])
	switch {
	case err != nil:
		d.explain(rule.Line, "", "enable: "+err.Error())
		return nil
	case rule.has("enable") && enable == "false":
		d.explain(rule.Line, "", "switched off by enable")
		return nil
	case rule.has("enable") && enable != "true":
		return fmt.Errorf("rule %q: enable is %q, neither true nor false", rule.Line, enable)
	}
	names, why := rule.kind.give(rule, e)
	if len(names) == 0 {
		d.explain(rule.Line, "", why)
	}
	for _, g := range rule.byVersion(names) {
		if err := d.add(rule, g, e); err != nil {
			return fmt.Errorf("rule %q: %w", rule.Line, err)
		}
	}
	return nil
}

func (d *derivation) add(rule Rule, g given, e *evaluation) error {
	prefix, suffix, err := e.affixes(rule)
	if err != nil {
		d.explain(rule.Line, "", "prefix, suffix: "+err.Error())
		return nil
	}
	name, note := spell(prefix+g.name+suffix, rule.attributes["unique"] == "true")
	if name == "" {
		d.explain(rule.Line, "", fmt.Sprintf("nothing of %q can stand in a tag", g.name))
		return nil
	}
	tag, err := ParseTag(name)
	if err != nil {
		return err
	}
	if d.first == nil {
		d.first, d.decider = &g, rule.Line
	}
	around := affixes{prefix, suffix}
	if d.line.version == "" && g.version != "" {
		d.line = line{rule: &rule, version: g.version, every: true, own: around}
	}
	if d.run == nil && g.version != "" && !g.leads {
		d.run = &around
	}
	tag.Rule = rule.Line
	tag.Kind = rule.kindOf(g, name)
	if g.leads {
		tag.line = line{rule: &rule, version: g.version, own: around}
	}
	if note != "" {
		g.why += "; " + note
		d.notice(g.kind, fmt.Sprintf("tag %s: %s", tag, note))
	}
	d.append(tag, g.why)
	return nil
}

// notice keeps what a run should say of a tag that more than one reference can get.
func (d *derivation) notice(kind Kind, text string) {
	if kind == Moving && !slices.Contains(d.Notices, text) {
		d.Notices = append(d.Notices, text)
	}
}

// kindOf is the kind of a tag after the rule's attribute moving. latest moves whatever anyone says.
func (r Rule) kindOf(g given, name string) Kind {
	moving := r.attributes["moving"]
	switch {
	case name == latest || moving == "true":
		return Moving
	case moving == "false" && g.kind == Moving:
		return Literal
	}
	return g.kind
}

func (d *derivation) append(tag Tag, why string) {
	if i := slices.IndexFunc(d.Tags, func(t Tag) bool { return t.name == tag.name }); i >= 0 {
		d.explain(tag.Rule, "", fmt.Sprintf("%s is given by %s already", tag, d.Tags[i].Rule))
		return
	}
	d.Tags = append(d.Tags, tag)
	d.explain(tag.Rule, tag.String(), why)
}

func (d *derivation) explain(rule, result, why string) {
	d.Explain = append(d.Explain, Explanation{Rule: rule, Result: result, Why: why})
}

// flavorRule begins what stands for a rule where the flavor gives latest.
const flavorRule = "flavor latest="

// addLatest appends latest where the flavor asks for it, once.
func (d *derivation) addLatest(e *evaluation) error {
	f := e.flavor
	if f.Latest == LatestNever || d.first == nil {
		return nil
	}
	why := "the flavor asks for it"
	if f.Latest == LatestAuto {
		why = fmt.Sprintf("%s gives the first tag, so it decides: a release", d.decider)
		if !d.first.release {
			d.explain(flavorRule+"auto", "", fmt.Sprintf("%s gives the first tag, so it decides: no release", d.decider))
			return nil
		}
	}
	name, err := f.latestName(e.scope)
	if err != nil {
		return fmt.Errorf("flavor latest=%s: %w", f.Latest, err)
	}
	tag, err := ParseTag(sanitise(name))
	if err != nil {
		return fmt.Errorf("flavor latest=%s: %w", f.Latest, err)
	}
	tag.Rule, tag.Kind = flavorRule+string(f.Latest), Moving
	tag.line = d.line
	d.Latest = true
	d.append(tag, why)
	return nil
}

// followVersion lets latest, wherever it came from, follow the version of the run, so that it never goes back to an older one. Other
// runs named their whole versions as this one does.
func (d *derivation) followVersion() {
	for i := range d.Tags {
		tag := &d.Tags[i]
		if tag.name == latest {
			tag.line = d.line
		}
		tag.line.run = tag.line.own
		if d.run != nil {
			tag.line.run = *d.run
		}
	}
}
