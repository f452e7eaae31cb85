package emulator

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"cuelabs.dev/go/oci/ociregistry"
	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/hallmark-ci/hallmark/registry"
)

// maxTags is how many tags an image may have
// (https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html).
const maxTags = 1000

// manifest is the part of a manifest or index that a registry looks at.
type manifest struct {
	MediaType    string               `json:"mediaType"`
	ArtifactType string               `json:"artifactType"`
	Config       *ocispec.Descriptor  `json:"config"`
	Layers       []ocispec.Descriptor `json:"layers"`
	Manifests    []ocispec.Descriptor `json:"manifests"`
	Subject      *ocispec.Descriptor  `json:"subject"`
	Annotations  map[string]string    `json:"annotations"`
}

func parseManifest(raw []byte, mediaType string) (manifest, error) {
	var m manifest
	if err := json.Unmarshal(raw, &m); err != nil {
		return manifest{}, &manifestError{"Invalid JSON syntax"}
	}
	if m.MediaType != "" && m.MediaType != mediaType {
		return manifest{}, &manifestError{fmt.Sprintf("the manifest says that it is %q, and the request that it is %q", m.MediaType, mediaType)}
	}
	m.MediaType = mediaType
	if !slices.Contains(registry.AcceptManifests(), mediaType) {
		return manifest{}, &manifestError{fmt.Sprintf("manifests of type %q are not taken", mediaType)}
	}
	isIndex := registry.Manifest{MediaType: mediaType}.IsIndex()
	if !isIndex && m.Config == nil {
		return manifest{}, &manifestError{"the manifest has no config"}
	}
	for _, d := range m.references() {
		if err := d.Digest.Validate(); err != nil {
			return manifest{}, &manifestError{fmt.Sprintf("digest %q: %v", d.Digest, err)}
		}
	}
	return m, nil
}

// references are what a manifest needs to be there, manifests of an index included.
func (m manifest) references() []ocispec.Descriptor {
	out := slices.Concat(m.Layers, m.Manifests)
	if m.Config != nil {
		out = append(out, *m.Config)
	}
	return out
}

// artifactType is the type of an artifact as the referrers API tells it: its own, else that of its config.
func (m manifest) artifactType() string {
	if m.ArtifactType == "" && m.Config != nil {
		return m.Config.MediaType
	}
	return m.ArtifactType
}

// manifestError says that a manifest cannot be taken.
type manifestError struct {
	problem string
}

func (e *manifestError) Error() string { return e.problem }

// missingError says that a manifest names content that is not in the repository.
type missingError struct {
	digests    []string
	manifests  bool // they are images of an index, not layers
	repository string
}

func (e *missingError) Error() string {
	what, verb := "Layers", "required for pushing image to"
	if e.manifests {
		what, verb = "Images", "required for pushing image into"
	}
	return fmt.Sprintf("%s with digests '[%s]' %s repository with name '%s' in the registry with id '%s' do not exist",
		what, strings.Join(e.digests, ", "), verb, e.repository, Account)
}

// takenError says that a tag is there, and cannot be written over.
type takenError struct {
	tag, repository string
	same            bool // it names the very image that was put
}

func (e *takenError) Error() string {
	return fmt.Sprintf("The image tag '%s' already exists in the '%s' repository and cannot be overwritten because the tag is immutable.", e.tag, e.repository)
}

// limitError says that a quota is reached.
type limitError struct {
	message string
}

func (e *limitError) Error() string { return e.message }

// putManifest takes in a manifest, and points a tag at it where one is given. It is the one way in for both faces.
func (e *Emulator) putManifest(repo string, raw []byte, mediaType, tag string) (string, error) {
	m, err := parseManifest(raw, mediaType)
	if err != nil {
		return "", err
	}
	d := digest.FromBytes(raw)
	return d.String(), e.store.change(repo, func(s *state) error {
		r, err := s.repository(repo)
		if err != nil {
			return err
		}
		if err := e.complete(r, m); err != nil {
			return err
		}
		if err := r.tagged(d.String(), tag); err != nil {
			return err
		}
		if r.Images[d.String()] == nil {
			if err := e.store.writeBlob(repo, ociregistry.Digest(d), raw); err != nil {
				return err
			}
			r.Images[d.String()] = e.newImage(s, r, m, d)
		}
		r.Images[d.String()].ArchivedAt = time.Time{} // a push restores what was archived
		if tag != "" {
			r.Tags[tag] = d.String()
		}
		return nil
	})
}

// complete says what a manifest names that the repository does not hold.
func (e *Emulator) complete(r *repository, m manifest) error {
	missing := &missingError{repository: r.Name, manifests: m.Config == nil}
	for _, d := range m.references() {
		found := r.Images[d.Digest.String()] != nil
		if !missing.manifests {
			_, found = e.store.hasBlob(r.Name, ociregistry.Digest(d.Digest))
			found = found || len(d.URLs) > 0 // a layer that lies elsewhere
		}
		if !found {
			missing.digests = append(missing.digests, d.Digest.String())
		}
	}
	if len(missing.digests) > 0 {
		return missing
	}
	return nil
}

// tagged says whether an image may be given a tag. Reports of what ECR answers to the same image under a tag that cannot move go
// both ways; the stricter answer is given (https://github.com/aws/containers-roadmap/issues/2179).
func (r *repository) tagged(digest, tag string) error {
	if tag == "" {
		return nil
	}
	current, found := r.Tags[tag]
	if found && !r.mutable(tag) {
		return &takenError{tag: tag, repository: r.Name, same: current == digest}
	}
	if current != digest && len(r.tagsOf(digest)) >= maxTags {
		return &limitError{fmt.Sprintf("The image with digest '%s' exceeds the maximum allowed number of tags per image which is '%d'", digest, maxTags)}
	}
	return nil
}

// newImage records an image that was put. Its scan begins if images of the repository are scanned on push.
func (e *Emulator) newImage(s *state, r *repository, m manifest, d digest.Digest) *image {
	i := &image{Digest: d.String(), MediaType: m.MediaType, ArtifactType: m.artifactType(), PushedAt: e.now()}
	if m.Subject != nil {
		i.Subject = m.Subject.Digest.String()
	}
	for _, child := range m.Manifests {
		i.Children = append(i.Children, child.Digest.String())
		if c := r.Images[child.Digest.String()]; c != nil {
			i.Size = max(i.Size, c.Size)
		}
	}
	if m.Config != nil {
		i.Size += m.Config.Size
	}
	for _, layer := range m.Layers {
		i.Size += layer.Size
	}
	if i.scannable() && s.Scanning.effective(r).automatic() {
		i.ScannedAt = i.PushedAt
	}
	return i
}
