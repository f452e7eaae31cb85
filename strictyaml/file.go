// Package strictyaml reads YAML into values of Go, strictly: a key or a word that is not known, a key that stands twice, a value of another
// kind and an alias are errors with their place. Start at Decode. It opens no file.
package strictyaml

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Places is where each key stands, by its path: gate.fail_on, ignore[2].id.
type Places map[string]Position

// Decode takes what a file says into target, a pointer to a struct whose fields have their keys in json tags, over what it holds
// already. An empty file says nothing. With sections, other keys at the top are those of others and not looked at. A type of a few words has
// a method Words; one with UnmarshalText reads its text itself. Every error is an *Error.
func Decode(file string, data []byte, target any, sections ...string) (Places, error) {
	d := decoder{file: file, set: Places{}}
	top, err := d.top(data)
	if err != nil || top == nil {
		return d.set, err
	}
	if len(sections) > 0 {
		top = only(top, sections)
	}
	return d.set, d.decode(top, target, "")
}

// top is the mapping that the file is; nil when it is empty.
func (d *decoder) top(data []byte) (*yaml.Node, error) {
	documents := yaml.NewDecoder(strings.NewReader(string(data)))
	var first, second yaml.Node
	switch err := documents.Decode(&first); {
	case errors.Is(err, io.EOF):
		return nil, nil
	case err != nil:
		return nil, d.syntax(err)
	}
	switch err := documents.Decode(&second); {
	case errors.Is(err, io.EOF):
	case err != nil:
		return nil, d.syntax(err)
	default:
		return nil, d.wrong(&second, "a second document: there is one at most")
	}
	top := first.Content[0]
	if top.Kind == yaml.ScalarNode && top.Tag == "!!null" {
		return nil, nil
	}
	return top, nil
}

// syntax makes an Error of what the YAML module says, which has the line in its text alone, and for some problems the line before.
func (d *decoder) syntax(err error) error {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	e := &Error{Position: Position{File: d.file, Line: 1, Column: 1}, Problem: text}
	if _, scanErr := fmt.Sscanf(text, "line %d:", &e.Line); scanErr == nil {
		_, e.Problem, _ = strings.Cut(text, ": ")
	}
	return e
}

// only is a mapping with nothing but some keys.
func only(top *yaml.Node, keys []string) *yaml.Node {
	if top.Kind != yaml.MappingNode {
		return top
	}
	out := *top
	out.Content = nil
	for i := 0; i+1 < len(top.Content); i += 2 {
		if slices.Contains(keys, top.Content[i].Value) {
			out.Content = append(out.Content, top.Content[i], top.Content[i+1])
		}
	}
	return &out
}
