package push_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"cuelabs.dev/go/oci/ociregistry/ocimem"
	"cuelabs.dev/go/oci/ociregistry/ociserver"

	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/push"
)

// local is a registry without a network, so that time need not be real.
type local struct {
	handler http.Handler
	slow    map[string]func(*http.Request) (*http.Response, error) // by kind of request, in place of an answer
}

func newLocal() *local {
	return &local{handler: ociserver.New(ocimem.New(), nil), slow: map[string]func(*http.Request) (*http.Response, error){}}
}

// RoundTrip implements http.RoundTripper.
func (l *local) RoundTrip(r *http.Request) (*http.Response, error) {
	if slow := l.slow[kindOf(r)]; slow != nil {
		return slow(r)
	}
	return l.answer(r)
}

// answer is what the registry says.
func (l *local) answer(r *http.Request) (*http.Response, error) {
	if r.Body == nil {
		r.Body = http.NoBody
	}
	answer := httptest.NewRecorder()
	l.handler.ServeHTTP(answer, r)
	result := answer.Result()
	result.Request = r
	return result, nil
}

// standStill never answers.
func standStill(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

// halfAnswer begins an answer and never goes on.
func halfAnswer(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Request: r, Header: http.Header{}, Body: io.NopCloser(&stuck{r})}, nil
}

type stuck struct{ request *http.Request }

func (s *stuck) Read([]byte) (int, error) {
	<-s.request.Context().Done()
	return 0, s.request.Context().Err()
}

func TestPushGivesUpARequestThatStandsStill(t *testing.T) {
	tests := []struct {
		name, kind string
		slow       func(*http.Request) (*http.Response, error)
	}{
		{"before the handshake is answered", ping, standStill},
		{"before a question is answered", headBlob, standStill},
		{"before an upload is answered", putBlob, standStill},
		{"half-way through an answer", getManifest, halfAnswer},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			one := image(sealed(t, "amd64", 1))
			synctest.Test(t, func(t *testing.T) {
				l := newLocal()
				l.slow[test.kind] = test.slow
				r, err := push.Connect("registry.test/shop/api", push.Options{Transport: l})
				if err != nil {
					t.Fatal(err)
				}
				start := time.Now()
				_, err = use(t, &client{Repository: r}, one)
				var unavailable *registry.UnavailableError
				if !errors.As(err, &unavailable) || !strings.HasSuffix(err.Error(), "no answer from registry.test: nothing moved for 5m0s") && test.kind != getManifest && test.kind != ping {
					t.Errorf("use: %v", err)
				}
				if took := time.Since(start); took < 15*time.Minute || took > 16*time.Minute {
					t.Errorf("gave up after %s, want three times five minutes", took)
				}
			})
		})
	}
}

func TestPushGetsOverARequestThatStoodStill(t *testing.T) {
	one := image(sealed(t, "amd64", 1))
	synctest.Test(t, func(t *testing.T) {
		l := newLocal()
		var stood atomic.Bool
		l.slow[putBlob] = func(r *http.Request) (*http.Response, error) {
			if stood.CompareAndSwap(false, true) {
				return standStill(r)
			}
			return l.answer(r)
		}
		r, err := push.Connect("registry.test/shop/api", push.Options{Transport: l})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := use(t, &client{Repository: r}, one); err != nil {
			t.Error(err)
		}
	})
}

func TestPushWaitsForARequestThatMoves(t *testing.T) {
	one := image(sealed(t, "amd64", 1))
	synctest.Test(t, func(t *testing.T) {
		l := newLocal()
		var took time.Duration
		var moved atomic.Bool
		l.slow[putBlob] = func(r *http.Request) (*http.Response, error) {
			if !moved.CompareAndSwap(false, true) {
				return l.answer(r)
			}
			start := time.Now()
			r.Body = io.NopCloser(io.MultiReader(&slowly{io.LimitReader(r.Body, 10)}, r.Body))
			answer, err := l.answer(r)
			took = time.Since(start)
			return answer, err
		}
		r, err := push.Connect("registry.test/shop/api", push.Options{Transport: l})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := use(t, &client{Repository: r}, one); err != nil || took != 40*time.Minute {
			t.Errorf("after %s: %v", took, err)
		}
	})
}

// slowly reads a byte every four minutes.
type slowly struct{ r io.Reader }

func (s *slowly) Read(p []byte) (int, error) {
	n, err := s.r.Read(p[:1])
	if n > 0 {
		<-time.After(4 * time.Minute)
	}
	return n, err
}
