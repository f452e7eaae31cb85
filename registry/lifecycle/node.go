package lifecycle

import (
	"bytes"
	"encoding/json"
	"errors"
	"unicode/utf8"
)

// maxDepth is deeper than any policy: the list of a selection of a rule of a policy.
const maxDepth = 8

// node is a JSON value and where it stands.
type node struct {
	position Position
	value    any // nil, bool, json.Number, string, []node or []member
}

type member struct {
	name     string
	position Position
	node
}

// reader makes nodes of a text.
type reader struct {
	text   []byte
	tokens *json.Decoder
}

// read reads a text that is one JSON value. A fault is told with its place.
func read(text []byte) (node, *Problem) {
	if at := firstInvalid(text); at >= 0 {
		return node{}, &Problem{Position: positionOf(text, at), Text: "it is not UTF-8"}
	}
	var whole json.RawMessage
	if err := json.Unmarshal(text, &whole); err != nil {
		var syntax *json.SyntaxError
		at := len(text)
		if errors.As(err, &syntax) && int(syntax.Offset) > 0 {
			at = int(syntax.Offset) - 1 // it counts the character that is wrong
		}
		if len(bytes.TrimSpace(text)) == 0 {
			return node{}, &Problem{Position: Position{1, 1}, Text: "it is empty"}
		}
		return node{}, &Problem{Position: positionOf(text, at), Text: "it is no JSON: " + err.Error()}
	}
	r := &reader{text: text, tokens: json.NewDecoder(bytes.NewReader(text))}
	r.tokens.UseNumber()
	return r.next(0)
}

func firstInvalid(text []byte) int {
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && size <= 1 {
			return i
		}
		i += size
	}
	return -1
}

// here is where the next token begins.
func (r *reader) here() Position {
	at := int(r.tokens.InputOffset())
	for at < len(r.text) && bytes.IndexByte([]byte(" \t\r\n,:"), r.text[at]) >= 0 {
		at++
	}
	return positionOf(r.text, at)
}

// next reads one value. The text has been found to be JSON, so that only its depth can be wrong.
func (r *reader) next(depth int) (node, *Problem) {
	n := node{position: r.here()}
	if depth > maxDepth {
		return n, &Problem{Position: n.position, Text: "it is nested deeper than any policy"}
	}
	token, err := r.tokens.Token()
	if err != nil {
		return n, &Problem{Position: n.position, Text: "it is no JSON: " + err.Error()}
	}
	switch token {
	case json.Delim('['):
		return r.list(n, depth)
	case json.Delim('{'):
		return r.object(n, depth)
	}
	n.value = token
	return n, nil
}

func (r *reader) list(n node, depth int) (node, *Problem) {
	items := []node{}
	for r.tokens.More() {
		item, problem := r.next(depth + 1)
		if problem != nil {
			return n, problem
		}
		items = append(items, item)
	}
	n.value = items
	return n, r.end()
}

func (r *reader) object(n node, depth int) (node, *Problem) {
	members := []member{}
	for r.tokens.More() {
		m := member{position: r.here()}
		key, problem := r.next(depth + 1)
		if problem != nil {
			return n, problem
		}
		m.name, _ = key.value.(string)
		if m.node, problem = r.next(depth + 1); problem != nil {
			return n, problem
		}
		members = append(members, m)
	}
	n.value = members
	return n, r.end()
}

// end takes the bracket that closes a list or an object.
func (r *reader) end() *Problem {
	place := r.here()
	if _, err := r.tokens.Token(); err != nil {
		return &Problem{Position: place, Text: "it is no JSON: " + err.Error()}
	}
	return nil
}

// kind names what a value is, for messages.
func (n node) kind() string {
	switch n.value.(type) {
	case string:
		return "a text"
	case json.Number:
		return "a number"
	case bool:
		return "true or false"
	case []node:
		return "a list"
	case []member:
		return "an object"
	}
	return "null"
}
