package ecr_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/opencontainers/go-digest"
	"github.com/opencontainers/image-spec/specs-go"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/hallmark-ci/hallmark/registry"
)

// manifest is an image manifest whose config has a name of its own.
func manifest(t *testing.T, config string, annotations map[string]string) registry.Manifest {
	t.Helper()
	return marshal(t, ocispec.Manifest{
		Versioned: specs.Versioned{SchemaVersion: 2}, MediaType: ocispec.MediaTypeImageManifest, Annotations: annotations,
		Config: ocispec.Descriptor{MediaType: ocispec.MediaTypeImageConfig, Digest: digest.FromString(config), Size: 2},
	})
}

func index(t *testing.T, children ...ocispec.Descriptor) registry.Manifest {
	t.Helper()
	return marshal(t, ocispec.Index{Versioned: specs.Versioned{SchemaVersion: 2}, MediaType: ocispec.MediaTypeImageIndex, Manifests: children})
}

func marshal(t *testing.T, doc any) registry.Manifest {
	t.Helper()
	raw, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	m, err := registry.ParseManifest(raw, "")
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func platform(m registry.Manifest, arch string) ocispec.Descriptor {
	d := m.Descriptor()
	d.Platform = &ocispec.Platform{OS: "linux", Architecture: arch}
	return d
}

// found is one image of an answer of BatchGetImage.
func found(m registry.Manifest, tag string) string {
	id := map[string]string{"imageDigest": m.Digest.String()}
	if tag != "" {
		id["imageTag"] = tag
	}
	text, _ := json.Marshal(map[string]any{
		"registryId": account, "repositoryName": name, "imageId": id, "imageManifest": string(m.Raw), "imageManifestMediaType": m.MediaType,
	})
	return string(text)
}

func missing(id string) string {
	return `{"imageId":` + id + `,"failureCode":"ImageNotFound","failureReason":"Requested image not found"}`
}

func images(found []string, failures ...string) answer {
	return ok(`{"images":[` + strings.Join(found, ",") + `],"failures":[` + strings.Join(failures, ",") + `]}`)
}

func TestImagesReadsWhatTagsAndDigestsName(t *testing.T) {
	one := manifest(t, "one", map[string]string{registry.AnnotationRevision: "c1", registry.AnnotationVersion: "1.4.9"})
	two := manifest(t, "two", nil)
	a := newAPI(t).on("BatchGetImage", images([]string{found(one, "1.4.9"), found(two, "")}, missing(`{"imageTag":"absent"}`)))
	got, err := connect(t, a).Images(t.Context(), repo, []string{"1.4.9", "absent", two.Digest.String(), "1.4.9"})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]registry.Image{
		"1.4.9":             {Digest: one.Digest.String(), MediaType: one.MediaType, Manifest: one.Raw, Configs: []string{one.Config.Digest.String()}, Commit: "c1", Version: "1.4.9"},
		two.Digest.String(): {Digest: two.Digest.String(), MediaType: two.MediaType, Manifest: two.Raw, Configs: []string{two.Config.Digest.String()}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Images (-want +got):\n%s", diff)
	}
	accepted := []any{ocispec.MediaTypeImageIndex, registry.MediaTypeDockerManifestList, ocispec.MediaTypeImageManifest, registry.MediaTypeDockerManifest}
	a.received(t, call{"BatchGetImage", map[string]any{
		"registryId": account, "repositoryName": name, "acceptedMediaTypes": accepted,
		"imageIds": []any{map[string]any{"imageTag": "1.4.9"}, map[string]any{"imageTag": "absent"}, map[string]any{"imageDigest": two.Digest.String()}},
	}})
}

func TestImagesFindsADigestThatIsAnsweredWithATag(t *testing.T) {
	one := manifest(t, "one", nil)
	a := newAPI(t).on("BatchGetImage", images([]string{found(one, "latest")}))
	got, err := connect(t, a).Images(t.Context(), repo, []string{one.Digest.String()})
	if err != nil || len(got) != 1 || got[one.Digest.String()].Digest != one.Digest.String() {
		t.Errorf("Images = %v, %v", got, err)
	}
}

func TestImagesOfNothingAsksNothing(t *testing.T) {
	a := newAPI(t)
	got, err := connect(t, a).Images(t.Context(), repo, nil)
	if err != nil || len(got) != 0 {
		t.Errorf("Images = %v, %v", got, err)
	}
	a.received(t)
}

func TestImagesReadsTheConfigsOfAnIndex(t *testing.T) {
	amd, arm := manifest(t, "amd", nil), manifest(t, "arm", nil)
	note := manifest(t, "note", nil).Descriptor()
	note.Platform = &ocispec.Platform{OS: "unknown", Architecture: "unknown"}
	all := index(t, platform(amd, "amd64"), platform(arm, "arm64"), note)
	nested := index(t, platform(all, "amd64"))
	tests := []struct {
		name    string
		answers []answer
		want    []string
	}{
		{"that is whole", []answer{images([]string{found(all, "latest")}), images([]string{found(amd, ""), found(arm, "")})}, registry.SortConfigs([]string{amd.Config.Digest.String(), arm.Config.Digest.String()})},
		{"with a hole", []answer{images([]string{found(all, "latest")}), images([]string{found(amd, "")}, missing(`{"imageDigest":"`+arm.Digest.String()+`"}`))}, nil},
		{"of an index", []answer{images([]string{found(nested, "latest")}), images([]string{found(all, "")})}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := newAPI(t).on("BatchGetImage", test.answers...)
			got, err := connect(t, a).Images(t.Context(), repo, []string{"latest"})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got["latest"].Configs); diff != "" {
				t.Errorf("Configs (-want +got):\n%s", diff)
			}
			if len(a.calls) != 2 {
				t.Errorf("%d calls, want 2", len(a.calls))
			}
		})
	}
}

