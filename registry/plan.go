package registry

import (
	"fmt"
	"slices"

	"github.com/hallmark-ci/hallmark/tagger"
)

// Action is what a run will do to one tag.
type Action string

// The four actions of a plan.
const (
	Create Action = "create" // the tag is absent and will be written
	Keep   Action = "keep"   // the tag stays as it is
	Move   Action = "move"   // the tag will be pointed at another image
	Refuse Action = "refuse" // a rule says no: the run writes nothing
)

// Accept says what an existing fixed tag may hold for a run to keep it instead of refusing.
type Accept string

// What --accept-existing takes. The zero value is AcceptCommit.
const (
	AcceptCommit Accept = "commit" // this image, or another image of the same commit
	AcceptImage  Accept = "image"  // this image only
	AcceptNone   Accept = "none"   // nothing: a fixed tag must be new
)

// Options choose between the ways a plan may go. The zero value is the default of every choice.
type Options struct {
	Accept      Accept
	MoveFixed   bool       // move fixed tags of a mutable repository that name another image
	Assume      Mutability // Mutable or Immutable, to stand in for a mutability that is unknown
	Dirty       bool       // the image was built from changed files and must not bear a version
	RefuseDirty bool       // refuse every tag, since the work tree is dirty
	MoveBack    bool       // let tags that follow the highest version go back to a lower one
}

// State is what a repository holds now, as far as a plan needs it.
type State struct {
	Repository Repository
	Published  map[string]Image // by tag; a wanted tag that is missing here is absent

	// Where versions are found that hold a moving tag back.
	GitTags []string // of the work tree
	Tags    []string // that the repository holds
	Partial bool     // some of either may be missing, so that which version is the highest cannot be told
}

// Step is the plan for one tag.
type Step struct {
	Tag     tagger.Tag
	Action  Action
	Reason  string // why, without a full stop
	Hint    string // of a refusal: the mend
	Current Image  // what the tag names now; zero when it is absent
}

// Plan is what a run will do, whole before anything is written.
type Plan struct {
	Repository Repository
	Steps      []Step

	// Adopted is the published image that the run takes for its own: this image, or another one of the same commit
	// that stays. Its Digest is empty when nothing published was accepted and the image must be pushed.
	Adopted Image
}

// NewPlan decides for each tag, in order, whether giving it to image creates it, keeps it, moves it or must be refused.
// It reads nothing and writes nothing.
func NewPlan(state State, image Image, tags []tagger.Tag, o Options) Plan {
	p := planner{State: state, Options: o, image: image}
	if state.Repository.Mutability == MutabilityUnknown {
		p.Repository.Mutability, p.assumed = o.Assume, o.Assume != MutabilityUnknown
	}
	conflict := p.adopt(tags)
	plan := Plan{Repository: p.Repository}
	for _, tag := range tags {
		step := p.step(tag)
		if conflict != nil && p.accepts(tag) {
			step = *conflict
			step.Tag = tag
			step.Current = state.Published[tag.String()]
		}
		plan.Steps = append(plan.Steps, step)
	}
	if conflict == nil && p.adopted.whole() {
		plan.Adopted = p.adopted
	}
	return plan
}

// FollowsVersions says whether a tag will be written that is to name the highest version, so that what the repository holds matters.
func (p Plan) FollowsVersions() bool {
	return slices.ContainsFunc(p.Writes(), func(s Step) bool { return s.Tag.FollowsVersion() })
}

// Refused lists the steps that a rule says no to; a plan with any of them must not be carried out.
func (p Plan) Refused() []Step {
	return slices.DeleteFunc(slices.Clone(p.Steps), func(s Step) bool { return s.Action != Refuse })
}

// Writes lists the steps that write a tag in the order to write them: fixed tags first, moving tags last,
// so that whoever follows a moving tag finds the fixed ones.
func (p Plan) Writes() []Step {
	steps := slices.DeleteFunc(slices.Clone(p.Steps), func(s Step) bool { return s.Action != Create && s.Action != Move })
	slices.SortStableFunc(steps, func(a, b Step) int { return moves(a) - moves(b) })
	return steps
}

func moves(s Step) int {
	if s.Tag.Kind == tagger.Moving {
		return 1
	}
	return 0
}

// Err is a RefusedError when any step is refused.
func (p Plan) Err() error {
	if refused := p.Refused(); len(refused) > 0 {
		return &RefusedError{Steps: refused}
	}
	return nil
}

// planner holds what the decisions for all tags of one plan share.
type planner struct {
	State
	Options
	assumed bool // the repository's mutability is not known but assumed
	image   Image
	adopted Image
}

// adopt finds the published image that wanted tags already name and that is accepted for this one. Two tags that name two
// different accepted images cannot both be right: the step to give both is returned.
func (p *planner) adopt(tags []tagger.Tag) (conflict *Step) {
	var first tagger.Tag
	for _, tag := range tags {
		if !p.accepts(tag) {
			continue
		}
		current := p.Published[tag.String()]
		switch {
		case p.adopted.Digest == "":
			first, p.adopted = tag, current
		case p.adopted.Same(p.image) && current.Same(p.image):
			if !p.adopted.whole() {
				p.adopted = current
			}
		case !p.adopted.Same(current):
			return &Step{
				Action: Refuse,
				Reason: fmt.Sprintf("is one of two that name different images of this commit: %q names %s, %q names %s", first, p.adopted.Digest, tag, current.Digest),
				Hint:   fmt.Sprintf("one of the two was built again after it was published: leave out the rule of the one that is wrong, %q or %q", first.Rule, tag.Rule),
			}
		}
	}
	return nil
}

// accepts says whether what tag names now counts as the image of this run.
func (p *planner) accepts(tag tagger.Tag) bool {
	current, found := p.Published[tag.String()]
	if !found || p.Accept == AcceptNone && tag.Kind != tagger.Moving {
		return false
	}
	return current.Same(p.image) || p.Accept != AcceptImage && p.Accept != AcceptNone && p.keepable(current)
}

// keepable says whether a published image can stand for this one: it is of the same commit, and nothing of it is missing.
func (p *planner) keepable(current Image) bool {
	return current.SameCommit(p.image) && current.whole()
}

// joins says whether tag names the image that the run adopts, although it would not have been accepted by itself: it may not tell its
// commit.
func (p *planner) joins(tag tagger.Tag) bool {
	return p.adopted.Digest != "" && p.Published[tag.String()].Same(p.adopted) && (p.Accept != AcceptNone || tag.Kind == tagger.Moving)
}

// target is the image that the run's tags will name.
func (p *planner) target() Image {
	if p.adopted.Digest != "" {
		return p.adopted
	}
	return p.image
}

func (p *planner) step(tag tagger.Tag) Step {
	current, found := p.Published[tag.String()]
	step := Step{Tag: tag, Current: current}
	switch {
	case p.RefuseDirty:
		step.refuse("needs a clean work tree, and this one has uncommitted changes", "commit or undo the changes, or choose --dirty suffix or --dirty allow")
	case p.Dirty && tag.Kind == tagger.Version:
		step.refuse("is a version, and the work tree has uncommitted changes",
			"commit or undo the changes, or choose --dirty allow")
	case !found:
		p.absent(&step)
	case p.accepts(tag), p.joins(tag):
		p.keep(&step)
	case tag.Kind == tagger.Moving:
		p.move(&step)
	default:
		p.moveFixed(&step)
	}
	return step
}

func (s *Step) refuse(reason, hint string) {
	s.Action, s.Reason, s.Hint = Refuse, reason, hint
}
