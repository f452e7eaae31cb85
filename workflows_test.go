package main

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// workflowFile is what the tests look at of a workflow of this project.
type workflowFile struct {
	On          yaml.Node
	Permissions map[string]string
	Concurrency struct{ Group string }
	Jobs        map[string]workflowJob
}

type workflowJob struct {
	Uses           string
	Permissions    map[string]string
	TimeoutMinutes int `yaml:"timeout-minutes"`
	Container      workflowContainer
	Services       map[string]workflowContainer
	Steps          []workflowStep
}

type workflowContainer struct{ Image string }

type workflowStep struct {
	Uses string
	Run  string
	With map[string]any
}

// TestWorkflowsAskForLittle holds the workflows of this project against what makes one of them a way into it:
// https://docs.github.com/en/actions/reference/security/secure-use
func TestWorkflowsAskForLittle(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(".github", "workflows", "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d workflows, %v", len(files), err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, problem := range problemsOf(t, string(data)) {
			t.Errorf("%s: %s", file, problem)
		}
	}
}

// TestWorkflowRulesFindWhatTheyAreFor gives the rules a workflow that breaks each of them.
func TestWorkflowRulesFindWhatTheyAreFor(t *testing.T) {
	const sound = `on: push
permissions: {}
concurrency: {group: x}
jobs:
  a:
    timeout-minutes: 5
    permissions: {contents: read}
    steps:
      - uses: actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2
        with: {persist-credentials: false}
      - run: make
`
	if problems := problemsOf(t, sound); len(problems) > 0 {
		t.Errorf("a sound workflow: %q", problems)
	}
	for _, test := range []struct{ name, old, new, want string }{
		{"runs for foreign code with rights", "on: push", "on: pull_request_target", "runs on pull_request_target"},
		{"starts after foreign code", "on: push", "on: {workflow_run: {workflows: [CI]}}", "runs on workflow_run"},
		{"all rights by default", "permissions: {}\n", "", "does not begin with permissions: {}"},
		{"rights for all jobs", "permissions: {}\n", "permissions: {contents: write}\n", "does not begin with permissions: {}"},
		{"a job that says nothing of rights", "    permissions: {contents: read}\n", "", "job a has no permissions"},
		{"a job without an end", "    timeout-minutes: 5\n", "", "job a has no timeout-minutes"},
		{"runs side by side", "concurrency: {group: x}\n", "", "has no concurrency group"},
		{"a tag in place of a commit", "@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2", "@v6", "actions/checkout@v6 is not pinned"},
		{"a commit without its version", " # v6.0.2", "", "is not pinned"},
		{"an image by its tag", "    timeout-minutes: 5\n", "    timeout-minutes: 5\n    container: {image: node:20}\n", "container node:20 is not pinned"},
		{"a service by its tag", "    timeout-minutes: 5\n", "    timeout-minutes: 5\n    services: {db: {image: redis:8}}\n", "container redis:8 is not pinned"},
		{"a token left on the disk", "        with: {persist-credentials: false}\n", "", "leaves its token"},
		{"foreign text in a script", "run: make", "run: make ${{ github.event.pull_request.title }}", "has an expression in a script"},
	} {
		t.Run(test.name, func(t *testing.T) {
			problems := problemsOf(t, strings.Replace(sound, test.old, test.new, 1))
			if len(problems) != 1 || !strings.Contains(problems[0], test.want) {
				t.Errorf("problems are %q, want one that says %q", problems, test.want)
			}
		})
	}
}

func problemsOf(t *testing.T, text string) []string {
	t.Helper()
	var w workflowFile
	if err := yaml.Unmarshal([]byte(text), &w); err != nil {
		t.Fatal(err)
	}
	var problems []string
	for _, event := range []string{"pull_request_target", "workflow_run", "issue_comment"} {
		if names(&w.On, event) {
			problems = append(problems, "runs on "+event)
		}
	}
	if w.Permissions == nil || len(w.Permissions) > 0 {
		problems = append(problems, "does not begin with permissions: {}")
	}
	if w.Concurrency.Group == "" {
		problems = append(problems, "has no concurrency group")
	}
	for name, job := range w.Jobs {
		problems = append(problems, problemsOfJob(name, job)...)
	}
	// The version beside a commit is a comment, which only the text has.
	pinned := regexp.MustCompile(`uses: (\./\S+|[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)\n`)
	for _, line := range regexp.MustCompile(`uses: .*\n`).FindAllString(text, -1) {
		if !pinned.MatchString(line) {
			problems = append(problems, strings.TrimSpace(strings.TrimPrefix(line, "uses: "))+" is not pinned by its commit, with the version beside it")
		}
	}
	return problems
}

// digested is an image by its digest, which no tag can move.
var digested = regexp.MustCompile(`@sha256:[0-9a-f]{64}$`)

func problemsOfJob(name string, job workflowJob) []string {
	var problems []string
	if job.Permissions == nil {
		problems = append(problems, "job "+name+" has no permissions")
	}
	if job.TimeoutMinutes == 0 && job.Uses == "" {
		problems = append(problems, "job "+name+" has no timeout-minutes")
	}
	for _, container := range append(slices.Collect(maps.Values(job.Services)), job.Container) {
		if container.Image != "" && !digested.MatchString(container.Image) {
			problems = append(problems, "job "+name+": container "+container.Image+" is not pinned by its digest")
		}
	}
	for _, step := range job.Steps {
		if strings.Contains(step.Run, "${{") {
			problems = append(problems, "job "+name+" has an expression in a script: "+step.Run)
		}
		if strings.HasPrefix(step.Uses, "actions/checkout@") && step.With["persist-credentials"] != false {
			problems = append(problems, "job "+name+" leaves its token in the checkout")
		}
	}
	return problems
}

// names tells whether an event stands in on:, in any of its three forms.
func names(on *yaml.Node, event string) bool {
	if on.Value == event {
		return true
	}
	for _, child := range on.Content {
		if names(child, event) {
			return true
		}
	}
	return false
}
