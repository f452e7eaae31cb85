package lifecycle_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/registry/lifecycle"
)

const indexType = "application/vnd.oci.image.index.v1+json"

func index(i lifecycle.Image, children ...string) lifecycle.Image {
	i.MediaType = indexType
	for _, child := range children {
		i.Children = append(i.Children, digest(child))
	}
	return i
}

func attached(i lifecycle.Image, subject string) lifecycle.Image {
	i.Subject = digest(subject)
	return i
}

func with(i lifecycle.Image, change func(*lifecycle.Image)) lifecycle.Image {
	change(&i)
	return i
}

// What Amazon's page on evaluation says beyond its examples, and what it leaves open
// (https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html#lp_evaluation_rules).
func TestSimulate(t *testing.T) {
	const keep, act, uncertain = lifecycle.Keep, lifecycle.Act, lifecycle.Uncertain
	aWeek := rule(2, untagged+since("Pushed", 7), "expire")
	for _, c := range []struct {
		name   string
		rules  []string
		images []lifecycle.Image
		want   map[string]lifecycle.Action
	}{
		{"a rule protects from later ones what it leaves alone",
			[]string{rule(1, tagged(`"v*"`)+keeps(9), "expire"), rule(2, anyTag+since("Pushed", 1), "expire")},
			[]lifecycle.Image{image("release", 90, "v1"), image("build", 90, "main-1")}, map[string]lifecycle.Action{"release": keep, "build": act}},
		{"a rule does not protect an image of the other storage class",
			[]string{rule(1, anyTag+since("Pushed", 500), "archive"), rule(2, anyTag+`, "storageClass": "archive"`+since("Transitioned", 90), "expire")},
			[]lifecycle.Image{with(image("A", 200, "v1"), func(i *lifecycle.Image) { i.Status, i.ArchivedAt = lifecycle.Archived, now.Add(-100*day) })},
			map[string]lifecycle.Action{"A": act}},
		{"an image between N days and a day more is on the edge", []string{rule(1, anyTag+since("Pushed", 7), "expire")},
			[]lifecycle.Image{image("exact", 7, "a"), image("edge", 7.01, "b"), image("over", 8, "c")},
			map[string]lifecycle.Action{"exact": keep, "edge": uncertain, "over": act}},
		{"two images of one time share the last place", []string{rule(1, anyTag+keeps(1), "expire")},
			[]lifecycle.Image{image("A", 3, "a"), image("B", 2, "b"), image("C", 2, "c")},
			map[string]lifecycle.Action{"A": act, "B": uncertain, "C": uncertain}},
		{"a platform stays with its index", []string{rule(1, tagged(`"v*"`)+keeps(9), "expire"), aWeek},
			[]lifecycle.Image{index(image("index", 30, "v1"), "amd64"), image("amd64", 30), image("stray", 30)},
			map[string]lifecycle.Action{"index": keep, "amd64": keep, "stray": act}},
		{"a platform goes once its index does", []string{rule(1, tagged(`"v*"`)+since("Pushed", 20), "expire"), aWeek},
			[]lifecycle.Image{index(image("index", 30, "v1"), "amd64"), image("amd64", 30)}, map[string]lifecycle.Action{"index": act, "amd64": act}},
		{"a platform of two indexes stays with the one that stays", []string{rule(1, tagged(`"v*"`)+since("Pushed", 20), "expire"), aWeek},
			[]lifecycle.Image{index(image("old", 30, "v1"), "amd64"), index(image("new", 9, "v2"), "amd64"), image("amd64", 30)},
			map[string]lifecycle.Action{"old": act, "new": keep, "amd64": keep}},
		{"an attestation is a part of the index, and attached to a platform", []string{rule(1, tagged(`"v*"`)+keeps(9), "expire"), aWeek},
			[]lifecycle.Image{index(image("index", 30, "v1"), "amd64", "sbom"), image("amd64", 30), attached(image("sbom", 30), "amd64")},
			map[string]lifecycle.Action{"index": keep, "amd64": keep, "sbom": keep}},
		{"an untagged image may be a platform where those of an index are not known", []string{aWeek},
			[]lifecycle.Image{index(image("index", 30, "v1")), image("amd64", 30)}, map[string]lifecycle.Action{"index": keep, "amd64": uncertain}},
		{"whether platforms hold a place is open", []string{rule(1, anyTag+keeps(2), "expire")},
			[]lifecycle.Image{image("old", 30, "v1"), index(image("index", 9, "v2"), "amd64", "arm64"), image("amd64", 9), image("arm64", 9)},
			map[string]lifecycle.Action{"old": uncertain, "index": uncertain, "amd64": uncertain, "arm64": uncertain}},
		{"a signature goes with its subject", []string{rule(1, tagged(`"v*"`)+since("Pushed", 20), "expire")},
			[]lifecycle.Image{image("image", 30, "v1"), attached(image("signature", 30), "image")},
			map[string]lifecycle.Action{"image": act, "signature": act}},
		{"whether a rule takes a signature by itself is open", []string{aWeek},
			[]lifecycle.Image{image("image", 30, "v1"), attached(image("signature", 30), "image")},
			map[string]lifecycle.Action{"image": keep, "signature": uncertain}},
		{"a restored image is as new as its restoration", []string{rule(1, anyTag+keeps(1), "expire")},
			[]lifecycle.Image{with(image("A", 90, "a"), func(i *lifecycle.Image) { i.ActivatedAt = now.Add(-day) }), image("B", 3, "b")},
			map[string]lifecycle.Action{"A": keep, "B": act}},
		{"whether the age of a restored image begins anew is open", []string{rule(1, anyTag+since("Pushed", 30), "expire")},
			[]lifecycle.Image{with(image("A", 90, "a"), func(i *lifecycle.Image) { i.ActivatedAt = now.Add(-day) })}, map[string]lifecycle.Action{"A": uncertain}},
		{"a pull counts, then a restoration after it, then the push", []string{rule(1, anyTag+since("Pulled", 30), "archive")},
			[]lifecycle.Image{
				image("never", 90, "a"), with(image("pulled", 90, "b"), func(i *lifecycle.Image) { i.PulledAt = now.Add(-day) }),
				with(image("restored", 90, "c"), func(i *lifecycle.Image) { i.PulledAt, i.ActivatedAt = now.Add(-80*day), now.Add(-day) }),
			}, map[string]lifecycle.Action{"never": act, "pulled": keep, "restored": keep}},
		{"an archived image that does not tell since when", []string{rule(1, anyTag+`, "storageClass": "archive"`+since("Transitioned", 90), "expire")},
			[]lifecycle.Image{with(image("A", 200), func(i *lifecycle.Image) { i.Status = lifecycle.Archived })}, map[string]lifecycle.Action{"A": uncertain}},
		{"an image that is being restored", []string{rule(1, anyTag+since("Pushed", 30), "expire")},
			[]lifecycle.Image{with(image("A", 200), func(i *lifecycle.Image) { i.Status = lifecycle.Activating })}, map[string]lifecycle.Action{"A": uncertain}},
		{"images that hold one another", []string{aWeek},
			[]lifecycle.Image{attached(image("A", 30), "B"), attached(image("B", 30), "A")}, map[string]lifecycle.Action{"A": uncertain, "B": uncertain}},
		{"a wildcard inside a pattern", []string{rule(1, tagged(`"*-sha-*"`)+since("Pushed", 1), "expire")},
			[]lifecycle.Image{image("A", 9, "main-sha-1f0c"), image("B", 9, "main-sha1f0c"), image("C", 9, "v1", "x-sha-")},
			map[string]lifecycle.Action{"A": act, "B": keep, "C": act}},
		{"a pattern without a wildcard is a whole tag", []string{rule(1, tagged(`"prod"`)+since("Pushed", 1), "expire")},
			[]lifecycle.Image{image("A", 9, "prod"), image("B", 9, "prod1")}, map[string]lifecycle.Action{"A": act, "B": keep}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var names []string
			for name := range c.want {
				names = append(names, name)
			}
			if diff := cmp.Diff(c.want, actions(lifecycle.Simulate(policy(t, c.rules...), c.images, now), names...)); diff != "" {
				t.Errorf("Simulate (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSimulateTellsTheRuleTheReasonAndWhen(t *testing.T) {
	p := policy(t, rule(5, tagged(`"v*"`)+keeps(1), "expire"), rule(10, anyTag+since("Pulled", 30), "archive"))
	images := []lifecycle.Image{image("A", 40, "v1"), image("B", 3, "v2"), image("C", 40, "x"), image("D", 1, "y")}
	type told struct {
		Name   string
		Rule   int
		Effect lifecycle.Effect
		At     time.Time
		Reason string
	}
	var got []told
	for _, o := range lifecycle.Simulate(p, images, now) {
		got = append(got, told{o.Image.Name(), o.Rule.Priority, o.Effect, o.At, o.Reason})
	}
	want := []told{
		{"x", 10, lifecycle.Transition, now.Add(-10 * day), "never pulled, pushed 40 days ago, and it keeps 30 days"},
		{"v1", 5, lifecycle.Expire, time.Time{}, "number 2 from the newest, and it keeps 1"},
		{"v2", 5, lifecycle.Expire, time.Time{}, "number 1 from the newest, and it keeps 1"},
		{"y", 10, lifecycle.Transition, now.Add(29 * day), "never pulled, pushed 1 day ago, and it keeps 30 days"},
	}
	if digest("A") < digest("C") {
		want[0], want[1] = want[1], want[0]
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Simulate (-want +got):\n%s", diff)
	}
}
