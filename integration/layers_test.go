//go:build integration

package integration

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// watched is an engine, reached through a proxy that counts how often an image is taken out of it.
type watched struct {
	host    string // DOCKER_HOST
	exports atomic.Int64
}

// watch stands before the engine at a Unix socket.
func watch(t *testing.T, engine string) *watched {
	t.Helper()
	socket := strings.TrimPrefix(engine, "unix://")
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(&url.URL{Scheme: "http", Host: "engine"}) },
		Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", socket)
		}},
		FlushInterval: -1,
	}
	w := &watched{}
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, "/images/") && strings.HasSuffix(r.URL.Path, "/get") {
			w.exports.Add(1)
		}
		proxy.ServeHTTP(rw, r)
	}))
	t.Cleanup(server.Close)
	w.host = "tcp://" + strings.TrimPrefix(server.URL, "http://")
	return w
}

// TestEnginesGiveAnImageOnce pushes an image out of each engine, again, and as it is after a change of its last layer. An image that is
// published is not taken out of the engine, and layers that are published are not sent.
func TestEnginesGiveAnImageOnce(t *testing.T) {
	const name = "shop:layers"
	first := buildVersion(t, name, 1)
	for engine, host := range map[string]string{"docker": lab.daemon, "podman": lab.podman} {
		for _, to := range []destination{
			{"ecr", lab.ecr, []string{"--create-repository"}, ecrCredentials(t, lab.ecr)},
			{"plain", lab.plain, []string{"--no-gate"}, nil},
		} {
			t.Run(engine+" to "+to.name, func(t *testing.T) {
				if got := buildVersion(t, name, 1); got.Config != first.Config { // the layers are in the builder's cache
					t.Fatalf("built again it is %s, not %s", got.Config, first.Config)
				}
				to.takesChanges(t, name, host, to.address+"/layers/"+engine)
			})
		}
	}
}

func (d destination) takesChanges(t *testing.T, name, host, repository string) {
	engine := watch(t, host)
	tree := filepath.Join(t.TempDir(), "tree")
	commit, err := makeWorktree(tree)
	if err != nil {
		t.Fatal(err)
	}
	env := []string{at(lab.ecr), "DOCKER_HOST=" + engine.host}
	args := append([]string{"--path", tree, "--repository", repository}, append(d.flags, "docker:"+name)...)
	offer(t, name, host)
	published := push(t, env, args...)
	uploaded := layer{Action: "upload"}
	wantLayers(t, []layer{uploaded, uploaded, uploaded}, published)
	wantExports(t, engine, 1)

	again := push(t, env, args...)
	wantTags(t, []tag{{commit, "keep", false}}, again)
	if again.Digest != published.Digest {
		t.Errorf("again it is %s, want %s", again.Digest, published.Digest)
	}
	wantExports(t, engine, 1)

	want := buildVersion(t, name, 2)
	offer(t, name, host)
	commitAgain(t, tree)
	changed := push(t, env, args...)
	reused := layer{"reuse", commit}
	wantLayers(t, []layer{reused, reused, uploaded}, changed)
	if changed.Upload.Bytes > 10_000 {
		t.Errorf("%d bytes were sent for a changed layer of some 30", changed.Upload.Bytes)
	}
	wantExports(t, engine, 2)
	if diff := cmp.Diff(want, pulled(t, repository+"@"+changed.Digest, d.creds...)); diff != "" {
		t.Errorf("skopeo copy (-built +pulled):\n%s", diff)
	}
}

// offer makes sure that an engine has the image that Docker's has.
func offer(t *testing.T, name, host string) {
	t.Helper()
	if host == lab.daemon {
		return
	}
	archive := filepath.Join(t.TempDir(), "image.tar")
	docker(t, lab.daemon, "image", "save", "--output", archive, name)
	docker(t, host, "image", "load", "--input", archive)
}

func wantLayers(t *testing.T, want []layer, r result) {
	t.Helper()
	if diff := cmp.Diff(want, r.Upload.Layers); diff != "" {
		t.Errorf("layers (-want +got):\n%s", diff)
	}
}

