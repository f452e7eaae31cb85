package cli

import (
	"context"

	"github.com/opencontainers/go-digest"

	"github.com/hallmark-ci/hallmark/registry"
)

// foundImage is an image of the repository, and the tag or digest that it was found by.
type foundImage struct {
	registry.Manifest
	from string
}

// layerSearch looks for layers in the images of one repository, with as few requests as may be.
type layerSearch struct {
	*target
	wanted    map[digest.Digest]bool // by diffID; nil when every layer is
	platform  string                 // that the parts of an index are for; empty when every one is
	mediaType string                 // of the blobs

	known  map[digest.Digest]registry.KnownLayer // by diffID; what was found first
	blobs  []digest.Digest                       // of known, in the order in which they were found
	seen   map[digest.Digest]bool                // manifests that were looked at
	parts  []foundPart                           // of indexes, not looked at yet
	untold []foundImage                          // images whose configs may tell more
	err    error                                 // the first that came up
}

// foundPart is an image of an index that was found by a tag or digest.
type foundPart struct {
	digest digest.Digest
	from   string
}

// search looks at images in order of their likelihood until every wanted layer is known, and asks whether they are there in the end.
func (s *layerSearch) search(ctx context.Context, planned []foundImage, more func() []string) {
	for _, image := range planned {
		s.look(image)
	}
	if s.complete() {
		s.keepAvailable(ctx)
		return
	}
	if s.read(ctx, more()) && len(s.seen) == 0 {
		newest, err := s.newest(ctx)
		s.note(err)
		s.read(ctx, newest)
	}
	s.readParts(ctx)
	s.readConfigs(ctx)
	s.keepAvailable(ctx)
}

func (s *layerSearch) complete() bool { return s.wanted != nil && len(s.known) == len(s.wanted) }

func (s *layerSearch) note(err error) {
	if s.err == nil {
		s.err = err
	}
}

// look learns what a manifest says by itself.
func (s *layerSearch) look(image foundImage) {
	if s.seen[image.Digest] {
		return
	}
	s.seen[image.Digest] = true
	if !image.IsIndex() {
		s.learn(registry.KnownLayers(image.Manifest, nil, image.from))
		if registry.Untold(image.Manifest) {
			s.untold = append(s.untold, image)
		}
		return
	}
	for _, part := range image.Platforms() {
		p := part.Platform
		if s.platform != "" && p != nil && registry.PlatformName(p.OS, p.Architecture, p.Variant) != s.platform {
			continue
		}
		if part.Digest.Validate() == nil { // else it would be taken for a tag
			s.parts = append(s.parts, foundPart{part.Digest, image.from})
		}
	}
}

func (s *layerSearch) learn(layers []registry.KnownLayer) {
	for _, layer := range layers {
		_, found := s.known[layer.DiffID]
		if found || layer.Blob.MediaType != s.mediaType || s.wanted != nil && !s.wanted[layer.DiffID] {
			continue
		}
		s.known[layer.DiffID] = layer
		s.blobs = append(s.blobs, layer.Blob.Digest)
	}
}

// read looks at images by tag or digest, and says whether all that there are were read.
func (s *layerSearch) read(ctx context.Context, references []string) bool {
	manifests, err := s.manifests(ctx, references)
	s.note(err)
	for _, reference := range references {
		if m, found := manifests[reference]; found {
			s.look(foundImage{m, reference})
		}
	}
	return err == nil
}

// readParts looks at the images of the indexes that were found.
func (s *layerSearch) readParts(ctx context.Context) {
	parts := unique(s.parts)
	parts = parts[:min(len(parts), s.reach().parts)]
	if s.complete() || len(parts) == 0 {
		return
	}
	var references []string
	for _, part := range parts {
		references = append(references, part.digest.String())
	}
	manifests, err := s.manifests(ctx, unique(references))
	s.note(err)
	for _, part := range parts {
		if m, found := manifests[part.digest.String()]; found && !m.IsIndex() {
			s.look(foundImage{m, part.from})
		}
	}
}

// readConfigs learns what the manifests did not say. A caller that may push need not be allowed to read blobs.
func (s *layerSearch) readConfigs(ctx context.Context) {
	held := map[digest.Digest]bool{}
	read := 0
	for _, image := range s.untold {
		for _, blob := range s.blobs {
			held[blob] = true
		}
		if s.complete() || read == maxConfigs {
			return
		}
		if !image.hasOther(held) {
			continue
		}
		read++
		ids, err := s.remote.DiffIDs(ctx, image.Config)
		s.note(err)
		if err == nil && ids == nil {
			return
		}
		s.learn(registry.KnownLayers(image.Manifest, ids, image.from))
	}
}

// hasOther says whether an image has a layer that is not held yet.
func (i foundImage) hasOther(held map[digest.Digest]bool) bool {
	for _, layer := range i.Layers {
		if !held[layer.Digest] {
			return true
		}
	}
	return false
}

// keepAvailable forgets what the repository does not hold any more, or not as its manifests describe it.
func (s *layerSearch) keepAvailable(ctx context.Context) {
	blobs := unique(s.blobs)
	sizes, err := s.available(ctx, blobs[:min(len(blobs), s.reach().blobs)])
	s.note(err)
	for diffID, layer := range s.known {
		if size, held := sizes[layer.Blob.Digest]; !held || size != layer.Blob.Size {
			delete(s.known, diffID)
		}
	}
}

// manifests reads manifests by tag or digest; those that cannot be read are missing in the map.
func (t *target) manifests(ctx context.Context, references []string) (map[string]registry.Manifest, error) {
	if t.api != nil {
		return t.api.Manifests(ctx, t.Repository, references)
	}
	return t.remote.Manifests(ctx, references, parallelReads)
}

// newest lists images that are likely to be recent: by ECR's API by digest, else by the last of the tags.
func (t *target) newest(ctx context.Context) ([]string, error) {
	if t.api != nil {
		return t.api.Newest(ctx, t.Repository, t.reach().newest)
	}
	return t.remote.Tags(ctx, t.reach().newest)
}

// available finds out which blobs are in the repository, with their sizes.
func (t *target) available(ctx context.Context, digests []digest.Digest) (map[digest.Digest]int64, error) {
	if t.api != nil {
		return t.api.Available(ctx, t.Repository, digests)
	}
	return t.remote.Available(ctx, digests, parallelReads)
}
