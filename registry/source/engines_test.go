package source_test

import (
	"bytes"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/hallmark-ci/hallmark/registry/source"
)

// Parts of the images in testdata/archives, worked out with tar, jq and sha256sum.
const (
	config20       digest.Digest = "sha256:85604cbbbd303b9bf96ba238c9b0e1b6b1f379a14968034a17e5879edd39cb69"
	configGraph    digest.Digest = "sha256:36eed68425823ee94378177b74a94513c0cb367642cef5065a7cbada32ba67f2"
	configBuildah  digest.Digest = "sha256:da0aaea816156888dad702153ee4276095f57f9c1073fae05a012a14230d6b0d"
	configSkopeo   digest.Digest = "sha256:3759f6e102ed4c0942d2096d3cccd70ce2b4c4f13e68829ccb449bece60d0649"
	configBuildx   digest.Digest = "sha256:8421cd8ce4aff46740d3b27b88707893d5fd45349ac0032d2ee13bb39af14801"
	configArm      digest.Digest = "sha256:9a3989a83f7bdf6fde0b13427da3b36a92dc1139599f37f51f76afdb6d904495"
	manifestSkopeo digest.Digest = "sha256:3efde8b070af062b6d61154c5b9d6115a827fea985e860a620072d1a7ebf2e9e"
	manifestBuildx digest.Digest = "sha256:bac5cd43785c6ac20e83b1f28bb7ff4a5fef70bb72144469fde6433a18a684b7"
	manifestArm    digest.Digest = "sha256:90f3b5a3c42f070cc4ed27e111a5e944e800a629b906b9772bbceb59a659e61f"
	manifestZstd   digest.Digest = "sha256:93bc884d783f079681dbeff9514a492686ef6413186b80f1666a8725a34f7e1a"
)

var labels = map[string]string{"org.opencontainers.image.source": "https://example.com/octo/app"}

func amd64(config, manifest digest.Digest) source.Platform {
	return source.Platform{Name: "linux/amd64", Config: config, Digest: manifest, Labels: labels}
}

func arm64(config, manifest digest.Digest) source.Platform {
	return source.Platform{Name: "linux/arm64", Config: config, Digest: manifest, Labels: labels}
}

func layers(digests ...digest.Digest) []layer {
	var out []layer
	for _, d := range digests {
		out = append(out, layer{Digest: d})
	}
	return out
}

// Layers as the engines wrote them: not compressed, with gzip, with zstd.
var (
	plain20     = layers("sha256:ee18a5025778a6605f49f80945e2a016020a5ed6b0fc000a706e9217648aa205", "sha256:3bcb21374d47b869be3ee608c7bee2fa8459505faa9913a921f250ce90a1fda1")
	plainGraph  = layers("sha256:e6bae396e33091fa87a3b911167f1847e805a30dc95c2bf1edf65a1f5441f1cc", "sha256:5a2fa37baf4a954a927c7466381dc35053bc7bf9d0397240cb204a0c73f1c065")
	gzipBuildx  = layers("sha256:2a6fa1a97d7f1b0e4737e54e1cd082df5dd40f891b349919a78cc7cb91d4e7c4", "sha256:e52b7149b61af81f0979a53ea586ef01ecf52ce270e76ca83a8245ba796f0e08")
	gzipSkopeo  = layers("sha256:1801bb401d9720c1e07e4ce9ffa90b590fd76b2ded442cfccf1b4c4a269c5fe7", "sha256:3a4bb4c8a4a2e54a51900d18909f8bdd98e78adf95362a924a15e79d89d96dbf")
	zstdBuildx  = layers("sha256:85e44814f1d6de4412ab59c5dc58f4da27314f1e04b7b1006ee379717727ca38", "sha256:e9b41f099ed9cce47a4e76c49cd2f6389cdac7a753ad4cb1d8ea3a6878a2db51")
	buildxImage = view{Manifest: manifestBuildx, MediaType: ocispec.MediaTypeImageManifest, Platforms: []source.Platform{amd64(configBuildx, manifestBuildx)}, Layers: gzipBuildx}
	skopeoImage = view{Manifest: manifestSkopeo, MediaType: ocispec.MediaTypeImageManifest, Platforms: []source.Platform{amd64(configSkopeo, manifestSkopeo)}, Layers: gzipSkopeo}
	docker20    = view{Platforms: []source.Platform{amd64(config20, "")}, Layers: plain20}
)

// both is an index of the images for amd64 and arm64, which share their layers, and an attestation of each.
func both(index, attestAMD, attestARM, provenanceAMD, provenanceARM digest.Digest) view {
	return view{
		Manifest:  index,
		MediaType: ocispec.MediaTypeImageIndex,
		Tree:      []digest.Digest{manifestBuildx, manifestArm, attestAMD, attestARM},
		Platforms: []source.Platform{amd64(configBuildx, manifestBuildx), arm64(configArm, manifestArm)},
		Layers:    append(append(append([]layer(nil), gzipBuildx...), gzipBuildx...), layers(provenanceAMD, provenanceARM)...),
	}
}

