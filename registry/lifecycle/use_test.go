package lifecycle_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/registry/lifecycle"
)

const account = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"

func TestParseUses(t *testing.T) {
	d := digest("A")
	for _, c := range []struct {
		name, text string
		want       []lifecycle.Use
	}{
		{"a digest", d, []lifecycle.Use{{Digest: d, Text: d}}},
		{"lines, blanks and comments", "# running\nshop/api:1.0.0 shop/web:2\n", []lifecycle.Use{{Name: "shop/api", Tag: "1.0.0", Text: "shop/api:1.0.0"}, {Name: "shop/web", Tag: "2", Text: "shop/web:2"}}},
		{"a list of texts", `["` + account + `/shop/api:1.0.0"]`, []lifecycle.Use{{Name: account + "/shop/api", Tag: "1.0.0", Text: account + "/shop/api:1.0.0"}}},
		{"what Kubernetes reports", "docker-pullable://shop/api@" + d, []lifecycle.Use{{Name: "shop/api", Digest: d, Text: "docker-pullable://shop/api@" + d}}},
		{"a tag and a digest", "shop/api:1@" + d, []lifecycle.Use{{Name: "shop/api", Tag: "1", Digest: d, Text: "shop/api:1@" + d}}},
		{"a port is no tag", "127.0.0.1:5000/api", []lifecycle.Use{{Name: "127.0.0.1:5000/api", Tag: "latest", Text: "127.0.0.1:5000/api"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, uses(t, c.text)); diff != "" {
				t.Errorf("ParseUses (-want +got):\n%s", diff)
			}
		})
	}
	for _, bad := range []string{"shop/api@sha256:abc", "sha256:" + strings.Repeat("x", 64), ":1", "[1]"} {
		if got, err := lifecycle.ParseUses([]byte(bad)); err == nil {
			t.Errorf("ParseUses(%q) = %v", bad, got)
		}
	}
}

func TestJoin(t *testing.T) {
	images := []lifecycle.Image{image("A", 30, "1.0.0"), index(image("I", 30, "2.0.0"), "amd64"), image("amd64", 30), image("B", 1, "3.0.0")}
	p := policy(t, rule(1, anyTag+since("Pushed", 7), "expire"))
	for _, c := range []struct {
		name, uses string
		want       []string // names of the endangered, oldest first
		lost       int
	}{
		{"by tag", account + "/shop/api:1.0.0", []string{"A"}, 0},
		{"by digest", digest("A"), []string{"A"}, 0},
		{"a platform means its index too", "shop/api@" + digest("amd64"), []string{"I", "amd64"}, 0},
		{"an index means its platforms too", "shop/api:2.0.0", []string{"I", "amd64"}, 0},
		{"an image that stays is in no danger", "shop/api:3.0.0", nil, 0},
		{"another repository", "shop/web:1.0.0", nil, 0},
		{"a name that ends alike", "workshop/api:1.0.0", nil, 0},
		{"an image that is not there", "shop/api:9", nil, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			outcomes := lifecycle.Simulate(p, images, now)
			lost := lifecycle.Join(outcomes, "shop/api", uses(t, c.uses))
			var got []string
			for _, name := range []string{"A", "I", "amd64", "B"} {
				for _, o := range lifecycle.Endangered(outcomes) {
					if o.Image.Digest == digest(name) {
						got = append(got, name)
					}
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" || len(lost) != c.lost {
				t.Errorf("Join lost %v (-want +got):\n%s", lost, diff)
			}
		})
	}
}

