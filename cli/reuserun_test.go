package cli

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"cuelabs.dev/go/oci/ociregistry/ocimem"
	"cuelabs.dev/go/oci/ociregistry/ociserver"
	"github.com/google/go-cmp/cmp"
	"github.com/opencontainers/go-digest"
	"github.com/opencontainers/image-spec/specs-go"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/ecr"
	"github.com/hallmark-ci/hallmark/registry/emulator"
	"github.com/hallmark-ci/hallmark/registry/push"
	"github.com/hallmark-ci/hallmark/registry/source"
	"github.com/hallmark-ci/hallmark/tagger"
)

// asked is a registry that keeps what it was asked.
type asked struct {
	next http.Handler

	mu       sync.Mutex
	requests []string
}

func (a *asked) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, what, api := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	for _, kind := range []string{"manifests", "blobs", "tags"} {
		if strings.Contains(r.URL.Path, "/"+kind+"/") {
			what = r.Method + " " + kind
		}
	}
	a.mu.Lock()
	if api || what != "" {
		a.requests = append(a.requests, what)
	}
	a.mu.Unlock()
	a.next.ServeHTTP(w, r)
}

func (a *asked) reset() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.requests = nil
}

// received checks the requests that came, in order.
func (a *asked) received(t *testing.T, want string) {
	t.Helper()
	a.mu.Lock()
	defer a.mu.Unlock()
	if diff := cmp.Diff(want, strings.Join(a.requests, ", ")); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

// reuseECR is a run that is about to push an image of two layers, base and app, into an empty repository of an emulator.
func reuseECR(t *testing.T) (*pushRun, *asked) {
	t.Helper()
	e, err := emulator.New(emulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	return reuseRun(t, e, true)
}

// reusePlain is such a run at a registry that is not ECR.
func reusePlain(t *testing.T) (*pushRun, *asked) {
	t.Helper()
	return reuseRun(t, ociserver.New(ocimem.New(), nil), false)
}

func reuseRun(t *testing.T, registry http.Handler, api bool) (*pushRun, *asked) {
	t.Helper()
	t.Setenv("AWS_CONFIG_FILE", os.DevNull)
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", os.DevNull)
	t.Setenv("DOCKER_CONFIG", t.TempDir())
	a := &asked{next: registry}
	server := httptest.NewServer(a)
	t.Cleanup(server.Close)
	p := newProgram([]string{"hallmark"}, Streams{Out: io.Discard, Err: &bytes.Buffer{}})
	p.say.Verbose = true
	c := connection{name: "shop/api", create: true, api: ecr.Options{Endpoint: server.URL, Region: "us-east-1", AccessKeyID: "test", SecretAccessKey: "test"}}
	if !api {
		c.host, c.api = strings.TrimPrefix(server.URL, "http://"), ecr.Options{}
	}
	target, err := p.connect(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	revision := tagger.Revision{Commit: head, Parents: []string{parent}, DefaultBranch: "main"}
	d := derived(t, revision, "type=sha,format=long,prefix=\ntype=ref,event=branch", "")
	a.reset()
	return &pushRun{
		program: p, target: target, facts: facts{Revision: revision}, derivation: d, tags: d.Tags,
		source: &source.Image{
			Loose:     &source.Loose{Layers: []source.Layer{{DiffID: digest.FromString("base")}, {DiffID: digest.FromString("app")}}},
			Platforms: []source.Platform{{Name: "linux/amd64"}},
		},
	}, a
}

// said is what the run told people since it connected.
func said(r *pushRun) []string {
	lines := strings.Split(strings.TrimSpace(r.Err.(*bytes.Buffer).String()), "\n")
	return slices.DeleteFunc(lines, func(line string) bool {
		return line == "" || strings.Contains(line, "created") || strings.Contains(line, "mutability")
	})
}

func blobOf(mediaType string, data []byte) source.Blob {
	return source.Blob{
		Descriptor: ocispec.Descriptor{MediaType: mediaType, Digest: digest.FromBytes(data), Size: int64(len(data))},
		Open:       func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil },
	}
}

// layerNamed is the blob of a layer whose tar is what its name says. Nobody unpacks it.
func layerNamed(name string, annotated bool) source.Blob {
	blob := blobOf(ocispec.MediaTypeImageLayerGzip, []byte("compressed "+name))
	if annotated {
		blob.Annotations = map[string]string{registry.AnnotationUncompressed: digest.FromString(name).String()}
	}
	return blob
}

// built is an image of named layers.
func built(t *testing.T, annotated bool, layers ...string) source.Sealed {
	t.Helper()
	var s source.Sealed
	var ids []digest.Digest
	doc := ocispec.Manifest{Versioned: specs.Versioned{SchemaVersion: 2}, MediaType: ocispec.MediaTypeImageManifest}
	for _, name := range layers {
		ids = append(ids, digest.FromString(name))
		s.Layers = append(s.Layers, layerNamed(name, annotated))
		doc.Layers = append(doc.Layers, layerNamed(name, annotated).Descriptor)
	}
	s.Config = blobOf(ocispec.MediaTypeImageConfig, marshalled(t, ocispec.Image{RootFS: ocispec.RootFS{Type: "layers", DiffIDs: ids}}))
	doc.Config = s.Config.Descriptor
	return sealedBy(t, s, doc)
}

// indexed is an index of an image for amd64 and one for arm64.
func indexed(t *testing.T, amd, arm source.Sealed) source.Sealed {
	t.Helper()
	doc := ocispec.Index{Versioned: specs.Versioned{SchemaVersion: 2}, MediaType: ocispec.MediaTypeImageIndex}
	for arch, child := range map[string]source.Sealed{"amd64": amd, "arm64": arm} {
		d := child.Manifest.Descriptor()
		d.Platform = &ocispec.Platform{OS: "linux", Architecture: arch}
		doc.Manifests = append(doc.Manifests, d)
	}
	return sealedBy(t, source.Sealed{Children: []source.Sealed{amd, arm}}, doc)
}

func sealedBy(t *testing.T, s source.Sealed, doc any) source.Sealed {
	t.Helper()
	m, err := registry.ParseManifest(marshalled(t, doc), "")
	if err != nil {
		t.Fatal(err)
	}
	s.Manifest = m
	return s
}

func marshalled(t *testing.T, doc any) []byte {
	t.Helper()
	raw, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// publish pushes an image by digest and gives it a tag, unless that is empty.
func publish(t *testing.T, r *pushRun, s source.Sealed, tag string) registry.Manifest {
	t.Helper()
	result, err := r.target.remote.Push(t.Context(), &source.Image{Sealed: &s}, push.Settings{})
	if err == nil && tag != "" {
		err = r.target.putTag(t.Context(), result.Image, tag)
	}
	if err != nil {
		t.Fatal(err)
	}
	return s.Manifest
}

// asking answers some requests by itself: with a denial, or as it is told.
type asking struct {
	next   http.Handler
	denied string // an operation, or a part of a path
	answer string // in place of a denial
}

func (a *asking) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	switch {
	case operation != a.denied && !strings.Contains(r.URL.Path, a.denied):
		a.next.ServeHTTP(w, r)
	case a.answer != "":
		io.WriteString(w, a.answer)
	case operation == "":
		w.WriteHeader(http.StatusForbidden)
	default:
		w.WriteHeader(http.StatusBadRequest)
		io.WriteString(w, `{"__type":"AccessDeniedException","message":"not authorized to perform: ecr:`+operation+`"}`)
	}
}
