package lifecycle_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/registry/lifecycle"
)

func uses(t *testing.T, text string) []lifecycle.Use {
	t.Helper()
	all, err := lifecycle.ParseUses([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestLint(t *testing.T) {
	both := image("both", 1, "main-1", "v1")
	for _, c := range []struct {
		name  string
		facts lifecycle.Facts
		rules []string
		want  []string // level code rule
	}{
		{"a policy that is well", lifecycle.Facts{},
			[]string{rule(1, tagged(`"v*"`)+keeps(50), "expire"), rule(2, untagged+since("Pushed", 7), "expire"), rule(3, anyTag+keeps(20), "expire")}, nil},
		{"two patterns are ANDed", lifecycle.Facts{}, []string{rule(1, tagged(`"*.*.*", "v*.*.*"`)+keeps(5), "expire")}, []string{"problem and 1"}},
		{"no image has both", lifecycle.Facts{Images: []lifecycle.Image{image("A", 1, "v1"), image("B", 1, "main-1")}},
			[]string{rule(1, tagged(`"v*", "main-*"`)+keeps(5), "expire")}, []string{"problem and 1"}},
		{"an image has both, so that AND may be meant", lifecycle.Facts{Images: []lifecycle.Image{both}}, []string{rule(1, tagged(`"v*", "main-*"`)+keeps(5), "expire")}, nil},
		{"a wildcard in a prefix", lifecycle.Facts{}, []string{rule(1, `"tagStatus": "tagged", "tagPrefixList": ["v*"]`+keeps(5), "expire")}, []string{"problem never 1"}},
		{"characters that no tag has", lifecycle.Facts{}, []string{rule(1, tagged(`"release/*"`)+keeps(5), "expire")}, []string{"problem never 1"}},
		{"a tag cannot begin so", lifecycle.Facts{}, []string{rule(1, tagged(`"-rc*"`)+keeps(5), "expire")}, []string{"problem never 1"}},
		{"a narrow rule after a wide one", lifecycle.Facts{},
			[]string{rule(1, tagged(`"v*"`)+keeps(5), "expire"), rule(2, tagged(`"v1.*"`)+keeps(50), "expire")}, []string{"problem shadowed 2"}},
		{"a narrow rule before a wide one", lifecycle.Facts{},
			[]string{rule(1, tagged(`"v1.*"`)+keeps(50), "expire"), rule(2, tagged(`"v*"`)+keeps(5), "expire")}, nil},
		{"an expiry after an archival of the same tags", lifecycle.Facts{},
			[]string{rule(1, tagged(`"v*"`)+since("Pushed", 30), "archive"), rule(2, tagged(`"v*"`)+since("Pushed", 90), "expire")}, []string{"problem shadowed 2"}},
		{"rules for different storage classes", lifecycle.Facts{},
			[]string{rule(1, tagged(`"*"`)+since("Pushed", 30), "archive"), rule(2, tagged(`"*"`)+`, "storageClass": "archive"`+since("Transitioned", 90), "expire")}, nil},
		{"a rule for two patterns shadows none for one", lifecycle.Facts{Images: []lifecycle.Image{both}},
			[]string{rule(1, tagged(`"v*", "main-*"`)+keeps(5), "expire"), rule(2, tagged(`"v*"`)+keeps(5), "expire")}, nil},
		{"any after all tagged and all untagged", lifecycle.Facts{},
			[]string{rule(1, tagged(`"*"`)+keeps(50), "expire"), rule(2, untagged+since("Pushed", 7), "expire"), rule(3, anyTag+keeps(20), "expire")}, []string{"problem shadowed 3"}},
		{"a rule that none of the images is for", lifecycle.Facts{Images: []lifecycle.Image{both}}, []string{rule(1, tagged(`"release-*"`)+keeps(5), "expire")}, []string{"warning unmatched 1"}},
		{"untagged images by number", lifecycle.Facts{}, []string{rule(1, untagged+keeps(5), "expire")}, []string{"problem untagged 1"}},
		{"untagged images beside indexes", lifecycle.Facts{Images: []lifecycle.Image{index(image("I", 1, "v1"))}}, []string{rule(1, untagged+since("Pushed", 7), "expire")}, []string{"warning platforms 1"}},
		{"archival by the last pull", lifecycle.Facts{}, []string{rule(1, anyTag+since("Pulled", 90), "archive")}, []string{"warning pulled 1"}},
		{"a number of any image", lifecycle.Facts{}, []string{rule(1, anyTag+keeps(20), "expire")}, []string{"warning keeps-any 1"}},
		{"fewer than run, by their tags", lifecycle.Facts{Uses: uses(t, "shop/api:v1 shop/api:v2 shop/api:v2 shop/api:main-1")},
			[]string{rule(1, tagged(`"v*"`)+keeps(1), "expire"), rule(2, anyTag+keeps(1), "expire")}, []string{"problem running 1"}},
		{"fewer than run, by the images", lifecycle.Facts{Images: []lifecycle.Image{image("A", 1, "v1"), image("B", 2, "v2"), image("C", 3, "v3")}, Uses: uses(t, digest("A")+"\n"+digest("C"))},
			[]string{rule(1, tagged(`"v*"`)+keeps(1), "expire")}, []string{"problem running 1"}},
		{"those of other repositories do not count",
			lifecycle.Facts{Repository: "shop/api", Images: []lifecycle.Image{image("A", 1, "v1"), image("B", 2, "v2")}, Uses: uses(t, "shop/api:v1 shop/web:v2")},
			[]string{rule(1, tagged(`"v*"`)+keeps(1), "expire")}, nil},
		{"repositories are counted apart", lifecycle.Facts{Uses: uses(t, "shop/api:v1 shop/web:v1")}, []string{rule(1, tagged(`"v*"`)+keeps(1), "expire")}, nil},
		{"as many as run", lifecycle.Facts{Uses: uses(t, "shop/api:v1 shop/api:v2")}, []string{rule(1, tagged(`"v*"`)+keeps(2), "expire")}, nil},
		{"a priority below 1", lifecycle.Facts{}, []string{rule(0, tagged(`"v*"`)+keeps(2), "expire")}, []string{"warning priority 0"}},
		{"a prefix of two rules", lifecycle.Facts{Images: []lifecycle.Image{both}},
			[]string{rule(1, `"tagStatus": "tagged", "tagPrefixList": ["v", "main"]`+keeps(2), "expire"), rule(2, `"tagStatus": "tagged", "tagPrefixList": ["v"]`+keeps(2), "expire")}, []string{"warning prefixes 2"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, p := range lifecycle.Lint(policy(t, c.rules...), c.facts) {
				got = append(got, fmt.Sprint(p.Level, " ", p.Code, " ", p.Rule))
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("Lint (-want +got):\n%s", diff)
			}
		})
	}
}
