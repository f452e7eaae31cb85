package source_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/source"
)

func TestIdentity(t *testing.T) {
	multi := engine("docker29-containerd-multi.tar")
	for _, tt := range []struct {
		reference string
		want      registry.Image
	}{
		{"testdata/archives/docker20.tar", registry.Image{Configs: []string{config20.String()}}},
		{"testdata/archives/docker29-containerd-multi.tar", registry.Image{
			Digest: multi.Manifest.String(), MediaType: multi.MediaType, Configs: []string{configBuildx.String(), configArm.String()},
		}},
	} {
		t.Run(tt.reference, func(t *testing.T) {
			got := open(t, tt.reference, source.Options{}).Identity()
			if got.Digest != "" && digest.FromBytes(got.Manifest).String() != got.Digest {
				t.Errorf("Identity holds a manifest that is not %s", got.Digest)
			}
			got.Manifest = nil
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("Identity (-want +got):\n%s", diff)
			}
		})
	}
}

func TestIdentityReadsRevisionAndVersion(t *testing.T) {
	const commit, other = "1111111111111111111111111111111111111111", "2222222222222222222222222222222222222222"
	labelled := func(commit string) source.Platform {
		return source.Platform{Config: digest.FromString(commit), Labels: map[string]string{registry.AnnotationRevision: commit, registry.AnnotationVersion: "1.2.3"}}
	}
	sealed := func(annotations map[string]string) *source.Sealed {
		return &source.Sealed{Manifest: registry.Manifest{MediaType: ocispec.MediaTypeImageIndex, Annotations: annotations}}
	}
	for _, tt := range []struct {
		name                    string
		image                   source.Image
		wantCommit, wantVersion string
	}{
		{"from the labels of a loose image", source.Image{Loose: &source.Loose{}, Platforms: []source.Platform{labelled(commit)}}, commit, "1.2.3"},
		{"from labels that all platforms agree on", source.Image{Sealed: sealed(nil), Platforms: []source.Platform{labelled(commit), labelled(commit)}}, commit, "1.2.3"},
		{"not from labels that they do not agree on", source.Image{Sealed: sealed(nil), Platforms: []source.Platform{labelled(commit), labelled(other)}}, "", "1.2.3"},
		{"from annotations before labels", source.Image{
			Sealed:    sealed(map[string]string{registry.AnnotationRevision: other, registry.AnnotationVersion: "2.0.0"}),
			Platforms: []source.Platform{labelled(commit)},
		}, other, "2.0.0"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := tt.image.Identity()
			if diff := cmp.Diff([]string{tt.wantCommit, tt.wantVersion}, []string{got.Commit, got.Version}); diff != "" {
				t.Errorf("commit and version (-want +got):\n%s", diff)
			}
		})
	}
}
