package lifecycle

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/hallmark-ci/hallmark/suggest"
)

// Parse reads the text of a policy as ECR takes it. What ECR would refuse is an InvalidError, which has every fault with its line and
// column (https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html).
func Parse(text []byte) (Policy, error) {
	p := &parser{}
	if n := utf8.RuneCount(text); n > MaxLength {
		p.fault(Position{1, 1}, "", "it has %d characters, and ECR takes %d", n, MaxLength)
	} else if root, problem := read(text); problem != nil {
		p.add(*problem)
	} else {
		p.policy(root)
	}
	if len(p.problems) > 0 {
		slices.SortStableFunc(p.problems, func(a, b Problem) int {
			return cmp.Or(cmp.Compare(a.Position.Line, b.Position.Line), cmp.Compare(a.Position.Column, b.Position.Column))
		})
		return Policy{}, &InvalidError{Problems: p.problems}
	}
	return Policy{Rules: byPriority(p.rules)}, nil
}

// parser collects rules and what is wrong with them.
type parser struct {
	rules    []Rule
	rule     int // priority of the one that is read; 0 while it is not known
	problems []Problem
}

func (p *parser) add(problem Problem) {
	problem.Level, problem.Code, problem.Rule = Invalid, "invalid", p.rule
	p.problems = append(p.problems, problem)
}

func (p *parser) fault(at Position, hint, format string, a ...any) {
	p.add(Problem{Position: at, Text: fmt.Sprintf(format, a...), Hint: hint})
}

// fields are the members of an object by name.
type fields map[string]member

// object reads an object whose names are all known and stand once, and has all that are needed.
func (p *parser) object(n node, what string, needed []string, others ...string) (fields, bool) {
	members, ok := n.value.([]member)
	if !ok {
		p.fault(n.position, "", "%s is %s: want an object", what, n.kind())
		return nil, false
	}
	known, out := append(slices.Clone(needed), others...), fields{}
	for _, m := range members {
		if _, twice := out[m.name]; twice {
			p.fault(m.position, "", "%s: %q stands twice", what, m.name)
			continue
		}
		if !slices.Contains(known, m.name) {
			p.fault(m.position, meant(m.name, known), "%s: unknown key %q", what, m.name)
			continue
		}
		out[m.name] = m
	}
	for _, name := range needed {
		if _, found := out[name]; !found {
			p.fault(n.position, "", "%s has no %s", what, name)
		}
	}
	return out, true
}

func meant(word string, known []string) string {
	for _, candidate := range known {
		if strings.EqualFold(candidate, word) {
			return fmt.Sprintf("did you mean %q", candidate)
		}
	}
	if near, ok := suggest.Nearest(word, known); ok {
		return fmt.Sprintf("did you mean %q", near)
	}
	return "it takes " + strings.Join(known, ", ")
}

func (p *parser) policy(root node) {
	top, ok := p.object(root, "the policy", []string{"rules"})
	rules, found := top["rules"]
	if !ok || !found {
		return
	}
	list, ok := rules.value.([]node)
	if !ok {
		p.fault(rules.node.position, "", "rules is %s: want a list", rules.kind())
		return
	}
	if len(list) == 0 || len(list) > MaxRules {
		p.fault(rules.node.position, "", "there are %d rules, and ECR takes 1 to %d", len(list), MaxRules)
		return
	}
	for i, n := range list {
		p.readRule(n, fmt.Sprintf("rules[%d]", i))
	}
	if len(p.problems) == 0 {
		p.checkTogether()
	}
}

func (p *parser) readRule(n node, what string) {
	p.rule = 0
	all, ok := p.object(n, what, []string{"rulePriority", "selection", "action"}, "description")
	if !ok {
		return
	}
	r := Rule{Position: n.position, Class: Standard}
	r.Priority = p.number(all, "rulePriority", math.MinInt32)
	p.rule = r.Priority
	r.Description = p.text(all, "description")
	if m, found := all["selection"]; found {
		p.selection(m.node, &r)
	}
	if m, found := all["action"]; found {
		p.action(m.node, &r)
	}
	p.rules = append(p.rules, r)
	p.rule = 0
}

