package source_test

import (
	"archive/tar"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/opencontainers/go-digest"

	"github.com/hallmark-ci/hallmark/registry/source"
)

// TestLayersThatAreNamedByTheirDiffID holds that only a name that tells the diffID is taken for one.
func TestLayersThatAreNamedByTheirDiffID(t *testing.T) {
	one, other := digest.FromString("one"), digest.FromString("two")
	as := func(name string, links ...tar.Header) string {
		b, _ := legacy(t, []byte("one"))
		delete(b, "a/layer.tar")
		b[name] = []byte("one")
		return b.archive(t, append(links, tar.Header{Typeflag: tar.TypeLink, Name: "a/layer.tar", Linkname: name})...)
	}
	image := bundle{}
	layout := "oci:" + image.top(t, image.image(t, linuxAMD, []byte("one"))).layout(t)
	for name, tt := range map[string]struct {
		reference string
		want      bool
	}{
		"a blob":                       {as(blobPath(one)), true},
		"as Podman names it":           {as(one.Encoded() + ".tar"), true},
		"by another digest":            {as(other.Encoded() + ".tar"), false},
		"in a folder of that name":     {as(one.Encoded() + "/layer.tar"), false},
		"without an ending":            {as(one.Encoded()), false},
		"a blob of no known algorithm": {as("blobs/md5/" + one.Encoded()), false},
		"a blob in another folder":     {as("x/" + blobPath(one)), false},
		"a layout":                     {layout, true},
		"Docker 29, classic store":     {"testdata/archives/docker29-graph.tar", true},
		"Docker 20":                    {"testdata/archives/docker20.tar", false},
		"skopeo":                       {"testdata/archives/skopeo-docker-archive.tar", true},
		"buildah":                      {"testdata/archives/buildah-docker-archive.tar", true},
	} {
		t.Run(name, func(t *testing.T) {
			for _, l := range open(t, tt.reference, source.Options{}).Loose.Layers {
				if diff := cmp.Diff(tt.want, l.Named); diff != "" {
					t.Errorf("Named (-want +got):\n%s", diff)
				}
			}
		})
	}
	t.Run("by the name of a link", func(t *testing.T) {
		b, config := legacy(t, []byte("one"))
		b.saved(t, savedImage{Config: config.Encoded() + ".json", Layers: []string{one.Encoded() + ".tar"}})
		link := tar.Header{Typeflag: tar.TypeSymlink, Name: one.Encoded() + ".tar", Linkname: "a/layer.tar"}
		if l := open(t, b.archive(t, link), source.Options{}).Loose.Layers[0]; !l.Named {
			t.Error("the layer is not named by its diffID")
		}
	})
}
