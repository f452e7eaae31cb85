//go:build integration

package integration

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// contractor is a repository of ECR, immutable and scanned on push.
type contractor struct {
	repository string   // HOST/NAME
	env        []string // of clients
	endpoint   []string // arguments of the AWS CLI
	gate       int      // exit status of hallmark gate for an image without an operating system
}

// TestECRKeepsTheContract holds what the product takes for granted about ECR against the emulator, and against a real repository
// when HALLMARK_LIVE_REPOSITORY names one as HOST/NAME. That one must be immutable and scan on push, and the environment must have
// credentials and its region. The images pushed there are deleted again.
func TestECRKeepsTheContract(t *testing.T) {
	createRepository(t, lab.ecr, "contract/app", "IMMUTABLE")
	emulator := contractor{lab.ecr + "/contract/app", []string{at(lab.ecr)}, []string{"--endpoint-url", "http://" + lab.ecr}, 0}
	t.Run("emulator", emulator.keeps)
	if repository := os.Getenv("HALLMARK_LIVE_REPOSITORY"); repository != "" {
		// ECR calls an image without an operating system unsupported, which is no verdict.
		live := contractor{repository, os.Environ(), nil, 3}
		t.Run("live", live.keeps)
	}
}

func (c contractor) keeps(t *testing.T) {
	first, second := helloArchive(t), filepath.Join(filepath.Dir(helloArchive(t)), "../registry/source/testdata/archives/docker20.tar")
	name := fmt.Sprintf("contract-%d", time.Now().UnixNano())
	options := []string{"--no-gate", "--accept-existing", "image", "--repository", c.repository, "--tag", "type=raw,value=" + name}
	host, repository, _ := strings.Cut(c.repository, "/")
	crane := command{env: bareEnv(t.TempDir(), append(c.env, "DOCKER_CONFIG="+t.TempDir()))}
	crane.stdin = c.aws(t, "get-login-password")
	crane.must(t, "crane", "auth", "login", "--username", "AWS", "--password-stdin", host)
	t.Cleanup(func() {
		c.aws(t, "batch-delete-image", "--repository-name", repository, "--image-ids", "imageTag="+name)
	})

	t.Log("a push writes the tag, which then names the digest")
	pushed := push(t, c.env, append(options, first)...)
	wantTags(t, []tag{{name, "create", true}}, pushed)
	if got := crane.must(t, "crane", "digest", c.repository+":"+name); got != pushed.Digest {
		t.Errorf("tag %s names %s, want %s", name, got, pushed.Digest)
	}
	t.Log("the same push again keeps it")
	wantTags(t, []tag{{name, "keep", false}}, push(t, c.env, append(options, first)...))

	t.Log("another image is refused, by hallmark and by the registry")
	hallmark(t, 4, c.env, append(append([]string{"push"}, options...), second)...)
	other, err := crane.run("crane", "push", second, c.repository+":"+name)
	if err != nil || other.code == 0 || !strings.Contains(other.stderr, "TAG_INVALID") {
		t.Errorf("crane push to a taken tag: exit status %d, %v, want TAG_INVALID\n%s", other.code, err, other.stderr)
	}
	if got := crane.must(t, "crane", "digest", c.repository+":"+name); got != pushed.Digest {
		t.Errorf("tag %s names %s after a refusal, want %s", name, got, pushed.Digest)
	}
	t.Log("a tag that moves is refused")
	hallmark(t, 4, c.env, "push", "--no-gate", "--repository", c.repository, "--tag", "type=raw,value=latest", first)

	t.Log("the digest is judged as soon as its scan has ended")
	judged := hallmark(t, c.gate, c.env, "gate", c.repository+"@"+pushed.Digest)
	if diff := cmp.Diff(pushed.Digest, judged.Digest); diff != "" {
		t.Errorf("judged digest (-want +got):\n%s", diff)
	}
}

// aws runs the AWS CLI for an operation of ECR.
func (c contractor) aws(t *testing.T, args ...string) string {
	t.Helper()
	args = append(append([]string{"ecr"}, args...), c.endpoint...)
	home := "HOME=" + os.Getenv("HOME") // an AWS CLI of a Python installation in the home folder is found by it
	return command{env: bareEnv(t.TempDir(), append([]string{home}, c.env...))}.must(t, "aws", args...)
}

func wantTags(t *testing.T, want []tag, r result) {
	t.Helper()
	if diff := cmp.Diff(want, r.Tags); diff != "" {
		t.Errorf("tags (-want +got):\n%s", diff)
	}
}
