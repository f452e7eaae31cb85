package report

import (
	"time"

	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/tagger"
)

// NewRevision makes the result's revision of r.
func NewRevision(r tagger.Revision) *Revision {
	out := &Revision{Commit: r.Commit, Short: r.Short(), Branch: r.Branch, Tags: r.Tags, Source: r.Source, Shallow: r.Shallow, From: r.From}
	if !r.Time.IsZero() {
		out.Time = r.Time.UTC().Format(time.RFC3339)
	}
	if r.Dirty != tagger.DirtinessUnknown {
		dirty := r.Dirty == tagger.Dirty
		out.Dirty = &dirty
	}
	return out
}

// NewTags makes the result's tags of a plan; none is written yet.
func NewTags(plan registry.Plan) []Tag {
	out := make([]Tag, len(plan.Steps))
	for i, step := range plan.Steps {
		out[i] = Tag{
			Name:           step.Tag.String(),
			Rule:           step.Tag.Rule,
			Moving:         step.Tag.Kind == tagger.Moving,
			Action:         string(step.Action),
			Reason:         step.Reason,
			PreviousDigest: step.Current.Digest,
		}
	}
	return out
}