func wantExports(t *testing.T, engine *watched, want int64) {
	t.Helper()
	if got := engine.exports.Load(); got != want {
		t.Errorf("the image was taken out of the engine %d times, want %d", got, want)
	}
}

// TestBlobsAreMountedFromAnotherRepository pushes an image from one repository of a registry into another. The registry has its blobs, so
// that none has to be sent.
func TestBlobsAreMountedFromAnotherRepository(t *testing.T) {
	from, to := lab.plain+"/mount/from", lab.plain+"/mount/to"
	pushed := push(t, nil, "--no-gate", "--repository", from, helloArchive(t))
	mounted := push(t, nil, "--no-gate", "--repository", to, "registry:"+from+":"+lab.commit)
	layers := make([]layer, len(pushed.Upload.Layers))
	for i := range layers {
		layers[i] = layer{"mount", "mount/from"}
	}
	wantLayers(t, layers, mounted)
	if mounted.Digest != pushed.Digest || mounted.Upload.Bytes != 0 {
		t.Errorf("mounted %s with %d bytes sent, want %s with none", mounted.Digest, mounted.Upload.Bytes, pushed.Digest)
	}
	if diff := cmp.Diff(archiveContent(t, helloArchive(t)), pulled(t, to+":"+lab.commit)); diff != "" {
		t.Errorf("skopeo copy (-archive +pulled):\n%s", diff)
	}
}

// TestEitherCompressionIsPulled pushes an image with each compression, at its ends, and pulls it with skopeo and Podman, which hold every
// layer against its diffID. Debian's Docker does not know zstd (https://github.com/moby/moby/pull/41759 is of version 23).
func TestEitherCompressionIsPulled(t *testing.T) {
	const name = "shop:compressed"
	want := buildImage(t, name)
	archive := filepath.Join(t.TempDir(), "image.tar")
	docker(t, lab.daemon, "image", "save", "--output", archive, name)
	for compression, levels := range map[string][]string{"gzip": {"1", "9"}, "zstd": {"1", "19"}} {
		for _, level := range levels {
			t.Run(compression+" "+level, func(t *testing.T) {
				repository := lab.plain + "/compressed/" + compression + "-" + level
				push(t, nil, "--no-gate", "--compression", compression, "--compression-level", level, "--repository", repository, archive)
				reference := repository + ":" + lab.commit
				raw := command{}.must(t, "skopeo", "inspect", "--raw", "--tls-verify=false", "docker://"+reference)
				if got := strings.Count(raw, `"application/vnd.oci.image.layer.v1.tar+`+compression+`"`); got != len(want.DiffIDs) {
					t.Errorf("%d layers are of %s, want %d: %s", got, compression, len(want.DiffIDs), raw)
				}
				if diff := cmp.Diff(want.DiffIDs, unpacked(t, reference)); diff != "" {
					t.Errorf("skopeo copy --dest-decompress (-diffIDs +unpacked):\n%s", diff)
				}
				podman(t, "image", "rm", "--all", "--force")
				podman(t, "pull", "--quiet", "--tls-verify=false", reference)
				if diff := cmp.Diff(want, dockerContent(t, lab.podman, reference)); diff != "" {
					t.Errorf("podman pull (-built +pulled):\n%s", diff)
				}
			})
		}
	}
}

// unpacked are the digests of the layers of an image after skopeo has unpacked them.
func unpacked(t *testing.T, reference string) []string {
	t.Helper()
	dir := t.TempDir()
	command{}.must(t, "skopeo", "copy", "--quiet", "--src-tls-verify=false", "--dest-decompress", "docker://"+reference, "dir:"+dir)
	var manifest struct {
		Layers []struct{ Digest string }
	}
	readJSON(t, filepath.Join(dir, "manifest.json"), &manifest)
	var digests []string
	for _, layer := range manifest.Layers {
		digests = append(digests, layer.Digest)
	}
	return digests
}

// podman runs Podman's own client, which pulls by plain HTTP when it is told to.
func podman(t *testing.T, args ...string) {
	t.Helper()
	command{}.must(t, "podman", append([]string{"--remote", "--url", lab.podman}, args...)...)
}