// engines says for each archive what the tool that wrote it would push: an image whose layers are compressed keeps the digest that
// its builder gave it, attestations included.
var engines = []struct {
	archive string
	want    view
}{
	{"docker20.tar", docker20},
	{"docker20-two-tags.tar", docker20},
	{"docker20-by-id.tar", docker20},
	{"skopeo-docker-archive.tar", docker20},
	{"docker29-graph.tar", view{Platforms: []source.Platform{amd64(configGraph, "")}, Layers: plainGraph}},
	{"buildah-docker-archive.tar", view{
		Platforms: []source.Platform{{Name: "linux/amd64", Config: configBuildah, Labels: map[string]string{
			"io.buildah.version": "1.28.2", "org.opencontainers.image.source": "https://example.com/octo/app",
		}}},
		Layers: layers("sha256:6dde33cdda0338051a348696cb2318752fd0942a4c6b43f146eca733c50b4b32"),
	}},
	{"docker29-containerd-plain.tar", buildxImage},
	{"docker29-containerd-attest.tar", view{
		Manifest:  "sha256:3e5eb82bc1745c5af3c50bc2e45625e9085915c2750dcb110818c69d0e5b56cc",
		MediaType: ocispec.MediaTypeImageIndex,
		Tree:      []digest.Digest{manifestBuildx, "sha256:54caec6e72669cf2ba8ea92863a86ee9f39a2520782da380682d6d1dca165f15"},
		Platforms: []source.Platform{amd64(configBuildx, manifestBuildx)},
		Layers:    append(append([]layer(nil), gzipBuildx...), layers("sha256:9ca81f2e62c34f58f7b0d5c80fff03bafcdbdeff35eb97def964b5acaa0b9560")...),
	}},
	{"docker29-containerd-multi.tar", both(
		"sha256:ecf1544eb3ce57974d84f094ec68bae46e92f8eb66551a0f671eb0a7df5559ca",
		"sha256:5868dd0861e88a725743ffcdae52a525d3fa4c1bd0c56f933f380e3693660a00", "sha256:06d8efa5f964187de83138fdbed1f7fdd1aa8e4c914ca4712c46d9e336d8ad72",
		"sha256:314bb41bd991a599fffe7f2a9787831104fe175e9701193c1e2cf0fffc81478e", "sha256:3aa24b1f1d9411051045632c810909600c746103c2769edbf926cc13ee329a3b",
	)},
	{"buildx-multi.oci.tar", both(
		"sha256:493db5c4a7e2eba735ea6fdb653c94d8a17febc83b763cebc8a29fe9588fba53",
		"sha256:6c5523bb6a7eada38cfa767bea3f79ba5af0fa56cbf6fedd620db29927ba91cf", "sha256:de3bc20f8ab30f5c436dfaff8812e68bf68096cf83a05448e92060d32e39b54d",
		"sha256:76d0aa03421c726a847831b80a04e9c30198f3927c322eb82090503231c0f4a4", "sha256:76d0aa03421c726a847831b80a04e9c30198f3927c322eb82090503231c0f4a4",
	)},
	{"buildx-docker.tar", buildxImage},
	{"buildx-zstd.oci.tar", view{Manifest: manifestZstd, MediaType: ocispec.MediaTypeImageManifest, Platforms: []source.Platform{amd64(configBuildx, manifestZstd)}, Layers: zstdBuildx}},
	{"skopeo-oci-archive.tar", skopeoImage},
	{"regctl-export.tar", skopeoImage},
}

// engine is what engines says of an archive.
func engine(archive string) view {
	for _, e := range engines {
		if e.archive == archive {
			return e.want
		}
	}
	return view{}
}

func TestOpenReadsWhatEnginesWrite(t *testing.T) {
	for _, tt := range engines {
		data := read(t, filepath.Join("testdata/archives", tt.archive))
		t.Run(tt.archive, func(t *testing.T) {
			image := open(t, "testdata/archives/"+tt.archive, source.Options{})
			if diff := cmp.Diff(tt.want, look(t, image)); diff != "" {
				t.Errorf("image (-want +got):\n%s", diff)
			}
		})
		for form, content := range map[string][]byte{"plain": data, "gzip": gzipped(t, data), "zstd": zstandard(t, data)} {
			t.Run(tt.archive+" as "+form+" on stdin", func(t *testing.T) {
				image := open(t, "-", source.Options{Stdin: bytes.NewReader(content)})
				if diff := cmp.Diff(tt.want, look(t, image)); diff != "" {
					t.Errorf("image (-want +got):\n%s", diff)
				}
			})
			t.Run(tt.archive+" as "+form+" on stdin, its layers taken", func(t *testing.T) {
				image := open(t, "-", source.HandOver(source.Options{Stdin: bytes.NewReader(content)}, 1))
				if diff := cmp.Diff(tt.want, look(t, image)); diff != "" {
					t.Errorf("image (-want +got):\n%s", diff)
				}
			})
			t.Run(tt.archive+" as "+form+" in a file", func(t *testing.T) {
				name := write(t, filepath.Join(t.TempDir(), "image"), content)
				image := open(t, "archive:"+name, source.Options{})
				if diff := cmp.Diff(tt.want, look(t, image)); diff != "" {
					t.Errorf("image (-want +got):\n%s", diff)
				}
			})
		}
	}
}

func TestOpenReadsALayout(t *testing.T) {
	for _, reference := range []string{"oci:testdata/archives/oci-layout", "oci:testdata/archives/oci-layout:1", "oci:testdata/archives/oci-layout@" + manifestSkopeo.String()} {
		t.Run(reference, func(t *testing.T) {
			if diff := cmp.Diff(skopeoImage, look(t, open(t, reference, source.Options{}))); diff != "" {
				t.Errorf("image (-want +got):\n%s", diff)
			}
		})
	}
}
