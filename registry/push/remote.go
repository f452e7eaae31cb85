// Package push brings an image into a repository over the registry's HTTP API: blobs, then manifests by digest, then tags. Start at
// Connect. It decides nothing: what to push and which tags to write is its caller's business.
package push

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
	"golang.org/x/sync/semaphore"
)

// Options say how to reach a registry. The zero value is anonymous.
type Options struct {
	Auth      authn.Authenticator // credential; taken from Keychain when nil
	Keychain  authn.Keychain
	Renew     func(context.Context) (authn.Authenticator, error) // a new credential in place of one that expired; may be nil
	Insecure  bool                                               // HTTP, not HTTPS
	UserAgent string
	Transport http.RoundTripper // http.DefaultTransport when nil

	// ARN is the repository's name in IAM policies. Set for Amazon ECR, it makes a denial name the action that is missing.
	ARN string

	// TempDir is where compressed layers are spooled; the system's temporary folder when empty.
	TempDir string

	// Notify is told, in a sentence without a full stop, what went wrong and will be tried again. May be nil.
	Notify func(string)

	// Sleep waits between tries and ends with the context; real time when nil.
	Sleep func(context.Context, time.Duration) error
}

// Repository is one repository at a registry.
type Repository struct {
	options Options
	name    name.Repository
	counter *counter

	// handshake is held by whoever connects or renews, and guards these.
	handshake *semaphore.Weighted
	auth      authn.Authenticator
	renewedAt time.Time
	failure   error // of the last handshake; nil when it succeeded

	mu        sync.Mutex
	client    *http.Client // made at the first request
	failures  int          // of handshakes
	renewals  int
	throttled int           // requests that wait because the registry throttles
	calm      chan struct{} // closed when none does any more
	puts      []time.Time   // when the last manifests were put
	slept     time.Duration
}

// Connect names a repository, HOST/NAME. Nothing is asked of the registry yet.
func Connect(repository string, o Options) (*Repository, error) {
	var nameOptions []name.Option
	if o.Insecure {
		nameOptions = append(nameOptions, name.Insecure)
	}
	parsed, err := name.NewRepository(repository, nameOptions...)
	if err != nil {
		return nil, fmt.Errorf("repository %q: %w", repository, err)
	}
	o.setDefaults()
	r := &Repository{options: o, name: parsed, handshake: semaphore.NewWeighted(1), auth: o.Auth}
	var next http.RoundTripper = &idler{next: o.Transport, after: longestIdle}
	if o.Insecure {
		next = &plain{next: next, host: parsed.RegistryStr()}
	}
	r.counter = &counter{next: next}
	if r.auth == nil && o.Keychain != nil {
		if r.auth, err = o.Keychain.Resolve(parsed); err != nil {
			return nil, fmt.Errorf("find credentials for %s: %w", parsed.RegistryStr(), err)
		}
	}
	if r.auth == nil {
		r.auth = authn.Anonymous
	}
	return r, nil
}

func (o *Options) setDefaults() {
	if o.Transport == nil {
		o.Transport = newTransport()
	}
	if o.Sleep == nil {
		o.Sleep = sleep
	}
}

// newTransport is the usual transport with a connection to keep for each blob that is sent at the same time, and larger pieces.
func newTransport() http.RoundTripper {
	usual, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return http.DefaultTransport
	}
	t := usual.Clone()
	t.MaxIdleConnsPerHost = maxSending + 1
	t.WriteBufferSize = 128 << 10
	return t
}

// Requests is how many requests were made so far.
func (r *Repository) Requests() int64 { return r.counter.requests.Load() }

// do sends one request with the credential. The caller closes the body of the answer.
func (r *Repository) do(request *http.Request) (*http.Response, error) {
	client, err := r.connected(request.Context())
	if err != nil {
		return nil, r.handshakeError(err)
	}
	answer, err := client.Do(request)
	return answer, lost(err)
}

// connected is the client with its credential, after the handshake that finds out how the registry wants it.
func (r *Repository) connected(ctx context.Context) (*http.Client, error) {
	client, failures := r.ready()
	if client != nil {
		return client, nil
	}
	if err := r.handshake.Acquire(ctx, 1); err != nil {
		return nil, err
	}
	defer r.handshake.Release(1)
	if client, now := r.ready(); client != nil || now != failures {
		return client, r.failure // of the handshake that this request has waited for
	}
	scopes := []string{r.name.Scope(transport.PushScope)}
	var base http.RoundTripper = r.counter
	if r.options.UserAgent != "" {
		base = transport.NewUserAgent(base, r.options.UserAgent)
	}
	authenticated, err := transport.NewWithContext(ctx, r.name.Registry, r.auth, base, scopes)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.failure = err; err != nil {
		r.failures++
		return nil, err
	}
	r.client = &http.Client{Transport: authenticated}
	return r.client, nil
}

// ready is the client after the handshake, nil before it, and how many handshakes have failed.
func (r *Repository) ready() (client *http.Client, failures int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.client, r.failures
}

// credential says how many credentials came before the one in use.
func (r *Repository) credential() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.renewals
}

// fresh is the age up to which a credential cannot have expired: what is refused with it is not allowed.
const fresh = 5 * time.Minute

// renew replaces a credential that the registry no longer takes, unless another request has done so since used was taken.
func (r *Repository) renew(ctx context.Context, used int) (bool, error) {
	if err := r.handshake.Acquire(ctx, 1); err != nil {
		return false, err
	}
	defer r.handshake.Release(1)
	if now := r.credential(); now != used {
		return true, nil
	}
	if r.options.Renew == nil || used > 0 && time.Since(r.renewedAt) < fresh {
		return false, nil
	}
	auth, err := r.options.Renew(ctx)
	if err != nil {
		return false, fmt.Errorf("renew credential: %w", err)
	}
	r.auth, r.renewedAt = auth, time.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.client = nil
	r.renewals++
	return true, nil
}

// url is the address of something in the repository.
func (r *Repository) url(path string) string {
	return r.name.Scheme() + "://" + r.name.RegistryStr() + "/v2/" + r.name.RepositoryStr() + path
}

func (r *Repository) notify(format string, values ...any) {
	if r.options.Notify != nil {
		r.options.Notify(fmt.Sprintf(format, values...))
	}
}

// plain reaches a registry by HTTP that would be asked for HTTPS first.
type plain struct {
	next http.RoundTripper
	host string
}

// RoundTrip implements http.RoundTripper.
func (p *plain) RoundTrip(request *http.Request) (*http.Response, error) {
	if request.URL.Host == p.host && request.URL.Scheme == "https" {
		request = request.Clone(request.Context())
		request.URL.Scheme = "http"
	}
	return p.next.RoundTrip(request)
}

// counter counts what is sent.
type counter struct {
	next     http.RoundTripper
	requests atomic.Int64
}

// RoundTrip implements http.RoundTripper.
func (c *counter) RoundTrip(request *http.Request) (*http.Response, error) {
	c.requests.Add(1)
	return c.next.RoundTrip(request)
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
