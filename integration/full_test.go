//go:build integration

package integration

import (
	"archive/tar"
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestADiskThatFillsUpIsNamed pushes a layer that does not fit into the folder for temporary files.
func TestADiskThatFillsUpIsNamed(t *testing.T) {
	full := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", full).CombinedOutput(); err != nil {
		t.Fatalf("mount: %v\n%s", err, out)
	}
	t.Cleanup(func() {
		if err := exec.Command("umount", full).Run(); err != nil {
			t.Errorf("umount: %v", err)
		}
	})
	archive := noisyArchive(t)
	data, err := os.ReadFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	for name, image := range map[string]string{"a file": "archive:" + archive, "stdin": "-"} {
		t.Run(name, func(t *testing.T) {
			c := command{dir: lab.worktree, env: bareEnv(t.TempDir(), nil), stdin: string(data)}
			o, err := c.run(lab.hallmark, "push", image, "--repository", lab.plain+"/shop/full", "--no-gate", "--tmpdir", full)
			if err != nil || o.code != 1 {
				t.Fatalf("hallmark: exit status %d, %v\n%s", o.code, err, o.stderr)
			}
			for _, want := range []string{"write a temporary file in " + full + ": no space left on device", "hint: name a folder with more room: --tmpdir DIR"} {
				if !strings.Contains(o.stderr, want) {
					t.Errorf("stderr lacks %q:\n%s", want, o.stderr)
				}
			}
			wantEmpty(t, full)
		})
	}
}

// noisyArchive is an image of one layer of 4 MB that does not compress, as docker save writes it.
func noisyArchive(t *testing.T) string {
	t.Helper()
	noise := make([]byte, 4_000_000)
	if _, err := rand.Read(noise); err != nil {
		t.Fatal(err)
	}
	layer := tarOf(t, map[string][]byte{"noise": noise})
	config := fmt.Appendf(nil, `{"os":"linux","architecture":"amd64","rootfs":{"type":"layers","diff_ids":["sha256:%x"]}}`, sha256.Sum256(layer))
	file := filepath.Join(t.TempDir(), "noisy.tar")
	image := tarOf(t, map[string][]byte{"1/layer.tar": layer, "config.json": config, "manifest.json": []byte(`[{"Config":"config.json","Layers":["1/layer.tar"]}]`)})
	if err := os.WriteFile(file, image, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func tarOf(t *testing.T, files map[string][]byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for name, data := range files {
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(data))}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(data); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