func TestImagesAsksForNothingThatIsNoDigest(t *testing.T) {
	wrong := platform(manifest(t, "one", nil), "amd64")
	wrong.Digest = "latest"
	all := index(t, wrong)
	a := newAPI(t).on("BatchGetImage", images([]string{found(all, "1.0")}))
	got, err := connect(t, a).Images(t.Context(), repo, []string{"1.0"})
	if err != nil || got["1.0"].Digest != all.Digest.String() || got["1.0"].Configs != nil || len(a.calls) != 1 {
		t.Errorf("Images = %+v, %v, after %d calls", got, err, len(a.calls))
	}
}

func TestImagesAsksForAHundredAtATime(t *testing.T) {
	a := newAPI(t).on("BatchGetImage", images(nil))
	var tags []string
	for i := range 250 {
		tags = append(tags, fmt.Sprintf("tag-%03d", i))
	}
	if _, err := connect(t, a).Images(t.Context(), repo, tags); err != nil {
		t.Fatal(err)
	}
	var sizes []int
	for _, c := range a.calls {
		sizes = append(sizes, len(c.Input["imageIds"].([]any)))
	}
	if diff := cmp.Diff([]int{100, 100, 50}, sizes); diff != "" {
		t.Errorf("images asked for in each call (-want +got):\n%s", diff)
	}
}

func TestImagesRefusesAnswersThatDoNotHold(t *testing.T) {
	one := manifest(t, "one", nil)
	other := one
	other.Digest = digest.FromString("other")
	nameless := `{"imageManifest":` + quoted(t, string(one.Raw)) + `}`
	tests := []struct {
		name   string
		answer answer
		want   string
	}{
		{"another digest than the bytes have", images([]string{found(other, "1.0")}), `read image 1.0 of repository "shop/api": its manifest has the digest ` + one.Digest.String()},
		{"an image without a name", images([]string{nameless}), `read image without a name of repository "shop/api": its manifest has the digest `},
		{"no manifest", images([]string{`{"imageId":{"imageDigest":"sha256:aa"}}`}), `read image sha256:aa of repository "shop/api": parse manifest: `},
		{"a failure of another kind", images(nil, `{"imageId":{"imageTag":"1.0"},"failureCode":"KmsError","failureReason":"the key is disabled"}`), `read image 1.0 of repository "shop/api": KmsError: the key is disabled`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := connect(t, newAPI(t).on("BatchGetImage", test.answer)).Images(t.Context(), repo, []string{"1.0"})
			if err == nil || !strings.HasPrefix(err.Error(), test.want) || got != nil {
				t.Errorf("Images = %v, %v; want %q", got, err, test.want)
			}
		})
	}
}

func quoted(t *testing.T, s string) string {
	t.Helper()
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestPutTag(t *testing.T) {
	m := manifest(t, "one", nil)
	image := registry.Image{Digest: m.Digest.String(), MediaType: m.MediaType, Manifest: m.Raw}
	isTaken := func(err error) bool {
		var taken *registry.TagTakenError
		return errors.As(err, &taken) && taken.Tag == "1.0"
	}
	isDenied := func(err error) bool {
		var denied *registry.DeniedError
		return errors.As(err, &denied) && denied.Action == "ecr:PutImage" && denied.Resource == arn
	}
	isNil := func(err error) bool { return err == nil }
	says := func(want string) func(error) bool {
		return func(err error) bool { return err != nil && !isTaken(err) && strings.Contains(err.Error(), want) }
	}
	tests := []struct {
		name   string
		answer answer
		is     func(error) bool
	}{
		{"writes a tag", ok(`{"image":{}}`), isNil},
		// https://github.com/aws/aws-sdk/issues/750 advises to take it for success.
		{"takes the same image under the same tag for success", failure("ImageAlreadyExistsException", "Image with digest 'x' and tag '1.0' already exists in the repository with name 'shop/api' in registry with id '123456789012'"), isNil},
		{"tells a tag that is taken", failure("ImageTagAlreadyExistsException", "The image tag '1.0' already exists in the 'shop/api' repository and cannot be overwritten because the tag is immutable."), isTaken},
		{"tells a limit", failure("LimitExceededException", "The image 'x' already has the maximum allowed number of tags which is '1000'"), says(`a limit of repository "shop/api" is reached, such as 1,000 tags an image: `)},
		{"tells a denial", denial("ecr:PutImage", arn), isDenied},
		{"tells a layer that is missing", failure("LayersNotFoundException", "no layer"), says(`tag image in repository "shop/api": `)},
		{"tells a wrong digest", failure("ImageDigestDoesNotMatchException", "no"), says("ImageDigestDoesNotMatchException")},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := newAPI(t).on("PutImage", test.answer)
			if err := connect(t, a).PutTag(t.Context(), repo, image, "1.0"); !test.is(err) {
				t.Errorf("PutTag: %v", err)
			}
			a.received(t, call{"PutImage", map[string]any{
				"registryId": account, "repositoryName": name, "imageDigest": m.Digest.String(), "imageTag": "1.0",
				"imageManifest": string(m.Raw), "imageManifestMediaType": m.MediaType,
			}})
		})
	}
}
