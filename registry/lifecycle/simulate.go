package lifecycle

import (
	"cmp"
	"slices"
	"time"
)

// Action is what comes of an image.
type Action string

// The actions. Uncertain is where Amazon does not document what ECR does, and the ways it may be read differ.
const (
	Keep      Action = "keep"
	Act       Action = "act"
	Uncertain Action = "uncertain"
)

// Outcome is what a policy does to one image.
type Outcome struct {
	Image  Image
	Action Action
	Rule   *Rule     // the one rule that may take it; nil where none is for it
	Effect Effect    // of Rule; of a signature, what is done to its subject
	At     time.Time // from when on its rule takes it by age; zero for a rule that counts, and where no rule will
	Reason string
	Uses   []string // who has it in use; see Join
}

// Simulate says what one evaluation of a policy at a time does to the images of a repository, which are all that it holds: each has one
// outcome, and the oldest is the first. It follows the rules that Amazon documents
// (https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html#lp_evaluation_rules): the first rule by priority whose
// tags and storage class are an image's is the only one that may take it, and the images that a rule ranks are all that it is for, those of
// earlier rules included. What is taken is gone within 24 hours. A time ahead is evaluated as if nothing were pushed, pulled or taken
// until then.
func Simulate(policy Policy, images []Image, now time.Time) []Outcome {
	s := newSimulation(policy, images, now)
	outcomes := make([]Outcome, len(s.images))
	for i := range s.images {
		outcomes[i] = s.outcome(i)
	}
	return outcomes
}

// simulation is one evaluation.
type simulation struct {
	now     time.Time
	rules   []Rule
	images  []Image
	byName  map[string]int   // of images, by digest
	parents map[int][]int    // indexes that hold an image
	open    string           // an index whose platforms are not known; empty where there is none
	ranks   map[int]*ranking // by rule, of those that count
	done    map[int]*Outcome
	busy    map[int]bool // images on the way to an outcome
}

func newSimulation(policy Policy, images []Image, now time.Time) *simulation {
	s := &simulation{
		now: now, rules: byPriority(policy.Rules), images: slices.Clone(images),
		byName: map[string]int{}, parents: map[int][]int{}, ranks: map[int]*ranking{}, done: map[int]*Outcome{}, busy: map[int]bool{},
	}
	slices.SortFunc(s.images, func(a, b Image) int {
		return cmp.Or(a.PushedAt.Compare(b.PushedAt), cmp.Compare(a.Digest, b.Digest))
	})
	for i, image := range s.images {
		s.byName[image.Digest] = i
	}
	for i, image := range s.images {
		if image.IsIndex() && image.Children == nil && s.open == "" {
			s.open = image.Digest
		}
		for _, child := range image.Children {
			if at, found := s.byName[child]; found && at != i {
				s.parents[at] = append(s.parents[at], i)
			}
		}
	}
	s.rank()
	return s
}

// outcome is what comes of an image. Images that hang on one another in a circle, which digests forbid, are uncertain.
func (s *simulation) outcome(i int) Outcome {
	if done := s.done[i]; done != nil {
		return *done
	}
	if s.busy[i] {
		return Outcome{Image: s.images[i], Action: Uncertain, Reason: "it hangs on itself"}
	}
	s.busy[i] = true
	o := s.alone(i)
	if _, found := s.byName[s.images[i].Subject]; found {
		o = s.attached(i, o)
	}
	o = s.within(i, o) // an attestation may be attached to a platform and stand in the index beside it
	s.busy[i] = false
	s.done[i] = &o
	return o
}

// alone is what the rules do to an image as such.
func (s *simulation) alone(i int) Outcome {
	o := Outcome{Image: s.images[i], Action: Keep, Reason: "no rule is for it"}
	at := slices.IndexFunc(s.rules, func(r Rule) bool { return r.matches(o.Image) })
	if at < 0 {
		return o
	}
	o.Rule, o.Effect = &s.rules[at], s.rules[at].Effect
	if o.Rule.Count == MoreThan {
		s.ranks[at].judge(&o)
	} else {
		s.age(&o)
	}
	if o.Action != Act {
		return o
	}
	switch {
	case o.Image.Status == Activating:
		o.Action, o.Reason = Uncertain, o.Reason+"; it is being restored"
	case o.Image.Subject != "":
		o.Action, o.Reason = Uncertain, "whether a rule takes a signature or the like by itself is not documented"
	case s.perhapsChild(i):
		o.Action, o.Reason = Uncertain, o.Reason+"; it may be a platform of "+Short(s.open)+", and then stays with it"
	}
	return o
}

// perhapsChild says whether an image may be of an index whose platforms are not known.
func (s *simulation) perhapsChild(i int) bool {
	return s.open != "" && len(s.parents[i]) == 0 && s.images[i].mayBePlatform()
}

// within is what comes of a part of indexes: it stays as long as one of them does
// (https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html#lp_evaluation_rules).
func (s *simulation) within(i int, own Outcome) Outcome {
	if own.Action == Keep {
		return own
	}
	for _, at := range s.parents[i] {
		parent := s.outcome(at)
		if parent.Image.class() == Archive || parent.Action == Act {
			own.Reason += "; " + parent.Image.Name() + " goes first"
			continue
		}
		if parent.Action == Keep {
			own.Action, own.At, own.Reason = Keep, time.Time{}, "it is a part of "+parent.Image.Name()+", which stays"
			return own
		}
		own.Action, own.Reason = Uncertain, "it is a part of "+parent.Image.Name()+", which may stay"
	}
	return own
}

// attached is what comes of a signature or the like: it goes when its subject does
// (https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html#lp_evaluation_rules).
func (s *simulation) attached(i int, own Outcome) Outcome {
	subject := s.outcome(s.byName[s.images[i].Subject])
	if subject.Action == Keep {
		return own
	}
	own.Action, own.Rule, own.Effect, own.At = subject.Action, subject.Rule, subject.Effect, subject.At
	own.Reason = "it goes with " + subject.Image.Name()
	return own
}
