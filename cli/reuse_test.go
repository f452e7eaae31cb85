package cli

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/opencontainers/go-digest"

	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/source"
	"github.com/hallmark-ci/hallmark/tagger"
)

const (
	head   = "1111111111111111111111111111111111111111"
	parent = "2222222222222222222222222222222222222222"
)

func TestEarlierCommits(t *testing.T) {
	tests := []struct {
		name   string
		r      tagger.Revision
		walked string
		n      int
		want   string
	}{
		{"in a whole clone are those that were walked", tagger.Revision{Commit: "c", Parents: []string{"b"}}, "b a", 10, "c b a"},
		{"in a clone of depth 1 are the parents", tagger.Revision{Commit: "c", Parents: []string{"b", "x"}}, "", 10, "c b x"},
		{"are first those that the CI system names", tagger.Revision{Commit: "c", Parents: []string{"b"}, Earlier: []string{"a", "z"}}, "b a", 10, "c a z b"},
		{"are no more than asked for", tagger.Revision{Commit: "c", Parents: []string{"b"}, Earlier: []string{"a"}}, "b", 2, "c a"},
		{"are the commit itself where nothing else is known", tagger.Revision{Commit: "c"}, "", 10, "c"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := strings.Join(earlierCommits(test.r, strings.Fields(test.walked), test.n), " ")
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("earlierCommits (-want +got):\n%s", diff)
			}
		})
	}
}

func TestEarlierTags(t *testing.T) {
	topic := tagger.Revision{Commit: head, Branch: "topic/x", DefaultBranch: "trunk/1", Refs: []tagger.Ref{{Kind: tagger.BranchRef, Name: "topic/x"}}}
	unknown := topic
	unknown.DefaultBranch = ""
	tests := []struct {
		name, rules, flavor string
		r                   tagger.Revision
		want                string
	}{
		{"by the default rules", "type=sha,format=long,prefix=\ntype=ref,event=tag", "", topic, parent},
		{"one a commit", "type=sha\ntype=sha,format=long,prefix=", "", topic, "sha-2222222"},
		{"with the flavor's suffix", "type=sha", "suffix=-slim", topic, "sha-2222222-slim"},
		{"with the branch in a prefix", "type=sha,prefix={{branch}}-", "", topic, "topic-x-2222222"},
		{"of the default branch", "type=ref,event=branch", "", topic, "trunk-1"},
		{"of commits before that of the default branch", "type=ref,event=branch\ntype=sha", "", topic, "sha-2222222 trunk-1"},
		{"of a default branch that moves latest", "type=sha\ntype=raw,value=latest,enable={{is_default_branch}}", "", topic, "sha-2222222 latest"},
		{"of a default branch that is not known", "type=ref,event=branch", "", unknown, ""},
		{"by rules that name neither", "type=raw,value=v1", "", topic, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := strings.Join(earlierTags(derived(t, test.r, test.rules, test.flavor), test.r, []string{parent}), " ")
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("earlierTags (-want +got):\n%s", diff)
			}
		})
	}
}

func derived(t *testing.T, r tagger.Revision, rules, flavor string) tagger.Derivation {
	t.Helper()
	parsed, err := tagger.ParseRules(strings.Split(rules, "\n"))
	if err != nil {
		t.Fatal(err)
	}
	f, err := tagger.ParseFlavor([]string{flavor})
	if err != nil {
		t.Fatal(err)
	}
	d, err := tagger.Derive(r, parsed, f)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestKnownLayersOfAnImageThatIsSealedAreNotLookedFor(t *testing.T) {
	r, asked := reuseECR(t)
	r.source = &source.Image{Sealed: &source.Sealed{}}
	if got, err := r.knownLayers(t.Context()); len(got) != 0 || err != nil || len(asked.requests) != 0 {
		t.Errorf("knownLayers = %v, %v after %v", got, err, asked.requests)
	}
}

func TestKnownLayersOfARepositoryThatIsNotThereAreNotLookedFor(t *testing.T) {
	r, asked := reuseECR(t)
	r.target.absent = true
	if got, err := r.knownLayers(t.Context()); len(got) != 0 || err != nil || len(asked.requests) != 0 {
		t.Errorf("knownLayers = %v, %v after %v", got, err, asked.requests)
	}
}

func TestKnownLayersEndsWithItsContext(t *testing.T) {
	r, _ := reuseECR(t)
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if got, err := r.knownLayers(cancelled); len(got) != 0 || !errors.Is(err, context.Canceled) {
		t.Errorf("knownLayers = %v, %v", got, err)
	}
}

func TestKnownLayersAfterAPlan(t *testing.T) {
	const read = "BatchGetImage, "
	tests := []struct {
		name  string
		holds string // layers of the image that a wanted tag names
		want  string
		asks  string
	}{
		{"asks for no image again that tells enough", "base app", "base app", "BatchCheckLayerAvailability"},
		{"goes on where the images that were read do not tell enough", "base", "base", read + "BatchCheckLayerAvailability"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r, asked := reuseECR(t)
			m := publish(t, r, built(t, true, strings.Fields(test.holds)...), "")
			published := map[string]registry.Image{head: {Digest: m.Digest.String(), MediaType: m.MediaType, Manifest: m.Raw}}
			r.plan = registry.NewPlan(registry.State{Repository: r.target.Repository, Published: published}, registry.Image{}, r.tags, registry.Options{})
			asked.reset()
			checkKnown(t, r, test.want, head)
			asked.received(t, test.asks)
		})
	}
}

// checkKnown checks which layers are known, and where they were found.
func checkKnown(t *testing.T, r *pushRun, want, from string) {
	t.Helper()
	got, err := r.knownLayers(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	all := map[digest.Digest]registry.KnownLayer{}
	for _, content := range strings.Fields(want) {
		layer := layerNamed(content, true)
		all[digest.FromString(content)] = registry.KnownLayer{DiffID: digest.FromString(content), Blob: layer.Descriptor, From: from}
	}
	if diff := cmp.Diff(all, got); diff != "" {
		t.Errorf("knownLayers (-want +got):\n%s", diff)
	}
}
