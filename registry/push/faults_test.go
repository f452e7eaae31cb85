package push_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/push"
	"github.com/hallmark-ci/hallmark/registry/source"
)

// passing are faults that another try gets over.
var passing = []struct {
	name  string
	fault fault
	asked time.Duration // the wait the registry asks for
	kinds string        // of request that can meet it; any when empty
}{
	{name: "the connection dropped before the answer", fault: drop},
	{name: "the connection dropped half-way through the body", fault: halve, kinds: putBlob + putManifest + getManifest + getBlob},
	{name: "the connection dropped after the work was done", fault: lose, kinds: postUpload + putBlob + putManifest},
	{name: "429", fault: say(http.StatusTooManyRequests, "TOOMANYREQUESTS", "Rate exceeded")},
	{name: "429 with Retry-After in seconds", fault: after(say(http.StatusTooManyRequests, "TOOMANYREQUESTS", "Rate exceeded"), "Retry-After", "7"), asked: 7 * time.Second, kinds: headBlob + postUpload + putBlob + putManifest + getManifest + getBlob},
	{name: "429 with a Retry-After that is too long", fault: after(say(http.StatusTooManyRequests, "TOOMANYREQUESTS", "Rate exceeded"), "Retry-After", "86400"), asked: 2 * time.Minute, kinds: headBlob},
	{name: "429 with a Retry-After that has passed", fault: after(page(http.StatusTooManyRequests), "Retry-After", "Wed, 21 Oct 2015 07:28:00 GMT"), kinds: headBlob},
	{name: "429 with a Retry-After that is none", fault: after(page(http.StatusTooManyRequests), "Retry-After", "soon"), kinds: headBlob},
	{name: "408", fault: page(http.StatusRequestTimeout), kinds: headBlob},
	{name: "500", fault: say(http.StatusInternalServerError, "UNKNOWN", "unknown error")},
	{name: "502 from a proxy", fault: page(http.StatusBadGateway), kinds: headBlob},
	{name: "503", fault: page(http.StatusServiceUnavailable)},
	{name: "504", fault: page(http.StatusGatewayTimeout), kinds: headBlob},
	{name: "400 BLOB_UPLOAD_INVALID", fault: say(http.StatusBadRequest, "BLOB_UPLOAD_INVALID", "First byte of the layer part is 0 instead of 9"), kinds: putBlob},
	{name: "404 BLOB_UPLOAD_UNKNOWN", fault: say(http.StatusNotFound, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry"), kinds: putBlob},
	{name: "404 without words", fault: page(http.StatusNotFound), kinds: putBlob},
	{name: "416", fault: page(http.StatusRequestedRangeNotSatisfiable), kinds: putBlob},
	{name: "400 with the code of throttling", fault: say(http.StatusBadRequest, "TOOMANYREQUESTS", "Rate exceeded"), kinds: postUpload + putBlob + putManifest + getManifest + getBlob},
}

// use makes every kind of request: an image is pushed, read and its labels too.
func use(t *testing.T, c *client, image *source.Image) (push.Result, error) {
	t.Helper()
	result, err := c.Push(t.Context(), image, push.Settings{})
	if err != nil {
		return result, err
	}
	images, err := c.Images(t.Context(), []string{result.Image.Digest})
	if err != nil {
		return result, err
	}
	_, err = c.Labels(t.Context(), images[result.Image.Digest])
	return result, err
}

func TestPushGetsOverFaultsThatPass(t *testing.T) {
	one := alone(t)
	for _, kind := range []string{ping, headBlob, postUpload, putBlob, putManifest, getManifest, getBlob} {
		for _, test := range passing {
			if test.kinds != "" && !strings.Contains(test.kinds, kind) {
				continue
			}
			t.Run(kind+" meets "+test.name, func(t *testing.T) {
				s := newServer(t)
				c := connect(t, s)
				s.fail(kind, test.fault)
				if kind == ping {
					s.fail(kind, test.fault) // the handshake asks twice
				}
				result, err := use(t, c, one)
				if err != nil {
					t.Fatal(err)
				}
				pulled(t, s, result.Image.Digest)
				c.tidy(t, s, err)
				if len(c.waits) != 1 || len(c.notes) != 1 || !strings.HasPrefix(c.notes[0], "trying again in ") {
					t.Fatalf("waited %v and told %q, want once", c.waits, c.notes)
				}
				if wait := c.waits[0]; test.asked != 0 && wait != test.asked || test.asked == 0 && (wait < time.Second/2 || wait > time.Second) {
					t.Errorf("waited %s, asked for %s", wait, test.asked)
				}
				if c.renewals != 0 {
					t.Errorf("renewed the credential %d times", c.renewals)
				}
			})
		}
	}
}

func TestPushRenewsACredentialThatIsNoLongerTaken(t *testing.T) {
	one := image(sealed(t, "amd64", 1))
	faults := map[string]fault{
		"401":            page(http.StatusUnauthorized),
		"403 DENIED":     say(http.StatusForbidden, "DENIED", "Your authorization token has expired. Reauthenticate and try again."),
		"403 in a page":  page(http.StatusForbidden),
		"401 with words": say(http.StatusUnauthorized, "UNAUTHORIZED", "authentication required"),
	}
	for _, kind := range []string{headBlob, postUpload, putBlob, putManifest, getManifest, getBlob} {
		for name, f := range faults {
			t.Run(kind+" meets "+name, func(t *testing.T) {
				s := newServer(t)
				s.want = password
				c := connect(t, s)
				s.fail(kind, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
					s.mu.Lock()
					s.want = renewed
					s.mu.Unlock()
					f(w, r, next)
				})
				_, err := use(t, c, one)
				c.tidy(t, s, err)
				if err != nil || c.renewals != 1 || len(c.waits) != 0 {
					t.Errorf("renewed %d times, waited %v: %v", c.renewals, c.waits, err)
				}
			})
		}
	}
}

func TestPushFailsClearly(t *testing.T) {
	const other = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	wrongDigest := func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		answer := httptest.NewRecorder()
		next.ServeHTTP(answer, r)
		w.Header().Set("Docker-Content-Digest", other)
		w.WriteHeader(answer.Code)
	}
	tests := []struct {
		name  string
		kind  string
		fault fault
		want  string // with HOST for the registry
		waits int
		as    any
	}{
		{"throttled to the end", postUpload, say(http.StatusTooManyRequests, "TOOMANYREQUESTS", "Rate exceeded"), "upload blob sha256:", 6, new(*registry.UnavailableError)},
		{"failing to the end", headBlob, page(http.StatusServiceUnavailable), "look for blob sha256:", 6, new(*registry.UnavailableError)},
		{"cut to the end", putManifest, drop, "no answer from HOST: ", 6, new(*registry.UnavailableError)},
		{"an upload that the registry will not have", putBlob, say(http.StatusBadRequest, "BLOB_UPLOAD_INVALID", "no"), "HOST answered 400 Bad Request: BLOB_UPLOAD_INVALID: no", 6, new(*registry.UnavailableError)},
		{"a credential that is not taken", headBlob, page(http.StatusUnauthorized), "credentials: HOST answered 401 Unauthorized", 0, new(*registry.CredentialsError)},
		{"a credential that may not push", postUpload, say(http.StatusForbidden, "DENIED", "not authorized"), "access to HOST/shop/api denied: HOST answered 403 Forbidden: DENIED: not authorized", 0, new(*registry.DeniedError)},
		{"a repository that does not exist", postUpload, say(http.StatusNotFound, "NAME_UNKNOWN", "repository name not known"), `repository "HOST/shop/api" does not exist`, 0, new(*registry.NotFoundError)},
		{"an upload session without a place", postUpload, func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { w.WriteHeader(http.StatusAccepted) }, "against the protocol: it opens an upload and does not say where", 0, nil},
		{"an upload session at a strange place", postUpload, after(func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { w.WriteHeader(http.StatusAccepted) }, "Location", "ftp://x/y"), "against the protocol: it opens an upload and does not say where", 0, nil},
		{"a blob stored as another", putBlob, wrongDigest, "against the protocol: it stored sha256:", 0, nil},
		{"a manifest stored as another", putManifest, wrongDigest, "as " + other, 0, nil},
		{"a page in place of a session", postUpload, page(http.StatusOK), `HOST answered 200 OK: "<html><body>Sign in to the network</body></html>"`, 0, nil},
		{"a page in place of a stored blob", putBlob, page(http.StatusOK), `HOST answered 200 OK: "<html>`, 0, nil},
		{"a page in place of a stored manifest", putManifest, page(http.StatusOK), `HOST answered 200 OK: "<html>`, 0, nil},
		{"a host that is no registry", ping, page(http.StatusNotFound), "HOST answered 404 Not Found", 0, nil},
		{"a blob that is too large", putBlob, page(http.StatusRequestEntityTooLarge), "HOST answered 413 Request Entity Too Large", 0, nil},
		{"a manifest that is not taken", putManifest, say(http.StatusBadRequest, "MANIFEST_INVALID", "no"), "HOST answered 400 Bad Request: MANIFEST_INVALID: no", 0, nil},
		{"a manifest with an odd digest", putManifest, say(http.StatusConflict, "DIGEST_INVALID", "no"), "HOST answered 409 Conflict: DIGEST_INVALID: no", 0, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := newServer(t)
			c := connect(t, s)
			s.always(test.kind, test.fault)
			result, err := c.Push(t.Context(), alone(t), push.Settings{})
			c.tidy(t, s, err)
			want := strings.ReplaceAll(test.want, "HOST", s.host())
			if err == nil || !strings.Contains(err.Error(), want) || len(c.waits) != test.waits {
				t.Errorf("Push: waited %v, %v; want %d waits, %q", c.waits, err, test.waits, want)
			}
			if test.as != nil && !errors.As(err, test.as) {
				t.Errorf("Push: %T is not %T", err, test.as)
			}
			if result.Image.Digest != "" {
				t.Errorf("Push: image %s beside an error", result.Image.Digest)
			}
		})
	}
}

