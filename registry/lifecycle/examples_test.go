package lifecycle_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/registry/lifecycle"
)

// The examples of https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_examples.html, with the repositories and the
// results that stand there. Where the page shows a policy alone, the images are ours.
func TestExamplesOfAmazon(t *testing.T) {
	three := []lifecycle.Image{image("A", 10, "beta-1", "prod-1"), image("B", 9, "beta-2", "prod-2"), image("C", 8, "beta-3")}
	six := []lifecycle.Image{
		image("A", 12, "alpha-1"), image("B", 11, "beta-1"), image("C", 10, "alpha-2", "beta-2"),
		image("D", 4, "alpha-3"), image("E", 3, "beta-3"), image("F", 2, "alpha-4", "beta-4"),
	}
	archived := image("A", 500, "1.0.0")
	archived.Status, archived.ArchivedAt = lifecycle.Archived, now.Add(-370*day)
	lately := image("B", 500, "1.1.0")
	lately.Status, lately.ArchivedAt = lifecycle.Archived, now.Add(-100*day)
	pulled := image("P", 200, "1.2.0")
	pulled.PulledAt = now.Add(-day)
	for _, c := range []struct {
		name   string
		images []lifecycle.Image
		rules  []string
		gone   []string
	}{
		{"filtering on image age", []lifecycle.Image{image("A", 20, "prod-1"), image("B", 20, "beta-1"), image("C", 2, "prod-2")},
			[]string{rule(1, tagged(`"prod*"`)+since("Pushed", 14), "expire")}, []string{"A"}},
		{"filtering on last pulled time", []lifecycle.Image{image("A", 100, "1.0.0"), pulled},
			[]string{rule(1, anyTag+since("Pulled", 90), "archive")}, []string{"A"}},
		{"filtering on archive transition time", []lifecycle.Image{archived, lately},
			[]string{rule(1, anyTag+`, "storageClass": "archive"`+since("Transitioned", 365), "expire")}, []string{"A"}},
		{"filtering on image count", []lifecycle.Image{image("A", 3), image("B", 2), image("C", 1), image("D", 4, "v1")},
			[]string{rule(1, untagged+keeps(1), "expire")}, []string{"A", "B"}},
		{"filtering on multiple rules, example A", three,
			[]string{rule(1, tagged(`"prod*"`)+keeps(1), "expire"), rule(2, tagged(`"beta*"`)+keeps(1), "expire")}, []string{"A"}},
		{"filtering on multiple rules, example B", three,
			[]string{rule(1, tagged(`"beta*"`)+keeps(1), "expire"), rule(2, tagged(`"prod*"`)+keeps(1), "expire")}, []string{"A", "B"}},
		{"filtering on multiple tags, example A", six, []string{rule(1, tagged(`"alpha*", "beta*"`)+since("Pushed", 5), "expire")}, []string{"C"}},
		{"filtering on multiple tags, example B",
			[]lifecycle.Image{image("A", 10, "alpha-1", "beta-1", "gamma-1"), image("B", 9, "alpha-2", "beta-2"), image("C", 8, "alpha-3", "beta-3", "gamma-2")},
			[]string{rule(1, tagged(`"alpha*", "beta*"`)+keeps(1), "expire")}, []string{"A", "B"}},
		{"filtering on all images, example A",
			[]lifecycle.Image{image("A", 4, "alpha-1"), image("B", 3, "beta-1"), image("C", 2), image("D", 1, "alpha-2")},
			[]string{rule(1, anyTag+keeps(1), "expire")}, []string{"A", "B", "C"}},
		// D and E are both "1 day ago"; that D is marked as beyond the newest one makes E the newer.
		{"filtering on all images, example B",
			[]lifecycle.Image{image("A", 4, "alpha-1", "beta-1"), image("B", 3), image("C", 2, "alpha-2"), image("D", 1, "git hash"), image("E", 0.99)},
			[]string{rule(1, tagged(`"alpha*"`)+keeps(1), "expire"), rule(2, untagged+since("Pushed", 1), "expire"), rule(3, anyTag+keeps(1), "expire")},
			[]string{"A", "B", "D"}},
		{"archiving images older than a number of days", []lifecycle.Image{image("A", 40, "prod-1"), image("B", 20, "prod-2"), image("C", 40, "beta-1")},
			[]string{rule(1, tagged(`"prod*"`)+since("Pushed", 30), "archive")}, []string{"A"}},
		{"combining archive and expire rules", []lifecycle.Image{archived, lately, image("C", 40, "2.0.0"), image("D", 20, "2.1.0")},
			[]string{rule(1, anyTag+since("Pushed", 30), "archive"), rule(2, anyTag+`, "storageClass": "archive"`+since("Transitioned", 365), "expire")},
			[]string{"A", "C"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var gone []string
			for _, o := range lifecycle.Simulate(policy(t, c.rules...), c.images, now) {
				if o.Action == lifecycle.Uncertain {
					t.Errorf("%s is uncertain: %s", o.Image.Name(), o.Reason)
				}
				for _, name := range []string{"A", "B", "C", "D", "E", "F", "P"} {
					if o.Image.Digest == digest(name) && o.Action == lifecycle.Act {
						gone = append(gone, name)
					}
				}
			}
			if diff := cmp.Diff(c.gone, gone); diff != "" {
				t.Errorf("gone (-want +got):\n%s", diff)
			}
		})
	}
}

// The page writes the same policies with prefixes too, in its older editions
// (https://github.com/awsdocs/amazon-ecr-user-guide/blob/main/doc_source/lifecycle_policy_examples.md).
func TestPrefixesSelectAsPatternsDo(t *testing.T) {
	images := []lifecycle.Image{image("A", 10, "beta-1", "prod-1"), image("B", 9, "beta-2", "prod-2"), image("C", 8, "beta-3")}
	p := policy(t,
		rule(1, `"tagStatus": "tagged", "tagPrefixList": ["prod"]`+keeps(1), "expire"),
		rule(2, `"tagStatus": "tagged", "tagPrefixList": ["beta"]`+keeps(1), "expire"))
	want := map[string]lifecycle.Action{"A": lifecycle.Act, "B": lifecycle.Keep, "C": lifecycle.Keep}
	if diff := cmp.Diff(want, actions(lifecycle.Simulate(p, images, now), "A", "B", "C")); diff != "" {
		t.Errorf("Simulate (-want +got):\n%s", diff)
	}
}
