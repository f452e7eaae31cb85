//go:build unix

package source_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/registry/source"
)

// TestArchiveInAPipe opens what a shell makes of archive:<(docker save NAME).
func TestArchiveInAPipe(t *testing.T) {
	name := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(name, 0o600); err != nil {
		t.Fatal(err)
	}
	data := read(t, "testdata/archives/docker20.tar")
	written := make(chan error, 1)
	go func() { written <- os.WriteFile(name, data, 0) }()
	if diff := cmp.Diff(docker20, look(t, open(t, "archive:"+name, source.Options{}))); diff != "" {
		t.Errorf("image (-want +got):\n%s", diff)
	}
	if err := <-written; err != nil {
		t.Error(err)
	}
}

// TestLayoutWithAPipe holds that a pipe in a layout is refused and not waited for.
func TestLayoutWithAPipe(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mkfifo(filepath.Join(dir, "index.json"), 0o600); err != nil {
		t.Fatal(err)
	}
	wantFormatError(t, openError(t, "oci:"+dir, source.Options{}), dir+` holds no image that can be used: "index.json" is no file`)
}
