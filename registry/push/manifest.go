package push

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
	"github.com/opencontainers/go-digest"

	"github.com/hallmark-ci/hallmark/registry"
)

// put sends a manifest under its digest or a tag.
func (r *Repository) put(ctx context.Context, m registry.Manifest, reference string) error {
	if got := digest.FromBytes(m.Raw); got != m.Digest {
		return fmt.Errorf("manifest %s has the digest %s", m.Digest, got)
	}
	o := operation{what: fmt.Sprintf("put manifest %s", reference), action: actionPut}
	return r.try(ctx, o, func() error {
		if err := r.pace(ctx); err != nil {
			return err
		}
		request, err := http.NewRequestWithContext(ctx, http.MethodPut, r.url("/manifests/"+reference), bytes.NewReader(m.Raw))
		if err != nil {
			return err
		}
		request.Header.Set("Content-Type", m.MediaType)
		answer, err := r.do(request)
		if err != nil {
			return err
		}
		defer answer.Body.Close()
		if err := r.check(answer, http.StatusCreated); err != nil {
			return err
		}
		return sameDigest(answer, m.Digest)
	})
}

// lacksError says that a registry does not know a part of a manifest.
type lacksError struct{ error }

func (e *lacksError) Unwrap() error { return e.error }

// publish puts a manifest by its digest. A registry that will not have what it has already holds it all the same: ECR's own API
// answers ImageAlreadyExistsException, which a run meets that goes on where another one stopped
// (https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImage.html).
func (r *Repository) publish(ctx context.Context, m registry.Manifest) error {
	err := r.put(ctx, m, m.Digest.String())
	var answer *answerError
	if !errors.As(err, &answer) {
		return err
	}
	if answer.has(transport.ManifestBlobUnknownErrorCode, transport.BlobUnknownErrorCode, transport.BlobUploadUnknownErrorCode, transport.ManifestUnknownErrorCode) {
		return &lacksError{err}
	}
	if answer.status != http.StatusBadRequest && answer.status != http.StatusConflict {
		return err
	}
	if _, found, readErr := r.get(ctx, m.Digest.String()); readErr != nil || !found {
		return err
	}
	return nil
}

// get reads a manifest by tag or digest, and checks a digest. found is false where there is none.
func (r *Repository) get(ctx context.Context, reference string) (m registry.Manifest, found bool, err error) {
	err = r.try(ctx, readManifest(reference), func() (err error) {
		m, found, err = r.getOnce(ctx, reference)
		return err
	})
	return m, found, err
}

func readManifest(reference string) operation {
	return operation{what: fmt.Sprintf("read manifest %s", reference), action: actionGet}
}

// getOnce is one try of get.
func (r *Repository) getOnce(ctx context.Context, reference string) (m registry.Manifest, found bool, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, r.url("/manifests/"+reference), nil)
	if err != nil {
		return registry.Manifest{}, false, err
	}
	request.Header.Set("Accept", strings.Join(registry.AcceptManifests(), ", "))
	answer, err := r.do(request)
	if err != nil {
		return registry.Manifest{}, false, err
	}
	defer answer.Body.Close()
	if answer.StatusCode == http.StatusNotFound {
		return registry.Manifest{}, false, nil
	}
	if err := r.check(answer, http.StatusOK); err != nil {
		return registry.Manifest{}, false, err
	}
	m, err = parse(answer, reference)
	return m, err == nil, err
}

// parse reads the manifest in an answer.
func parse(answer *http.Response, reference string) (registry.Manifest, error) {
	raw, err := io.ReadAll(io.LimitReader(answer.Body, registry.MaxManifestSize+1))
	if err != nil {
		return registry.Manifest{}, err
	}
	if len(raw) > registry.MaxManifestSize {
		return registry.Manifest{}, fmt.Errorf("%w: a manifest of more than %d bytes", errNonsense, registry.MaxManifestSize)
	}
	if wanted, err := digest.Parse(reference); err == nil {
		if got := wanted.Algorithm().FromBytes(raw); got != wanted {
			return registry.Manifest{}, fmt.Errorf("%w: manifest %s was asked for and %s came", errNonsense, wanted, got)
		}
	}
	mediaType, _, _ := strings.Cut(answer.Header.Get("Content-Type"), ";")
	m, err := registry.ParseManifest(raw, mediaType)
	if err != nil {
		return registry.Manifest{}, fmt.Errorf("it is of type %q: %w", mediaType, err)
	}
	return m, nil
}
