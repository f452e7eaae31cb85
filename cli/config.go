package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/urfave/cli/v2"
	"go.yaml.in/yaml/v3"

	"github.com/hallmark-ci/hallmark/suggest"
)

// configName is the configuration file at the top of a work tree.
const configName = ".hallmark.yaml"

// configure fills the flags that neither the command line nor the environment set from the configuration file. Its keys are
// names of flags, of any command; an unknown key is an error, since a misspelt setting must not be a silent default.
func configure(c *cli.Context) error {
	file := c.String("config")
	if file == "" {
		file = findConfig(c.String("path"))
	}
	if file == "" {
		return nil
	}
	settings, err := readConfig(file)
	if err != nil {
		return err
	}
	known := flagNames(c.App.Commands)
	for _, s := range settings {
		if !slices.Contains(known, s.key) {
			e := &UsageError{Problem: fmt.Sprintf("%s:%d: unknown key %q", file, s.line, s.key), Hint: "keys are the names of flags, without the dashes"}
			if near, ok := suggest.Nearest(s.key, known); ok {
				e.Hint = fmt.Sprintf("did you mean %q", near)
			}
			return e
		}
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

// setting is one key of the configuration file.
type setting struct {
	key    string
	line   int
	values []string
}

func readConfig(file string) ([]setting, error) {
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
		values, err := scalars(value)
		if err != nil {
			return nil, &UsageError{Problem: fmt.Sprintf("%s:%d: %s: %v", file, value.Line, key.Value, err)}
		}
		settings = append(settings, setting{key: key.Value, line: key.Line, values: values})
	}
	return settings, nil
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
