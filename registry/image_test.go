package registry_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/registry"
)

func TestSame(t *testing.T) {
	tests := []struct {
		name string
		a, b registry.Image
		want bool
	}{
		{"one manifest", registry.Image{Digest: "sha256:aa"}, registry.Image{Digest: "sha256:aa"}, true},
		{"two manifests of one config", registry.Image{Digest: "sha256:aa", Configs: []string{"1"}}, registry.Image{Digest: "sha256:bb", Configs: []string{"1"}}, true},
		{"two configs", registry.Image{Digest: "sha256:aa", Configs: []string{"1"}}, registry.Image{Digest: "sha256:bb", Configs: []string{"2"}}, false},
		{"a platform more", registry.Image{Configs: []string{"1"}}, registry.Image{Configs: []string{"1", "2"}}, false},
		{"nothing known of either", registry.Image{}, registry.Image{}, false},
		{"a manifest still to be built", registry.Image{Configs: []string{"1"}}, registry.Image{Digest: "sha256:aa", Configs: []string{"1"}}, true},
	}
	for _, test := range tests {
		if got := test.a.Same(test.b); got != test.want {
			t.Errorf("%s: Same = %t", test.name, got)
		}
		if got := test.b.Same(test.a); got != test.want {
			t.Errorf("%s, turned round: Same = %t", test.name, got)
		}
	}
}

func TestSameCommitNeedsACommit(t *testing.T) {
	if (registry.Image{}).SameCommit(registry.Image{}) {
		t.Error("two unknown commits are one")
	}
	if !(registry.Image{Commit: "c1"}).SameCommit(registry.Image{Commit: "c1"}) {
		t.Error("one commit is two")
	}
}

func TestSortConfigsSortsAndTakesEachOnce(t *testing.T) {
	got := registry.SortConfigs([]string{"2", "1", "2"})
	if diff := cmp.Diff([]string{"1", "2"}, got); diff != "" {
		t.Errorf("SortConfigs (-want +got):\n%s", diff)
	}
}

func TestMarkDirty(t *testing.T) {
	commit := revision().Commit
	several := registry.Image{Configs: []string{"sha256:11", "sha256:22"}}
	tests := []struct {
		name  string
		image registry.Image
		want  []string
	}{
		{"takes the id of an image", thisImage, []string{"main", commit + "-dirty-11111111"}},
		{"makes an id of all platforms", several, []string{"main", commit + "-dirty-05141566"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			tags, err := registry.MarkDirty(derived(t, revision(), "type=sha,format=long,prefix=", "type=ref,event=branch"), test.image)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, []string{tags[0].String(), tags[1].String()}); diff != "" {
				t.Errorf("MarkDirty (-want +got):\n%s", diff)
			}
		})
	}
}

func TestMarkDirtyRefusesATagThatWouldBeTooLong(t *testing.T) {
	tags := derived(t, revision(), "type=sha,format=long,prefix="+strings.Repeat("x", 80))
	_, err := registry.MarkDirty(tags, thisImage)
	if err == nil || !strings.HasPrefix(err.Error(), `mark tag "`+tags[0].String()+`" as dirty: `) {
		t.Errorf("MarkDirty: %v", err)
	}
}

func TestRepositoryIsNamedAsReferencesBegin(t *testing.T) {
	if got := (registry.Repository{Host: "localhost:5000", Name: "shop/api"}).String(); got != "localhost:5000/shop/api" {
		t.Errorf("String() = %q", got)
	}
}
