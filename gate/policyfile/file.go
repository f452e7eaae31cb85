// Package policyfile reads a gate's policy from YAML, strictly: a key or a word that is not known, a value of another kind and a date that
// no calendar has are errors with their place. Start at Effective. It opens no file.
package policyfile

import (
	"github.com/hallmark-ci/hallmark/gate"
	"github.com/hallmark-ci/hallmark/strictyaml"
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
func (f File) read(policy *grammar) (strictyaml.Places, error) {
	var sections []string
	if f.Sections {
		sections = Keys()
	}
	return strictyaml.Decode(f.Name, f.Data, policy, sections...)
}
