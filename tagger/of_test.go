package tagger_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/tagger"
)

func TestDerivationOfAnotherRevision(t *testing.T) {
	const parent = "fedcba9876543210fedcba9876543210fedcba98"
	d, _, err := derive(t, branch("topic/x"), "type=sha\ntype=ref,event=branch\ntype=raw,value=stable,enable={{is_default_branch}}", "suffix=-slim")
	if err != nil {
		t.Fatal(err)
	}
	other := branch("main")
	other.Commit = parent
	tests := []struct {
		name     string
		d        tagger.Derivation
		revision tagger.Revision
		want     string
	}{
		{"has its commit and its branch", d, other, "moving main-slim,literal stable-slim,commit sha-fedcba9-slim"},
		{"without references has its commit", d, tagger.Revision{Commit: parent}, "commit sha-fedcba9-slim"},
		{"that gives no tag has none", d, tagger.Revision{}, ""},
		{"has none by no rules", tagger.Derivation{}, other, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := []string{}
			for _, tag := range test.d.Of(test.revision) {
				got = append(got, string(tag.Kind)+" "+tag.String())
			}
			if diff := cmp.Diff(test.want, strings.Join(got, ",")); diff != "" {
				t.Errorf("Of (-want +got):\n%s", diff)
			}
		})
	}
}
