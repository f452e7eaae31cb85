package push_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/opencontainers/go-digest"

	"github.com/hallmark-ci/hallmark/registry/push"
	"github.com/hallmark-ci/hallmark/registry/source"
)

// broken reads data and then fails.
func broken(data []byte, err error) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) {
		return io.NopCloser(io.MultiReader(bytes.NewReader(data), &failing{err: err})), nil
	}
}

type failing struct{ err error }

func (f *failing) Read([]byte) (int, error) { return 0, f.err }

func TestPushRefusesALayerThatIsNotTheOneTheConfigNames(t *testing.T) {
	for _, c := range []source.Compression{source.Uncompressed, source.Gzip, source.Zstd} {
		t.Run("compression "+string(c), func(t *testing.T) {
			s := newServer(t)
			client := connect(t, s)
			wrong := layer(t, 1, c)
			got := wrong.DiffID
			wrong.DiffID = digest.FromString("another layer")
			_, err := client.Push(t.Context(), loose(t, wrong), push.Settings{})
			client.tidy(t, s, err)
			var corrupt *source.CorruptError
			if !errors.As(err, &corrupt) {
				t.Fatalf("Push: %v", err)
			}
			want := &source.CorruptError{What: "layer " + wrong.DiffID.String(), Got: got.String()}
			if diff := cmp.Diff(want, corrupt); diff != "" {
				t.Errorf("Push (-want +got):\n%s", diff)
			}
			if n := s.count(putBlob); n > 1 || s.count(putManifest) != 0 {
				t.Errorf("more than the config was sent: %+v", s.seen())
			}
		})
	}
}

func TestPushStopsAtASourceThatCannotBeRead(t *testing.T) {
	spoiled := errors.New("input/output error")
	good := layer(t, 1, source.Uncompressed)
	plain := tarball(t, 1)
	packed := squeeze(t, plain, source.Gzip)
	one := sealed(t, "amd64", 1)
	withLayer := func(open func() (io.ReadCloser, error)) *source.Image {
		changed := one
		changed.Layers = []source.Blob{{Descriptor: one.Layers[0].Descriptor, Open: open}}
		return image(changed)
	}
	withOpen := func(c source.Compression, open func() (io.ReadCloser, error)) *source.Image {
		changed := good
		changed.Compression, changed.Open = c, open
		return loose(t, changed)
	}
	tests := []struct {
		name  string
		image *source.Image
		want  string // a part of the error
	}{
		{"a layer that cannot be opened", withOpen(source.Uncompressed, func() (io.ReadCloser, error) { return nil, spoiled }), "input/output error"},
		{"a compressed layer that cannot be opened", withOpen(source.Gzip, func() (io.ReadCloser, error) { return nil, spoiled }), "input/output error"},
		{"a layer that cannot be read to its end", withOpen(source.Uncompressed, broken(plain[:100], spoiled)), "compress layer " + good.DiffID.String() + ": input/output error"},
		{"a compressed layer that cannot be read to its end", withOpen(source.Gzip, broken(packed[:100], spoiled)), "read layer " + good.DiffID.String() + ": input/output error"},
		{"a layer that is not compressed as it seemed", withOpen(source.Gzip, reading(plain)), "read layer " + good.DiffID.String() + ": gzip: invalid header"},
		{"a compressed layer that is cut off", withOpen(source.Gzip, reading(packed[:len(packed)-20])), "read layer " + good.DiffID.String() + ": unexpected EOF"},
		{"a blob that cannot be opened", withLayer(func() (io.ReadCloser, error) { return nil, spoiled }), "upload blob " + one.Layers[0].Digest.String() + ": input/output error"},
		{"a blob that cannot be read to its end", withLayer(broken(packed[:100], spoiled)), "upload blob " + one.Layers[0].Digest.String() + ": input/output error"},
		{"a blob that is too short", withLayer(reading(packed[:100])), "is corrupt: its content is 100 bytes long, not "},
		{"a blob that is corrupt", withLayer(broken(packed[:100], &source.CorruptError{What: "blob x", Got: "y"})), "blob x is corrupt: its content is y"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := newServer(t)
			c := connect(t, s)
			_, err := c.Push(t.Context(), test.image, push.Settings{})
			c.tidy(t, s, err)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("Push: %v, want %q", err, test.want)
			}
			if len(c.waits) != 0 || s.count(putManifest) != 0 {
				t.Errorf("waited %v, sent %d manifests", c.waits, s.count(putManifest))
			}
		})
	}
}

func TestPushReadsAgainFromASourceWhoseConnectionBroke(t *testing.T) {
	s := newServer(t)
	c := connect(t, s)
	one := sealed(t, "amd64", 1)
	whole, opened := one.Layers[0].Open, 0
	one.Layers[0].Open = func() (io.ReadCloser, error) {
		if opened++; opened > 1 {
			return whole()
		}
		return broken(nil, &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET})()
	}
	result := mustPush(t, s, c, image(one), push.Settings{})
	pulled(t, s, result.Image.Digest)
	if len(c.waits) != 1 {
		t.Errorf("waited %v", c.waits)
	}
}

// prompt runs a push that is cancelled in its midst, and wants it to end with that and nothing left.
func prompt(t *testing.T, ctx context.Context, s *server, c *client, image *source.Image) {
	t.Helper()
	start := time.Now()
	_, err := c.Push(ctx, image, push.Settings{})
	c.tidy(t, s, err)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("Push: %v", err)
	}
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("Push took %s to end", took)
	}
}

func TestPushEndsWithItsContext(t *testing.T) {
	for _, kind := range []string{ping, headBlob, postUpload, putBlob, putManifest} {
		t.Run("while "+kind+" is not answered", func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			s := newServer(t)
			s.fail(kind, hang(cancel))
			if kind == ping {
				s.fail(kind, hang(cancel))
			}
			prompt(t, ctx, s, connect(t, s), mixed(t))
		})
	}
	for name, c := range map[string]source.Compression{"is compressed": source.Uncompressed, "is measured": source.Gzip} {
		t.Run("while a layer "+name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			s := newServer(t)
			endless := layer(t, 1, c)
			start := tarball(t, 1)
			if c == source.Gzip {
				start = squeeze(t, start, c)[:200]
			}
			endless.Open = func() (io.ReadCloser, error) {
				return io.NopCloser(io.MultiReader(bytes.NewReader(start), &cancelling{cancel: cancel})), nil
			}
			prompt(t, ctx, s, connect(t, s), loose(t, endless))
		})
	}
	t.Run("while it waits", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		s := newServer(t)
		s.always(headBlob, page(503))
		c := connect(t, s, func(o *push.Options) {
			o.Sleep = nil // in real time
			o.Notify = func(string) { cancel() }
		})
		prompt(t, ctx, s, c, mixed(t))
	})
}

// cancelling cancels at its first read, and has bytes for ever.
type cancelling struct{ cancel func() }

func (c *cancelling) Read(p []byte) (int, error) {
	c.cancel()
	return copy(p, bytes.Repeat([]byte{7}, len(p))), nil
}
