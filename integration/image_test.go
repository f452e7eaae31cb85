//go:build integration

package integration

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/validate"
)

// content is what an image is, however its layers are compressed and whatever its manifest says.
type content struct {
	Config  string   // digest of the config
	DiffIDs []string // digests of the uncompressed layers
}

// docker runs the docker client against an engine, which has to succeed.
func docker(t *testing.T, host string, args ...string) string {
	t.Helper()
	return command{}.must(t, lab.docker, append([]string{"--host", host}, args...)...)
}

// buildImage builds an image of three layers with docker build.
func buildImage(t *testing.T, name string) content {
	t.Helper()
	return buildVersion(t, name, 1)
}

// buildVersion builds the image whose last layer, which is small, is of a version.
func buildVersion(t *testing.T, name string, version int) content {
	t.Helper()
	dir := t.TempDir()
	noise := make([]byte, 12<<20)
	if _, err := rand.NewChaCha8([32]byte{1}).Read(noise); err != nil {
		t.Fatal(err)
	}
	for file, data := range map[string]string{
		"Dockerfile": "FROM scratch\nLABEL org.opencontainers.image.title=shop\nCOPY noise /srv/noise\nCOPY text /srv/text\nCOPY app /app\nENTRYPOINT [\"/app\"]\n",
		"noise":      string(noise),
		"text":       strings.Repeat("the same line again and again\n", 1<<18),
		"app":        fmt.Sprintf("#!/bin/sh\n# version %d\n", version),
	} {
		file = filepath.Join(dir, file)
		if err := os.WriteFile(file, []byte(data), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	// The legacy builder comes with the engine; BuildKit would need a plug-in of the client.
	command{env: append(os.Environ(), "DOCKER_BUILDKIT=0", "DOCKER_HOST="+lab.daemon)}.must(t, lab.docker, "build", "--tag", name, dir)
	return dockerContent(t, lab.daemon, name)
}

// dockerContent is what an engine says of an image it holds.
func dockerContent(t *testing.T, host, name string) content {
	t.Helper()
	var images []struct {
		ID     string `json:"Id"`
		RootFS struct{ Layers []string }
	}
	if err := json.Unmarshal([]byte(docker(t, host, "image", "inspect", name)), &images); err != nil {
		t.Fatal(err)
	}
	id := images[0].ID
	if !strings.Contains(id, ":") { // Podman leaves the algorithm out
		id = "sha256:" + id
	}
	return content{Config: id, DiffIDs: images[0].RootFS.Layers}
}

// pulled copies an image of a registry with skopeo, and is its content, each blob held against its digests.
func pulled(t *testing.T, reference string, credentials ...string) content {
	t.Helper()
	dir := t.TempDir()
	args := []string{"copy", "--quiet", "--src-tls-verify=false", "docker://" + reference, "oci:" + dir + ":pulled"}
	command{}.must(t, "skopeo", append(args, credentials...)...)
	return layoutContent(t, dir)
}

// ecrCredentials are skopeo's arguments for reading from an emulator.
func ecrCredentials(t *testing.T, address string) []string {
	t.Helper()
	return []string{"--src-creds", "AWS:" + password(t, address)}
}

// layoutContent is the content of the one image in an OCI layout. Every layer is read and held against its digest and diffID.
func layoutContent(t *testing.T, dir string) content {
	t.Helper()
	image, err := onlyImage(dir)
	if err != nil {
		t.Fatalf("layout %s: %v", dir, err)
	}
	if err := validate.Image(image); err != nil {
		t.Fatalf("layout %s: %v", dir, err)
	}
	digest, err := image.ConfigName()
	if err != nil {
		t.Fatal(err)
	}
	config, err := image.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	c := content{Config: digest.String()}
	for _, id := range config.RootFS.DiffIDs {
		c.DiffIDs = append(c.DiffIDs, id.String())
	}
	return c
}

func onlyImage(dir string) (v1.Image, error) {
	index, err := layout.ImageIndexFromPath(dir)
	if err != nil {
		return nil, err
	}
	manifest, err := index.IndexManifest()
	if err != nil {
		return nil, err
	}
	if len(manifest.Manifests) != 1 {
		return nil, fmt.Errorf("%d manifests, want 1", len(manifest.Manifests))
	}
	return index.Image(manifest.Manifests[0].Digest)
}

// layoutDigest is the digest of the one manifest that a layout's index names.
func layoutDigest(t *testing.T, dir string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "index.json"))
	if err != nil {
		t.Fatal(err)
	}
	index, err := v1.ParseIndexManifest(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if len(index.Manifests) != 1 {
		t.Fatalf("layout %s: %d manifests, want 1", dir, len(index.Manifests))
	}
	return index.Manifests[0].Digest.String()
}