func (p *parser) selection(n node, r *Rule) {
	all, ok := p.object(n, "selection", []string{"tagStatus", "countType", "countNumber"}, "tagPatternList", "tagPrefixList", "storageClass", "countUnit")
	if !ok {
		return
	}
	r.Tags = TagStatus(p.word(all, "tagStatus", string(Tagged), string(Untagged), string(Any)))
	r.Count = CountType(p.word(all, "countType", string(MoreThan), string(SincePushed), string(SincePulled), string(SinceTransitioned)))
	if class := p.word(all, "storageClass", string(Standard), string(Archive)); class != "" {
		r.Class = StorageClass(class)
	}
	r.Number = p.number(all, "countNumber", 1)
	r.Patterns, r.Prefixes = p.texts(all, "tagPatternList"), p.texts(all, "tagPrefixList")
	p.checkTags(n, all, r)
	p.checkCount(n, all, r)
}

func (p *parser) action(n node, r *Rule) {
	all, ok := p.object(n, "action", []string{"type"}, "targetStorageClass")
	if !ok {
		return
	}
	r.Effect = Effect(p.word(all, "type", string(Expire), string(Transition)))
	target, found := all["targetStorageClass"]
	p.word(all, "targetStorageClass", string(Archive))
	switch {
	case r.Effect == Transition && !found:
		p.fault(n.position, `add "targetStorageClass": "archive"`, "action %q has no targetStorageClass", Transition)
	case r.Effect == Expire && found:
		p.fault(target.position, "", "targetStorageClass goes with the action %q only", Transition)
	case r.Count == SincePulled && r.Effect == Expire:
		p.fault(n.position, "archive by the last pull, and expire what is archived by sinceImageTransitioned", "%s goes with the action %q only", SincePulled, Transition)
	case r.Count == SinceTransitioned && r.Effect == Transition:
		p.fault(n.position, "", "%s goes with the action %q only", SinceTransitioned, Expire)
	}
}

// text reads a text that may be left out.
func (p *parser) text(all fields, name string) string {
	m, found := all[name]
	if !found {
		return ""
	}
	text, ok := m.value.(string)
	if !ok {
		p.fault(m.node.position, "", "%s is %s: want a text", name, m.kind())
	}
	return text
}

// word reads one of a few words; empty where there is none or another.
func (p *parser) word(all fields, name string, words ...string) string {
	m, found := all[name]
	word := p.text(all, name)
	if _, isText := m.value.(string); !found || !isText || slices.Contains(words, word) {
		return word
	}
	p.fault(m.node.position, meant(word, words), "%s is %q", name, word)
	return ""
}

// number reads a whole number of at least least; 0 where there is none or another.
func (p *parser) number(all fields, name string, least int) int {
	m, found := all[name]
	if !found {
		return 0
	}
	written, ok := m.value.(json.Number)
	if !ok {
		p.fault(m.node.position, "", "%s is %s: want a whole number", name, m.kind())
		return 0
	}
	n, err := strconv.ParseInt(written.String(), 10, 32)
	if err != nil {
		p.fault(m.node.position, "", "%s is %s: want a whole number of at most %d", name, written, math.MaxInt32)
		return 0
	}
	if int(n) < least {
		p.fault(m.node.position, "", "%s is %d: want %d or more", name, n, least)
		return 0
	}
	return int(n)
}

// texts reads a list of texts.
func (p *parser) texts(all fields, name string) []string {
	m, found := all[name]
	if !found {
		return nil
	}
	list, ok := m.value.([]node)
	if !ok || len(list) == 0 {
		p.fault(m.node.position, "", "%s wants a list of one text or more", name)
		return nil
	}
	var out []string
	for _, item := range list {
		text, ok := item.value.(string)
		switch {
		case !ok:
			p.fault(item.position, "", "%s holds %s: want texts", name, item.kind())
		case strings.Count(text, "*") > MaxWildcards && name == "tagPatternList":
			p.fault(item.position, "", "%q has %d wildcards, and ECR takes %d", text, strings.Count(text, "*"), MaxWildcards)
		default:
			out = append(out, text)
		}
	}
	return out
}
