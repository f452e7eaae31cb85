//go:build integration

package integration

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestEmulatorServesWhatItsDocumentShows types what docs/emulator.md shows into a shell: it serves, makes a repository, logs in and pushes. The
// address alone is another one, since something may listen at the document's.
func TestEmulatorServesWhatItsDocumentShows(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "worktree")
	commit, err := makeWorktree(dir)
	if err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	for name, program := range map[string]string{"hallmark": lab.hallmark, "docker": lab.docker} {
		if err := os.Symlink(program, filepath.Join(bin, name)); err != nil {
			t.Fatal(err)
		}
	}
	writeFile(t, filepath.Join(dir, "image.tar"), readFile(t, "testdata", "hello.tar"))
	// Who types is slower than a script: the emulator is there by the second command. When the script ends, so does the emulator.
	const before = `set -e
trap 'kill %1' EXIT
aws() { until curl --silent --output /dev/null http://127.0.0.1:5100/v2/; do :; done; command aws "$@"; }
`
	env := bareEnv(t.TempDir(), []string{
		"PATH=" + bin + ":" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME"), "DOCKER_CONFIG=" + t.TempDir(), "AWS_PAGER=",
	})
	const after = "\naws ecr list-images --repository-name shop/api --query 'imageIds[].imageTag' --output text --endpoint-url http://127.0.0.1:5100 >tags\n"
	script := strings.ReplaceAll(before+blockThat(t, "emulator.md", "sh", "hallmark emulator ")+after, "127.0.0.1:5100", freeAddress())
	command{dir: dir, env: env}.must(t, "bash", "-c", script)
	tags, err := os.ReadFile(filepath.Join(dir, "tags"))
	if diff := cmp.Diff(commit+"\n", string(tags)); err != nil || diff != "" {
		t.Errorf("tags, %v (-want +got):\n%s", err, diff)
	}
}
