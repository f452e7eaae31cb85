package push_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"

	"github.com/hallmark-ci/hallmark/registry/push"
)

// client is a connection to a server, and what was observed of it.
type client struct {
	*push.Repository
	mu       sync.Mutex
	waits    []time.Duration
	notes    []string
	renewals int
	temp     string
}

// connect reaches a server with a credential that can be renewed. Nothing waits, and no connection is used twice, so that net/http
// repeats nothing by itself.
func connect(t *testing.T, s *server, change ...func(*push.Options)) *client {
	t.Helper()
	c := &client{temp: t.TempDir()}
	options := push.Options{
		Auth:      &authn.Basic{Username: user, Password: password},
		Insecure:  true,
		Transport: &http.Transport{DisableKeepAlives: true},
		TempDir:   c.temp,
		Notify: func(note string) {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.notes = append(c.notes, note)
		},
		Sleep: func(ctx context.Context, d time.Duration) error {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.waits = append(c.waits, d)
			return ctx.Err()
		},
		Renew: func(context.Context) (authn.Authenticator, error) {
			c.renewals++
			return &authn.Basic{Username: user, Password: renewed}, nil
		},
	}
	for _, f := range change {
		f(&options)
	}
	var err error
	if c.Repository, err = push.Connect(s.host()+"/"+repository, options); err != nil {
		t.Fatal(err)
	}
	return c
}

// tidy checks what must hold after every run: no temporary file is left, no blob went up chunked or in a session that was used before,
// and no error tells a secret.
func (c *client) tidy(t *testing.T, s *server, err error) {
	t.Helper()
	nothingLeft(t, c.temp)
	sessions := map[string]bool{}
	for _, r := range s.seen() {
		if r.Kind != putBlob {
			continue
		}
		if r.Chunked || r.Length < 0 {
			t.Errorf("blob sent without a length: %+v", r)
		}
		if sessions[r.Session] {
			t.Errorf("upload session %s was used twice", r.Session)
		}
		sessions[r.Session] = true
	}
	silent(t, append(c.notes, fmt.Sprint(err))...)
}

// nothingLeft looks for files in a folder, and for files of it that are still open though they have no name any more.
func nothingLeft(t *testing.T, dir string) {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil || len(files) > 0 {
		t.Errorf("temporary folder holds %v, %v", files, err)
	}
	descriptors, _ := os.ReadDir("/proc/self/fd") // only Linux has it
	for _, d := range descriptors {
		if target, _ := os.Readlink(filepath.Join("/proc/self/fd", d.Name())); strings.HasPrefix(target, dir+"/") {
			t.Errorf("%s is still open", target)
		}
	}
}

// silent checks that texts hold no secret.
func silent(t *testing.T, texts ...string) {
	t.Helper()
	for _, text := range texts {
		for _, secret := range []string{password, renewed, "signature-of-the-test"} {
			encoded := base64.StdEncoding.EncodeToString([]byte(user + ":" + secret))
			for _, form := range []string{secret, encoded, url.QueryEscape(secret)} {
				if strings.Contains(text, form) {
					t.Errorf("secret told: %s", text)
				}
			}
		}
	}
}
