package push_test

import (
	"net/http"
	"net/url"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/google/go-containerregistry/pkg/authn"

	"github.com/hallmark-ci/hallmark/registry/push"
	"github.com/hallmark-ci/hallmark/registry/source"
)

// base is another repository of the registry.
const base = "shop/base"

// based is a server with an image in its other repository, and that image as it is read from there.
func based(t *testing.T) (*server, *source.Image) {
	t.Helper()
	s := newServer(t)
	other, err := push.Connect(s.host()+"/"+base, push.Options{Auth: &authn.Basic{Username: user, Password: password}, Insecure: true, TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	one := image(sealed(t, "amd64", 1, 2))
	if _, err := other.Push(t.Context(), one, push.Settings{}); err != nil {
		t.Fatal(err)
	}
	s.forget()
	one.Repository = s.host() + "/" + base
	return s, one
}

// mounts lists the blobs that sessions were asked to mount.
func (s *server) mounts() []string {
	var out []string
	for _, r := range s.seen() {
		query, _ := url.ParseQuery(r.Query)
		if r.Kind == postUpload && query.Has("mount") {
			out = append(out, query.Get("mount")+" from "+query.Get("from"))
		}
	}
	slices.Sort(out)
	return out
}

// wantMounts are the mounts of all blobs of an image.
func wantMounts(image *source.Image) []string {
	out := []string{image.Sealed.Config.Digest.String() + " from " + base}
	for _, l := range image.Sealed.Layers {
		out = append(out, l.Digest.String()+" from "+base)
	}
	slices.Sort(out)
	return out
}

// layersOf are the layers of an image in the result of a push.
func layersOf(image *source.Image, action push.Action, from string) []push.Layer {
	var out []push.Layer
	for _, l := range image.Sealed.Layers {
		out = append(out, push.Layer{Digest: l.Digest, Size: l.Size, Action: action, From: from})
	}
	return out
}

func wantLayers(t *testing.T, want []push.Layer, got push.Result) {
	t.Helper()
	if diff := cmp.Diff(want, got.Upload.Layers, cmpopts.IgnoreFields(push.Layer{}, "Duration")); diff != "" {
		t.Errorf("Push(…).Upload.Layers (-want +got):\n%s", diff)
	}
}

func TestPushMountsBlobsOfAnotherRepository(t *testing.T) {
	s, image := based(t)
	result := mustPush(t, s, connect(t, s), image, push.Settings{})
	pulled(t, s, result.Image.Digest)
	wantLayers(t, layersOf(image, push.Mounted, base), result)
	if diff := cmp.Diff(wantMounts(image), s.mounts()); diff != "" {
		t.Errorf("mounts (-want +got):\n%s", diff)
	}
	if posts, puts := s.count(postUpload), s.count(putBlob); posts != 3 || puts != 0 || result.Upload.Bytes != 0 {
		t.Errorf("%d sessions, %d blobs of %d bytes sent; want 3 and none", posts, puts, result.Upload.Bytes)
	}
}

func TestPushUsesTheSessionThatItIsGivenInPlaceOfAMount(t *testing.T) {
	s, image := based(t)
	s.always(postUpload, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		r.URL.RawQuery = ""
		next.ServeHTTP(w, r)
	})
	result := mustPush(t, s, connect(t, s), image, push.Settings{})
	pulled(t, s, result.Image.Digest)
	wantLayers(t, layersOf(image, push.Uploaded, ""), result)
	if diff := cmp.Diff(wantMounts(image), s.mounts()); diff != "" {
		t.Errorf("mounts (-want +got):\n%s", diff)
	}
	if posts, puts := s.count(postUpload), s.count(putBlob); posts != 3 || puts != 3 {
		t.Errorf("%d sessions for %d blobs, want 3 for 3", posts, puts)
	}
}

// noMount answers so to every session that asks for a mount, and is well otherwise.
func noMount(answer fault) fault {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if r.URL.Query().Has("mount") {
			answer(w, r, next)
			return
		}
		next.ServeHTTP(w, r)
	}
}

func TestPushOpensAPlainSessionWhereMountingIsRefused(t *testing.T) {
	for name, answer := range map[string]fault{
		"403": say(http.StatusForbidden, "DENIED", "not authorized to perform: ecr:GetDownloadUrlForLayer"),
		"404": say(http.StatusNotFound, "BLOB_UNKNOWN", "blob unknown"),
		"405": page(http.StatusMethodNotAllowed),
	} {
		t.Run(name, func(t *testing.T) {
			s, image := based(t)
			s.always(postUpload, noMount(answer))
			c := connect(t, s)
			result := mustPush(t, s, c, image, push.Settings{})
			pulled(t, s, result.Image.Digest)
			wantLayers(t, layersOf(image, push.Uploaded, ""), result)
			if posts, puts := s.count(postUpload), s.count(putBlob); posts != 6 || puts != 3 || len(c.waits) != 0 || c.renewals != 0 {
				t.Errorf("%d sessions for %d blobs, waited %v, renewed %d times", posts, puts, c.waits, c.renewals)
			}
		})
	}
}

func TestPushMountsNothingFromElsewhere(t *testing.T) {
	for name, from := range map[string]func(host string) string{
		"from a file":                             func(string) string { return "" },
		"from another registry":                   func(string) string { return "registry.example.com/" + base },
		"from a registry whose name begins alike": func(host string) string { return host + "0/" + base },
		"from the same repository":                func(host string) string { return host + "/" + repository },
	} {
		t.Run(name, func(t *testing.T) {
			s, image := based(t)
			image.Repository = from(s.host())
			mustPush(t, s, connect(t, s), image, push.Settings{})
			if got := s.mounts(); len(got) != 0 {
				t.Errorf("asked to mount %q", got)
			}
		})
	}
}

func TestPushSendsWhatTheRegistrySaysItMountedAndHasNot(t *testing.T) {
	s, image := based(t)
	s.always(postUpload, noMount(stored))
	s.always(putManifest, missingBlob)
	c := connect(t, s)
	result := mustPush(t, s, c, image, push.Settings{})
	pulled(t, s, result.Image.Digest)
	wantLayers(t, layersOf(image, push.Uploaded, ""), result)
	if len(c.notes) != 1 || s.count(putManifest) != 2 {
		t.Errorf("%d manifests sent, told %q", s.count(putManifest), c.notes)
	}
}
