//go:build release

// Package release builds a release of this commit with goreleaser, for the platform of this machine, and holds it against what
// .goreleaser.yaml promises. Start at TestRelease. It needs what .ci/release installs, and sends nothing.
package release

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const largest = 30 << 20 // bytes of a binary

func TestRelease(t *testing.T) {
	checkout := clone(t)
	dist, asset := build(t, checkout), fmt.Sprintf("hallmark_1.2.3_%s_%s.tar.gz", runtime.GOOS, runtime.GOARCH)
	binary := unpack(t, filepath.Join(dist, asset))
	t.Run("has checksums that hold", func(t *testing.T) {
		run(t, dist, nil, "sha256sum", "--check", "--strict", "checksums.txt")
		if sums := read(t, dist, "checksums.txt"); !strings.Contains(sums, "  "+asset+"\n") || !strings.Contains(sums, ".cdx.json\n") {
			t.Errorf("checksums.txt lacks the archive or the SBOM:\n%s", sums)
		}
	})
	t.Run("is static and small", func(t *testing.T) {
		info, err := os.Stat(binary)
		if err != nil || info.Size() > largest {
			t.Errorf("the binary: %v, %v", info, err)
		}
		if kind := run(t, "", nil, "file", binary); !strings.Contains(kind, "statically linked") || !strings.Contains(kind, "stripped") {
			t.Errorf("the binary is %s", kind)
		}
	})
	t.Run("tells its version and commit", func(t *testing.T) {
		var got struct{ Version, Commit, Time string }
		if err := json.Unmarshal([]byte(run(t, "", nil, binary, "version", "--output", "json")), &got); err != nil {
			t.Fatal(err)
		}
		if got.Version != "v1.2.3" || got.Commit != run(t, checkout, nil, "git", "rev-parse", "HEAD") || got.Time == "" {
			t.Errorf("version says %+v", got)
		}
	})
	t.Run("is the same from another folder", func(t *testing.T) {
		again := build(t, clone(t))
		if !bytes.Equal([]byte(read(t, dist, asset)), []byte(read(t, again, asset))) {
			t.Errorf("two builds of %s differ", asset)
		}
	})
	t.Run("lists its modules", func(t *testing.T) {
		wantModules(t, binary, read(t, dist, strings.TrimSuffix(asset, ".tar.gz")+".cdx.json"))
	})
	t.Run("is what the action installs", func(t *testing.T) { wantInstalled(t, checkout, dist, asset, binary) })
}

// clone makes a checkout of the commit, tagged as a release, at a path of its own.
func clone(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "_actions", "acme", "hallmark", "v1")
	run(t, "", nil, "git", "clone", "--quiet", filepath.Join("..", ".."), dir)
	run(t, dir, nil, "git", "tag", "v1.2.3")
	run(t, dir, nil, "git", "remote", "set-url", "origin", "https://github.com/acme/hallmark.git")
	return dir
}

// build runs goreleaser in a checkout as the workflow does, but for the upload and the other platforms, and gives the folder it fills.
func build(t *testing.T, checkout string) string {
	t.Helper()
	run(t, checkout, nil, "goreleaser", "check")
	config := strings.NewReplacer("goos: [linux, darwin, windows]", "goos: ["+runtime.GOOS+"]", "goarch: [amd64, arm64]", "goarch: ["+runtime.GOARCH+"]").
		Replace(read(t, checkout, ".goreleaser.yaml"))
	file := filepath.Join(t.TempDir(), "one.yaml")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, checkout, nil, "goreleaser", "release", "--clean", "--skip=publish", "--config", file)
	return filepath.Join(checkout, "dist")
}

// unpack takes an archive apart, which holds these files alone, and gives the path of the program.
func unpack(t *testing.T, archive string) string {
	t.Helper()
	dir := t.TempDir()
	run(t, dir, nil, "tar", "-xzf", archive)
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	if diff := cmp.Diff([]string{"CHANGELOG.md", "LICENSE", "README.md", "hallmark"}, names); diff != "" {
		t.Errorf("files of the archive (-want +got):\n%s", diff)
	}
	return filepath.Join(dir, "hallmark")
}

// wantModules wants each module that was linked to be a component of the SBOM, at its version.
func wantModules(t *testing.T, binary, sbom string) {
	t.Helper()
	var document struct {
		BomFormat  string
		Components []struct{ Name, Version string }
	}
	if err := json.Unmarshal([]byte(sbom), &document); err != nil || document.BomFormat != "CycloneDX" {
		t.Fatalf("the SBOM: %v, format %q", err, document.BomFormat)
	}
	var listed, linked []string
	for _, c := range document.Components {
		if c.Name != "std" {
			listed = append(listed, c.Name+" "+c.Version)
		}
	}
	for line := range strings.Lines(run(t, "", nil, "go", "version", "-m", binary)) {
		if fields := strings.Fields(line); len(fields) > 2 && fields[0] == "dep" {
			linked = append(linked, fields[1]+" "+fields[2])
		}
	}
	slices.Sort(listed)
	slices.Sort(linked)
	if diff := cmp.Diff(linked, listed); diff != "" || len(linked) == 0 {
		t.Errorf("modules (-linked +in the SBOM):\n%s", diff)
	}
}

// wantInstalled gives the line of checksums.txt to the action, and wants it to install the program of the archive from a server.
func wantInstalled(t *testing.T, checkout, dist, asset, binary string) {
	t.Helper()
	server := httptest.NewServer(http.StripPrefix("/acme/hallmark/releases/download/v1.2.3/", http.FileServer(http.Dir(dist))))
	defer server.Close()
	known := filepath.Join(checkout, "action", "releases.sha256")
	if err := os.WriteFile(known, []byte(read(t, dist, "checksums.txt")), 0o600); err != nil {
		t.Fatal(err)
	}
	env := []string{"RUNNER_TOOL_CACHE=" + t.TempDir(), "GITHUB_SERVER_URL=" + server.URL, "RUNNER_OS=", "RUNNER_ARCH="}
	installed := run(t, "", env, "bash", filepath.Join(checkout, "action", "install.sh"), "v1.2.3")
	if read(t, installed) != read(t, binary) {
		t.Errorf("%s is not the program of %s", installed, asset)
	}
}

// run runs a program that has to succeed, and gives what it printed on stdout, without the last newline.
func run(t *testing.T, dir string, env []string, name string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s %s: %v\n%s%s", name, strings.Join(args, " "), err, &stdout, &stderr)
	}
	return strings.TrimSuffix(stdout.String(), "\n")
}

func read(t *testing.T, parts ...string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(parts...))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
