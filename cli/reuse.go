package cli

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/source"
	"github.com/hallmark-ci/hallmark/tagger"
)

// layerTypes are the media types of layers by their compression.
var layerTypes = map[source.Compression]string{source.Gzip: ocispec.MediaTypeImageLayerGzip, source.Zstd: ocispec.MediaTypeImageLayerZstd}

// reuseTime is how long the search for layers may take. What it saves is seldom worth more.
const reuseTime = 30 * time.Second

// maxConfigs is how many configs are read of images whose manifests do not tell their diffIDs.
const maxConfigs = 3

// parallelReads is how many requests are made at the same time where each image and each layer needs its own.
const parallelReads = 4

// reach bounds a search for layers.
type reach struct {
	commits, newest int // images that are looked at
	parts           int // of indexes
	blobs           int // that are asked after
}

// reach is far by ECR's API, where many images are one request.
func (t *target) reach() reach {
	if t.api != nil {
		return reach{commits: 20, newest: 10, parts: 100, blobs: 300}
	}
	return reach{commits: 6, newest: 5, parts: 6, blobs: 100}
}

// knownLayers finds layers that the repository holds, by diffID: those of the image, or any where its layers are not known yet. A run
// can do without, so whatever goes wrong means fewer layers; only the end of ctx is an error.
func (r *pushRun) knownLayers(ctx context.Context) (map[digest.Digest]registry.KnownLayer, error) {
	if r.target.absent || r.source != nil && r.source.Sealed != nil { // the manifest of a sealed image names its blobs
		return nil, nil
	}
	s := r.newLayerSearch(r.ask.compression)
	limited, cancel := context.WithTimeout(ctx, reuseTime)
	defer cancel()
	s.search(limited, r.planned(), func() []string { return r.earlierReferences(limited, s) })
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if s.err != nil {
		r.say.Detail("some layers that the repository holds may be sent again: %v", s.err)
	}
	return s.known, nil
}

func (r *pushRun) newLayerSearch(c source.Compression) *layerSearch {
	s := &layerSearch{
		target:    r.target,
		mediaType: layerTypes[cmp.Or(c, source.Gzip)],
		known:     map[digest.Digest]registry.KnownLayer{},
		seen:      map[digest.Digest]bool{},
	}
	if r.source == nil || r.source.Loose == nil {
		return s // which layers it has is not known yet
	}
	s.wanted = map[digest.Digest]bool{}
	for _, layer := range r.source.Loose.Layers {
		s.wanted[layer.DiffID] = true
	}
	for _, platform := range r.source.Platforms {
		s.platform = platform.Name // a loose image has one
	}
	return s
}

// planned are the images that the plan has read.
func (r *pushRun) planned() []foundImage {
	var images []foundImage
	for _, step := range r.plan.Steps {
		if m, err := registry.ParseManifest(step.Current.Manifest, step.Current.MediaType); err == nil {
			images = append(images, foundImage{m, step.Tag.String()})
		}
	}
	return images
}

// earlierReferences are where the search goes on, likeliest first. The wanted tags are among them where no plan has read them.
func (r *pushRun) earlierReferences(ctx context.Context, s *layerSearch) []string {
	var walked, wanted []string
	if r.facts.repo != nil {
		var err error
		walked, err = r.facts.repo.FirstParents(ctx, s.reach().commits)
		s.note(err)
	}
	for _, tag := range r.tags {
		wanted = append(wanted, tag.String())
	}
	commits := earlierCommits(r.facts.Revision, walked, s.reach().commits+1)
	references := unique(slices.Concat(wanted, earlierTags(r.derivation, r.facts.Revision, commits)))
	if len(r.plan.Steps) == 0 {
		return references
	}
	return slices.DeleteFunc(references, func(tag string) bool { return slices.Contains(wanted, tag) })
}

// earlierCommits are at most n commits that may have been built before, likeliest first: that of r itself, which another image may have
// been built from; what the CI system says was there before; the parents, which are known even in a clone of depth 1; then those
// before them.
func earlierCommits(r tagger.Revision, walked []string, n int) []string {
	commits := unique(slices.Concat([]string{r.Commit}, r.Earlier, r.Parents, walked))
	return commits[:min(n, len(commits))]
}

// earlierTags are the tags that the rules of d give to earlier commits, one each, and to the default branch.
func earlierTags(d tagger.Derivation, r tagger.Revision, commits []string) []string {
	var tags []string
	first := func(of tagger.Revision, kind tagger.Kind) {
		all := d.Of(of)
		if i := slices.IndexFunc(all, func(tag tagger.Tag) bool { return tag.Kind == kind }); i >= 0 {
			tags = append(tags, all[i].String())
		}
	}
	for _, commit := range commits {
		earlier := r
		earlier.Commit = commit
		first(earlier, tagger.Commit)
	}
	if r.DefaultBranch != "" {
		trunk := r
		trunk.Branch, trunk.Refs = r.DefaultBranch, []tagger.Ref{{Kind: tagger.BranchRef, Name: r.DefaultBranch}}
		first(trunk, tagger.Moving)
	}
	return tags
}

// unique drops what was there before, and keeps the order.
func unique[T comparable](items []T) []T {
	seen := map[T]bool{}
	return slices.DeleteFunc(slices.Clone(items), func(item T) bool {
		again := seen[item]
		seen[item] = true
		return again
	})
}
