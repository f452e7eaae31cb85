//go:build integration

package integration

import (
	"flag"
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

// helloTar is a small image, and criticalScenario an ECR in which every image has a critical finding.
func helloTar(t *testing.T) string { return ofProject(t, "testdata", "hello.tar") }
func criticalScenario(t *testing.T) string {
	return ofProject(t, "testdata", "scenario", "critical.yaml")
}

func ofProject(t *testing.T, parts ...string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join(append([]string{".."}, parts...)...))
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// TestActionEndsAsTheProgramDoes uses the action in a job as users do, and reads in later steps what it hands on.
func TestActionEndsAsTheProgramDoes(t *testing.T) {
	const repository = "action/outcomes"
	createRepository(t, lab.ecr, repository, "IMMUTABLE")
	image := helloTar(t)
	w := workflowRun{worktree: lab.worktree, env: []string{at(lab.ecr)}}
	all := w.use(t,
		inputs{"image": image, "repository": repository, "dry-run": "true"},
		inputs{"image": image, "repository": repository},
		inputs{"image": image, "repository": repository},
		inputs{"image": image, "repository": repository, "tags": "type=raw,value=latest"},
		inputs{"image": image, "repository": repository, "emulator": criticalScenario(t)},
		inputs{"image": image, "repository": repository, "fail-on": "everything"},
		inputs{"image": image, "repository": repository, "version": "1.2.3"},
	)
	want := []map[string]string{
		{"outcome": "success", "status": "planned", "exit-code": "0", "verdict": "", "critical": "", "tags": ""},
		{"outcome": "success", "status": "passed", "exit-code": "0", "verdict": "pass", "critical": "0", "tags": lab.commit},
		{"outcome": "success", "status": "passed", "exit-code": "0", "verdict": "pass", "critical": "0", "tags": lab.commit},
		{"outcome": "failure", "status": "refused", "exit-code": "4", "verdict": "", "critical": "", "tags": ""},
		{"outcome": "failure", "status": "failed", "exit-code": "2", "verdict": "fail", "critical": "1", "tags": ""},
		{"outcome": "failure", "status": "error", "exit-code": "64", "verdict": "", "critical": "", "tags": ""},
		{"outcome": "failure", "status": "error", "exit-code": "1", "verdict": "", "critical": "", "tags": ""},
	}
	var got []map[string]string
	for _, u := range all {
		g := map[string]string{"outcome": u.Outcome}
		for _, name := range []string{"status", "exit-code", "verdict", "critical", "tags"} {
			g[name] = u.Outputs[name]
		}
		got = append(got, g)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("uses of the action (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{lab.commit}, ecrTags(t, lab.ecr, repository)); diff != "" {
		t.Errorf("tags in the repository (-want +got):\n%s", diff)
	}
	pushed := all[1].Outputs
	if pushed["digest"] == "" || pushed["image"] != lab.ecr+"/"+repository+"@"+pushed["digest"] || pushed["result-json"] == "" {
		t.Errorf("outputs of a push: %q", pushed)
	}
	wantSummary(t, "passed.md", all[1])
	wantSummary(t, "refused.md", all[3])
	wantSummary(t, "failed.md", all[4])
}

var update = flag.Bool("update", false, "rewrite the summaries in testdata/action")

// wantSummary holds the summary of a step against testdata/action, in which what differs from run to run is named.
func wantSummary(t *testing.T, file string, u used) {
	t.Helper()
	got := strings.NewReplacer(lab.commit, "COMMIT", lab.commit[:7], "SHORT").Replace(u.summary)
	got = regexp.MustCompile(`127\.0\.0\.1&#58;[0-9]+`).ReplaceAllString(got, "REGISTRY")
	got = regexp.MustCompile(`sha256&#58;[0-9a-f]{64}`).ReplaceAllString(got, "DIGEST")
	golden := filepath.Join("testdata", "action", file)
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("summary (-%s +got):\n%s", file, diff)
	}
}

// An input that nobody filled in arrives as an empty one. The job's own variables count then.
func TestActionLeavesTheVariablesOfTheJobAlone(t *testing.T) {
	const repository = "action/variables"
	createRepository(t, lab.ecr, repository, "IMMUTABLE")
	with := inputs{}
	for _, name := range actionInputs(t) {
		with[name] = ""
	}
	with["image"] = helloTar(t)
	w := workflowRun{worktree: lab.worktree, env: []string{at(lab.ecr)}, job: map[string]string{
		"HALLMARK_REPOSITORY": repository, "HALLMARK_TAG": "type=raw,value=of-the-job\ntype=raw,value=another",
	}}
	u := w.use(t, with)[0]
	if u.Outcome != "success" || u.Outputs["repository"] != repository || u.Outputs["tags"] != "of-the-job\nanother" {
		t.Errorf("the action ends in %s with %q", u.Outcome, u.Outputs)
	}
}

// hostile does something in whatever takes it for more than a text, and would set an output.
const hostile = "a'b\"$(touch \"$PWNED\")`touch \"$PWNED\"`;touch \"$PWNED\" #\n::set-output name=digest::forged\n::error::forged\ndigest=forged\nEOF\n"

func TestActionTakesNoInputForMoreThanAText(t *testing.T) {
	worktree := filepath.Join(t.TempDir(), "worktree")
	if _, err := makeWorktree(worktree); err != nil {
		t.Fatal(err)
	}
	branch := "a'b$(touch${IFS}$PWNED)`touch${IFS}$PWNED`;touch${IFS}$PWNED;#\"&"
	command{dir: worktree}.must(t, "git", "checkout", "-q", "-b", branch)
	names := actionInputs(t)
	uses := []inputs{{"image": helloTar(t), "repository": "action/hostile", "emulator": "true", "tags": "type=ref,event=branch,moving=false"}}
	for _, name := range names {
		with := inputs{"image": helloTar(t), "repository": "action/hostile", "emulator": "true", "dry-run": "true"}
		with[name] = hostile
		uses = append(uses, with)
	}
	pwned := filepath.Join(t.TempDir(), "pwned")
	w := workflowRun{worktree: worktree, env: []string{at(lab.ecr)}, job: map[string]string{"PWNED": pwned}}
	for i, u := range w.use(t, uses...) {
		name := "a branch"
		if i > 0 {
			name = "input " + names[i-1]
		}
		for output, value := range u.Outputs {
			if strings.Contains(value, "forged") && !slices.Contains([]string{"repository", "image", "tags", "tag", "version"}, output) {
				t.Errorf("%s: output %s is %q", name, output, value) // the others may hold the text, as one value
			}
		}
		if !regexp.MustCompile(`^[0-9]+$`).MatchString(u.Outputs["exit-code"]) || !regexp.MustCompile(`^(sha256:[0-9a-f]{64})?$`).MatchString(u.Outputs["digest"]) {
			t.Errorf("%s: outputs are %q", name, u.Outputs)
		}
		if u.Outputs["status"] == "" || strings.Contains(u.Outputs["digest"], "forged") || i == 0 && u.Outcome != "success" {
			t.Errorf("%s: the action ends in %s with %q", name, u.Outcome, u.Outputs)
		}
	}
	if _, err := os.Stat(pwned); err == nil {
		t.Error("an input was executed")
	}
}

// actionInputs are the names of the action's inputs, in order.
func actionInputs(t *testing.T) []string {
	t.Helper()
	data, err := os.ReadFile(ofProject(t, "action.yml"))
	if err != nil {
		t.Fatal(err)
	}
	var a struct{ Inputs map[string]any }
	if err := yaml.Unmarshal(data, &a); err != nil {
		t.Fatal(err)
	}
	return slices.Sorted(maps.Keys(a.Inputs))
}
