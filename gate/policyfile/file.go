// Package policyfile reads a gate's policy from YAML, strictly: a key or a word that is not known, a value of another kind and a date that
// no calendar has are errors with their place. Start at Effective. It opens no file.
package policyfile

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/hallmark-ci/hallmark/gate"
)

// File is a policy file that was read.
type File struct {
	Name string // for messages
	Data []byte

	// Sections says that the file has other keys as well, which are not looked at: a policy's keys are sections of .hallmark.yaml.
	Sections bool
}

// Keys are the keys of a policy at the top of a file.
func Keys() []string { return []string{"version", "gate", "ignore", "settings"} }

// grammar is what a policy file may hold.
type grammar struct {
	// The version of this format: 1.
	Version int `json:"version"`
	// What makes an image fail.
	Gate gate.Rules `json:"gate"`
	// Findings that do not count, with the reason and until when. The first entry that matches decides.
	Ignore []gate.Ignore `json:"ignore"`
	// How the entries of ignore are kept in order.
	Settings gate.Settings `json:"settings"`
	// In an organisation's file: keys that a repository's file must not set, such as gate.fail_on.
	Locked []string `json:"locked"`
}

// read takes what a file says into policy, over what it holds already, and returns where each key stands.
func (f File) read(policy *grammar) (map[string]Position, error) {
	d := decoder{file: f.Name, set: map[string]Position{}}
	top, err := d.top(f.Data)
	if err != nil || top == nil {
		return d.set, err
	}
	if f.Sections {
		top = sections(top)
	}
	return d.set, d.decode(top, policy, "")
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
		return nil, d.wrong(&second, "a second document: a policy is one")
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

// sections is a mapping with nothing but the keys of a policy.
func sections(top *yaml.Node) *yaml.Node {
	if top.Kind != yaml.MappingNode {
		return top
	}
	only := *top
	only.Content = nil
	for i := 0; i+1 < len(top.Content); i += 2 {
		for _, key := range Keys() {
			if top.Content[i].Value == key {
				only.Content = append(only.Content, top.Content[i], top.Content[i+1])
			}
		}
	}
	return &only
}
