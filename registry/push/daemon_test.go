package push_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/opencontainers/go-digest"

	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/push"
	"github.com/hallmark-ci/hallmark/registry/source"
)

// daemon is a Docker daemon with one image, as Docker 20.10 answers.
type daemon struct {
	saves atomic.Int32 // how often the image was saved
	host  string
}

// sends is an answer of these bytes.
func sends(data []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.Write(data) }
}

// newDaemon serves an image of layers; with containerd's store it has a manifest that the archive alone knows. save writes the archive.
func newDaemon(t *testing.T, inspected, info any, save http.HandlerFunc) *daemon {
	t.Helper()
	d := &daemon{}
	mux := http.NewServeMux()
	mux.HandleFunc("/_ping", func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Api-Version", "1.41") })
	mux.HandleFunc("GET /v1.41/info", sends(encode(t, info)))
	mux.HandleFunc("GET /v1.41/images/local/fx:1/json", sends(encode(t, inspected)))
	mux.HandleFunc("GET /v1.41/images/get", func(w http.ResponseWriter, r *http.Request) {
		d.saves.Add(1)
		save(w, r)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	d.host = "tcp://" + server.Listener.Addr().String()
	return d
}

// running is a daemon with the classic store, whose ids are digests of configs.
func running(t *testing.T, save http.HandlerFunc, layers ...[]byte) *daemon {
	t.Helper()
	ids := idsOf(layers...)
	inspected := map[string]any{
		"Id": digest.FromBytes(configOf(t, "amd64", ids...)), "Os": "linux", "Architecture": "amd64",
		"RootFS": map[string]any{"Type": "layers", "Layers": ids},
	}
	return newDaemon(t, inspected, map[string]any{"Driver": "overlay2"}, save)
}

func idsOf(layers ...[]byte) []digest.Digest {
	var ids []digest.Digest
	for _, data := range layers {
		ids = append(ids, digest.FromBytes(data))
	}
	return ids
}

func (d *daemon) image(t *testing.T) *source.Image {
	t.Helper()
	return opened(t, "docker:local/fx:1", source.Options{DockerHost: d.host})
}

// sendFirst writes an archive up to the end of its first layer, and lets the client have it.
func sendFirst(w http.ResponseWriter, archive, layer []byte) (rest []byte) {
	n := len(layer) + 1024 // and a header before it, and the padding behind it
	w.Write(archive[:n])
	http.NewResponseController(w).Flush()
	return archive[n:]
}

func TestPushOfADaemonsImageReadsAndSendsAtTheSameTime(t *testing.T) {
	one, two := large(t, 1), large(t, 2)
	for name, form := range map[string]func(int, []byte) string{"layers named by their digest": byDigest, "layers without a name": byNumber} {
		t.Run(name, func(t *testing.T) {
			archive := saved(t, form, one, two, tarball(t, 3))
			_, want := fromFile(t, archive)
			s := newServer(t)
			sent := make(chan struct{})
			s.fail(putBlob, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				next.ServeHTTP(w, r)
				close(sent)
			})
			d := running(t, func(w http.ResponseWriter, r *http.Request) {
				rest := sendFirst(w, archive, one)
				select {
				case <-sent: // the first layer, while the others are still to come
					w.Write(rest)
				case <-r.Context().Done():
				}
			}, one, two, tarball(t, 3))
			got := mustPush(t, s, connect(t, s), d.image(t), push.Settings{})
			pulled(t, s, got.Image.Digest)
			if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(push.Upload{}, "Duration", "Spent"), cmpopts.IgnoreFields(push.Layer{}, "Duration")); diff != "" {
				t.Errorf("Push (-file +daemon):\n%s", diff)
			}
			if n := d.saves.Load(); n != 1 {
				t.Errorf("the image was saved %d times", n)
			}
		})
	}
}

func TestPushOfADaemonsImageThatIsCutOff(t *testing.T) {
	one, two := large(t, 1), large(t, 2)
	archive := saved(t, byDigest, one, two)
	for name, reuse := range map[string]map[digest.Digest]registry.KnownLayer{"in a layer": nil, "in a layer that is left alone": vanished(source.Layer{DiffID: digest.FromBytes(two)})} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t)
			c := connect(t, s)
			d := running(t, func(w http.ResponseWriter, _ *http.Request) {
				rest := sendFirst(w, archive, one)
				w.Write(rest[:len(two)/2])
				http.NewResponseController(w).Flush()
				panic(http.ErrAbortHandler)
			}, one, two)
			_, err := c.Push(t.Context(), d.image(t), push.Settings{Reuse: reuse})
			c.tidy(t, s, err)
			var format *source.FormatError
			if !errors.As(err, &format) || err.Error() != `image "local/fx:1" of the daemon cannot be read to its end: unexpected EOF` {
				t.Errorf("Push: %v", err)
			}
			if s.count(putManifest) != 0 || d.saves.Load() != 1 {
				t.Errorf("%d manifests sent, saved %d times", s.count(putManifest), d.saves.Load())
			}
		})
	}
}

