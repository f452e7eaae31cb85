package push_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/push"
	"github.com/hallmark-ci/hallmark/registry/source"
)

func TestPutTagPointsATagAtAnImage(t *testing.T) {
	s, c, image := published(t)
	if err := c.PutTag(t.Context(), image, "1.4.9"); err != nil {
		t.Fatal(err)
	}
	got, err := remote.Head(parse(t, s, "1.4.9"), credential)
	if err != nil || got.Digest.String() != image.Digest {
		t.Errorf("tag names %v, %v; want %s", got, err, image.Digest)
	}
	if err := c.PutTag(t.Context(), image, "1.4.9"); err != nil {
		t.Errorf("the same tag again: %v", err)
	}
}

func TestPutTagTellsATagThatIsTaken(t *testing.T) {
	const arn = "arn:aws:ecr:eu-west-1:123456789012:repository/shop/api"
	s, _, image := published(t)
	c := connect(t, s, func(o *push.Options) { o.ARN = arn })
	// As ECR answers, https://github.com/osscontainertools/kaniko/issues/204.
	s.fail(putManifest, say(http.StatusBadRequest, "TAG_INVALID", "The image tag '1.4.9' already exists in the 'shop/api' repository and cannot be overwritten because the tag is immutable."))
	err := c.PutTag(t.Context(), image, "1.4.9")
	var taken *registry.TagTakenError
	if !errors.As(err, &taken) || taken.Tag != "1.4.9" || len(c.waits) != 0 {
		t.Errorf("PutTag: waited %v, %v", c.waits, err)
	}
	c.tidy(t, s, err)
}

func TestPutTagSendsNothingThatIsNotTheImage(t *testing.T) {
	s, c, image := published(t)
	s.forget()
	wrong := image
	wrong.Digest = digest.FromString("another").String()
	unread := image
	unread.Manifest = nil
	for _, one := range []registry.Image{wrong, unread} {
		if err := c.PutTag(t.Context(), one, "1.4.9"); err == nil || !strings.HasPrefix(err.Error(), "image "+one.Digest+": ") {
			t.Errorf("PutTag: %v", err)
		}
	}
	if len(s.seen()) != 0 {
		t.Errorf("sent %+v", s.seen())
	}
}

func TestPushSendsNoManifestThatIsNotItsDigest(t *testing.T) {
	s := newServer(t)
	c := connect(t, s)
	one := sealed(t, "amd64", 1)
	one.Manifest.Digest = digest.FromString("another")
	_, err := c.Push(t.Context(), image(one), push.Settings{})
	if err == nil || !strings.HasPrefix(err.Error(), "manifest "+one.Manifest.Digest.String()+" has the digest sha256:") || s.count(putManifest) != 0 {
		t.Errorf("Push: %v", err)
	}
}

func TestImagesReadsWhatTagsAndDigestsName(t *testing.T) {
	s := newServer(t)
	c := connect(t, s)
	amd, arm := sealed(t, "amd64", 1), sealed(t, "arm64", 2)
	amd = seal(t, amd, map[string]string{registry.AnnotationRevision: "c1", registry.AnnotationVersion: "1.4.9"})
	all := mustPush(t, s, c, image(index(t, amd, arm, attestation(t, amd))), push.Settings{}).Image
	if err := c.PutTag(t.Context(), all, "latest"); err != nil {
		t.Fatal(err)
	}
	got, err := c.Images(t.Context(), []string{"latest", "absent", amd.Manifest.Digest.String(), digest.FromString("absent").String()})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]registry.Image{
		"latest": all,
		amd.Manifest.Digest.String(): {
			Digest: amd.Manifest.Digest.String(), MediaType: ocispec.MediaTypeImageManifest, Manifest: amd.Manifest.Raw,
			Configs: []string{amd.Config.Digest.String()}, Commit: "c1", Version: "1.4.9",
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Images (-want +got):\n%s", diff)
	}
}

func TestImagesOfARepositoryThatIsNotThereAreNone(t *testing.T) {
	s := newServer(t)
	s.fail(getManifest, say(http.StatusNotFound, "NAME_UNKNOWN", "repository name not known to registry"))
	got, err := connect(t, s).Images(t.Context(), []string{"latest"})
	if err != nil || len(got) != 0 {
		t.Errorf("Images = %v, %v", got, err)
	}
}

func TestImagesKnowsNoConfigsOfAnIndexWithAHole(t *testing.T) {
	s := newServer(t)
	c := connect(t, s)
	all := mustPush(t, s, c, image(index(t, sealed(t, "amd64", 1), sealed(t, "arm64", 2))), push.Settings{}).Image
	s.fail(getManifest, func(w http.ResponseWriter, r *http.Request, next http.Handler) { next.ServeHTTP(w, r) },
		say(http.StatusNotFound, "MANIFEST_UNKNOWN", "manifest unknown"))
	got, err := c.Images(t.Context(), []string{all.Digest})
	if err != nil || got[all.Digest].Digest != all.Digest || got[all.Digest].Configs != nil {
		t.Errorf("Images = %+v, %v", got, err)
	}
}

