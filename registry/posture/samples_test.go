package posture_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/registry/posture"
	"github.com/hallmark-ci/hallmark/tagger"
)

// sampled lists the tags of each class, those that vary with a ~.
func sampled(classes []posture.Class) map[string][]string {
	out := map[string][]string{}
	for _, class := range classes {
		for _, s := range class.Samples {
			tag := s.Tag
			if s.Varies {
				tag += "~"
			}
			out[class.Name] = append(out[class.Name], tag)
		}
	}
	return out
}

func TestSamples(t *testing.T) {
	const a, b = "4f1c9e0b7a2d86305c1e9f7ad3b8265e40c9d1f2", "b83d5f60e1c47a92d05b6e8f3147ca9d2be60573"
	tree := tagger.Revision{
		Commit: "8d5f1234567890123456789012345678901234ab", Branch: "trunk", DefaultBranch: "trunk", Tags: []string{"build-7"},
		Refs: []tagger.Ref{{Kind: tagger.BranchRef, Name: "trunk"}, {Kind: tagger.TagRef, Name: "build-7"}},
	}
	for _, tt := range []struct {
		name   string
		rules  []string
		flavor []string
		known  []tagger.Revision
		want   map[string][]string
	}{
		{"the rules of a run that names none", []string{"type=sha,format=long,prefix=", "type=ref,event=tag"}, nil, nil,
			map[string][]string{"commit": {a + "~", b + "~"}, "version": {"v1.2.3~", "v2.0.0~"}}},
		{"versions and what follows them", []string{"type=semver,pattern={{version}}", "type=semver,pattern={{major}}"}, []string{"latest=auto"}, nil,
			map[string][]string{"version": {"1.2.3~", "2.0.0~"}, "moving": {"1~", "latest", "2~"}}},
		{"branches and pull requests", []string{"type=ref,event=branch", "type=ref,event=pr"}, nil, nil,
			map[string][]string{"moving": {"main~", "feature-one~", "pr-12~", "feature-two~", "pr-34~"}}},
		{"the default branch alone", []string{"type=edge", "type=raw,value=latest,enable={{is_default_branch}}"}, nil, nil,
			map[string][]string{"moving": {"edge", "latest"}}},
		{"a branch of the rule's own", []string{"type=edge,branch=develop"}, nil, nil, map[string][]string{"moving": {"edge"}}},
		{"a schedule", []string{"type=schedule", "type=schedule,pattern={{date 'YYYYMMDD'}}"}, nil, nil,
			map[string][]string{"literal": {"20260102~", "20260205~"}, "moving": {"nightly"}}},
		{"a prefix of Git tags", []string{"type=semver,pattern={{version}},tag-prefix=api/"}, nil, nil, map[string][]string{"version": {"1.2.3~", "2.0.0~"}}},
		{"versions by the calendar", []string{"type=calver,pattern={{version}}"}, nil, nil, map[string][]string{"version": {"2026.1.2~", "2027.3.4~"}}},
		{"the work tree first", []string{"type=ref,event=branch"}, nil, []tagger.Revision{tree},
			map[string][]string{"moving": {"trunk~", "feature-one~", "feature-two~"}}},
		{"names of the project's own", []string{`type=match,pattern=build-\d+`}, nil, []tagger.Revision{tree}, map[string][]string{"version": {"build-7~"}}},
		{"what the user wrote down", []string{"type=raw,value=stable"}, nil, nil, map[string][]string{"literal": {"stable"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rules, err := tagger.ParseRules(tt.rules)
			if err != nil {
				t.Fatal(err)
			}
			flavor, err := tagger.ParseFlavor(tt.flavor)
			if err != nil {
				t.Fatal(err)
			}
			classes, err := posture.Samples(rules, flavor, tt.known...)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, sampled(classes)); diff != "" {
				t.Errorf("Samples (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSamplesSaysWhyThereAreNone(t *testing.T) {
	rules, err := tagger.ParseRules([]string{`type=match,pattern=build-\d+`})
	if err != nil {
		t.Fatal(err)
	}
	if classes, err := posture.Samples(rules, tagger.Flavor{}); err == nil {
		t.Errorf("Samples = %v, and no error", classes)
	}
}
