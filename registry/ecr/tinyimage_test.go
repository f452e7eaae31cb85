package ecr_test

import (
	"crypto/rand"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/hallmark-ci/hallmark/registry/source"
)

// tiny is an image of a few bytes that never was before.
func tiny(t *testing.T) *source.Image {
	t.Helper()
	layer := append([]byte(rand.Text()), make([]byte, 1024)...)
	id := digest.FromBytes(layer)
	config, err := json.Marshal(ocispec.Image{
		Platform: ocispec.Platform{OS: "linux", Architecture: "amd64"},
		RootFS:   ocispec.RootFS{Type: "layers", DiffIDs: []digest.Digest{id}},
	})
	if err != nil {
		t.Fatal(err)
	}
	open := func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(string(layer))), nil }
	return &source.Image{
		Loose:     &source.Loose{Config: config, Layers: []source.Layer{{DiffID: id, Size: int64(len(layer)), Open: open}}},
		Platforms: []source.Platform{{Name: "linux/amd64", Config: digest.FromBytes(config)}},
	}
}
