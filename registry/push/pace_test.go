package push_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-containerregistry/pkg/authn"

	"github.com/hallmark-ci/hallmark/registry/push"
	"github.com/hallmark-ci/hallmark/registry/source"
)

// clocked is a registry without a network that notes when requests came.
type clocked struct {
	*local
	start time.Time

	mu    sync.Mutex
	times map[string][]time.Duration // by kind of request, since start
}

func newClocked() *clocked {
	return &clocked{local: newLocal(), start: time.Now(), times: map[string][]time.Duration{}}
}

// RoundTrip implements http.RoundTripper.
func (c *clocked) RoundTrip(r *http.Request) (*http.Response, error) {
	c.mu.Lock()
	c.times[kindOf(r)] = append(c.times[kindOf(r)], time.Since(c.start))
	c.mu.Unlock()
	return c.local.RoundTrip(r)
}

func (c *clocked) at(kind string) []time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.times[kind]
}

func (c *clocked) connect(t *testing.T) *push.Repository {
	t.Helper()
	options := push.Options{Auth: &authn.Basic{Username: user, Password: password}, Insecure: true, Transport: c, TempDir: t.TempDir()}
	r, err := push.Connect("registry.example.com/"+repository, options)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// throttles answers the first request of a kind so, and the others as they should be.
func (c *clocked) throttles(kind string, seconds int) {
	var first atomic.Bool
	c.slow[kind] = func(r *http.Request) (*http.Response, error) {
		if !first.CompareAndSwap(false, true) {
			return c.answer(r)
		}
		answer := httptest.NewRecorder()
		after(page(http.StatusTooManyRequests), "Retry-After", fmt.Sprint(seconds))(answer, r, nil)
		result := answer.Result()
		result.Request = r
		return result, nil
	}
}

func TestARequestThatIsThrottledMakesTheOthersWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		registry := newClocked()
		registry.throttles(headBlob, 7)
		r := registry.connect(t)
		done := make(chan error, 1)
		go func() {
			_, err := r.Push(t.Context(), alone(t), push.Settings{})
			done <- err
		}()
		synctest.Wait() // the push waits
		time.Sleep(3 * time.Second)
		if _, err := r.Images(t.Context(), []string{"1.4.8"}); err != nil {
			t.Error(err)
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
		want := []time.Duration{7 * time.Second}
		if diff := cmp.Diff(want, registry.at(getManifest)); diff != "" {
			t.Errorf("other requests at (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]time.Duration{0, 7 * time.Second}, registry.at(headBlob)); diff != "" {
			t.Errorf("throttled request at (-want +got):\n%s", diff)
		}
	})
}

func TestWaitingForAThrottledRequestEndsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		registry := newClocked()
		registry.throttles(headBlob, 60)
		r := registry.connect(t)
		pushing, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() {
			_, err := r.Push(pushing, alone(t), push.Settings{})
			done <- err
		}()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		if _, err := r.Images(ctx, []string{"1.4.8"}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Images: %v", err)
		}
		if at := time.Since(registry.start); at != 2*time.Second || len(registry.at(getManifest)) != 0 {
			t.Errorf("it ended after %s, with requests at %v", at, registry.at(getManifest))
		}
		stop()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("Push: %v", err)
		}
		if _, err := r.Images(t.Context(), []string{"1.4.8"}); err != nil { // nobody waits any more
			t.Error(err)
		}
		if diff := cmp.Diff([]time.Duration{2 * time.Second}, registry.at(getManifest)); diff != "" {
			t.Errorf("other requests at (-want +got):\n%s", diff)
		}
	})
}

func TestPushSpacesManifests(t *testing.T) {
	var children []source.Sealed
	for seed := range uint64(22) {
		children = append(children, sealed(t, "amd64", seed))
	}
	all := image(index(t, children...))
	var want []time.Duration // ten in each second
	for n := range 23 {
		want = append(want, time.Duration(n/10)*time.Second)
	}
	synctest.Test(t, func(t *testing.T) {
		registry := newClocked()
		result, err := registry.connect(t).Push(t.Context(), all, push.Settings{})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, registry.at(putManifest)); diff != "" {
			t.Errorf("manifests at (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(2*time.Second, result.Upload.Spent.Wait); diff != "" {
			t.Errorf("Push(…).Upload.Spent.Wait (-want +got):\n%s", diff)
		}
	})
}

func TestPushTellsHowLongItWaited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		registry := newClocked()
		registry.throttles(postUpload, 7)
		r := registry.connect(t)
		for _, want := range []time.Duration{7 * time.Second, 0} { // the second push did not wait
			result, err := r.Push(t.Context(), alone(t), push.Settings{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, result.Upload.Spent.Wait); diff != "" {
				t.Errorf("Push(…).Upload.Spent.Wait (-want +got):\n%s", diff)
			}
		}
	})
}
