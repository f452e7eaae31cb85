package source_test

import (
	"archive/tar"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/registry/source"
)

// TestHelloRuns runs the program of testdata/hello.tar as a container would.
func TestHelloRuns(t *testing.T) {
	image := open(t, helloArchive, source.Options{})
	r, err := image.Loose.Layers[1].Open()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	layer := tar.NewReader(r)
	if _, err := layer.Next(); err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(layer)
	if err != nil {
		t.Fatal(err)
	}
	program := write(t, filepath.Join(t.TempDir(), "hello"), content)
	if err := os.Chmod(program, 0o700); err != nil {
		t.Fatal(err)
	}
	got, err := exec.Command(program).Output()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("Hello! This image is small, and it is real.\n", string(got)); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
	}
}