// A cluster reports the platform. Where no manifest tells its index, each index of unknown platforms may be the one that runs.
func TestJoinTakesAnImageWithoutATagForAPlatformOfAnyIndexThatIsNotKnown(t *testing.T) {
	index := func(name string, children ...string) lifecycle.Image {
		return with(image(name, 30, name), func(i *lifecycle.Image) { i.MediaType, i.Children = indexType, children })
	}
	archived := with(index("archived"), func(i *lifecycle.Image) { i.Status, i.ArchivedAt = lifecycle.Archived, now.Add(-200*day) })
	images := []lifecycle.Image{archived, index("open"), index("known", digest("another")), image("platform", 30), image("newest", 1, "newest")}
	outcomes := lifecycle.Simulate(policy(t, rule(1, tagged(`"*"`)+keeps(1), "expire"), rule(2, anyTag+`, "storageClass": "archive"`+since("Transitioned", 90), "expire")), images, now)
	lifecycle.Join(outcomes, "", []lifecycle.Use{{Digest: digest("platform"), Text: "running"}})
	got := map[string][]string{}
	for _, o := range lifecycle.Endangered(outcomes) {
		got[o.Image.Name()] = o.Uses
	}
	want := map[string][]string{"open": {"perhaps, since its platforms are not known: running"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Endangered (-want +got):\n%s", diff)
	}
}

func TestJoinPulledMarksWhatWasPulledLately(t *testing.T) {
	images := []lifecycle.Image{
		with(image("A", 30, "a"), func(i *lifecycle.Image) { i.PulledAt = now.Add(-2 * day) }),
		with(image("B", 30, "b"), func(i *lifecycle.Image) { i.PulledAt = now.Add(-9 * day) }), image("C", 30, "c"),
	}
	outcomes := lifecycle.Simulate(policy(t, rule(1, anyTag+since("Pushed", 7), "expire")), images, now)
	lifecycle.JoinPulled(outcomes, 7*day, now)
	got := lifecycle.Endangered(outcomes)
	if len(got) != 1 || got[0].Image.Digest != digest("A") || got[0].Uses[0] != "pulled 2026-11-22, which is weak evidence" {
		t.Errorf("Endangered = %+v", got)
	}
}

func TestInventoryReadsSavedAnswers(t *testing.T) {
	d, child := digest("A"), digest("child")
	for _, c := range []struct{ name, text string }{
		{"as the AWS CLI prints them", `{"imageDetails": [{"registryId": "123456789012", "repositoryName": "shop/api", "imageDigest": "` + d + `", "imageTags": ["1.0.0"],
			"imageSizeInBytes": 100, "imagePushedAt": "2026-11-21T13:00:00.000000+01:00", "imageManifestMediaType": "` + indexType + `"}]}`},
		{"as the service sends them", `{"imageDetails": [{"repositoryName": "shop/api", "imageDigest": "` + d + `", "imageTags": ["1.0.0"],
			"imageSizeInBytes": 100, "imagePushedAt": 1795262400.0, "imageManifestMediaType": "` + indexType + `"}], "nextToken": null}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			var v lifecycle.Inventory
			manifests := `{"images": [{"imageId": {"imageDigest": "` + d + `"}, "imageManifest": "{\"manifests\": [{\"digest\": \"` + child + `\"}]}"}], "failures": []}`
			for _, text := range []string{c.text, c.text + "\n" + manifests} {
				if err := v.Read(strings.NewReader(text)); err != nil {
					t.Fatal(err)
				}
			}
			want := []lifecycle.Image{{Digest: d, Tags: []string{"1.0.0"}, PushedAt: now.Add(-3 * day), Size: 100, MediaType: indexType, Children: []string{child}}}
			if diff := cmp.Diff(want, v.Images()); diff != "" || v.Repository != "shop/api" {
				t.Errorf("images of %q (-want +got):\n%s", v.Repository, diff)
			}
		})
	}
	for name, bad := range map[string]string{
		"nothing": "", "no JSON": "{", "another answer": `{"repositories": []}`, "a date that is none": `{"imageDetails": [{"imageDigest": "` + d + `", "imagePushedAt": "2026-02-30"}]}`,
		"no push": `{"imageDetails": [{"imageDigest": "` + d + `"}]}`, "no digest": `{"imageDetails": [{"imagePushedAt": 1}]}`,
		"two repositories": `{"imageDetails": [{"imageDigest": "` + d + `", "imagePushedAt": 1, "repositoryName": "a"}, {"imageDigest": "` + child + `", "imagePushedAt": 1, "repositoryName": "b"}]}`,
	} {
		var v lifecycle.Inventory
		if err := v.Read(strings.NewReader(bad)); err == nil {
			t.Errorf("%s was read", name)
		}
	}
}
