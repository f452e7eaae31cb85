//go:build integration

package integration

import (
	"bufio"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// actionRef is how the workflows name the action: as users do, by an owner that nobody is and a commit.
const actionRef = "OWNER/hallmark@0123456789012345678901234567890123456789"

// inputs are those of one use of the action.
type inputs map[string]string

// used is what came of one use of the action, as a later step sees it.
type used struct {
	Outcome string
	Outputs map[string]string
	summary string
}

// workflowRun is a run of act, in host mode: neither images nor a daemon are needed for the steps.
type workflowRun struct {
	worktree string
	env      []string          // of the runner
	job      map[string]string // variables of the job
}

// use runs a workflow that uses the action once for each of these inputs, whatever the outcome, and then reads the outputs in later steps.
func (w workflowRun) use(t *testing.T, uses ...inputs) []used {
	t.Helper()
	dir := t.TempDir()
	var steps []map[string]any
	for i, with := range uses {
		id, file := string(rune('a'+i)), filepath.Join(dir, string(rune('a'+i)))
		steps = append(steps,
			map[string]any{"id": id, "uses": actionRef, "continue-on-error": true, "with": with},
			map[string]any{
				"env": map[string]string{"FILE": file, "OUTCOME": "${{ steps." + id + ".outcome }}", "OUTPUTS": "${{ toJSON(steps." + id + ".outputs) }}"},
				"run": `printf '{"outcome":"%s","outputs":%s}' "$OUTCOME" "$OUTPUTS" >"$FILE"`,
			})
	}
	summaries := w.act(t, map[string]any{"on": "push", "permissions": map[string]string{}, "jobs": map[string]any{
		"push": map[string]any{"runs-on": "ubuntu-latest", "env": w.job, "steps": steps},
	}})
	var all []used
	for i := range uses {
		id := string(rune('a' + i))
		data, err := os.ReadFile(filepath.Join(dir, id))
		if err != nil {
			t.Fatal(err)
		}
		u := used{summary: summaries[id]}
		if err := json.Unmarshal(data, &u); err != nil {
			t.Fatalf("%v in %s", err, data)
		}
		all = append(all, u)
	}
	return all
}

// act runs a workflow in the work tree, which has to succeed, and gives the summaries of its steps by their ids.
func (w workflowRun) act(t *testing.T, workflow map[string]any) map[string]string {
	t.Helper()
	data, err := yaml.Marshal(workflow)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "workflow.yml")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	project, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	c := command{dir: w.worktree, env: bareEnv(t.TempDir(), slices.Concat(runnerEnv(t), w.env))}
	log := c.must(t, "act", "push", "--json", "--workflows", file, "--platform", "ubuntu-latest=-self-hosted", "--no-cache-server",
		"--container-daemon-socket", "-", "--env", "GITHUB_REPOSITORY=shop/api", "--local-repository", actionRef+"="+project)
	summaries := map[string]string{}
	for lines := bufio.NewScanner(strings.NewReader(log)); lines.Scan(); {
		var line struct {
			Command, Content string
			StepID           []string
		}
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			t.Fatalf("act: %v in %s", err, lines.Bytes())
		}
		if line.Command == "summary" && len(line.StepID) == 2 { // of the step in the action; act tells it again for the action
			summaries[line.StepID[0]] += line.Content
		}
	}
	return summaries
}

// runnerEnv lets the action build where the runner has a home of its own: with the modules and the cache of the tests.
func runnerEnv(t *testing.T) []string {
	t.Helper()
	env := []string{"XDG_CACHE_HOME=" + filepath.Join(filepath.Dir(lab.hallmark), "act")}
	known := map[string]string{}
	if err := json.Unmarshal([]byte(command{}.must(t, "go", "env", "-json", "GOCACHE", "GOMODCACHE", "GOPROXY", "GOSUMDB")), &known); err != nil {
		t.Fatal(err)
	}
	for _, name := range slices.Sorted(maps.Keys(known)) {
		env = append(env, name+"="+known[name])
	}
	return env
}
