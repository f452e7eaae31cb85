package push

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"

	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
	"github.com/opencontainers/go-digest"

	"github.com/hallmark-ci/hallmark/registry/source"
)

// content is a blob that can be read from its start as often as needed.
type content struct {
	digest digest.Digest
	size   int64
	open   func() (io.ReadCloser, error)
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
// (https://github.com/aws/containers-roadmap/issues/2831), and every try has a new session.
func (r *Repository) upload(ctx context.Context, c content) error {
	o := operation{what: fmt.Sprintf("upload blob %s", c.digest), action: actionUpload}
	return r.try(ctx, o, func() error {
		location, err := r.session(ctx)
		if err != nil {
			return err
		}
		opened, err := c.open()
		if err != nil {
			return err
		}
		defer opened.Close()
		body := &measured{content: c, r: opened}
		answer, err := r.send(ctx, location, body)
		if broken := body.broken(); broken != nil && err != nil {
			return broken
		}
		if err != nil {
			return err
		}
		defer answer.Body.Close()
		if err := r.check(answer, http.StatusCreated); err != nil {
			return lostSession(err)
		}
		return sameDigest(answer, c.digest)
	})
}

// send puts a blob to where a session wants it.
func (r *Repository) send(ctx context.Context, location *url.URL, body *measured) (*http.Response, error) {
	query := location.Query()
	query.Set("digest", body.content.digest.String())
	location.RawQuery = query.Encode()
	request, err := http.NewRequestWithContext(ctx, http.MethodPut, location.String(), io.NopCloser(body))
	if err != nil {
		return nil, err
	}
	// The length is told so that the body is not chunked, and there is no GetBody: net/http must not send a half-read body again.
	request.ContentLength = body.content.size
	if body.content.size == 0 {
		request.Body = http.NoBody
	}
	request.Header.Set("Content-Type", "application/octet-stream")
	return r.do(request)
}

// session opens an upload and returns where to send the blob.
func (r *Repository) session(ctx context.Context) (*url.URL, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, r.url("/blobs/uploads/"), nil)
	if err != nil {
		return nil, err
	}
	answer, err := r.do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	// ECR has been seen to answer 201 where 202 is due.
	if err := r.check(answer, http.StatusAccepted, http.StatusCreated); err != nil {
		return nil, err
	}
	location, err := answer.Location()
	if err != nil || location.Scheme != "http" && location.Scheme != "https" {
		return nil, fmt.Errorf("%w: it opens an upload and does not say where", errNonsense)
	}
	return location, nil
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
	content content
	r       io.Reader

	mu   sync.Mutex
	size int64
	err  error
}

func (m *measured) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.size += int64(n)
	if err == io.EOF && m.size != m.content.size {
		err = &source.CorruptError{What: "blob " + m.content.digest.String(), Got: fmt.Sprintf("%d bytes long, not %d", m.size, m.content.size)}
	}
	if err != nil && err != io.EOF {
		m.err = err
	}
	return n, err
}

func (m *measured) broken() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.err
}
