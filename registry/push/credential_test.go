package push_test

import (
	"context"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-containerregistry/pkg/authn"

	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/push"
)

func quiet() *log.Logger { return log.New(io.Discard, "", 0) }

// other is another host, to which a registry sends its clients.
type other struct {
	address string // a signed one

	mu             sync.Mutex
	authorizations []string
}

func elsewhere(t *testing.T, answer http.HandlerFunc) *other {
	t.Helper()
	o := &other{}
	store := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		o.mu.Lock()
		o.authorizations = append(o.authorizations, r.Header.Get("Authorization"))
		o.mu.Unlock()
		answer(w, r)
	}))
	t.Cleanup(store.Close)
	o.address = store.URL + "/object?X-Amz-Signature=signature-of-the-test"
	return o
}

// received checks that the host was asked so often, and never with a credential.
func (o *other) received(t *testing.T, times int) {
	t.Helper()
	o.mu.Lock()
	defer o.mu.Unlock()
	if diff := cmp.Diff(make([]string, times), o.authorizations); diff != "" {
		t.Errorf("credentials the other host received (-want +got):\n%s", diff)
	}
}

func redirect(address string) fault {
	return func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
		http.Redirect(w, r, address, http.StatusTemporaryRedirect)
	}
}

// published is an image in a registry that wants a password.
func published(t *testing.T) (*server, *client, registry.Image) {
	t.Helper()
	s := newServer(t)
	s.want = password
	c := connect(t, s)
	result := mustPush(t, s, c, image(sealed(t, "amd64", 1)), push.Settings{})
	return s, c, result.Image
}

func TestLabelsFollowARedirectWithoutTheCredential(t *testing.T) {
	s, c, image := published(t)
	store := elsewhere(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Write(sealedConfig(t))
	})
	s.fail(getBlob, redirect(store.address))
	labels, err := c.Labels(t.Context(), image)
	if err != nil || labels[registry.AnnotationRevision] != "c1" {
		t.Errorf("Labels = %q, %v", labels, err)
	}
	store.received(t, 1)
}

func sealedConfig(t *testing.T) []byte {
	r, err := sealed(t, "amd64", 1).Config.Open()
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestErrorsTellNoSignedAddress(t *testing.T) {
	tests := map[string]http.HandlerFunc{
		"a dropped connection": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"an answer that repeats the request": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusBadRequest)
			io.WriteString(w, "<Error><StringToSign>signature-of-the-test</StringToSign></Error>")
		},
	}
	for name, answer := range tests {
		t.Run(name, func(t *testing.T) {
			s, c, image := published(t)
			store := elsewhere(t, answer)
			s.always(getBlob, redirect(store.address))
			_, err := c.Labels(t.Context(), image)
			if err == nil {
				t.Error("Labels succeeded")
			}
			c.tidy(t, s, err)
		})
	}
}

func TestUploadsElsewhereGoWithoutTheCredential(t *testing.T) {
	s := newServer(t)
	s.want = password
	c := connect(t, s)
	store := elsewhere(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("X-Amz-Signature") == "" || r.URL.Query().Get("digest") == "" {
			t.Errorf("blob sent to %s", r.URL)
		}
		panic(http.ErrAbortHandler)
	})
	s.always(postUpload, after(func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { w.WriteHeader(http.StatusAccepted) }, "Location", store.address))
	_, err := c.Push(t.Context(), alone(t), push.Settings{})
	c.tidy(t, s, err)
	store.received(t, 7)
}

func TestPushWithoutAWayToRenewFails(t *testing.T) {
	s := newServer(t)
	s.want = renewed
	c := connect(t, s, func(o *push.Options) { o.Renew = nil })
	_, err := c.Push(t.Context(), mixed(t), push.Settings{})
	c.tidy(t, s, err)
	var denied *registry.DeniedError
	if !errors.As(err, &denied) {
		t.Errorf("Push: %v", err)
	}
}

func TestPushSaysWhyItCannotRenew(t *testing.T) {
	s := newServer(t)
	s.want = renewed
	gone := errors.New("no credentials")
	c := connect(t, s, func(o *push.Options) {
		o.Renew = func(context.Context) (authn.Authenticator, error) { return nil, gone }
	})
	_, err := c.Push(t.Context(), mixed(t), push.Settings{})
	c.tidy(t, s, err)
	if !errors.Is(err, gone) || !strings.Contains(err.Error(), "renew credential: no credentials") {
		t.Errorf("Push: %v", err)
	}
}

func TestTwoRequestsRenewTheCredentialOnce(t *testing.T) {
	s, c, image := published(t)
	s.want = renewed
	errs := make(chan error)
	for range 4 {
		go func() {
			_, err := c.Labels(t.Context(), image)
			errs <- err
		}()
	}
	for range 4 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	if c.renewals != 1 {
		t.Errorf("renewed %d times", c.renewals)
	}
}
