package push_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/push"
)

// hang is a registry that does something and never answers.
func hang(do func()) fault {
	return func(_ http.ResponseWriter, r *http.Request, _ http.Handler) {
		io.Copy(io.Discard, r.Body) // a server sees that its client went away only behind the body
		do()
		<-r.Context().Done()
	}
}

// few checks that a host that cannot be reached is given up after three tries and short waits.
func (c *client) few(t *testing.T) {
	t.Helper()
	var sum time.Duration
	for _, wait := range c.waits {
		sum += wait
	}
	if len(c.waits) != 2 || sum > 2*time.Second {
		t.Errorf("waited %v, want two short waits", c.waits)
	}
}

func TestPushGivesUpAHostThatRefusesConnections(t *testing.T) {
	s := newServer(t)
	s.Close()
	c := connect(t, s)
	_, err := c.Push(t.Context(), alone(t), push.Settings{})
	var unavailable *registry.UnavailableError
	if !errors.As(err, &unavailable) || !strings.Contains(err.Error(), "no answer from "+s.host()+": ") || !strings.Contains(err.Error(), "connection refused") {
		t.Errorf("Push: %v", err)
	}
	c.few(t)
}

func TestPushNamesAHostThatDoesNotExist(t *testing.T) {
	s := newServer(t)
	c := connect(t, s, func(o *push.Options) {
		o.Transport = &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
			return nil, &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: "registry.test", IsNotFound: true}}
		}}
	})
	_, err := c.Push(t.Context(), alone(t), push.Settings{})
	var missing *registry.HostError
	if !errors.As(err, &missing) || missing.Host != "registry.test" {
		t.Errorf("Push: %v", err)
	}
	c.few(t)
}

func TestPushDoesNotTryAgainWhomItDoesNotTrust(t *testing.T) {
	s := newServer(t)
	secure := httptest.NewUnstartedServer(s)
	secure.Config.ErrorLog = quiet()
	secure.StartTLS()
	t.Cleanup(secure.Close)
	s.URL = strings.Replace(secure.URL, "https://127.0.0.1", "http://example.com", 1)
	c := connect(t, s, func(o *push.Options) {
		o.Insecure = false
		o.Transport = &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, secure.Listener.Addr().String())
		}}
	})
	_, err := c.Push(t.Context(), alone(t), push.Settings{})
	if err == nil || !strings.Contains(err.Error(), "certificate") || len(c.waits) != 0 {
		t.Errorf("Push: waited %v, %v", c.waits, err)
	}
}
