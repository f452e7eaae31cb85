package main

import (
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// TestDocsTellOfEveryInput holds the pages about the action and the component against them.
func TestDocsTellOfEveryInput(t *testing.T) {
	a := readAction(t)
	for file, names := range map[string][]string{
		"github-actions.md": slices.Concat(slices.Collect(maps.Keys(a.Inputs)), slices.Collect(maps.Keys(a.Outputs))),
		"gitlab.md":         slices.Collect(maps.Keys(readComponent(t).inputs)),
	} {
		text := readDoc(t, file)
		for _, name := range names {
			if !strings.Contains(text, "`"+name+"`") {
				t.Errorf("docs/%s does not tell of %s", file, name)
			}
		}
	}
}

func readDoc(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("docs", file))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestSnippetsOfTheDocsFit reads each piece of YAML in the documents, and holds the inputs it sets against those there are.
func TestSnippetsOfTheDocsFit(t *testing.T) {
	known := map[string][]string{
		"with":   slices.Collect(maps.Keys(readAction(t).Inputs)),
		"inputs": slices.Collect(maps.Keys(readComponent(t).inputs)),
	}
	for _, file := range documents(t) {
		for _, b := range blocksOf(t, file) {
			decoder := yaml.NewDecoder(strings.NewReader(b.text))
			for b.language == "yaml" {
				var document any
				if err := decoder.Decode(&document); errors.Is(err, io.EOF) {
					break
				} else if err != nil {
					t.Fatalf("%s:%d: %v", file, b.line, err)
				}
				for _, problem := range unknownInputs(document, known) {
					t.Errorf("%s:%d: %s", file, b.line, problem)
				}
			}
		}
	}
}

// unknownInputs looks through a document for uses of the action and of the component, and names the inputs that those do not have.
func unknownInputs(node any, known map[string][]string) []string {
	var problems []string
	switch node := node.(type) {
	case []any:
		for _, item := range node {
			problems = append(problems, unknownInputs(item, known)...)
		}
	case map[string]any:
		for key, value := range node {
			problems = append(problems, unknownInputs(value, known)...)
			text, _ := value.(string)
			section := ""
			switch {
			case key == "uses" && text == "OWNER/hallmark@COMMIT":
				section = "with"
			case key == "component" && strings.Contains(text, "/hallmark/hallmark@"):
				section = "inputs"
			}
			set, _ := node[section].(map[string]any)
			for name := range set {
				if !slices.Contains(known[section], name) {
					problems = append(problems, "no input "+name)
				}
			}
		}
	}
	return problems
}
