package registry

import (
	"fmt"

	"github.com/opencontainers/go-digest"

	"github.com/hallmark-ci/hallmark/tagger"
)

// MarkDirty renames the commit tags of an image built from a dirty work tree to COMMIT-dirty-IMAGEID8: the image's own id
// makes the name unique, so that it can be written on an immutable repository and never stands for the commit itself.
func MarkDirty(tags []tagger.Tag, image Image) ([]tagger.Tag, error) {
	marked := make([]tagger.Tag, len(tags))
	for i, tag := range tags {
		marked[i] = tag
		if tag.Kind != tagger.Commit {
			continue
		}
		var err error
		if marked[i], err = tag.WithSuffix("-dirty-" + image.shortID()); err != nil {
			return nil, fmt.Errorf("mark tag %q as dirty: %w", tag, err)
		}
	}
	return marked, nil
}

// shortID is 8 characters of the config digest, or of the digest of all configs where there are several.
func (a Image) shortID() string {
	id := digest.Digest(a.ID())
	if id == "" {
		var all string
		for _, config := range a.Configs {
			all += config + "\n"
		}
		id = digest.FromString(all)
	}
	return id.Encoded()[:8]
}
