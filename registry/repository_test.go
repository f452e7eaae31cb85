package registry_test

import (
	"testing"

	"github.com/hallmark-ci/hallmark/registry"
)

func TestRepositoryMutable(t *testing.T) {
	tests := []struct {
		name    string
		mode    registry.Mutability
		exclude []string
		tag     string
		want    bool
	}{
		{"a mutable repository lets every tag move", registry.Mutable, nil, "1.0", true},
		{"filters mean nothing in plain mutable mode", registry.Mutable, []string{"1.0"}, "1.0", true},
		{"an immutable repository lets none", registry.Immutable, nil, "latest", false},
		{"unknown counts as immutable", registry.MutabilityUnknown, nil, "latest", false},
		{"a mode of the future counts as immutable", "SOMETHING_NEW", nil, "latest", false},
		{"an excluded tag of an immutable repository moves", registry.ImmutableWithExclusion, []string{"latest"}, "latest", true},
		{"others do not", registry.ImmutableWithExclusion, []string{"latest"}, "1.0", false},
		{"an excluded tag of a mutable repository stays", registry.MutableWithExclusion, []string{"v*"}, "v1", false},
		{"others move", registry.MutableWithExclusion, []string{"v*"}, "dev", true},
		{"a filter without a wildcard is the whole name", registry.ImmutableWithExclusion, []string{"dev"}, "dev-1", false},
		{"a wildcard stands for nothing too", registry.ImmutableWithExclusion, []string{"dev-*"}, "dev-", true},
		{"a wildcard in the middle", registry.ImmutableWithExclusion, []string{"v*.beta"}, "v1.2.beta", true},
		{"the end must match", registry.ImmutableWithExclusion, []string{"v*.beta"}, "v1.2.beta2", false},
		{"start and end may not overlap", registry.ImmutableWithExclusion, []string{"aba*ba"}, "ababa", true},
		{"start and end that would overlap do not match", registry.ImmutableWithExclusion, []string{"ab*ba"}, "aba", false},
		{"two wildcards", registry.ImmutableWithExclusion, []string{"*-rc-*"}, "1.0-rc-2", true},
		{"two wildcards take the first place that leads on", registry.ImmutableWithExclusion, []string{"a*b*b"}, "abb", true},
		{"a lone wildcard matches everything", registry.ImmutableWithExclusion, []string{"*"}, "anything", true},
		{"case matters", registry.ImmutableWithExclusion, []string{"latest"}, "Latest", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := registry.Repository{Mutability: test.mode, Exclusions: test.exclude}
			if got := r.Mutable(test.tag); got != test.want {
				t.Errorf("Mutable(%q) in mode %s with %q = %t, want %t", test.tag, test.mode, test.exclude, got, test.want)
			}
		})
	}
}
