package cli

import (
	"context"
	"fmt"
	"slices"

	"github.com/hallmark-ci/hallmark/tagger"
)

// forward leaves out the tags that would go back to a lower version, by the Git tags alone: no registry is read here. A clone that may
// lack Git tags cannot tell. The job of a tag names its version all the same, and pushes that read the repository hold the tag back.
func (p *program) forward(ctx context.Context, f facts, d tagger.Derivation) (tagger.Derivation, error) {
	if !d.FollowsVersions() {
		return d, nil
	}
	var gitTags []string
	if f.repo != nil {
		var err error
		if gitTags, err = f.repo.TagNames(ctx); err != nil {
			return tagger.Derivation{}, err
		}
	}
	d, err := d.Forward(gitTags)
	if err != nil || f.repo != nil && !f.Shallow || !d.FollowsVersions() {
		return d, noTags(err, f.Revision)
	}
	tag := d.Tags[slices.IndexFunc(d.Tags, tagger.Tag.FollowsVersion)]
	ofTag := func(ref tagger.Ref) bool { return ref.Kind == tagger.TagRef }
	if f.repo == nil || f.CI != "" && slices.ContainsFunc(f.Refs, ofTag) {
		p.say.Warn("whether %s goes back to a lower version is not known, since Git tags may be missing here: %s", tag, fetchHint(f.CI))
		return d, nil
	}
	return tagger.Derivation{}, &hintedError{
		error: fmt.Errorf("tag %q follows the highest version, and this clone is shallow: it may lack the Git tag of a higher one", tag),
		code:  "shallow",
		hint:  fetchHint(f.CI) + "; --moving always takes any version",
	}
}

// fetchHint is what brings all Git tags into a clone, by the CI system that has made it.
func fetchHint(ci string) string {
	const github, gitlab = "give actions/checkout the line fetch-depth: 0", `give the job the variable GIT_DEPTH: "0"`
	switch ci {
	case "GitHub Actions", "Gitea Actions":
		return github
	case "GitLab CI":
		return gitlab
	case "":
		return "git fetch --tags --unshallow; in a GitHub workflow " + github + ", in GitLab " + gitlab
	}
	return "git fetch --tags --unshallow"
}
