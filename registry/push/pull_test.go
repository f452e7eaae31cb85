package push_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/hallmark-ci/hallmark/registry/push"
	"github.com/hallmark-ci/hallmark/registry/source"
)

var credential = remote.WithAuth(&authn.Basic{Username: user, Password: password})

// pulled is an image read back with another client, every digest of it checked: layers against the config's diffIDs too.
func pulled(t *testing.T, s *server, reference string) v1.Image {
	t.Helper()
	img, err := remote.Image(parse(t, s, reference), credential)
	if err != nil {
		t.Fatal(err)
	}
	config, err := img.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	layers, err := img.Layers()
	if err != nil {
		t.Fatal(err)
	}
	var got []v1.Hash
	for _, l := range layers {
		got = append(got, diffID(t, l))
	}
	if diff := cmp.Diff(config.RootFS.DiffIDs, got); diff != "" {
		t.Errorf("layers that were pulled (-config +got):\n%s", diff)
	}
	return img
}

// diffID is the digest of a layer's tar. The other client checks the digest of what it reads.
func diffID(t *testing.T, l v1.Layer) v1.Hash {
	t.Helper()
	stored, err := l.Compressed()
	if err != nil {
		t.Fatal(err)
	}
	defer stored.Close()
	mediaType, err := l.MediaType()
	if err != nil {
		t.Fatal(err)
	}
	compression := source.Gzip
	if mediaType == types.OCILayerZStd {
		compression = source.Zstd
	}
	plain, err := source.Decompress(stored, compression)
	if err != nil {
		t.Fatal(err)
	}
	hash, _, err := v1.SHA256(plain)
	if err != nil {
		t.Fatal(err)
	}
	return hash
}

func parse(t *testing.T, s *server, reference string) name.Reference {
	t.Helper()
	separator := ":"
	if strings.HasPrefix(reference, "sha256:") {
		separator = "@"
	}
	ref, err := name.ParseReference(s.host()+"/"+repository+separator+reference, name.Insecure)
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

// mustPush pushes and checks what always holds.
func mustPush(t *testing.T, s *server, c *client, image *source.Image, settings push.Settings) push.Result {
	t.Helper()
	result, err := c.Push(t.Context(), image, settings)
	if err != nil {
		t.Fatal(err)
	}
	c.tidy(t, s, err)
	return result
}
