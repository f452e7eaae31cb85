package lifecycle_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/registry/lifecycle"
)

// someImages are images as chance has them: with few tags, few times, so that many are equal, and some indexes and signatures.
func someImages(r *rand.Rand) []lifecycle.Image {
	var images []lifecycle.Image
	for n := range r.IntN(12) {
		i := image(fmt.Sprint(n), float64(r.IntN(8)))
		for _, tag := range []string{"v1", "v2", "main-1", "prod"} {
			if r.IntN(4) == 0 {
				i.Tags = append(i.Tags, tag)
			}
		}
		switch r.IntN(8) {
		case 0:
			i = index(i, fmt.Sprint(r.IntN(12)))
		case 1:
			i = attached(i, fmt.Sprint(r.IntN(12)))
		case 2:
			i.Status, i.ArchivedAt = lifecycle.Archived, now.Add(-time.Duration(r.IntN(200))*day)
		case 3:
			i.ActivatedAt = now.Add(-time.Duration(r.IntN(8)) * day)
		}
		images = append(images, i)
	}
	return images
}

// someRules are rules for tags, each with its own priority; anyLast adds those that must come last.
func someRules(r *rand.Rand) []lifecycle.Rule {
	var rules []lifecycle.Rule
	for n, pattern := range []string{"v*", "main-*", "*1", "*"} {
		if r.IntN(2) == 0 {
			rules = append(rules, lifecycle.Rule{Priority: n + 1, Tags: lifecycle.Tagged, Patterns: []string{pattern}})
		}
	}
	if r.IntN(2) == 0 {
		rules = append(rules, lifecycle.Rule{Priority: 8, Tags: lifecycle.Untagged})
	}
	if r.IntN(2) == 0 {
		rules = append(rules, lifecycle.Rule{Priority: 9, Tags: lifecycle.Any})
	}
	for i := range rules {
		rules[i].Class, rules[i].Effect, rules[i].Number = lifecycle.Standard, lifecycle.Expire, r.IntN(5)+1
		rules[i].Count = []lifecycle.CountType{lifecycle.MoreThan, lifecycle.SincePushed}[r.IntN(2)]
	}
	return rules
}

func byDigest(outcomes []lifecycle.Outcome) map[string]lifecycle.Outcome {
	out := map[string]lifecycle.Outcome{}
	for _, o := range outcomes {
		out[o.Image.Digest] = o
	}
	return out
}

// What holds of every policy and every repository.
func TestPropertiesOfSimulate(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	acted, uncertain := 0, 0
	for range 1000 {
		images, rules := someImages(r), someRules(r)
		p := lifecycle.Policy{Rules: rules}
		got := lifecycle.Simulate(p, images, now)

		if len(byDigest(got)) != len(images) || len(got) != len(images) {
			t.Fatalf("%d images have %d outcomes", len(images), len(got))
		}
		mixed, other := slices.Clone(images), slices.Clone(rules)
		r.Shuffle(len(mixed), func(a, b int) { mixed[a], mixed[b] = mixed[b], mixed[a] })
		r.Shuffle(len(other), func(a, b int) { other[a], other[b] = other[b], other[a] })
		if diff := cmp.Diff(actionsOf(got), actionsOf(lifecycle.Simulate(lifecycle.Policy{Rules: other}, mixed, now))); diff != "" {
			t.Fatalf("the order of input matters (-want +got):\n%s", diff)
		}
		checkLowerPriority(t, p, images, got)
		checkNewer(t, p, images, got)
		for _, o := range got {
			if o.Action != lifecycle.Keep && o.Rule == nil && o.Image.Subject == "" {
				t.Fatalf("no rule, and %+v", o)
			}
			if o.Action == lifecycle.Act {
				acted++
			}
			if o.Action == lifecycle.Uncertain {
				uncertain++
			}
		}
	}
	if acted < 300 || uncertain < 300 {
		t.Errorf("%d images were taken and %d uncertain: too few to tell", acted, uncertain)
	}
}

func actionsOf(outcomes []lifecycle.Outcome) map[string]string {
	out := map[string]string{}
	for _, o := range outcomes {
		out[o.Image.Digest] = string(o.Action) + ": " + o.Reason
	}
	return out
}

// A lower priority never takes what a higher one kept, and saves nothing that it takes.
func checkLowerPriority(t *testing.T, p lifecycle.Policy, images []lifecycle.Image, before []lifecycle.Outcome) {
	t.Helper()
	last := lifecycle.Rule{Priority: 100, Tags: lifecycle.Any, Class: lifecycle.Standard, Count: lifecycle.SincePushed, Number: 1, Effect: lifecycle.Expire}
	after := byDigest(lifecycle.Simulate(lifecycle.Policy{Rules: append(slices.Clone(p.Rules), last)}, images, now))
	for _, o := range before {
		if now := after[o.Image.Digest]; o.Rule != nil && len(o.Image.Tags) > 0 && o.Image.Subject == "" && now.Action != o.Action && now.Rule.Priority != o.Rule.Priority {
			t.Fatalf("a rule after %d changed %+v to %+v", o.Rule.Priority, o, now)
		}
	}
}

// A newer image never rescues an older one from a rule that counts.
func checkNewer(t *testing.T, p lifecycle.Policy, images []lifecycle.Image, before []lifecycle.Outcome) {
	t.Helper()
	after := byDigest(lifecycle.Simulate(p, append(slices.Clone(images), image("newest", 0, "v9", "main-9", "prod1")), now))
	for _, o := range before {
		if o.Action == lifecycle.Act && after[o.Image.Digest].Action != lifecycle.Act {
			t.Fatalf("a newer image changed %+v to %+v", o, after[o.Image.Digest])
		}
	}
}

// 100,000 images are what a repository may hold (https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html).
func TestSimulateTakesAWholeRepository(t *testing.T) {
	var images []lifecycle.Image
	for n := range 100_000 {
		images = append(images, image(fmt.Sprint(n), float64(n)/1000, fmt.Sprintf("main-%d", n)))
	}
	gone := 0
	for _, o := range lifecycle.Simulate(policy(t, rule(1, tagged(`"v*"`)+keeps(5), "expire"), rule(2, anyTag+keeps(1000), "expire")), images, now) {
		if o.Action == lifecycle.Act {
			gone++
		}
	}
	if gone != 99_000 {
		t.Errorf("%d images go, want 99000", gone)
	}
}
