package emulator_test

import (
	"io"
	"net/http"
	"testing"

	"github.com/opencontainers/go-digest"

	"github.com/hallmark-ci/hallmark/registry/emulator"
)

func TestALayerIsToBeHadAtItsAddress(t *testing.T) {
	p := serveRepository(t, emulator.Repository{Name: "shop/api"})
	p.image("shop/api", "one")
	layer := digest.FromString("layer one").String()
	answer := p.must("GetDownloadUrlForLayer", document{"repositoryName": "shop/api", "layerDigest": layer})
	address, _ := answer["downloadUrl"].(string)
	got, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	if body, err := io.ReadAll(got.Body); err != nil || string(body) != "layer one" || answer["layerDigest"] != layer {
		t.Errorf("%s of %v is %q, %v", got.Status, answer, body, err)
	}
}
