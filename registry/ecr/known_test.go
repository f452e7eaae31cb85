package ecr_test

import (
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/ecr"
	"github.com/hallmark-ci/hallmark/registry/emulator"
	"github.com/hallmark-ci/hallmark/registry/push"
)

func TestManifestsPassesOverWhatCannotBeRead(t *testing.T) {
	one := manifest(t, "one", nil)
	all := index(t, platform(one, "amd64"))
	other := one
	other.Digest = digest.FromString("other")
	a := newAPI(t).on("BatchGetImage", images([]string{found(other, "wrong"), found(one, "1.0"), `{"imageId":{"imageDigest":"sha256:aa"}}`, found(all, "2.0")},
		missing(`{"imageTag":"absent"}`), `{"imageId":{"imageTag":"archived"},"failureCode":"ImageInaccessible","failureReason":"archived"}`))
	got, err := connect(t, a).Manifests(t.Context(), repo, []string{"wrong", "1.0", "absent", "archived", "2.0", "1.0"})
	want := map[string]registry.Manifest{"1.0": one, one.Digest.String(): one, "2.0": all, all.Digest.String(): all}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("Manifests: %v (-want +got):\n%s", err, diff)
	}
	if len(a.calls) != 1 || len(a.calls[0].Input["imageIds"].([]any)) != 5 {
		t.Errorf("calls %+v, want one for five images", a.calls)
	}
}

func TestManifestsKeepsWhatItReadBeforeAnError(t *testing.T) {
	one := manifest(t, "one", nil)
	a := newAPI(t).on("BatchGetImage", images([]string{found(one, "tag-000")}), denial("ecr:BatchGetImage", arn))
	var tags []string
	for i := range 150 {
		tags = append(tags, fmt.Sprintf("tag-%03d", i))
	}
	got, err := connect(t, a).Manifests(t.Context(), repo, tags)
	var denied *registry.DeniedError
	if !errors.As(err, &denied) || denied.Action != "ecr:BatchGetImage" || got["tag-000"].Digest != one.Digest {
		t.Errorf("Manifests = %v, %v", got, err)
	}
}

func TestAvailable(t *testing.T) {
	held, gone, archived := digest.FromString("held"), digest.FromString("gone"), digest.FromString("archived")
	a := newAPI(t).on("BatchCheckLayerAvailability", ok(`{"layers":[
		{"layerDigest":"`+held.String()+`","layerAvailability":"AVAILABLE","layerSize":7,"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip"},
		{"layerDigest":"`+gone.String()+`","layerAvailability":"UNAVAILABLE"},
		{"layerDigest":"`+archived.String()+`","layerAvailability":"ARCHIVED","layerSize":7}],
		"failures":[{"layerDigest":"sha256:aa","failureCode":"InvalidLayerDigest","failureReason":"no"}]}`))
	got, err := connect(t, a).Available(t.Context(), repo, []digest.Digest{held, gone, archived, held})
	if diff := cmp.Diff(map[digest.Digest]int64{held: 7}, got); diff != "" || err != nil {
		t.Errorf("Available: %v (-want +got):\n%s", err, diff)
	}
	if len(a.calls) != 1 || len(a.calls[0].Input["layerDigests"].([]any)) != 3 {
		t.Errorf("calls %+v, want one for three layers", a.calls)
	}
}

func TestAvailableAsksForAHundredAtATime(t *testing.T) {
	a := newAPI(t).on("BatchCheckLayerAvailability", ok(`{"layers":[]}`))
	var digests []digest.Digest
	for i := range 250 {
		digests = append(digests, digest.FromString(fmt.Sprint(i)))
	}
	c := connect(t, a)
	if _, err := c.Available(t.Context(), repo, digests); err != nil {
		t.Fatal(err)
	}
	if got, err := c.Available(t.Context(), repo, nil); err != nil || len(got) != 0 {
		t.Errorf("Available of nothing = %v, %v", got, err)
	}
	var sizes []int
	for _, c := range a.calls {
		sizes = append(sizes, len(c.Input["layerDigests"].([]any)))
	}
	if diff := cmp.Diff([]int{100, 100, 50}, sizes); diff != "" {
		t.Errorf("layers asked for in each call (-want +got):\n%s", diff)
	}
}

// detail is one image of an answer of DescribeImages, pushed some seconds after another.
func detail(d digest.Digest, seconds int, more string) string {
	return fmt.Sprintf(`{"imageDigest":%q,"imagePushedAt":%d,%s}`, d, 1_700_000_000+seconds, more)
}

