package registry

import (
	"fmt"
	"strings"

	"github.com/hallmark-ci/hallmark/tagger"
)

// absent decides on a tag the repository does not hold.
func (p *planner) absent(step *Step) {
	if step.Tag.Kind != tagger.Moving {
		step.Action, step.Reason = Create, "new"
		return
	}
	if higher, ok := p.outranked(step); ok {
		step.Action, step.Reason = Keep, fmt.Sprintf("stays absent: %s is higher", higher)
		return
	}
	switch {
	case p.Repository.Mutability == MutabilityUnknown:
		step.refuse("is meant to move, and whether this repository lets it is unknown", p.assumeHint())
	case p.Repository.Mutable(step.Tag.String()):
		step.Action, step.Reason = Create, "new"
	default:
		step.refuse(fmt.Sprintf("is meant to move, and %s: it would freeze at its first push", p.immutable()), p.excludeHint(step.Tag))
	}
}

// keep explains why a tag that names an accepted image stays.
func (p *planner) keep(step *Step) {
	step.Action, step.Reason = Keep, "names this image"
	if !step.Current.Same(p.image) {
		step.Reason = "names another image of this commit, which stays"
	}
}

// move decides on a moving tag that names another image.
func (p *planner) move(step *Step) {
	if higher, ok := p.outranked(step); ok {
		step.Action, step.Reason = Keep, fmt.Sprintf("stays: %s is higher", higher)
		return
	}
	switch {
	case p.Repository.Mutability == MutabilityUnknown:
		step.refuse(fmt.Sprintf("names %s, and whether this repository lets it move is unknown", step.Current.Digest), p.assumeHint())
	case !p.Repository.Mutable(step.Tag.String()):
		step.refuse(fmt.Sprintf("already names %s and %s", step.Current.Digest, p.immutable()), p.excludeHint(step.Tag))
	case p.mayGoBack(step):
		step.refuse(fmt.Sprintf("names %s and follows the highest version: which one that is cannot be told", step.Current.Digest),
			"allow ecr:ListImages, fetch all Git tags (git fetch --tags --unshallow), or say --moving always")
	default:
		step.Action, step.Reason = Move, "from "+step.Current.Digest
	}
}

// outranked says which version keeps a moving tag from naming this run's, if any does.
func (p *planner) outranked(step *Step) (higher string, ok bool) {
	if p.MoveBack {
		return "", false
	}
	return step.Tag.Outranked(tagger.Versions{GitTags: p.GitTags, Tags: p.Tags, Current: step.Current.Version})
}

// mayGoBack says whether a version that is not known could be higher than this run's.
func (p *planner) mayGoBack(step *Step) bool {
	return p.Partial && !p.MoveBack && step.Tag.FollowsVersion() && !step.Tag.Reaches(step.Current.Version)
}

// moveFixed decides on a fixed tag that names another image.
func (p *planner) moveFixed(step *Step) {
	mutable := p.Repository.Mutable(step.Tag.String())
	again := p.Accept == AcceptNone && step.Current.Same(p.image)
	if mutable && p.MoveFixed && !again {
		step.Action, step.Reason = Move, "from "+step.Current.Digest
		return
	}
	reason := "already names " + describe(step.Current) + p.versus(step.Current)
	switch keepable := p.keepable(step.Current); {
	case again:
		step.refuse("is not new", "a run that may find its tags written needs --accept-existing image or commit")
	case keepable && mutable:
		step.refuse(reason, "to keep what is published for this commit: --accept-existing commit; --allow-move-fixed moves the tag")
	case keepable:
		step.refuse(reason, "to keep what is published for this commit: --accept-existing commit")
	case mutable:
		step.refuse(reason, "give this image another name; --allow-move-fixed moves the tag all the same")
	case p.MoveFixed && p.Repository.Mutability == MutabilityUnknown:
		step.refuse(reason, p.assumeHint())
	default:
		step.refuse(reason, "a fixed tag names one image for ever: give this image another name")
	}
}

// describe names a published image by its digest and, where it tells, its commit.
func describe(image Image) string {
	if image.Commit == "" {
		return image.Digest
	}
	return image.Digest + " of commit " + image.Commit
}

// versus names this run's image beside the one it collides with: by digest when the manifest exists already,
// else by config, which is known before anything is compressed.
func (p *planner) versus(current Image) string {
	image := p.target()
	switch {
	case image.Digest != "" && image.Digest != current.Digest:
		return ", this image is " + describe(image)
	case image.ID() != "":
		text := ", this image has config " + image.ID()
		if image.Commit != "" {
			text += " of commit " + image.Commit
		}
		return text
	default:
		return ""
	}
}

// immutable says what keeps a tag where it is: the repository, or one of its filters.
func (p *planner) immutable() string {
	if p.Repository.Mutability == Immutable {
		return fmt.Sprintf("repository %q is immutable", p.Repository.Name)
	}
	return fmt.Sprintf("is immutable in repository %q", p.Repository.Name)
}

func (p *planner) assumeHint() string {
	return "allow ecr:DescribeRepositories, or say --assume-mutability mutable"
}

// excludeHint is the command that lets tag move in this repository; put-image-tag-mutability replaces all filters,
// so those that are there are named too. ECR takes 5.
func (p *planner) excludeHint(tag tagger.Tag) string {
	repo := p.Repository
	if p.assumed {
		return "take the rule out, or add an exclusion filter for the tag to the repository"
	}
	if repo.Mutability == MutableWithExclusion {
		return fmt.Sprintf("take the rule out, or take the filter that makes %q immutable out of the repository", tag)
	}
	filters := append(append([]string(nil), repo.Exclusions...), tag.String())
	if len(filters) > 5 {
		return "take the rule out: the repository has all 5 exclusion filters it can have"
	}
	for i, f := range filters {
		filters[i] = "filterType=WILDCARD,filter='" + f + "'"
	}
	return fmt.Sprintf("take the rule out, or let the tag move: aws ecr put-image-tag-mutability --repository-name %s --image-tag-mutability IMMUTABLE_WITH_EXCLUSION --image-tag-mutability-exclusion-filters %s",
		repo.Name, strings.Join(filters, " "))
}