func TestPushWaitsLongerEachTime(t *testing.T) {
	s := newServer(t)
	c := connect(t, s)
	s.always(headBlob, page(http.StatusServiceUnavailable))
	if _, err := c.Push(t.Context(), alone(t), push.Settings{}); err == nil {
		t.Fatal("Push succeeded")
	}
	for i, wait := range c.waits {
		longest := min(time.Second<<i, 30*time.Second)
		if wait < longest/2 || wait > longest {
			t.Errorf("wait %d was %s, want %s to %s", i+1, wait, longest/2, longest)
		}
	}
}

func TestPushTakes201ForASession(t *testing.T) {
	s := newServer(t)
	c := connect(t, s)
	s.fail(postUpload, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		answer := httptest.NewRecorder()
		next.ServeHTTP(answer, r)
		w.Header().Set("Location", answer.Header().Get("Location"))
		w.WriteHeader(http.StatusCreated)
	})
	mustPush(t, s, c, mixed(t), push.Settings{})
}

func TestPushUploadsWhereAProxyHasAPageForEverything(t *testing.T) {
	s := newServer(t)
	c := connect(t, s)
	s.fail(headBlob, page(http.StatusOK))
	result := mustPush(t, s, c, mixed(t), push.Settings{})
	pulled(t, s, result.Image.Digest)
}

