package emulator

import (
	"encoding/json"
	"fmt"

	"cuelabs.dev/go/oci/ociregistry"
	"github.com/opencontainers/go-digest"
)

type putImageRequest struct {
	repositoryRef
	Manifest  string `json:"imageManifest"`
	MediaType string `json:"imageManifestMediaType"`
	Tag       string `json:"imageTag"`
	Digest    string `json:"imageDigest"`
}

// putImage takes in a manifest, or gives an image that is there one more tag.
func (c *call) putImage(request putImageRequest) (any, error) {
	raw := []byte(request.Manifest)
	d := digest.FromBytes(raw).String()
	if request.Digest != "" && request.Digest != d {
		return nil, &apiError{"ImageDigestDoesNotMatchException",
			fmt.Sprintf("The image with digest '%s' in repository '%s' and registry ID '%s' does not match the image digest that Amazon ECR has calculated.", request.Digest, request.RepositoryName, Account)}
	}
	if request.Tag != "" && !tagForm().MatchString(request.Tag) {
		return nil, invalid("Invalid parameter at 'imageTag' failed to satisfy constraint: 'must satisfy regular expression '[a-zA-Z0-9_][a-zA-Z0-9-._]+''")
	}
	if request.MediaType == "" {
		var m manifest
		if err := json.Unmarshal(raw, &m); err != nil || m.MediaType == "" {
			return nil, invalid("Invalid parameter at 'imageManifest' failed to satisfy constraint: 'Invalid JSON syntax'")
		}
		request.MediaType = m.MediaType
	}
	if err := c.store.read(func(s *state) error { return request.isNew(s, d) }); err != nil {
		return nil, err
	}
	if _, err := c.putManifest(request.RepositoryName, raw, request.MediaType, request.Tag); err != nil {
		return nil, err
	}
	return map[string]any{"image": imageAnswer{Account, request.RepositoryName, imageID{d, request.Tag}, request.Manifest, request.MediaType}}, nil
}

// isNew refuses an image that is there under the same tag, or at all where no tag is given, in every mode of mutability.
func (request putImageRequest) isNew(s *state, digest string) error {
	r, err := request.of(s)
	if err != nil {
		return err
	}
	if r.Images[digest] != nil && (request.Tag == "" || r.Tags[request.Tag] == digest) {
		return &apiError{"ImageAlreadyExistsException",
			fmt.Sprintf("Image with digest '%s' and tag '%s' already exists in the repository with name '%s' in registry with id '%s'", digest, request.Tag, r.Name, Account)}
	}
	return nil
}

// batchDeleteImage removes tags, and images whose last tag goes or that are named by digest. That tags cannot move does not keep them.
func (c *call) batchDeleteImage(request batchImageRequest) (any, error) {
	if err := request.check(); err != nil {
		return nil, err
	}
	gone, failures := []imageID{}, []imageFailure{}
	err := c.store.change(request.RepositoryName, func(s *state) error {
		r, err := request.of(s)
		if err != nil {
			return err
		}
		for _, id := range request.IDs {
			i, code, reason := id.in(r)
			if code == "" && id.Tag != "" {
				gone = append(gone, imageID{i.Digest, id.Tag})
				delete(r.Tags, id.Tag)
				if len(r.tagsOf(i.Digest)) > 0 {
					continue
				}
			}
			if code == "" {
				code, reason = r.deletable(i)
			}
			if code != "" && (id.Tag == "" || i == nil) {
				failures = append(failures, imageFailure{id, code, reason})
			}
			if code != "" {
				continue
			}
			if id.Tag == "" {
				gone = append(gone, r.names(i)...)
			}
			r.remove(i.Digest)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return map[string]any{"imageIds": gone, "failures": failures}, nil
}

// deletable says what keeps an image: an index that names it.
func (r *repository) deletable(i *image) (code, reason string) {
	if parent, found := r.parentOf(i.Digest); found {
		return "ImageReferencedByManifestList", fmt.Sprintf("Requested image referenced by manifest list: [%s]", parent)
	}
	return "", ""
}

// names are all names of an image: one a tag, or its digest alone.
func (r *repository) names(i *image) []imageID {
	var out []imageID
	for _, tag := range r.tagsOf(i.Digest) {
		out = append(out, imageID{i.Digest, tag})
	}
	if len(out) == 0 {
		out = append(out, imageID{Digest: i.Digest})
	}
	return out
}

type layersRequest struct {
	repositoryRef
	Digests []string `json:"layerDigests"`
}

type layerAnswer struct {
	Digest       string `json:"layerDigest"`
	Availability string `json:"layerAvailability"`
	Size         int64  `json:"layerSize,omitempty"`
	MediaType    string `json:"mediaType,omitempty"`
}

func (c *call) batchCheckLayerAvailability(request layersRequest) (any, error) {
	if len(request.Digests) == 0 || len(request.Digests) > maxBatch {
		return nil, invalid("Invalid parameter at 'layerDigests' failed to satisfy constraint: 'Member must have length between 1 and %d'", maxBatch)
	}
	layers := []layerAnswer{}
	err := c.store.read(func(s *state) error {
		r, err := request.of(s)
		if err != nil {
			return err
		}
		for _, d := range request.Digests {
			if size, found := c.store.hasBlob(r.Name, ociregistry.Digest(d)); found {
				layers = append(layers, layerAnswer{d, "AVAILABLE", size, "application/vnd.docker.image.rootfs.diff.tar.gzip"})
				continue
			}
			layers = append(layers, layerAnswer{Digest: d, Availability: "UNAVAILABLE"})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return map[string]any{"layers": layers, "failures": []any{}}, nil
}
