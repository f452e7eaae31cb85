package main

import (
	"bytes"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"github.com/hallmark-ci/hallmark/report"
)

// action is what the tests look at of action.yml.
type action struct {
	Inputs  map[string]struct{ Description, Default string }
	Outputs map[string]struct{ Value string }
	Runs    struct {
		Steps []struct {
			ID, Run string
			Env     map[string]string
		}
	}
}

func readAction(t *testing.T) action {
	t.Helper()
	data, err := os.ReadFile("action.yml")
	if err != nil {
		t.Fatal(err)
	}
	var a action
	if err := yaml.Unmarshal(data, &a); err != nil {
		t.Fatal(err)
	}
	if len(a.Runs.Steps) != 1 {
		t.Fatalf("action.yml has %d steps, want 1", len(a.Runs.Steps))
	}
	return a
}

func TestActionHasTheOutputsOfTheProgram(t *testing.T) {
	var written bytes.Buffer
	if err := report.GitHubOutputs(&written, report.Result{}, ""); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for _, match := range regexp.MustCompile(`(?m)^([a-z-]+)<<`).FindAllStringSubmatch(written.String(), -1) {
		want[match[1]] = "${{ steps.push.outputs." + match[1] + " }}"
	}
	got := map[string]string{}
	for name, output := range readAction(t).Outputs {
		got[name] = output.Value
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("outputs of action.yml (-want +got):\n%s", diff)
	}
}

// An expression in a script is text that the shell reads: each input is the whole value of one variable instead.
func TestActionGivesInputsByVariablesAlone(t *testing.T) {
	a := readAction(t)
	step := a.Runs.Steps[0]
	if strings.Contains(step.Run, "${{") {
		t.Errorf("run holds an expression: %s", step.Run)
	}
	var want []string
	for name, input := range a.Inputs {
		want = append(want, "${{ inputs."+name+" }}")
		if input.Default != "" {
			t.Errorf("input %s has a default, which would hide a variable of the job and .hallmark.yaml", name)
		}
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, slices.Sorted(maps.Values(step.Env))); diff != "" {
		t.Errorf("values of the step's variables (-want +got):\n%s", diff)
	}
}

// hostile is a text that does something in whatever reads it as more than a text.
const hostile = "a 'b\" $(touch pwned) `touch pwned` ; touch pwned #\n::set-output name=digest::x\ndigest=y\n-- *"

func TestActionHandsInputsOnAsTheyAre(t *testing.T) {
	want, env := map[string]string{}, []string{}
	for variable := range readAction(t).Runs.Steps[0].Env {
		env = append(env, variable+"="+hostile+variable)
		if name, isFlag := strings.CutPrefix(variable, "HALLMARK_INPUT_"); isFlag {
			want["HALLMARK_"+name] = hostile + variable
		}
	}
	r := runAction(t, env)
	if diff := cmp.Diff(want, r.variables); diff != "" {
		t.Errorf("variables of the program (-want +got):\n%s", diff)
	}
	arguments := append([]string{"push"}, strings.Split(hostile+"INPUT_ARGS", "\n")...)
	if diff := cmp.Diff(append(arguments, "--", hostile+"INPUT_IMAGE"), r.arguments); diff != "" {
		t.Errorf("arguments of the program (-want +got):\n%s", diff)
	}
}

func TestActionTakesAnEmptyInputForAnUnsetOne(t *testing.T) {
	env := []string{"HALLMARK_REPOSITORY=of/the/job"}
	for variable := range readAction(t).Runs.Steps[0].Env {
		env = append(env, variable+"=")
	}
	r := runAction(t, env)
	if diff := cmp.Diff(map[string]string{"HALLMARK_REPOSITORY": "of/the/job"}, r.variables); diff != "" {
		t.Errorf("variables of the program (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"push"}, r.arguments); diff != "" {
		t.Errorf("arguments of the program (-want +got):\n%s", diff)
	}
}

func TestActionNamesFlagsAndTheirDefaults(t *testing.T) {
	help := programOutput(t, "push", "--help")
	a := readAction(t)
	for variable, value := range a.Runs.Steps[0].Env {
		name, isFlag := strings.CutPrefix(variable, "HALLMARK_INPUT_")
		if !isFlag {
			continue
		}
		flag := "--" + strings.ToLower(strings.ReplaceAll(name, "_", "-"))
		line := regexp.MustCompile(`(?s)\n +` + flag + `\b.*?(?:\n +--|\n\n)`).FindString(help)
		if line == "" {
			t.Errorf("hallmark push has no flag %s", flag)
		}
		input := strings.TrimSuffix(strings.TrimPrefix(value, "${{ inputs."), " }}")
		standard := regexp.MustCompile(`\(default: "?([^")]+)"?\)`).FindStringSubmatch(line)
		if standard != nil && !strings.Contains(a.Inputs[input].Description, "(default: "+standard[1]+")") {
			t.Errorf("input %s does not tell the default of %s, which is %s", input, flag, standard[1])
		}
	}
}

// recorded is what a program was started with.
type recorded struct {
	variables map[string]string // those of flags
	arguments []string
}

// recorder is a program in the place of hallmark that prints what it was started with, each part ended by a NUL.
const recorder = `#!/bin/bash
printf '%s\0' "$@" >"$RECORD.arguments"
env -0 >"$RECORD.variables"
`

// runAction runs the script of the action in an empty folder, with a recorder as the program.
func runAction(t *testing.T, env []string) recorded {
	t.Helper()
	dir, empty := t.TempDir(), t.TempDir()
	script, err := os.ReadFile(filepath.Join("action", "push.sh"))
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(dir, "hallmark")
	for file, text := range map[string]string{"push.sh": string(script), "install.sh": "echo " + program, "hallmark": recorder} {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("bash", filepath.Join(dir, "push.sh"))
	cmd.Dir, cmd.Env = empty, append([]string{"PATH=" + os.Getenv("PATH"), "RECORD=" + filepath.Join(dir, "record")}, env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("push.sh: %v\n%s", err, out)
	}
	if left, err := os.ReadDir(empty); err != nil || len(left) > 0 {
		t.Errorf("the script left %v, %v", left, err)
	}
	r := recorded{arguments: parts(t, filepath.Join(dir, "record.arguments")), variables: map[string]string{}}
	for _, variable := range parts(t, filepath.Join(dir, "record.variables")) {
		if name, value, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "HALLMARK_") {
			r.variables[name] = value
		}
	}
	return r
}

func parts(t *testing.T, file string) []string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(data), "\x00"), "\x00")
}

// programOutput is what the program prints on stdout.
func programOutput(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), asProgram+"=1")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}
