package push

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
	"github.com/opencontainers/go-digest"

	"github.com/hallmark-ci/hallmark/registry/source"
)

// content is a blob that can be read from its start as often as needed.
type content struct {
	digest digest.Digest
	size   int64
	open   func() (io.ReadCloser, error)
	key    digest.Digest // of the layer, for who watches; empty for a blob that is none
}

// holds asks whether the repository has a blob.
func (r *Repository) holds(ctx context.Context, c content) (bool, error) {
	found := false
	o := operation{what: fmt.Sprintf("look for blob %s", c.digest), action: actionHead}
	err := r.try(ctx, o, func() error {
		request, err := http.NewRequestWithContext(ctx, http.MethodHead, r.url("/blobs/"+c.digest.String()), nil)
		if err != nil {
			return err
		}
		answer, err := r.do(request)
		if err != nil {
			return err
		}
		defer answer.Body.Close()
		if err := r.check(answer, http.StatusOK, http.StatusNotFound); err != nil {
			return err
		}
		// A proxy that has a page for everything does not hold the blob.
		found = answer.StatusCode == http.StatusOK && (answer.ContentLength <= 0 || answer.ContentLength == c.size)
		return nil
	})
	return found, err
}

// upload sends a blob: a session, then all of it in one request. It is never sent in chunks, which ECR takes in a way of its own
// (https://github.com/aws/containers-roadmap/issues/2831), and every try has a new session. The first asks for the blob of another
// repository of the registry where from names one; mounted says that it was given, so that nothing was sent.
func (p *Pusher) upload(ctx context.Context, c content, from string) (mounted bool, err error) {
	o := operation{what: fmt.Sprintf("upload blob %s", c.digest), action: actionUpload}
	mount := mountQuery(c.digest, from)
	err = p.try(ctx, o, func() error {
		var location *url.URL
		var err error
		location, mounted, err = p.session(ctx, mount)
		if mount = ""; err != nil || mounted {
			return err
		}
		opened, err := c.open()
		if err != nil {
			return err
		}
		defer opened.Close()
		return p.sendWhole(ctx, location, &measured{content: c, r: opened, tell: p.ledger.tell})
	})
	return mounted, err
}

// sendWhole puts a blob to where a session wants it.
func (p *Pusher) sendWhole(ctx context.Context, location *url.URL, body *measured) error {
	p.ledger.tell(Event{Step: SendBegins, Key: body.content.key, Bytes: body.content.size})
	start := time.Now()
	defer func() {
		p.ledger.spend(func(s *Spent) {
			s.Send += time.Since(start) - body.waited()
			s.Read += body.waited()
		})
	}()
	// There is no GetBody: net/http must not send a half-read body again.
	answer, err := p.send(ctx, location, body.content.digest, struct{ *measured }{body}, body.content.size)
	if broken := body.broken(); broken != nil && err != nil {
		return broken
	}
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if err := p.check(answer, http.StatusCreated); err != nil {
		return lostSession(err)
	}
	return sameDigest(answer, body.content.digest)
}

// send ends an upload: it sends what is left of the blob, of a length that is told so that the body is not chunked, and its digest.
func (r *Repository) send(ctx context.Context, location *url.URL, d digest.Digest, body io.ReadCloser, size int64) (*http.Response, error) {
	query := location.Query()
	query.Set("digest", d.String())
	location.RawQuery = query.Encode()
	request, err := http.NewRequestWithContext(ctx, http.MethodPut, location.String(), body)
	if err != nil {
		return nil, err
	}
	request.ContentLength = size
	if size == 0 {
		request.Body = http.NoBody
	}
	request.Header.Set("Content-Type", "application/octet-stream")
	return r.do(request)
}

// session opens an upload and returns where to send the blob, or says that the repository has it now by way of mount, a query as
// mountQuery makes it.
func (r *Repository) session(ctx context.Context, mount string) (location *url.URL, mounted bool, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, r.url("/blobs/uploads/"+mount), nil)
	if err != nil {
		return nil, false, err
	}
	answer, err := r.do(request)
	if err != nil {
		return nil, false, err
	}
	defer answer.Body.Close()
	switch answer.StatusCode {
	case http.StatusBadRequest, http.StatusForbidden, http.StatusNotFound, http.StatusMethodNotAllowed:
		if mount != "" {
			return r.session(ctx, "") // the source may not be read, or mounting is not known
		}
	}
	// ECR has been seen to answer 201 where 202 is due.
	if err := r.check(answer, http.StatusAccepted, http.StatusCreated); err != nil {
		return nil, false, err
	}
	if mount != "" && answer.StatusCode == http.StatusCreated {
		return nil, true, nil
	}
	location, err = locationOf(answer)
	return location, false, err
}

func locationOf(answer *http.Response) (*url.URL, error) {
	location, err := answer.Location()
	if err != nil || location.Scheme != "http" && location.Scheme != "https" {
		return nil, fmt.Errorf("%w: it opens an upload and does not say where", errNonsense)
	}
	return location, nil
}

// mountQuery asks an upload session for a blob of another repository of the registry. ECR gives it where its registry is set to, and
// where a manifest of the source names it (https://docs.aws.amazon.com/AmazonECR/latest/userguide/blob-mounting.html).
func mountQuery(d digest.Digest, from string) string {
	if from == "" {
		return ""
	}
	return "?" + url.Values{"mount": {d.String()}, "from": {from}}.Encode()
}

// lostSession tells the answer to a session that the registry no longer knows, or knows otherwise than we do, from other answers.
func lostSession(err error) error {
	var answer *answerError
	if !errors.As(err, &answer) {
		return err
	}
	if answer.status == http.StatusNotFound || answer.status == http.StatusRequestedRangeNotSatisfiable ||
		answer.has(transport.BlobUploadInvalidErrorCode, transport.BlobUploadUnknownErrorCode) {
		return &sessionError{err}
	}
	return err
}

// sameDigest refuses an answer that names another digest than was sent. Registries may leave it out, or use another algorithm.
func sameDigest(answer *http.Response, d digest.Digest) error {
	got, err := digest.Parse(answer.Header.Get("Docker-Content-Digest"))
	if err == nil && got.Algorithm() == d.Algorithm() && got != d {
		return fmt.Errorf("%w: it stored %s as %s", errNonsense, d, got)
	}
	return nil
}

// measured reads a blob and remembers what was wrong with it: to net/http a source that cannot be read is a request that failed. It is
// read by net/http's own goroutines, for which an answer need not be the end.
type measured struct {
	content content // of size -1 where that is not known yet
	r       io.ReadCloser
	tell    func(Event)

	mu    sync.Mutex
	size  int64
	err   error
	spent time.Duration // waiting for r
}

func (m *measured) Read(p []byte) (int, error) {
	start := time.Now()
	n, err := m.r.Read(p)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.spent += time.Since(start)
	m.size += int64(n)
	if err == io.EOF && m.content.size >= 0 && m.size != m.content.size {
		err = &source.CorruptError{What: "blob " + m.content.digest.String(), Got: fmt.Sprintf("%d bytes long, not %d", m.size, m.content.size)}
	}
	if err != nil && err != io.EOF {
		m.err = err
	}
	if n > 0 {
		m.tell(Event{Step: Sent, Key: m.content.key, Bytes: int64(n)})
	}
	return n, err
}

// Close leaves r open: who opened it closes it.
func (m *measured) Close() error { return nil }

func (m *measured) broken() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.err
}

func (m *measured) waited() time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.spent
}