func TestPushTellsOfARefusalWhichActionIsMissing(t *testing.T) {
	const arn = "arn:aws:ecr:eu-west-1:123456789012:repository/shop/api"
	tests := map[string]string{
		headBlob:    "ecr:BatchCheckLayerAvailability",
		postUpload:  "ecr:InitiateLayerUpload, ecr:UploadLayerPart and ecr:CompleteLayerUpload",
		putBlob:     "ecr:InitiateLayerUpload, ecr:UploadLayerPart and ecr:CompleteLayerUpload",
		putManifest: "ecr:PutImage",
		getManifest: "ecr:BatchGetImage",
	}
	for kind, action := range tests {
		t.Run(kind, func(t *testing.T) {
			s := newServer(t)
			c := connect(t, s, func(o *push.Options) { o.ARN = arn })
			s.always(kind, say(http.StatusForbidden, "DENIED", "no"))
			_, err := use(t, c, loose(t, layer(t, 1, source.Uncompressed)))
			var denied *registry.DeniedError
			if !errors.As(err, &denied) {
				t.Fatalf("Push: %v", err)
			}
			if diff := cmp.Diff([]string{action, arn}, []string{denied.Action, denied.Resource}); diff != "" {
				t.Errorf("denied (-want +got):\n%s", diff)
			}
			if c.renewals != 1 {
				t.Errorf("renewed %d times, want once: an expired credential is refused in the same words", c.renewals)
			}
			if full := strings.Contains(err.Error(), "a quota of the repository is used up"); full != (kind == putManifest) {
				t.Errorf("Push: %v", err)
			}
		})
	}
}
