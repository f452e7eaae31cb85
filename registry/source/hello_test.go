package source_test

import (
	"bytes"
	"os"
	"os/exec"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/registry/source"
)

const helloArchive = "../../testdata/hello.tar"

// TestHelloIsWhatItsGeneratorWrites holds that testdata/hello.tar is up to date. To write it: go run ./testdata/hello > testdata/hello.tar
func TestHelloIsWhatItsGeneratorWrites(t *testing.T) {
	generate := exec.Command("go", "run", "../../testdata/hello")
	generate.Stderr = os.Stderr
	want, err := generate.Output()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, read(t, helloArchive)) {
		t.Error("testdata/hello.tar is out of date: go run ./testdata/hello > testdata/hello.tar")
	}
}

func TestHelloIsAnImage(t *testing.T) {
	image := open(t, helloArchive, source.Options{})
	want := view{
		Platforms: []source.Platform{{Name: "linux/amd64", Config: "sha256:c01ac6bb31b916baa352f95f63261486d4288e9f7e1a090901802b1866bde6e0"}},
		Layers: layers(
			"sha256:e496526f3914e2d184a1b64d8f3e64fd0afc985b517b6c9a687d9fda21eecccf",
			"sha256:0eaf4d2ffa6f64840ce61d4497a728f9efc0d3c4c4c623dde5c44997f7f190fc",
		),
	}
	if diff := cmp.Diff(want, look(t, image)); diff != "" {
		t.Errorf("image (-want +got):\n%s", diff)
	}
}
