package push_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/opencontainers/go-digest"

	"github.com/hallmark-ci/hallmark/registry/push"
	"github.com/hallmark-ci/hallmark/registry/source"
)

// zeros is for ever the same byte, which costs nothing to compress.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// long is a layer that is long enough to be sent while it is compressed.
func long(t *testing.T) source.Layer {
	t.Helper()
	return padded(t, 33<<20)
}

// brief is a layer that says it is long, so that it is sent while it is compressed, and soon ends.
func brief(t *testing.T) source.Layer {
	t.Helper()
	l := padded(t, 1<<20)
	l.Size = 33 << 20
	return l
}

// padded is a layer of a size.
func padded(t *testing.T, size int64) source.Layer {
	t.Helper()
	start := tarball(t, 1)
	open := func() (io.ReadCloser, error) {
		return io.NopCloser(io.MultiReader(reader(start), io.LimitReader(zeros{}, size-int64(len(start))))), nil
	}
	r, err := open()
	if err != nil {
		t.Fatal(err)
	}
	id, err := digest.FromReader(r)
	if err != nil {
		t.Fatal(err)
	}
	return source.Layer{DiffID: id, Size: size, Open: open}
}

func reader(data []byte) io.Reader {
	r, _ := reading(data)() // never fails
	return r
}

// kinds lists the requests that had to do with blobs.
func (s *server) kinds() []string {
	var out []string
	for _, r := range s.seen() {
		if r.Kind == headBlob || r.Kind == postUpload || r.Kind == patchUpload || r.Kind == putBlob {
			out = append(out, r.Kind)
		}
	}
	return out
}

// withConfig is a server that has the config of an image, so that its layers alone are sent.
func withConfig(t *testing.T, image *source.Image) *server {
	t.Helper()
	s := newServer(t)
	one := source.Sealed{Config: blob("application/vnd.oci.image.config.v1+json", image.Loose.Config)}
	config := source.Image{Sealed: new(source.Sealed), Platforms: image.Platforms}
	*config.Sealed = seal(t, one, nil)
	mustPush(t, s, connect(t, s), &config, push.Settings{})
	s.forget()
	return s
}

func TestPushSendsALongLayerWhileItIsCompressed(t *testing.T) {
	image := loose(t, long(t))
	s := withConfig(t, image)
	result := mustPush(t, s, connect(t, s), image, push.Settings{})
	pulled(t, s, result.Image.Digest)
	got := map[string]int{}
	for _, kind := range s.kinds() {
		got[kind]++
	}
	// The question is for the config. Nothing is asked of the layer, whose digest is not known yet.
	want := map[string]int{headBlob: 1, postUpload: 1, patchUpload: 1, putBlob: 1}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
	l := result.Upload.Layers[0]
	if l.Action != push.Uploaded || result.Upload.Bytes != l.Size || result.Upload.BytesTotal != l.Size+int64(len(image.Loose.Config)) {
		t.Errorf("Push(…).Upload: %+v", result.Upload)
	}
}

// placeless takes a blob and does not say where its upload goes on.
func placeless(w http.ResponseWriter, r *http.Request, next http.Handler) {
	next.ServeHTTP(httptest.NewRecorder(), r)
	w.WriteHeader(http.StatusAccepted)
}

// begun reads the start of a body and ends the connection.
func begun(_ http.ResponseWriter, r *http.Request, _ http.Handler) {
	io.CopyN(io.Discard, r.Body, 1)
	panic(http.ErrAbortHandler)
}

