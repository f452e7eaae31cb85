package tagger

import (
	"fmt"
	"slices"
	"strings"
)

// template is a text with expressions in it, in the part of Handlebars (https://handlebarsjs.com/guide/) that lines for
// docker/metadata-action use: {{name}}, {{{name}}}, {{name 'argument' key='value'}}, {{#if name}}…{{else}}…{{/if}}, {{#unless}},
// {{! comments }} and ~ for cutting blanks. Nothing is escaped for HTML.
type template []node

// node is a piece of a template: text, an expression, or a block that depends on one.
type node struct {
	text            string
	call            *call // nil for text
	block           bool
	then, otherwise template // of a block
}

// call is one expression: a name and what it is given.
type call struct {
	name   string
	args   []argument
	column int // of its braces in the line, counted from 1
}

// argument is one thing an expression is given: 'text', word, or key='text'.
type argument struct {
	key, text string
	quoted    bool
}

// maxDepth bounds how deep blocks may nest.
const maxDepth = 16

// parseTemplate reads a text. Errors name the column in its line.
func parseTemplate(text passage) (template, error) {
	r := &templateReader{passage: text}
	nodes, end, err := r.nodes(0)
	if err != nil {
		return nil, err
	}
	if end != nil {
		return nil, fmt.Errorf("{{%s}} at column %d closes nothing", end, end.column)
	}
	return nodes, nil
}

// nodes reads up to the end of the text, or up to the {{else}} or {{/…}} of the block it stands in.
func (r *templateReader) nodes(depth int) (out template, end *mustache, err error) {
	if depth > maxDepth {
		return nil, nil, fmt.Errorf("blocks nest more than %d deep at column %d", maxDepth, r.column(r.next))
	}
	for {
		text, m, err := r.piece()
		if err != nil {
			return nil, nil, err
		}
		if text != "" {
			out = append(out, node{text: text})
		}
		switch {
		case m == nil || m.sign == '/' || m.isElse():
			return out, m, nil
		case m.sign == '!':
		case m.sign == '#':
			block, err := r.block(m, m.words, depth)
			if err != nil {
				return nil, nil, err
			}
			out = append(out, block)
		default:
			c, err := m.call(m.words)
			if err != nil {
				return nil, nil, err
			}
			out = append(out, node{call: c})
		}
	}
}

// block reads {{#if name}} or {{#unless name}} to its end. words are those of the opening, or of an {{else if name}}.
func (r *templateReader) block(open *mustache, words []argument, depth int) (node, error) {
	keyword := open.keyword()
	if words[0].text != "if" && words[0].text != "unless" {
		return node{}, fmt.Errorf("unknown block {{#%s}} at column %d, known are if, unless", words[0].text, open.column)
	}
	if len(words) != 2 || words[1].key != "" || words[1].quoted {
		return node{}, fmt.Errorf("{{#%s}} at column %d takes one name", words[0].text, open.column)
	}
	out := node{call: &call{name: words[1].text, column: open.column}, block: true}
	then, end, err := r.nodes(depth + 1)
	if err != nil {
		return node{}, err
	}
	out.then = then
	if end != nil && end.isElse() {
		if out.otherwise, end, err = r.otherwise(open, end, depth); err != nil {
			return node{}, err
		}
	}
	if words[0].text == "unless" {
		out.then, out.otherwise = out.otherwise, out.then
	}
	if end == nil {
		return node{}, fmt.Errorf("{{#%s}} at column %d is not closed: {{/%s}} is missing", keyword, open.column, keyword)
	}
	if end.keyword() != keyword {
		return node{}, fmt.Errorf("{{/%s}} at column %d closes {{#%s}} of column %d", end.keyword(), end.column, keyword, open.column)
	}
	return out, nil
}

// otherwise reads what follows an {{else}}, or an {{else if name}}, which shares the end of the block it stands in.
func (r *templateReader) otherwise(open, middle *mustache, depth int) (template, *mustache, error) {
	if len(middle.words) > 1 {
		start := *middle
		start.words = open.words
		nested, err := r.block(&start, middle.words[1:], depth+1)
		if err != nil {
			return nil, nil, err
		}
		return template{nested}, &mustache{sign: '/', words: open.words[:1]}, nil
	}
	nodes, end, err := r.nodes(depth + 1)
	if err == nil && end != nil && end.isElse() {
		return nil, nil, fmt.Errorf("a second {{else}} at column %d", end.column)
	}
	return nodes, end, err
}

// calls lists the expressions of a template, those of blocks included.
func (t template) calls() []*call {
	var out []*call
	for _, n := range t {
		if n.call != nil {
			out = append(out, n.call)
		}
		out = slices.Concat(out, n.then.calls(), n.otherwise.calls())
	}
	return out
}

// render fills the template with what s says.
func (t template) render(s scope) (string, error) {
	var b strings.Builder
	for _, n := range t {
		b.WriteString(n.text)
		if n.call == nil {
			continue
		}
		value, err := s.value(n.call)
		if err != nil {
			return "", err
		}
		if n.block {
			branch := n.then
			if value == "" || value == "false" {
				branch = n.otherwise
			}
			if value, err = branch.render(s); err != nil {
				return "", err
			}
		}
		b.WriteString(value)
	}
	return b.String(), nil
}
