package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// release is a program in place of hallmark's, as a release has it.
const release = "#!/bin/sh\necho released\n"

// TestActionTakesAReleaseByItsSum installs a release from a server, by what the action knows of it.
func TestActionTakesAReleaseByItsSum(t *testing.T) {
	const asset = "hallmark_1.2.3_linux_amd64.tar.gz"
	archive := releaseArchive(t)
	sum := fmt.Sprintf("%x", sha256.Sum256(archive))
	for _, test := range []struct {
		name, version, known string
		stderr               string // empty when it is installed
	}{
		{"known", "1.2.3", sum + "  " + asset, ""},
		{"named as Git's tag", "v1.2.3", sum + "  " + asset, ""},
		{"changed since", "1.2.3", strings.Repeat("0", 64) + "  " + asset, asset + " is not the file whose SHA-256 stands in the action"},
		{"of another platform", "1.2.3", sum + "  hallmark_1.2.3_darwin_arm64.tar.gz", "knows no release 1.2.3 for linux_amd64"},
		{"not there", "1.2.4", sum + "  hallmark_1.2.4_linux_amd64.tar.gz", "release 1.2.4 cannot be fetched from"},
		{"a pattern", "1.2.*", sum + "  " + asset, `knows no release 1.2.\* for linux_amd64`},
		{"a command to the runner", "1\n::error::x", sum + "  " + asset, `knows no release $'1\n::error::x' for linux_amd64`},
		{"a path", "../../1.2.3", sum + "  " + asset, "knows no release ../../1.2.3 for linux_amd64"},
	} {
		t.Run(test.name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path != "/acme/hallmark/releases/download/v1.2.3/"+asset {
					w.WriteHeader(http.StatusNotFound)
					return
				}
				_, _ = w.Write(archive) // a client that has gone away finds out by itself
			}))
			defer server.Close()
			cache := t.TempDir()
			binary, stderr := install(t, actionCheckout(t, "# known\n"+test.known+"\n"), cache, server.URL, test.version)
			if test.stderr != "" {
				if !strings.Contains(stderr, test.stderr) || !strings.Contains(stderr, "\nhallmark: hint: ") {
					t.Errorf("stderr is %q, want %q and a hint", stderr, test.stderr)
				}
				wantNoFiles(t, cache)
				return
			}
			server.Close() // the second time nothing is asked for, and the last line has no end
			again, _ := install(t, actionCheckout(t, test.known), cache, server.URL, test.version)
			out, err := exec.Command(again).Output()
			if again != binary || err != nil || string(out) != "released\n" {
				t.Errorf("installed %s, then %s, which says %q, %v; %s", binary, again, out, err, stderr)
			}
		})
	}
}

func TestActionSaysThatThereIsNoGo(t *testing.T) {
	cache := t.TempDir()
	dir := actionCheckout(t, "")
	tools := t.TempDir()
	for _, tool := range []string{"bash", "cat", "cut", "dirname", "find", "mkdir", "mktemp", "rm", "sha256sum", "shasum", "sort", "xargs"} {
		if path, err := exec.LookPath(tool); err == nil {
			if err := os.Symlink(path, filepath.Join(tools, tool)); err != nil {
				t.Fatal(err)
			}
		}
	}
	output := filepath.Join(cache, "output")
	if err := os.WriteFile(output, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("bash", filepath.Join(dir, "action", "push.sh"))
	cmd.Env = []string{"PATH=" + tools, "RUNNER_TOOL_CACHE=" + cache, "GITHUB_OUTPUT=" + output, "RUNNER_OS=Linux", "RUNNER_ARCH=X64"}
	said, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 1 || !strings.Contains(string(said), "there is no Go on this runner") {
		t.Errorf("push.sh: %v\n%s", err, said)
	}
	written, err := os.ReadFile(output)
	if err != nil || string(written) != "status=error\nexit-code=1\n" {
		t.Errorf("outputs are %q, %v", written, err)
	}
}

// actionCheckout is a folder as a runner unpacks an action in, with the scripts and the releases that they know.
func actionCheckout(t *testing.T, releases string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "_actions", "acme", "hallmark", "a", "branch")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(filepath.Join(dir, "action"), os.DirFS("action")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "action", "releases.sha256"), []byte(releases), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// install runs the script that installs, and gives the path it prints.
func install(t *testing.T, checkout, cache, server, version string) (binary, stderr string) {
	t.Helper()
	return installOn(t, checkout, cache, server, version, "Linux", "X64")
}

// installOn is install on a runner that tells this of itself.
func installOn(t *testing.T, checkout, cache, server, version, system, arch string) (binary, stderr string) {
	t.Helper()
	cmd := exec.Command("bash", filepath.Join(checkout, "action", "install.sh"), version)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "RUNNER_TOOL_CACHE=" + cache, "RUNNER_OS=" + system, "RUNNER_ARCH=" + arch, "GITHUB_SERVER_URL=" + server}
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	err := cmd.Run()
	if (err == nil) != (out.Len() > 0) {
		t.Fatalf("install.sh: %v, and prints %q\n%s", err, &out, &said)
	}
	return strings.TrimSpace(out.String()), said.String()
}

func releaseArchive(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	compressed := gzip.NewWriter(&out)
	w := tar.NewWriter(compressed)
	err := w.WriteHeader(&tar.Header{Name: "hallmark", Mode: 0o755, Size: int64(len(release))})
	if err == nil {
		_, err = w.Write([]byte(release))
	}
	if err := errors.Join(err, w.Close(), compressed.Close()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// wantNoFiles fails the test when a folder holds a file, at any depth.
func wantNoFiles(t *testing.T, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			t.Errorf("left behind: %s", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestActionTellsTheCommitItIsOf builds this source where a runner would unpack it: without Git, in a folder that is named as the workflow
// names the action.
func TestActionTellsTheCommitItIsOf(t *testing.T) {
	const commit = "0123456789abcdef0123456789abcdef01234567"
	source, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	cache := t.TempDir()
	for ref, want := range map[string]string{commit: "\ncommit " + commit + "\n", "v1.2.3": "hallmark devel "} {
		unpacked := filepath.Join(t.TempDir(), "_actions", "acme", "hallmark", ref)
		if err := os.MkdirAll(filepath.Dir(unpacked), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(source, unpacked); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command("bash", filepath.Join(unpacked, "action", "install.sh"))
		var said bytes.Buffer
		cmd.Env, cmd.Stderr = append(os.Environ(), "RUNNER_TOOL_CACHE="+cache), &said
		binary, err := cmd.Output()
		if err != nil {
			t.Fatalf("%s: %v\n%s", ref, err, &said)
		}
		out, err := exec.Command(strings.TrimSpace(string(binary)), "version").Output()
		if err != nil || !strings.Contains(string(out), want) {
			t.Errorf("%s: version prints %q, %v, want %q", ref, out, err, want)
		}
	}
}