func TestNewest(t *testing.T) {
	const manifestType = `"imageManifestMediaType":"application/vnd.oci.image.manifest.v1+json"`
	first, second, third, other := digest.FromString("1"), digest.FromString("2"), digest.FromString("3"), digest.FromString("4")
	details := []string{
		detail(second, 2, `"imageManifestMediaType":"application/vnd.docker.distribution.manifest.v2+json","artifactMediaType":"application/vnd.docker.container.image.v1+json"`),
		detail(first, 1, manifestType),
		detail(third, 3, `"imageManifestMediaType":"application/vnd.oci.image.index.v1+json"`),
		detail(other, 4, `"imageManifestMediaType":"application/vnd.docker.distribution.manifest.v1+prettyjws"`),
		detail(other, 5, manifestType+`,"artifactMediaType":"application/vnd.cncf.helm.config.v1+json"`),
		detail(other, 6, manifestType+`,"subjectManifestDigest":"`+first.String()+`"`),
		detail("latest", 7, manifestType),
	}
	a := newAPI(t).on("DescribeImages", ok(`{"imageDetails":[`+strings.Join(details[:3], ",")+`],"nextToken":"more"}`), ok(`{"imageDetails":[`+strings.Join(details[3:], ",")+`]}`))
	got, err := connect(t, a).Newest(t.Context(), repo, 2)
	if diff := cmp.Diff([]string{third.String(), second.String()}, got); diff != "" || err != nil {
		t.Errorf("Newest: %v (-want +got):\n%s", err, diff)
	}
	filter := map[string]any{"tagStatus": "ANY"}
	a.received(t,
		call{"DescribeImages", map[string]any{"registryId": account, "repositoryName": name, "filter": filter, "maxResults": 1000.0}},
		call{"DescribeImages", map[string]any{"registryId": account, "repositoryName": name, "filter": filter, "maxResults": 1000.0, "nextToken": "more"}},
	)
}

func TestNewestReadsThreePagesAtMost(t *testing.T) {
	a := newAPI(t).on("DescribeImages", ok(`{"imageDetails":[],"nextToken":"1"}`), ok(`{"imageDetails":[],"nextToken":"2"}`), ok(`{"imageDetails":[],"nextToken":"3"}`), failure("ServerException", "no"))
	got, err := connect(t, a).Newest(t.Context(), repo, 10)
	if err != nil || len(got) != 0 || len(a.calls) != 3 {
		t.Errorf("Newest = %v, %v after %d calls", got, err, len(a.calls))
	}
}

// serveEmulator reaches the repository of an emulator that denies some actions.
func serveEmulator(t *testing.T, denied ...string) (*ecr.Client, registry.Repository, *push.Repository) {
	t.Helper()
	isolate(t)
	var ticks atomic.Int64
	start := time.Now()
	e, err := emulator.New(emulator.Options{
		Scenario: &emulator.Scenario{Denied: denied},
		Now:      func() time.Time { return start.Add(time.Duration(ticks.Add(1)) * time.Second) },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	server := httptest.NewServer(e)
	t.Cleanup(server.Close)
	c, err := ecr.New(t.Context(), ecr.Options{Endpoint: server.URL, Region: "us-east-1", AccessKeyID: "test", SecretAccessKey: "test"})
	if err != nil {
		t.Fatal(err)
	}
	token, err := c.Token(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	at := registry.Repository{Host: token.Host, Name: name}
	remote, err := push.Connect(at.String(), push.Options{Auth: &authn.Basic{Username: token.Username, Password: token.Password}, Insecure: true})
	if err != nil {
		t.Fatal(err)
	}
	return c, at, remote
}

// pushTiny pushes an image by digest, without a tag.
func pushTiny(t *testing.T, remote *push.Repository) registry.Manifest {
	t.Helper()
	result, err := remote.Push(t.Context(), tiny(t), push.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	m, err := registry.ParseManifest(result.Image.Manifest, "")
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestKnownLayersOfAnEmulator(t *testing.T) {
	c, at, remote := serveEmulator(t)
	older, newer := pushTiny(t, remote), pushTiny(t, remote)
	newest, err := c.Newest(t.Context(), at, 10)
	if diff := cmp.Diff([]string{newer.Digest.String(), older.Digest.String()}, newest); diff != "" || err != nil {
		t.Fatalf("Newest: %v (-want +got):\n%s", err, diff)
	}
	manifests, err := c.Manifests(t.Context(), at, append(newest, "absent"))
	if diff := cmp.Diff(map[string]registry.Manifest{newest[0]: newer, newest[1]: older}, manifests); diff != "" || err != nil {
		t.Fatalf("Manifests: %v (-want +got):\n%s", err, diff)
	}
	layer := newer.Layers[0]
	held, err := c.Available(t.Context(), at, []digest.Digest{layer.Digest, digest.FromString("absent")})
	if diff := cmp.Diff(map[digest.Digest]int64{layer.Digest: layer.Size}, held); diff != "" || err != nil {
		t.Errorf("Available: %v (-want +got):\n%s", err, diff)
	}
	if got := registry.KnownLayers(newer, nil, "x"); len(got) != 1 || got[0].Blob.MediaType != ocispec.MediaTypeImageLayerGzip {
		t.Errorf("KnownLayers = %+v", got)
	}
}

func TestKnownLayersThatMayNotBeAskedFor(t *testing.T) {
	c, at, _ := serveEmulator(t, "ecr:BatchGetImage", "ecr:BatchCheckLayerAvailability", "ecr:DescribeImages")
	_, manifestsErr := c.Manifests(t.Context(), at, []string{"latest"})
	_, availableErr := c.Available(t.Context(), at, []digest.Digest{digest.FromString("x")})
	_, newestErr := c.Newest(t.Context(), at, 10)
	for action, err := range map[string]error{
		"ecr:BatchGetImage": manifestsErr, "ecr:BatchCheckLayerAvailability": availableErr, "ecr:DescribeImages": newestErr,
	} {
		var denied *registry.DeniedError
		if !errors.As(err, &denied) || denied.Action != action {
			t.Errorf("%s: %v", action, err)
		}
	}
}
