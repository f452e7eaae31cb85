package tagger_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/tagger"
)

func TestDerivationForward(t *testing.T) {
	const rules = "type=semver,pattern={{version}}\ntype=semver,pattern={{major}}.{{minor}}\ntype=semver,pattern={{major}}"
	tests := []struct {
		name, rules string
		gitTags     []string
		want        string
		version     string
		latest      bool
	}{
		{"keeps what leads", rules, []string{"v1.4.9", "v1.4.8"}, "1.4.9,1.4,1,latest", "1.4.9", true},
		{"leaves latest to a higher version", rules, []string{"v1.4.9", "v2.0.0"}, "1.4.9,1.4,1", "1.4.9", false},
		{"leaves a line to a higher version", rules, []string{"v1.4.9", "v1.5.0"}, "1.4.9,1.4", "1.4.9", false},
		{"names the first that is left as the version", "type=semver,pattern={{major}}\ntype=sha", []string{"v1.5.0"}, "sha-0123456", "sha-0123456", false},
		{"leaves tags that follow no version alone", "type=sha\ntype=raw,value=stable,moving=true", []string{"v1.5.0"}, "stable,sha-0123456", "stable", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d, _, err := derive(t, tagged("v1.4.9"), test.rules, "latest=auto")
			if err != nil {
				t.Fatal(err)
			}
			before := len(d.Explain)
			got, err := d.Forward(test.gitTags)
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, tag := range got.Tags {
				names = append(names, tag.String())
			}
			if diff := cmp.Diff(test.want, strings.Join(names, ",")); diff != "" {
				t.Errorf("Forward (-want +got):\n%s", diff)
			}
			if got.Version != test.version || got.Latest != test.latest || len(got.Explain) != before {
				t.Errorf("Forward: version %q, latest %t, %d explanations of %d", got.Version, got.Latest, len(got.Explain), before)
			}
		})
	}
}

func TestDerivationForwardSaysWhy(t *testing.T) {
	d, _, err := derive(t, tagged("v1.4.9"), "type=semver,pattern={{major}}", "")
	if err != nil {
		t.Fatal(err)
	}
	_, err = d.Forward([]string{"v1.5.0"})
	var none *tagger.NoTagsError
	if !errors.As(err, &none) || !strings.Contains(err.Error(), "type=semver,pattern={{major}}: 1 stays where it is: Git tag v1.5.0 is higher") {
		t.Errorf("Forward: %v", err)
	}
	if d.Explain[0].Result != "1" {
		t.Errorf("Forward changed what it was called on: %+v", d.Explain)
	}
}

func TestDeriveInAShallowClone(t *testing.T) {
	shallow := func(r tagger.Revision) tagger.Revision { r.Shallow = true; return r }
	inCI := shallow(branch("main"))
	inCI.CI = "GitHub Actions"
	tests := []struct {
		name     string
		revision tagger.Revision
		rules    string
		hidden   string // the rules that may miss a Git tag
	}{
		{"reads Git tags by reference", shallow(branch("main")), "type=ref,event=tag\ntype=sha", "type=ref,event=tag"},
		{"reads Git tags as versions", shallow(branch("main")), "type=semver,pattern={{version}}\ntype=pep440,pattern={{major}}", "type=semver,pattern={{version}} type=pep440,pattern={{major}}"},
		{"reads Git tags by a match", shallow(branch("main")), "type=match,pattern=v(.*)", "type=match,pattern=v(.*)"},
		{"reads no Git tag", shallow(branch("main")), "type=sha\ntype=ref,event=branch\ntype=semver,pattern={{version}},value=1.2.3", ""},
		{"reads none in a rule that is off", shallow(branch("main")), "type=sha\ntype=ref,event=tag,enable=false", ""},
		{"has a Git tag at the commit", shallow(tagged("v1.4.9")), "type=ref,event=tag", ""},
		{"has a CI job that names its reference", inCI, "type=ref,event=tag\ntype=sha", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, _, err := derive(t, test.revision, test.rules, "")
			var hidden *tagger.HiddenTagsError
			got := ""
			if errors.As(err, &hidden) {
				got = strings.Join(hidden.Rules, " ")
			}
			if diff := cmp.Diff(test.hidden, got); diff != "" || (err != nil) != (test.hidden != "") {
				t.Errorf("Derive: %v (-want +got):\n%s", err, diff)
			}
		})
	}
}
