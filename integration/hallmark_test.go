//go:build integration

package integration

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// result is what of the result document the tests look at.
type result struct {
	Status     string
	Repository string
	Digest     string
	Tags       []tag
	Upload     struct {
		Bytes  int64
		Layers []layer
	}
}

// layer is what came of one layer.
type layer struct{ Action, From string }

// tag is what became of one wanted tag.
type tag struct {
	Name    string
	Action  string
	Written bool
}

// push runs hallmark push with variables added to a bare environment. It has to succeed.
func push(t *testing.T, env []string, args ...string) result {
	t.Helper()
	return hallmark(t, 0, env, append([]string{"push"}, args...)...)
}

// hallmark runs a command in the work tree and wants this exit status of it.
func hallmark(t *testing.T, status int, env []string, args ...string) result {
	t.Helper()
	temp := t.TempDir()
	o, err := command{dir: lab.worktree, env: bareEnv(temp, env)}.run(lab.hallmark, append(args, "--output", "json")...)
	if err != nil || o.code != status {
		t.Fatalf("hallmark %q: exit status %d, want %d, %v\n%s%s", args, o.code, status, err, o.stdout, o.stderr)
	}
	var r result
	if err := json.Unmarshal([]byte(o.stdout), &r); err != nil {
		t.Fatalf("hallmark %q: %v\n%s", args, err, o.stdout)
	}
	wantEmpty(t, temp)
	return r
}

// bareEnv is an environment that holds nothing of the one who runs the tests. temp is the folder for temporary files.
func bareEnv(temp string, more []string) []string {
	return append([]string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + lab.worktree, "TMPDIR=" + temp,
		"GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1",
		"AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test", "AWS_REGION=us-east-1", "AWS_DEFAULT_REGION=us-east-1", // version 1 of the AWS CLI knows only the second

		"AWS_CONFIG_FILE=/dev/null", "AWS_SHARED_CREDENTIALS_FILE=/dev/null", "AWS_EC2_METADATA_DISABLED=true",
		"DOCKER_HOST=" + lab.daemon,
	}, more...)
}

// at points AWS clients at an emulator.
func at(address string) string { return "AWS_ENDPOINT_URL_ECR=http://" + address }

// wantEmpty fails the test when a folder holds anything.
func wantEmpty(t *testing.T, dir string) {
	t.Helper()
	left, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range left {
		t.Errorf("left behind: %s", entry.Name())
	}
}

// makeWorktree makes a Git work tree with one commit.
func makeWorktree(dir string) (commit string, err error) {
	if err := os.Mkdir(dir, 0o755); err != nil {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(dir, "app.txt"), []byte("app\n"), 0o644); err != nil {
		return "", err
	}
	for _, args := range [][]string{
		{"init", "-q", "-b", "main"},
		{"add", "app.txt"},
		{"-c", "user.name=test", "-c", "user.email=test@example.com", "commit", "-q", "-m", "first"},
	} {
		if _, err := output("git", append([]string{"-C", dir}, args...)...); err != nil {
			return "", fmt.Errorf("make work tree: %w", err)
		}
	}
	return output("git", "-C", dir, "rev-parse", "HEAD")
}

// commitAgain makes a further commit in a work tree.
func commitAgain(t *testing.T, dir string) {
	t.Helper()
	command{dir: dir}.must(t, "git", "-c", "user.name=test", "-c", "user.email=test@example.com", "commit", "-q", "--allow-empty", "-m", "next")
}
