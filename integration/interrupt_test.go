//go:build integration

package integration

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"
)

// interruption is a place where a push may stand for long.
type interruption struct {
	where    string
	upstream string                   // the registry
	awaited  func(*http.Request) bool // tells the request of that place
	hold     bool                     // the request gets no answer
	flags    []string
	tags     func(t *testing.T, address, repository string) []string
}

// TestSignalEndsAPush stops pushes with a signal. Within two seconds they end, without a tag and without a file.
func TestSignalEndsAPush(t *testing.T) {
	const image = "shop:interrupted"
	buildImage(t, image)
	slow := serveECR(t, "scans: [{steps: [{for: 1h, status: IN_PROGRESS}, {status: COMPLETE}]}]")
	gated, ungated := []string{"--create-repository"}, []string{"--no-gate"}
	for i, at := range []interruption{
		{"waiting for a scan", slow, asksForFindings, false, gated, ecrTags},
		{"uploading to ECR", slow, uploads, true, gated, ecrTags},
		{"uploading to another registry", lab.plain, uploads, true, ungated, plainTags},
	} {
		for signal, status := range map[syscall.Signal]int{syscall.SIGINT: 130, syscall.SIGTERM: 143} {
			t.Run(at.where+", by "+signal.String(), func(t *testing.T) {
				repository := fmt.Sprintf("signal/%d-%d", i, status)
				at.endsBy(t, signal, status, repository, image)
				if tags := at.tags(t, at.upstream, repository); len(tags) != 0 {
					t.Errorf("tags after the signal: %q", tags)
				}
			})
		}
	}
}

func uploads(r *http.Request) bool {
	return strings.Contains(r.URL.Path, "/blobs/uploads/") && (r.Method == http.MethodPatch || r.Method == http.MethodPut)
}

func asksForFindings(r *http.Request) bool {
	return strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".DescribeImageScanFindings")
}

// endsBy pushes the image, sends the signal when the push has come to its place, and wants it to end soon with status.
func (i interruption) endsBy(t *testing.T, signal syscall.Signal, status int, repository, image string) {
	t.Helper()
	front := newFront(t, i.upstream, i.awaited, i.hold)
	endpoint := lab.ecr
	if i.upstream != lab.plain {
		endpoint = front.address
	}
	temp := t.TempDir()
	args := append([]string{"push", "--path", lab.worktree, "--repository", front.address + "/" + repository}, i.flags...)
	p, err := start(bareEnv(temp, []string{at(endpoint)}), lab.hallmark, append(args, "docker:"+image)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.stop)
	select {
	case <-front.reached:
	case <-p.done:
		t.Fatalf("ended before the signal: %s\n%s", p.cmd.ProcessState, p.out.String())
	case <-time.After(patience):
		t.Fatalf("never came to %s\n%s", i.where, p.out.String())
	}
	if err := p.cmd.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
	select {
	case <-p.done:
	case <-time.After(2 * time.Second):
		t.Fatalf("still running two seconds after %s\n%s", signal, p.out.String())
	}
	if code := p.cmd.ProcessState.ExitCode(); code != status {
		t.Errorf("exit status %d, want %d\n%s", code, status, p.out.String())
	}
	wantEmpty(t, temp)
}

// plainTags lists the tags of a repository that is not ECR's.
func plainTags(t *testing.T, address, repository string) []string {
	t.Helper()
	answer, err := http.Get("http://" + address + "/v2/" + repository + "/tags/list")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var list struct{ Tags []string }
	if answer.StatusCode == http.StatusNotFound {
		return nil
	}
	if err := json.NewDecoder(answer.Body).Decode(&list); err != nil {
		t.Fatal(err)
	}
	return list.Tags
}
