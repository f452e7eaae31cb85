//go:build integration

package integration

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
)

// TestSignalOfARunnerReachesTheProgram runs the step of the action by the command line that GitHub's runner has for shell: bash
// (https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell), and signals that process, as
// the runner does when a job is cancelled. act kills it instead, so that it cannot stand in here.
func TestSignalOfARunnerReachesTheProgram(t *testing.T) {
	slow := serveECR(t, "scans: [{steps: [{for: 1h, status: IN_PROGRESS}, {status: COMPLETE}]}]")
	for signal, want := range map[syscall.Signal]string{syscall.SIGINT: "130", syscall.SIGTERM: "143"} {
		t.Run(signal.String(), func(t *testing.T) {
			dir := t.TempDir()
			outputs := filepath.Join(dir, "outputs")
			if err := os.WriteFile(outputs, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			front := newFront(t, slow, asksForFindings, false)
			repository := "action/signal-" + want
			p, err := start(bareEnv(dir, slices.Concat(runnerEnv(t), []string{
				at(front.address), "RUNNER_TOOL_CACHE=" + filepath.Join(filepath.Dir(lab.hallmark), "tools"), "RUNNER_TEMP=" + dir,
				"GITHUB_ACTION_PATH=" + ofProject(t), "GITHUB_OUTPUT=" + outputs,
				"INPUT_IMAGE=" + helloTar(t), "HALLMARK_INPUT_PATH=" + lab.worktree, "HALLMARK_INPUT_REPOSITORY=" + repository,
			})), "bash", "--noprofile", "--norc", "-e", "-o", "pipefail", stepScript(t, dir))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(p.stop)
			select {
			case <-front.reached:
			case <-p.done:
				t.Fatalf("ended before the signal: %s\n%s", p.cmd.ProcessState, p.out.String())
			case <-time.After(patience):
				t.Fatalf("never asked for findings\n%s", p.out.String())
			}
			if err := p.cmd.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			select {
			case <-p.done:
			case <-time.After(5 * time.Second): // the runner waits 7.5 seconds
				t.Fatalf("still running five seconds after the signal\n%s", p.out.String())
			}
			if code := strconv.Itoa(p.cmd.ProcessState.ExitCode()); code != want {
				t.Errorf("exit status %s, want %s\n%s", code, want, p.out.String())
			}
			data, err := os.ReadFile(outputs)
			if err != nil || !strings.Contains(string(data), "\ninterrupted\n") || !strings.Contains(string(data), "\n"+want+"\n") {
				t.Errorf("outputs: %s, %v", data, err)
			}
			if tags := ecrTags(t, slow, repository); len(tags) != 0 {
				t.Errorf("tags after the signal: %q", tags)
			}
		})
	}
}

// stepScript is the script that a runner makes of the one step of the action.
func stepScript(t *testing.T, dir string) string {
	t.Helper()
	data, err := os.ReadFile(ofProject(t, "action.yml"))
	if err != nil {
		t.Fatal(err)
	}
	var a struct {
		Runs struct{ Steps []struct{ Run string } }
	}
	if err := yaml.Unmarshal(data, &a); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "step.sh")
	if err := os.WriteFile(file, []byte(a.Runs.Steps[0].Run), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
