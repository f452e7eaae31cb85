package main

import (
	"bytes"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

// component is what the tests look at of the component for GitLab: the inputs of its header, and its jobs.
type component struct {
	inputs map[string]any
	body   []byte
	jobs   map[string]componentJob
}

type componentJob struct {
	Script    []string
	Variables map[string]string
}

func readComponent(t *testing.T) component {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("templates", "hallmark.yml"))
	if err != nil {
		t.Fatal(err)
	}
	head, body, found := bytes.Cut(data, []byte("\n---\n"))
	if !found {
		t.Fatal("templates/hallmark.yml has no header")
	}
	var header struct {
		Spec struct{ Inputs map[string]any }
	}
	c := component{body: body}
	if err := errors.Join(yaml.Unmarshal(head, &header), yaml.Unmarshal(body, &c.jobs)); err != nil {
		t.Fatal(err)
	}
	c.inputs = header.Spec.Inputs
	return c
}

func TestComponentUsesItsInputsOutsideOfScripts(t *testing.T) {
	c := readComponent(t)
	used := map[string]bool{}
	for _, match := range regexp.MustCompile(`\$\[\[ inputs\.([a-z-]+) \]\]`).FindAllSubmatch(c.body, -1) {
		used[string(match[1])] = true
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(c.inputs)), slices.Sorted(maps.Keys(used))); diff != "" {
		t.Errorf("inputs that are used (-declared +used):\n%s", diff)
	}
	for name, job := range c.jobs {
		if script := strings.Join(job.Script, "\n"); strings.Contains(script, "$[[") || script == "" {
			t.Errorf("the script of %s holds an input, or nothing: %s", name, script)
		}
	}
}

// GitLab clones 20 commits and one ref (https://docs.gitlab.com/ci/pipelines/settings/#limit-the-number-of-changes-fetched-during-clone): a rule for
// versions could not tell which is the highest, and layers of earlier commits would not be found.
func TestComponentHasTheWholeHistory(t *testing.T) {
	push := readComponent(t).jobs["$[[ inputs.push-job ]]"]
	if got := push.Variables["GIT_DEPTH"]; got != "0" {
		t.Errorf("GIT_DEPTH of the job that pushes is %q, want 0", got)
	}
}

func TestComponentNamesFlagsThatThereAre(t *testing.T) {
	help := map[string]string{"push": programOutput(t, "push", "--help"), "gate": programOutput(t, "gate", "--help")}
	for _, job := range readComponent(t).jobs {
		script := strings.Join(job.Script, "\n")
		command := regexp.MustCompile(`(?m)^hallmark ([a-z]+)`).FindStringSubmatch(script)
		if command == nil {
			t.Fatalf("a script without a command: %s", script)
		}
		for _, flag := range regexp.MustCompile(`--[a-z-]{2,}`).FindAllString(script[strings.Index(script, command[0]):], -1) {
			if !strings.Contains(help[command[1]], "\n  "+flag) {
				t.Errorf("hallmark %s has no flag %s", command[1], flag)
			}
		}
	}
}
