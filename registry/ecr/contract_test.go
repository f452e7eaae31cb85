package ecr_test

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/opencontainers/go-digest"

	"github.com/hallmark-ci/hallmark/gate"
	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/ecr"
	"github.com/hallmark-ci/hallmark/registry/emulator"
	"github.com/hallmark-ci/hallmark/registry/push"
	"github.com/hallmark-ci/hallmark/registry/source"
)

// TestContract holds what this package takes for granted about ECR against the emulator or, when HALLMARK_LIVE_REPOSITORY names one
// as HOST/NAME, against a real repository. That one must be immutable, and the environment must have credentials; it keeps two
// images of a few bytes, one of them under a tag that begins with contract-.
func TestContract(t *testing.T) {
	if live := os.Getenv("HALLMARK_LIVE_REPOSITORY"); live != "" {
		liveHost, liveName, err := ecr.ParseRepository(live)
		if err != nil {
			t.Fatal(err)
		}
		contract(t, ecr.Options{Host: liveHost}, liveName)
		return
	}
	isolate(t)
	e, err := emulator.New(emulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	server := httptest.NewServer(e)
	t.Cleanup(server.Close)
	options := ecr.Options{Endpoint: server.URL, Region: "us-east-1", AccessKeyID: "test", SecretAccessKey: "test"}
	c, err := ecr.New(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.CreateRepository(t.Context(), "contract/app", ecr.CreateOptions{Mutability: registry.Immutable}); err != nil {
		t.Fatal(err)
	}
	contract(t, options, "contract/app")
}

// contractor takes the steps, which build on one another.
type contractor struct {
	api    *ecr.Client
	repo   registry.Repository
	token  ecr.Token
	remote *push.Repository
	tag    string // that nothing has yet

	first, second registry.Image
	coverage      gate.Coverage
}

func contract(t *testing.T, o ecr.Options, name string) {
	api, err := ecr.New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	c := &contractor{api: api, repo: registry.Repository{Host: o.Host, Name: name}, tag: "contract-" + strings.ToLower(rand.Text())}
	for _, step := range []struct {
		name string
		take func(*testing.T, *contractor)
	}{
		{"gives a credential for its registry", getToken},
		{"describes an immutable repository", describe},
		{"names a repository that is not there", describeAbsent},
		{"says how it scans", cover},
		{"knows nothing of a tag that was never written", readAbsent},
		{"takes images by digest, with a credential that was renewed", pushImages},
		{"takes an image by digest again", pushAgain},
		{"shows images by digest and gives them no tag", readDigests},
		{"writes a tag and shows it", writeTag},
		{"takes the same tag for the same image", writeTagAgain},
		{"keeps a tag from another image", writeTagTaken},
		{"tells a missing image from a missing scan", readFindings},
	} {
		if !t.Run(step.name, func(t *testing.T) { step.take(t, c) }) {
			return
		}
	}
}

func getToken(t *testing.T, c *contractor) {
	var err error
	if c.token, err = c.api.Token(t.Context()); err != nil {
		t.Fatal(err)
	}
	if c.token.Username != "AWS" || c.token.Password == "" || c.token.ExpiresAt.IsZero() {
		t.Errorf("token of user %q for %q, until %s", c.token.Username, c.token.Host, c.token.ExpiresAt)
	}
	if c.repo.Host == "" {
		c.repo.Host = c.token.Host
	}
}

func describe(t *testing.T, c *contractor) {
	got, err := c.api.Repository(t.Context(), c.repo.Host, c.repo.Name)
	if err != nil {
		t.Fatal(err)
	}
	if c.repo = got; got.Mutable(c.tag) {
		t.Fatalf("%s is %s: these steps need an immutable one", got, got.Mutability)
	}
}

func describeAbsent(t *testing.T, c *contractor) {
	_, err := c.api.Repository(t.Context(), c.repo.Host, c.repo.Name+"-absent")
	var missing *registry.NotFoundError
	if !errors.As(err, &missing) || missing.Repository != c.repo.String()+"-absent" {
		t.Errorf("Repository: %v", err)
	}
}

func cover(t *testing.T, c *contractor) {
	var err error
	c.coverage, err = c.api.Scans(c.repo).Coverage(t.Context())
	if err != nil || c.coverage.Type != "BASIC" && c.coverage.Type != "ENHANCED" || c.coverage.Frequency == "" {
		t.Errorf("Coverage = %+v, %v", c.coverage, err)
	}
}

func readAbsent(t *testing.T, c *contractor) {
	got, err := c.api.Images(t.Context(), c.repo, []string{c.tag, digest.FromString(c.tag).String()})
	if err != nil || len(got) != 0 {
		t.Errorf("Images = %v, %v", got, err)
	}
}

func pushImages(t *testing.T, c *contractor) {
	renewals := 0
	var err error
	c.remote, err = push.Connect(c.repo.String(), push.Options{
		Auth: &authn.Basic{Username: "AWS", Password: "expired"}, Insecure: c.token.Insecure,
		Renew: func(context.Context) (authn.Authenticator, error) {
			renewals++
			return &authn.Basic{Username: c.token.Username, Password: c.token.Password}, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, image := range []*registry.Image{&c.first, &c.second} {
		result, err := c.remote.Push(t.Context(), tiny(t), push.Settings{Annotations: map[string]string{registry.AnnotationRevision: c.tag}})
		if err != nil {
			t.Fatal(err)
		}
		*image = result.Image
		image.Commit = c.tag
	}
	if renewals != 1 {
		t.Errorf("the credential was renewed %d times, want once", renewals)
	}
}

func pushAgain(t *testing.T, c *contractor) {
	sealed := source.Sealed{}
	var err error
	if sealed.Manifest, err = registry.ParseManifest(c.first.Manifest, c.first.MediaType); err != nil {
		t.Fatal(err)
	}
	sealed.Config = source.Blob{Descriptor: sealed.Manifest.Config}
	for _, layer := range sealed.Manifest.Layers {
		sealed.Layers = append(sealed.Layers, source.Blob{Descriptor: layer})
	}
	result, err := c.remote.Push(t.Context(), &source.Image{Sealed: &sealed}, push.Settings{})
	if err != nil || result.Image.Digest != c.first.Digest || result.Upload.Bytes != 0 {
		t.Errorf("Push = %+v, %v", result, err)
	}
}

func readDigests(t *testing.T, c *contractor) {
	got, err := c.api.Images(t.Context(), c.repo, []string{c.first.Digest, c.second.Digest, c.tag})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]registry.Image{c.first.Digest: c.first, c.second.Digest: c.second}, got); diff != "" {
		t.Errorf("Images (-want +got):\n%s", diff)
	}
}

func writeTag(t *testing.T, c *contractor) {
	if err := c.api.PutTag(t.Context(), c.repo, c.first, c.tag); err != nil {
		t.Fatal(err)
	}
	wantTag(t, c)
}

// wantTag checks by both faces that the tag names the first image.
func wantTag(t *testing.T, c *contractor) {
	t.Helper()
	want := map[string]registry.Image{c.tag: c.first}
	got, err := c.api.Images(t.Context(), c.repo, []string{c.tag})
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("by the API: %v (-want +got):\n%s", err, diff)
	}
	got, err = c.remote.Images(t.Context(), []string{c.tag})
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("by the registry: %v (-want +got):\n%s", err, diff)
	}
}

func writeTagAgain(t *testing.T, c *contractor) {
	if err := c.api.PutTag(t.Context(), c.repo, c.first, c.tag); err != nil {
		t.Errorf("PutTag: %v", err)
	}
	wantTag(t, c)
}

func writeTagTaken(t *testing.T, c *contractor) {
	for face, err := range map[string]error{
		"the API":      c.api.PutTag(t.Context(), c.repo, c.second, c.tag),
		"the registry": c.remote.PutTag(t.Context(), c.second, c.tag),
	} {
		var taken *registry.TagTakenError
		if !errors.As(err, &taken) || taken.Tag != c.tag {
			t.Errorf("PutTag by %s: %v", face, err)
		}
	}
	wantTag(t, c)
}

func readFindings(t *testing.T, c *contractor) {
	scans := c.api.Scans(c.repo)
	if _, err := scans.Answer(t.Context(), digest.FromString(c.tag).String(), "", 1); !errors.Is(err, gate.ErrImageNotFound) {
		t.Errorf("Answer for a missing image: %v", err)
	}
	answer, err := scans.Answer(t.Context(), c.first.Digest, "", 1)
	scanned := c.coverage.OnPush || c.coverage.Frequency != "MANUAL"
	if !errors.Is(err, gate.ErrScanNotFound) && !(scanned && err == nil && answer.Status != "") {
		t.Errorf("Answer for an image just pushed = %+v, %v", answer, err)
	}
}
