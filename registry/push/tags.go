package push

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
	"github.com/opencontainers/go-digest"

	"github.com/hallmark-ci/hallmark/registry"
)

// Images reads what tags or digests name now. Those that name nothing are missing in the map.
func (r *Repository) Images(ctx context.Context, references []string) (map[string]registry.Image, error) {
	images := map[string]registry.Image{}
	for _, reference := range references {
		m, found, err := r.get(ctx, reference)
		if err != nil {
			return nil, err
		}
		if !found {
			continue
		}
		image := registry.Image{
			Digest:    m.Digest.String(),
			MediaType: m.MediaType,
			Manifest:  m.Raw,
			Commit:    m.Annotations[registry.AnnotationRevision],
			Version:   m.Annotations[registry.AnnotationVersion],
		}
		if image.Configs, err = r.configs(ctx, m); err != nil {
			return nil, err
		}
		images[reference] = image
	}
	return images, nil
}

// configs lists the config digests of the platforms of a manifest.
func (r *Repository) configs(ctx context.Context, m registry.Manifest) ([]string, error) {
	if !m.IsIndex() {
		return []string{m.Config.Digest.String()}, nil
	}
	var out []string
	for _, d := range m.Platforms() {
		if d.Digest.Validate() != nil {
			return nil, nil
		}
		child, found, err := r.get(ctx, d.Digest.String())
		if err != nil {
			return nil, err
		}
		if !found || child.IsIndex() {
			return nil, nil // an index with a hole in it is not known to be any image
		}
		out = append(out, child.Config.Digest.String())
	}
	return registry.SortConfigs(out), nil
}

// Labels reads the labels of an image, of its first platform. A caller that may push but not read blobs gets none
// (https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html), and neither does what is no image.
func (r *Repository) Labels(ctx context.Context, image registry.Image) (map[string]string, error) {
	if len(image.Configs) == 0 {
		return nil, nil
	}
	raw, err := r.config(ctx, digest.Digest(image.Configs[0]))
	var denied *registry.DeniedError
	if errors.As(err, &denied) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var doc struct {
		Config struct {
			Labels map[string]string
		} `json:"config"`
	}
	if json.Unmarshal(raw, &doc) != nil {
		return nil, nil // the bytes are what the manifest names, and they are no image config
	}
	return doc.Config.Labels, nil
}

// config reads a config blob and checks it.
func (r *Repository) config(ctx context.Context, d digest.Digest) (raw []byte, err error) {
	o := readConfig(d)
	if err := d.Validate(); err != nil {
		return nil, fmt.Errorf("%s: %w", o.what, err)
	}
	err = r.try(ctx, o, func() (err error) {
		raw, err = r.configOnce(ctx, d)
		return err
	})
	return raw, err
}

func readConfig(d digest.Digest) operation {
	return operation{what: fmt.Sprintf("read config %s", d), action: actionDownload}
}

// configOnce is one try of config.
func (r *Repository) configOnce(ctx context.Context, d digest.Digest) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, r.url("/blobs/"+d.String()), nil)
	if err != nil {
		return nil, err
	}
	answer, err := r.do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if err := r.check(answer, http.StatusOK); err != nil {
		return nil, err
	}
	raw, err := io.ReadAll(io.LimitReader(answer.Body, registry.MaxManifestSize))
	if err != nil {
		return nil, err
	}
	if got := d.Algorithm().FromBytes(raw); got != d {
		return nil, fmt.Errorf("%w: it came as %s", errNonsense, got)
	}
	return raw, nil
}

// PutTag points a tag at an image that is in the repository. A tag that the registry keeps is a registry.TagTakenError, whatever
// it holds: 400 TAG_INVALID is ECR's answer to that, and its sentence has changed before
// (https://github.com/osscontainertools/kaniko/issues/204).
func (r *Repository) PutTag(ctx context.Context, image registry.Image, tag string) error {
	m, err := registry.ParseManifest(image.Manifest, image.MediaType)
	if err != nil {
		return fmt.Errorf("image %s: %w", image.Digest, err)
	}
	if m.Digest.String() != image.Digest {
		return fmt.Errorf("image %s: its manifest has the digest %s", image.Digest, m.Digest)
	}
	err = r.put(ctx, m, tag)
	var answer *answerError
	if errors.As(err, &answer) && answer.status == http.StatusBadRequest && answer.has(transport.TagInvalidErrorCode) {
		return &registry.TagTakenError{Tag: tag, Err: err}
	}
	return err
}
