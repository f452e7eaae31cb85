package gate_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/gate"
)

func TestSavedImage(t *testing.T) {
	api := gate.Answer{RepositoryName: "shop/api", ImageDigest: "sha256:aa", ImageTag: "v1"}
	arm := gate.Answer{RepositoryName: "shop/api", ImageDigest: "sha256:bb"}
	tests := []struct {
		name    string
		answers []gate.Answer
		want    gate.Image
	}{
		{"none", nil, gate.Image{}},
		{"two pages and another platform", []gate.Answer{api, api, arm}, gate.Image{Name: "shop/api", Tags: []string{"v1"}, Digests: []string{"sha256:aa", "sha256:bb"}}},
		{"nothing told", []gate.Answer{{}}, gate.Image{}},
		{"two repositories", []gate.Answer{api, {RepositoryName: "shop/web"}}, gate.Image{}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, gate.SavedImage(test.answers)); diff != "" {
				t.Errorf("SavedImage (-want +got):\n%s", diff)
			}
		})
	}
}
