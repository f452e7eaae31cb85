package source_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/hallmark-ci/hallmark/registry/source"
)

func TestLayoutsThatAreWrong(t *testing.T) {
	one, two := zipped(t)
	for _, tt := range []struct {
		name string
		make func(t *testing.T, b bundle)
		want string
	}{
		{"no images", func(t *testing.T, b bundle) { b.top(t) }, "holds no image"},
		{"a broken index.json", func(t *testing.T, b bundle) { b["index.json"] = []byte("{") }, "has an index.json that cannot be read: unexpected end of JSON input"},
		{"a huge index.json", func(t *testing.T, b bundle) { b["index.json"] = make([]byte, 4<<20+1) },
			"holds no image that can be used: index.json has 4194305 bytes, and 4194304 are the most it may have"},
		{"two images", func(t *testing.T, b bundle) {
			first, second := b.image(t, linuxAMD, one), b.image(t, linuxAMD, two)
			second.Annotations = map[string]string{"io.containerd.image.name": "docker.io/shop/api:1", ocispec.AnnotationRefName: "1"}
			b.top(t, named(first, "2"), second)
		}, "holds several images, save one of them alone: 2@sha256:FIRST, docker.io/shop/api:1@sha256:SECOND"},
		{"a digest of no known kind", func(t *testing.T, b bundle) {
			b.top(t, ocispec.Descriptor{Digest: "md5:d41d8cd98f00b204e9800998ecf8427e"})
		}, `holds no image that can be used: digest "md5:d41d8cd98f00b204e9800998ecf8427e": unsupported digest algorithm`},
		{"a digest with a path in it", func(t *testing.T, b bundle) {
			b.top(t, ocispec.Descriptor{Digest: "sha256:../../etc/passwd"})
		}, `holds no image that can be used: digest "sha256:../../etc/passwd": invalid checksum digest length`},
		{"no digest", func(t *testing.T, b bundle) { b.top(t, ocispec.Descriptor{}) }, `holds no image that can be used: digest "": invalid checksum digest format`},
		{"a layer with a path in its digest", func(t *testing.T, b bundle) {
			m := ocispec.Manifest{Config: b.config(t, linuxAMD), Layers: []ocispec.Descriptor{{Digest: "sha256:../x"}}}
			m.SchemaVersion = 2
			b.top(t, b.addJSON(t, ocispec.MediaTypeImageManifest, m))
		}, `holds no image that can be used: digest "sha256:../x": invalid checksum digest length`},
		{"a manifest that is none", func(t *testing.T, b bundle) { b.top(t, b.add(ocispec.MediaTypeImageManifest, []byte("[]"))) },
			"holds no image that can be used: sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945: parse manifest: json: cannot unmarshal array into Go value of type struct {…}"},
		{"an index of attestations", func(t *testing.T, b bundle) { b.top(t, b.index(t, on(b.image(t, linuxAMD, one), unknown))) }, "holds no image for any platform"},
		{"indexes in indexes", func(t *testing.T, b bundle) {
			d := b.image(t, linuxAMD, one)
			for range 5 {
				d = b.index(t, d)
			}
			b.top(t, d)
		}, "holds no image that can be used: manifest sha256:FIRST is nested more than 4 deep"},
		{"very many manifests", func(t *testing.T, b bundle) {
			b.top(t, b.index(t, slicesRepeat(b.image(t, linuxAMD, one), 1001)...))
		}, "holds no image that can be used: more than 1000 manifests in one image"},
		{"very large manifests", func(t *testing.T, b bundle) {
			var all []ocispec.Descriptor
			manifest := b[blobPath(b.image(t, linuxAMD, one).Digest)]
			for n := range 3 {
				all = append(all, b.add(ocispec.MediaTypeImageManifest, append(bytes.Clone(manifest), bytes.Repeat([]byte(" "), 4_000_000+n)...)))
			}
			b.top(t, b.index(t, all...))
		}, "holds no image that can be used: more than 8388608 bytes of manifests in one image"},
		{"an index whose platform cannot be", func(t *testing.T, b bundle) {
			b.top(t, b.index(t, on(b.image(t, linuxAMD, one), ocispec.Platform{OS: "linux", Architecture: "a b"})))
		}, `holds no image that can be used: manifest sha256:FIRST: platform "linux/a b/" cannot be`},
		{"an absent image whose platform cannot be", func(t *testing.T, b bundle) {
			b.top(t, b.index(t, on(ocispec.Descriptor{Digest: digest.FromString("")}, ocispec.Platform{OS: "linux", Architecture: "a b"})))
		}, `holds no image that can be used: manifest ` + digest.FromString("").String() + `: platform "linux/a b/" cannot be`},
		{"a config that is too large", func(t *testing.T, b bundle) {
			m := ocispec.Manifest{Config: b.add(ocispec.MediaTypeImageConfig, make([]byte, 4<<20+1))}
			m.SchemaVersion = 2
			b.top(t, b.addJSON(t, ocispec.MediaTypeImageManifest, m))
		}, "holds no image that can be used: config " + digest.FromBytes(make([]byte, 4<<20+1)).String() + " has 4194305 bytes, and 4194304 are the most it may have"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := bundle{}
			tt.make(t, b)
			reference := b.archive(t)
			err := openError(t, reference, source.Options{})
			want := strings.NewReplacer(
				"FIRST", b.image(t, linuxAMD, one).Digest.Encoded(), "SECOND", b.image(t, linuxAMD, two).Digest.Encoded(), "{…}", "{",
			).Replace(tt.want)
			if !strings.HasPrefix(err.Error(), reference[len("archive:"):]+" "+want) || !errors.As(err, new(*source.FormatError)) {
				t.Errorf("Open: %v\nwant a FormatError: %s", err, want)
			}
			for _, held := range []int64{0, 1} {
				options := source.HandOver(source.Options{Stdin: bytes.NewReader(b.tar(t))}, held)
				wantFormatError(t, openError(t, "-", options), strings.Replace(err.Error(), reference[len("archive:"):], "stdin", 1))
			}
		})
	}
}

func slicesRepeat(d ocispec.Descriptor, n int) []ocispec.Descriptor {
	out := make([]ocispec.Descriptor, n)
	for i := range out {
		out[i] = d
	}
	return out
}
