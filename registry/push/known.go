package push

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/hallmark-ci/hallmark/registry"
)

// once does something that a push can do without: it is not tried again, and no credential is renewed for it.
func (r *Repository) once(ctx context.Context, o operation, run func() error) error {
	err := run()
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("%s: %w", o.what, ctx.Err())
	}
	return fmt.Errorf("%s: %w", o.what, r.meaning(o, err))
}

// Manifests reads manifests by tag or digest, some of them at the same time. Unlike Images it tries each once, passes over what is no
// manifest, and leaves the parts of an index alone. It ends with the first request that fails, and returns what was read beside the
// error.
func (r *Repository) Manifests(ctx context.Context, references []string, parallel int) (map[string]registry.Manifest, error) {
	var mu sync.Mutex
	out := map[string]registry.Manifest{}
	err := each(ctx, references, parallel, func(reference string) error {
		return r.once(ctx, readManifest(reference), func() error {
			m, found, err := r.getOnce(ctx, reference)
			if found {
				mu.Lock()
				defer mu.Unlock()
				out[reference] = m
			}
			return unlessOdd(err)
		})
	})
	return out, err
}

// unlessOdd is err where a request failed, and nothing where it was answered by what is no manifest.
func unlessOdd(err error) error {
	var (
		answer *answerError
		lost   *lostError
	)
	if errors.As(err, &answer) || errors.As(err, &lost) {
		return err
	}
	return nil
}

// DiffIDs reads which layers the config of a manifest lists, base first. It is nil where the caller may not read blobs
// (https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html).
func (r *Repository) DiffIDs(ctx context.Context, config ocispec.Descriptor) ([]digest.Digest, error) {
	o := readConfig(config.Digest)
	if err := config.Digest.Validate(); err != nil {
		return nil, fmt.Errorf("%s: %w", o.what, err)
	}
	var ids []digest.Digest
	err := r.once(ctx, o, func() error {
		raw, err := r.configOnce(ctx, config.Digest)
		if err != nil {
			return err
		}
		ids, err = registry.DiffIDs(raw)
		return err
	})
	var denied *registry.DeniedError
	if errors.As(err, &denied) {
		return nil, nil
	}
	return ids, err
}

// Available finds out which blobs the repository holds, and how large they are in bytes, some of them at the same time. A blob whose
// size is not told is taken to be absent. It ends with the first request that fails, and returns what was found out beside the error.
func (r *Repository) Available(ctx context.Context, digests []digest.Digest, parallel int) (map[digest.Digest]int64, error) {
	var mu sync.Mutex
	out := map[digest.Digest]int64{}
	err := each(ctx, digests, parallel, func(d digest.Digest) error {
		o := operation{what: fmt.Sprintf("look for blob %s", d), action: actionHead}
		return r.once(ctx, o, func() error {
			size, err := r.sizeOnce(ctx, d)
			if err == nil && size >= 0 {
				mu.Lock()
				defer mu.Unlock()
				out[d] = size
			}
			return err
		})
	})
	return out, err
}

// sizeOnce asks for the size of a blob; -1 where the repository does not hold it, or does not tell.
func (r *Repository) sizeOnce(ctx context.Context, d digest.Digest) (int64, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodHead, r.url("/blobs/"+d.String()), nil)
	if err != nil {
		return -1, err
	}
	answer, err := r.do(request)
	if err != nil {
		return -1, err
	}
	defer answer.Body.Close()
	if answer.StatusCode == http.StatusNotFound {
		return -1, nil
	}
	return answer.ContentLength, r.check(answer, http.StatusOK)
}

// each does something with every item, with at most parallel of them at the same time. After an error it begins no other, and returns
// the first.
func each[T any](ctx context.Context, items []T, parallel int, do func(T) error) error {
	var (
		group sync.WaitGroup
		mu    sync.Mutex
		first error
	)
	failed := func(err error) bool {
		mu.Lock()
		defer mu.Unlock()
		if first == nil {
			first = err
		}
		return first != nil
	}
	free := make(chan struct{}, max(parallel, 1))
	for _, item := range items {
		free <- struct{}{}
		if failed(ctx.Err()) {
			break
		}
		group.Go(func() {
			failed(do(item))
			<-free
		})
	}
	group.Wait()
	return first
}