func TestImagesAsksForNothingThatIsNoDigest(t *testing.T) {
	s := newServer(t)
	all := index(t, sealed(t, "amd64", 1))
	wrong := []byte(strings.Replace(string(all.Manifest.Raw), all.Children[0].Manifest.Digest.String(), "latest", 1))
	s.fail(getManifest, func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.Header().Set("Content-Type", ocispec.MediaTypeImageIndex)
		w.Write(wrong)
	})
	got, err := connect(t, s).Images(t.Context(), []string{"1.0"})
	if err != nil || got["1.0"].Digest != digest.FromBytes(wrong).String() || got["1.0"].Configs != nil || s.count(getManifest) != 1 {
		t.Errorf("Images = %+v, %v, after %d requests", got, err, s.count(getManifest))
	}
}

func TestImagesRefusesAnswersThatAreNoManifests(t *testing.T) {
	good := sealed(t, "amd64", 1)
	serve := func(mediaType, body string) fault {
		return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
			w.Header().Set("Content-Type", mediaType)
			w.Write([]byte(body))
		}
	}
	tests := []struct {
		name, reference string
		fault           fault
		want            string
	}{
		{"a page", "latest", page(http.StatusOK), `read manifest latest: it is of type "text/html": parse manifest: `},
		{"another manifest than the digest asked for", digest.FromString("x").String(), serve(ocispec.MediaTypeImageManifest, string(good.Manifest.Raw)), "was asked for and " + good.Manifest.Digest.String() + " came"},
		{"a manifest of the first schema", "latest", serve("application/vnd.docker.distribution.manifest.v1+prettyjws", `{"schemaVersion":1}`), "manifest of schema version 1"},
		{"an artifact without a config", "latest", serve("application/vnd.oci.artifact.manifest.v1+json", `{"schemaVersion":2}`), "has no config"},
		{"more than a manifest may have", "latest", serve(ocispec.MediaTypeImageManifest, `"`+strings.Repeat("x", registry.MaxManifestSize)+`"`), "a manifest of more than 4194304 bytes"},
		{"a refusal", "latest", say(http.StatusBadRequest, "NAME_INVALID", "invalid repository name"), "read manifest latest: HOST answered 400 Bad Request: NAME_INVALID: invalid repository name"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := newServer(t)
			s.always(getManifest, test.fault)
			_, err := connect(t, s).Images(t.Context(), []string{test.reference})
			if want := strings.ReplaceAll(test.want, "HOST", s.host()); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("Images: %v, want %q", err, want)
			}
		})
	}
}

func TestImagesTakesDigestsOfOtherAlgorithms(t *testing.T) {
	s := newServer(t)
	one := sealed(t, "amd64", 1)
	s.fail(getManifest, func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.Header().Set("Content-Type", one.Manifest.MediaType)
		w.Write(one.Manifest.Raw)
	})
	long := digest.SHA512.FromBytes(one.Manifest.Raw).String()
	got, err := connect(t, s).Images(t.Context(), []string{long})
	if err != nil || got[long].Digest != one.Manifest.Digest.String() {
		t.Errorf("Images = %v, %v", got, err)
	}
}

func TestLabelsOfAnImage(t *testing.T) {
	forbidden := say(http.StatusForbidden, "DENIED", "not authorized to perform: ecr:GetDownloadUrlForLayer")
	tests := []struct {
		name   string
		image  source.Sealed
		faults []fault
		want   map[string]string
		err    string // a part of it
	}{
		{name: "are those of its config", image: sealed(t, "amd64", 1), want: map[string]string{registry.AnnotationRevision: "c1"}},
		{name: "are those of a platform of its index", image: index(t, sealed(t, "amd64", 1), sealed(t, "arm64", 2)), want: map[string]string{registry.AnnotationRevision: "c1"}},
		{name: "are none where the config may not be read", image: sealed(t, "amd64", 1), faults: []fault{forbidden, forbidden}},
		{name: "are none where it is no image", image: seal(t, source.Sealed{Config: blob("text/plain", []byte("hello"))}, nil)},
		{name: "are none where its configs are unknown", image: source.Sealed{}},
		{name: "cannot be read from a page", image: sealed(t, "amd64", 1), faults: []fault{page(http.StatusOK)}, err: "against the protocol: it came as sha256:"},
		{name: "cannot be read where the config is lost", image: sealed(t, "amd64", 1), faults: []fault{say(http.StatusNotFound, "BLOB_UNKNOWN", "blob unknown")}, err: "404 Not Found: BLOB_UNKNOWN: blob unknown"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := newServer(t)
			c := connect(t, s)
			var one registry.Image
			if test.image.Manifest.Raw != nil {
				one = mustPush(t, s, c, image(test.image), push.Settings{}).Image
			}
			s.fail(getBlob, test.faults...)
			got, err := c.Labels(t.Context(), one)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("Labels (-want +got):\n%s", diff)
			}
			if (err != nil) != (test.err != "") || err != nil && !strings.Contains(err.Error(), test.err) {
				t.Errorf("Labels: %v, want %q", err, test.err)
			}
		})
	}
}

func TestLabelsOfAConfigThatIsNoDigest(t *testing.T) {
	_, err := connect(t, newServer(t)).Labels(t.Context(), registry.Image{Configs: []string{"../../latest"}})
	if err == nil || !strings.HasPrefix(err.Error(), "read config ../../latest: ") {
		t.Errorf("Labels: %v", err)
	}
}