func TestPushSendsALongLayerAnewWhenSendingItAheadFails(t *testing.T) {
	image := loose(t, brief(t))
	for _, tt := range []struct {
		name, kind string
		fault      fault
		whole      int // how often the layer is sent in one request
	}{
		{"no session", postUpload, page(http.StatusServiceUnavailable), 1},
		{"a session without a place", postUpload, func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { w.WriteHeader(http.StatusAccepted) }, 1},
		{"the blob is not taken", patchUpload, say(http.StatusRequestedRangeNotSatisfiable, "BLOB_UPLOAD_INVALID", "no"), 1},
		{"the registry throttles", patchUpload, say(http.StatusTooManyRequests, "TOOMANYREQUESTS", "Rate exceeded"), 1},
		{"the registry fails", patchUpload, page(http.StatusInternalServerError), 1},
		{"the registry does not know the method", patchUpload, page(http.StatusMethodNotAllowed), 1},
		{"the connection is dropped", patchUpload, drop, 1},
		{"the connection is dropped within the blob", patchUpload, begun, 1},
		{"the connection is dropped behind the blob", patchUpload, lose, 1},
		{"it is not said where the upload goes on", patchUpload, placeless, 1},
		{"the digest is not taken", putBlob, say(http.StatusBadRequest, "DIGEST_INVALID", "no"), 1},
		{"the session is lost", putBlob, say(http.StatusNotFound, "BLOB_UPLOAD_UNKNOWN", "no"), 1},
		{"the credential has expired", putBlob, page(http.StatusForbidden), 1},
		{"the connection is dropped before the digest is answered", putBlob, drop, 1},
		{"the connection is dropped after the blob is stored", putBlob, lose, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := withConfig(t, image)
			s.fail(tt.kind, tt.fault)
			c := connect(t, s)
			result := mustPush(t, s, c, image, push.Settings{})
			pulled(t, s, result.Image.Digest)
			if l := result.Upload.Layers[0]; l.Action != push.Uploaded || result.Upload.Bytes != l.Size {
				t.Errorf("action %q, %d bytes of %d", l.Action, result.Upload.Bytes, l.Size)
			}
			patches, whole := 0, 0
			for _, r := range s.seen() {
				if r.Kind == patchUpload {
					patches++
				}
				if r.Kind == putBlob && r.Length > 0 {
					whole++
				}
			}
			if patches > 1 || whole != tt.whole || s.count(headBlob) != 2 {
				t.Errorf("%d questions, %d blobs sent ahead, %d sent whole: %q", s.count(headBlob), patches, whole, s.kinds())
			}
			if len(c.waits) != 0 {
				t.Errorf("waited %v", c.waits)
			}
		})
	}
}

// cutShort fails a push of an image whose layer is sent ahead, and checks that the request ends and nothing is left.
func cutShort(t *testing.T, ctx context.Context, s *server, image *source.Image) error {
	t.Helper()
	c := connect(t, s)
	_, err := c.Push(ctx, image, push.Settings{})
	s.Close() // which waits for the requests under way
	c.tidy(t, s, err)
	if s.count(putManifest) != 0 || s.count(patchUpload) > 1 {
		t.Errorf("requests: %+v", s.seen())
	}
	return err
}

func TestPushStopsALongLayerThatIsSentAhead(t *testing.T) {
	spoiled := errors.New("input/output error")
	unanswered := hang(func() {})
	wrong, unreadable := brief(t), brief(t)
	wrong.DiffID = digest.FromString("another layer")
	unreadable.Open = func() (io.ReadCloser, error) {
		return io.NopCloser(io.MultiReader(io.LimitReader(zeros{}, 1<<20), &failing{err: spoiled})), nil
	}
	for name, start := range map[string]func(*server){
		"to a registry that takes it":                func(*server) {},
		"to a registry that opens no session":        func(s *server) { s.fail(postUpload, unanswered) },
		"to a registry that does not read it":        func(s *server) { s.fail(patchUpload, s.stuck) },
		"to a registry that does not answer the end": func(s *server) { s.fail(patchUpload, unanswered) },
	} {
		t.Run("when it is corrupt, "+name, func(t *testing.T) {
			image := loose(t, wrong)
			s := withConfig(t, image)
			start(s)
			var corrupt *source.CorruptError
			if err := cutShort(t, t.Context(), s, image); !errors.As(err, &corrupt) || corrupt.What != "layer "+wrong.DiffID.String() {
				t.Errorf("Push: %v", err)
			}
		})
		t.Run("when it cannot be read, "+name, func(t *testing.T) {
			image := loose(t, unreadable)
			s := withConfig(t, image)
			start(s)
			if err := cutShort(t, t.Context(), s, image); !errors.Is(err, spoiled) {
				t.Errorf("Push: %v", err)
			}
		})
	}
}

func TestPushOfALongLayerEndsWithItsContext(t *testing.T) {
	image := loose(t, brief(t))
	for _, kind := range []string{postUpload, patchUpload, putBlob} {
		t.Run("while "+kind+" is not answered", func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			s := withConfig(t, image)
			s.fail(kind, hang(cancel))
			if err := cutShort(t, ctx, s, image); !errors.Is(err, context.Canceled) {
				t.Errorf("Push: %v", err)
			}
		})
	}
	t.Run("while it is read", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		endless := brief(t)
		endless.Open = func() (io.ReadCloser, error) {
			return io.NopCloser(io.MultiReader(io.LimitReader(zeros{}, 1<<20), &cancelling{cancel: cancel})), nil
		}
		image := loose(t, endless)
		if err := cutShort(t, ctx, withConfig(t, image), image); !errors.Is(err, context.Canceled) {
			t.Errorf("Push: %v", err)
		}
	})
}
