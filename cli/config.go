package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
	"go.yaml.in/yaml/v3"

	"github.com/hallmark-ci/hallmark/gate/policyfile"
	"github.com/hallmark-ci/hallmark/registry/posture"
	"github.com/hallmark-ci/hallmark/suggest"
)

// configName is the configuration file at the top of a work tree.
const configName = ".hallmark.yaml"

// configFile is the configuration file of a run; empty when there is none.
func configFile(c *cli.Context) string {
	if file := c.String("config"); file != "" {
		return file
	}
	return findConfig(c.String("path"))
}

// configure fills the flags that neither the command line nor the environment set from the configuration file. Its keys are
// names of flags, of any command, and the sections of a policy; an unknown key is an error, since a misspelt setting must not be a
// silent default.
func configure(c *cli.Context) error {
	file := configFile(c)
	if file == "" {
		return nil
	}
	settings, err := readConfig(file, append(flagNames(leaves(c.App.Commands)), sections()...))
	if err != nil {
		return err
	}
	for _, s := range settings {
		if !slices.Contains(flagNames([]*cli.Command{c.Command}), s.key) || c.IsSet(s.key) {
			continue
		}
		for _, value := range s.values {
			if err := c.Set(s.key, value); err != nil {
				return &UsageError{Problem: fmt.Sprintf("%s:%d: %s: %v", file, s.line, s.key, err)}
			}
		}
	}
	return nil
}

// sections are the keys of the configuration file that are not flags: those of a policy, and the wanted settings of repositories.
func sections() []string { return append(policyfile.Keys(), posture.Key) }

// setting is one key of the configuration file.
type setting struct {
	key    string
	line   int
	values []string
}

// readConfig reads a file whose keys are all known.
func readConfig(file string, known []string) ([]setting, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, &UsageError{Problem: fmt.Sprintf("read configuration: %v", err)}
	}
	var root yaml.Node
	if err := yaml.Unmarshal(data, &root); err != nil {
		return nil, &UsageError{Problem: fmt.Sprintf("%s: %v", file, err)}
	}
	if len(root.Content) == 0 {
		return nil, nil // an empty file
	}
	mapping := root.Content[0]
	if mapping.Kind != yaml.MappingNode {
		return nil, &UsageError{Problem: fmt.Sprintf("%s:%d: want keys and values", file, mapping.Line)}
	}
	var settings []setting
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		key, value := mapping.Content[i], mapping.Content[i+1]
		if slices.ContainsFunc(settings, func(s setting) bool { return s.key == key.Value }) {
			return nil, &UsageError{Problem: fmt.Sprintf("%s:%d: key %q stands twice", file, key.Line, key.Value)}
		}
		if err := misplacedKey(file, key); err != nil {
			return nil, err
		}
		if !slices.Contains(known, key.Value) {
			return nil, unknownKey(file, key, known)
		}
		if slices.Contains(sections(), key.Value) {
			settings = append(settings, setting{key: key.Value, line: key.Line})
			continue // what is under it is read where it is needed
		}
		values, err := scalars(value)
		if err != nil {
			return nil, &UsageError{Problem: fmt.Sprintf("%s:%d: %s: %v", file, value.Line, key.Value, err)}
		}
		settings = append(settings, setting{key: key.Value, line: key.Line, values: values})
	}
	return settings, nil
}

// misplacedKey refuses what is wanted of repositories outside of its section, where repo audit would not see it.
func misplacedKey(file string, key *yaml.Node) error {
	inSection := map[string]string{"immutable": "immutable: true", "mutable-tag": "mutable_tags: [PATTERN]", "scan-on-push": "scan: on-push", "lifecycle": "lifecycle: keep=N"}
	mend, misplaced := inSection[key.Value]
	if !misplaced {
		return nil
	}
	return &UsageError{
		Problem: fmt.Sprintf("%s:%d: %q is a setting of repositories, and stands outside of the section %s", file, key.Line, key.Value, posture.Key),
		Hint:    fmt.Sprintf("write it as %s: {%s}", posture.Key, mend),
	}
}

func unknownKey(file string, key *yaml.Node, known []string) error {
	e := &UsageError{Problem: fmt.Sprintf("%s:%d: unknown key %q", file, key.Line, key.Value), Hint: "keys are the names of flags, without the dashes, and the sections " + strings.Join(sections(), ", ")}
	if near, ok := suggest.Nearest(key.Value, known); ok {
		e.Hint = fmt.Sprintf("did you mean %q", near)
	}
	return e
}

func scalars(node *yaml.Node) ([]string, error) {
	switch node.Kind {
	case yaml.ScalarNode:
		if node.Tag == "!!null" {
			return nil, nil
		}
		return []string{node.Value}, nil
	case yaml.SequenceNode:
		var values []string
		for _, item := range node.Content {
			if item.Kind != yaml.ScalarNode {
				return nil, fmt.Errorf("line %d: want text", item.Line)
			}
			values = append(values, item.Value)
		}
		return values, nil
	default:
		return nil, errors.New("want a value or a list of values")
	}
}

// findConfig looks for the configuration file at the top of the work tree that dir lies in.
func findConfig(dir string) string {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return ""
	}
	for {
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
			file := filepath.Join(dir, configName)
			if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
				return ""
			}
			return file
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return ""
		}
		dir = parent
	}
}

func flagNames(commands []*cli.Command) []string {
	var names []string
	for _, command := range commands {
		for _, f := range command.Flags {
			if name := f.Names()[0]; name != "config" && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}