func TestPushEndsTheReadingOfADaemonWhen(t *testing.T) {
	one, two := large(t, 1), large(t, 2)
	archive := saved(t, byDigest, one, two)
	waits := func(w http.ResponseWriter, r *http.Request) {
		sendFirst(w, archive, one)
		<-r.Context().Done()
	}
	t.Run("the registry refuses a layer", func(t *testing.T) {
		s := newServer(t)
		c := connect(t, s)
		s.always(postUpload, say(http.StatusForbidden, "DENIED", "not authorized"))
		_, err := c.Push(t.Context(), running(t, waits, one, two).image(t), push.Settings{})
		c.tidy(t, s, err)
		var denied *registry.DeniedError
		if !errors.As(err, &denied) || errors.Is(err, context.Canceled) {
			t.Errorf("Push: %v", err)
		}
	})
	t.Run("its context ends", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		s := newServer(t)
		s.fail(putBlob, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			next.ServeHTTP(w, r)
			cancel()
		})
		prompt(t, ctx, s, connect(t, s), running(t, waits, one, two).image(t))
	})
	t.Run("its context ends before anything is sent", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		s := newServer(t)
		d := running(t, func(w http.ResponseWriter, r *http.Request) {
			w.Write(archive[:len(one)/2])
			http.NewResponseController(w).Flush()
			cancel()
			<-r.Context().Done()
		}, one, two)
		prompt(t, ctx, s, connect(t, s), d.image(t))
	})
}

func TestPushSavesADaemonsImageAgainWhenAReusedLayerHasVanished(t *testing.T) {
	one, two := large(t, 1), large(t, 2)
	archive := saved(t, byDigest, one, two)
	s := newServer(t)
	s.always(putManifest, missingBlob)
	c := connect(t, s)
	d := running(t, sends(archive), one, two)
	var mu sync.Mutex
	begun := map[digest.Digest]int{}
	result := mustPush(t, s, c, d.image(t), push.Settings{Reuse: vanished(source.Layer{DiffID: digest.FromBytes(one)}), Progress: func(e push.Event) {
		mu.Lock()
		defer mu.Unlock()
		if e.Step == push.ReadBegins {
			begun[e.Key]++
		}
	}})
	pulled(t, s, result.Image.Digest)
	if n := d.saves.Load(); n != 2 || len(c.notes) != 1 || !strings.HasPrefix(c.notes[0], "compressing reused layers after all: ") {
		t.Errorf("saved %d times, told %q", n, c.notes)
	}
	if diff := cmp.Diff(map[digest.Digest]int{digest.FromBytes(one): 1, digest.FromBytes(two): 1}, begun); diff != "" {
		t.Errorf("how often each layer was compressed (-want +got):\n%s", diff)
	}
	if n := s.count(putBlob); n != 3 {
		t.Errorf("%d blobs sent, want each of 3 once", n)
	}
}

func TestPushSavesADaemonsImageAgainWhenABlobHasVanished(t *testing.T) {
	packed := bulky(t)
	s := newServer(t)
	s.always(headBlob, once(packed.Layers[0].Digest, http.StatusOK))
	s.always(putManifest, missingBlob)
	c := connect(t, s)
	info := map[string]any{"DriverStatus": [][]string{{"driver-type", "io.containerd.snapshotter.v1"}}}
	d := newDaemon(t, map[string]any{"Id": packed.Manifest.Digest}, info, sends(exported(t, packed)))
	result := mustPush(t, s, c, d.image(t), push.Settings{})
	pulled(t, s, result.Image.Digest)
	if n := d.saves.Load(); n != 2 || result.Image.Digest != packed.Manifest.Digest.String() {
		t.Errorf("saved %d times, pushed %s", n, result.Image.Digest)
	}
}

func TestPushRefusesADaemonsImageWhoseLayerIsCorrupt(t *testing.T) {
	one, two := large(t, 1), large(t, 2)
	spoiled := saved(t, byDigest, one, two)
	spoiled[len(one)-5000] ^= 1
	s := newServer(t)
	c := connect(t, s)
	_, err := c.Push(t.Context(), running(t, sends(spoiled), one, two).image(t), push.Settings{})
	c.tidy(t, s, err)
	var corrupt *source.CorruptError
	if !errors.As(err, &corrupt) || s.count(putManifest) != 0 {
		t.Errorf("Push: %v", err)
	}
}
