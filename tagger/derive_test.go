package tagger_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/tagger"
)

const commit = "0123456789abcdef0123456789abcdef01234567"

func branch(name string) tagger.Revision {
	return tagger.Revision{Commit: commit, Branch: name, DefaultBranch: "main", Refs: []tagger.Ref{{Kind: tagger.BranchRef, Name: name}}}
}

func tagged(names ...string) tagger.Revision {
	r := tagger.Revision{Commit: commit, Tags: names, DefaultBranch: "main"}
	for _, name := range names {
		r.Refs = append(r.Refs, tagger.Ref{Kind: tagger.TagRef, Name: name})
	}
	return r
}

func pullRequest(number string) tagger.Revision {
	return tagger.Revision{Commit: commit, BaseRef: "main", Refs: []tagger.Ref{{Kind: tagger.PullRequestRef, Name: number}}}
}

// derive runs rules and flavor lines, and writes each tag as KIND NAME.
func derive(t *testing.T, r tagger.Revision, rules, flavor string) (tagger.Derivation, []string, error) {
	t.Helper()
	parsed, err := tagger.ParseRules(strings.Split(rules, "\n"))
	if err != nil {
		t.Fatal(err)
	}
	f, err := tagger.ParseFlavor(strings.Split(flavor, "\n"))
	if err != nil {
		t.Fatal(err)
	}
	d, err := tagger.Derive(r, parsed, f)
	var got []string
	for _, tag := range d.Tags {
		got = append(got, string(tag.Kind)+" "+tag.String())
	}
	return d, got, err
}

func TestDerive(t *testing.T) {
	tests := []struct {
		name     string
		revision tagger.Revision
		rules    string
		flavor   string
		want     string // KIND NAME, separated by commas
	}{
		{"sha is short with its own prefix", branch("main"), "type=sha", "", "commit sha-0123456"},
		{"sha is long without a prefix", branch("main"), "type=sha,format=long,prefix=", "", "commit " + commit},
		{"sha keeps its prefix under a flavor's", branch("main"), "type=sha", "prefix=app-", "commit sha-0123456"},
		{"sha takes a flavor's suffix", branch("main"), "type=sha", "suffix=-alpine", "commit sha-0123456-alpine"},

		{"a branch moves", branch("main"), "type=ref,event=branch", "", "moving main"},
		{"a branch with a slash", branch("feature/x"), "type=ref,event=branch", "", "moving feature-x"},
		{"runs of odd characters become one dash", branch("a//b#ü c"), "type=ref,event=branch", "", "moving a-b-c"},
		{"a leading dash or dot goes", branch("-.x"), "type=ref,event=branch", "", "moving x"},
		{"a Git tag is fixed", tagged("v1.2.3"), "type=ref,event=tag", "", "version v1.2.3"},
		{"every Git tag at the commit", tagged("v1.2.3", "stable"), "type=ref,event=tag", "", "version v1.2.3,version stable"},
		{"a pull request has its own prefix", pullRequest("42"), "type=ref,event=pr", "prefix=x-", "moving pr-42"},
		{"a pull request with a prefix of its rule", pullRequest("42"), "type=ref,event=pr,prefix=", "", "moving 42"},

		{"raw is as written", branch("main"), "type=raw,value=foo", "", "literal foo"},
		{"a line without type is raw", branch("main"), "foo", "", "literal foo"},
		{"raw latest moves", branch("main"), "type=raw,value=latest", "", "moving latest"},
		{"raw that follows the branch moves", branch("dev"), "type=raw,value={{branch}}-{{sha}}", "", "moving dev-0123456"},
		{"raw with the commit alone stays", branch("dev"), "type=raw,value=build-{{ sha }}", "", "literal build-0123456"},
		{"triple braces are the same", branch("a=b"), "type=raw,value={{{branch}}}", "", "moving a-b"},
		{"moving=true makes it move", branch("main"), "type=raw,value=stable,moving=true", "", "moving stable"},
		{"moving=false makes a branch stay", branch("v1"), "type=ref,event=branch,moving=false", "", "literal v1"},
		{"moving=false cannot fix latest", branch("main"), "type=raw,value=latest,moving=false", "", "moving latest"},

		{"enable on the default branch", branch("main"), "type=raw,value=x,enable={{is_default_branch}}\ntype=sha", "", "literal x,commit sha-0123456"},
		{"enable off it", branch("dev"), "type=raw,value=x,enable={{is_default_branch}}\ntype=sha", "", "commit sha-0123456"},
		{"is_not_default_branch", branch("dev"), "type=raw,value=x,enable={{is_not_default_branch}}", "", "literal x"},
		{"base_ref", pullRequest("1"), "type=raw,value=to-{{base_ref}}", "", "moving to-main"},

		{"semver version", tagged("v1.2.3"), "type=semver,pattern={{version}}", "", "version 1.2.3"},
		{"semver raw keeps the v", tagged("v1.2.3"), "type=semver,pattern={{raw}}", "", "version v1.2.3"},
		{"semver major moves", tagged("v1.2.3"), "type=semver,pattern={{major}}", "", "moving 1"},
		{"semver major.minor with a v moves", tagged("v1.2.3"), "type=semver,pattern=v{{major}}.{{minor}}", "", "moving v1.2"},
		{"semver with all parts is fixed", tagged("v1.2.3"), "type=semver,pattern={{major}}.{{minor}}.{{patch}}", "", "version 1.2.3"},
		{"a pre-release ignores the pattern", tagged("v1.2.3-rc.1"), "type=semver,pattern={{major}}", "", "version 1.2.3-rc.1"},
		{"a pre-release raw", tagged("v1.2.3-rc.1"), "type=semver,pattern={{raw}}", "", "version v1.2.3-rc.1"},
		{"build metadata goes from version", tagged("v1.2.3+build.5"), "type=semver,pattern={{version}}", "", "version 1.2.3"},
		{"build metadata stays in raw", tagged("v1.2.3+build.5"), "type=semver,pattern={{raw}}", "", "version v1.2.3-build.5"},
		{"semver of a given value", branch("main"), "type=semver,pattern={{major}}.{{minor}},value=v3.4.5", "", "moving 3.4"},
		{"semver match takes a group", tagged("app/v1.2.3"), `type=semver,pattern={{version}},"match=app-v(.*)"`, "", "version 1.2.3"},
		{"semver match without a group takes the whole match", tagged("app-1.2.3"), `type=semver,pattern={{version}},"match=\d+\.\d+\.\d+$"`, "", "version 1.2.3"},
		{"semver passes over tags that are no version", tagged("v1.2.3", "nightly"), "type=semver,pattern={{version}}", "", "version 1.2.3"},

		{"priority orders, lines break ties", tagged("v1.2.3"), "type=sha\ntype=raw,value=a\ntype=raw,value=b\ntype=semver,pattern={{version}}", "", "version 1.2.3,literal a,literal b,commit sha-0123456"},
		{"a given priority wins", tagged("v1.2.3"), "type=semver,pattern={{version}}\ntype=sha,priority=901", "", "commit sha-0123456,version 1.2.3"},
		{"duplicates are dropped", tagged("v1.2.3"), "type=ref,event=tag\ntype=semver,pattern={{raw}}", "", "version v1.2.3"},

		{"no latest by default", tagged("v1.2.3"), "type=semver,pattern={{version}}", "", "version 1.2.3"},
		{"latest=auto follows a release", tagged("v1.2.3"), "type=semver,pattern={{version}}", "latest=auto", "version 1.2.3,moving latest"},
		{"latest=auto does not follow a pre-release", tagged("v1.2.3-rc.1"), "type=semver,pattern={{version}}", "latest=auto", "version 1.2.3-rc.1"},
		{"latest=auto is decided by the first tag", tagged("v1.2.3"), "type=semver,pattern={{version}}\ntype=sha,priority=999", "latest=auto", "commit sha-0123456,version 1.2.3"},
		{"latest=auto does not follow a branch", branch("main"), "type=ref,event=branch", "latest=auto", "moving main"},
		{"latest=true follows anything", branch("main"), "type=ref,event=branch", "latest=true", "moving main,moving latest"},
		{"latest stands once", branch("main"), "type=raw,value=latest", "latest=true", "moving latest"},
		{"latest stays bare under a prefix", tagged("v1.2.3"), "type=semver,pattern={{version}}", "latest=true\nprefix=app-", "version app-1.2.3,moving latest"},
		{"onlatest binds to the prefix before it", tagged("v1.2.3"), "type=semver,pattern={{version}}", "latest=true\nprefix=app-,onlatest=true", "version app-1.2.3,moving app-latest"},
		{"onlatest binds to the suffix before it", tagged("v1.2.3"), "type=semver,pattern={{version}}", "latest=true\nsuffix=-slim,onlatest=true", "version 1.2.3-slim,moving latest-slim"},
		{"a rule's empty prefix replaces the flavor's", tagged("v1.2.3"), "type=semver,pattern={{version}},prefix=", "prefix=app-", "version 1.2.3"},

		{"a quoted field holds commas", branch("main"), `type=raw,"value=a,b"`, "", "literal a-b"},
		{"comments and empty lines are passed over", branch("main"), "# note\n\ntype=raw,value=a", "", "literal a"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, got, err := derive(t, test.revision, test.rules, test.flavor)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.Split(test.want, ","), got); diff != "" {
				t.Errorf("Derive (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDeriveWithoutATagSaysWhy(t *testing.T) {
	tests := []struct {
		name     string
		revision tagger.Revision
		rule     string
		why      string
	}{
		{"no branch", tagged("v1"), "type=ref,event=branch", "no branch"},
		{"no tag", branch("main"), "type=ref,event=tag", "no Git tag is at this commit"},
		{"no pull request", branch("main"), "type=ref,event=pr", "no pull request"},
		{"no version", tagged("2024.01.02"), "type=semver,pattern={{version}}", `"2024.01.02" is no semantic version`},
		{"a short version", tagged("v1.2"), "type=semver,pattern={{version}}", `"v1.2" is no semantic version`},
		{"an upper-case V", tagged("V1.2.3"), "type=semver,pattern={{version}}", "no semantic version"},
		{"switched off", branch("dev"), "type=sha,enable={{is_default_branch}}", "switched off by enable"},
		{"an empty value", branch("dev"), "type=raw,value={{tag}}", "its value is empty"},
		{"nothing left", branch("日本"), "type=ref,event=branch", "nothing of"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, _, err := derive(t, test.revision, test.rule, "")
			var none *tagger.NoTagsError
			if !errors.As(err, &none) {
				t.Fatalf("Derive: %v, want a NoTagsError", err)
			}
			if !strings.Contains(err.Error(), test.rule) || !strings.Contains(err.Error(), test.why) {
				t.Errorf("Derive: %q does not name %q and %q", err, test.rule, test.why)
			}
		})
	}
}

func TestDeriveRefusesATagThatIsTooLong(t *testing.T) {
	_, _, err := derive(t, branch(strings.Repeat("x", 129)), "type=ref,event=branch", "")
	if err == nil || !strings.Contains(err.Error(), "129 characters") || !strings.Contains(err.Error(), "type=ref,event=branch") {
		t.Errorf("Derive: %v", err)
	}
}

func TestDeriveExplainsEveryRule(t *testing.T) {
	d, _, err := derive(t, tagged("v1.2.3"), "type=semver,pattern={{version}}\ntype=ref,event=branch\ntype=raw,value=1.2.3", "")
	if err != nil {
		t.Fatal(err)
	}
	want := []tagger.Explanation{
		{Rule: "type=semver,pattern={{version}}", Result: "1.2.3", Why: "version v1.2.3"},
		{Rule: "type=ref,event=branch", Why: "no branch is checked out or built"},
		{Rule: "type=raw,value=1.2.3", Why: "1.2.3 is given by type=semver,pattern={{version}} already"},
	}
	if diff := cmp.Diff(want, d.Explain); diff != "" {
		t.Errorf("Explain (-want +got):\n%s", diff)
	}
	if d.Version != "1.2.3" {
		t.Errorf("Version = %q", d.Version)
	}
}

func TestTagOutranked(t *testing.T) {
	tests := []struct {
		name, rule, flavor, tag string
		names                   []string
		want                    string
	}{
		{"a higher version of the line", "type=semver,pattern={{major}}", "", "1", []string{"v1.5.0", "v1.6.0"}, "v1.6.0"},
		{"a higher version of another line", "type=semver,pattern={{major}}", "", "1", []string{"v2.0.0"}, ""},
		{"a lower version of the line", "type=semver,pattern={{major}}.{{minor}}", "", "1.4", []string{"v1.4.8"}, ""},
		{"the same version", "type=semver,pattern={{major}}", "", "1", []string{"v1.4.9"}, ""},
		{"a pre-release does not count", "type=semver,pattern={{major}}", "", "1", []string{"v1.5.0-rc.1"}, ""},
		{"what is no version does not count", "type=semver,pattern={{major}}", "", "1", []string{"nightly", "1", "20260101"}, ""},
		{"names of images with the rule's prefix", "type=semver,pattern={{major}},prefix=app-", "", "app-1", []string{"app-1.5.0"}, "app-1.5.0"},
		{"latest follows every release", "type=semver,pattern={{version}}", "latest=auto", "latest", []string{"v2.0.0"}, "v2.0.0"},
		{"latest written down follows the run's version", "type=semver,pattern={{version}}\ntype=raw,value=latest", "", "latest", []string{"v2.0.0"}, "v2.0.0"},
		{"latest without a version is never outranked", "type=raw,value=latest", "", "latest", []string{"v2.0.0"}, ""},
		{"a full version is never outranked", "type=semver,pattern={{version}}", "", "1.4.9", []string{"v2.0.0"}, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d, _, err := derive(t, tagged("v1.4.9"), test.rule, test.flavor)
			if err != nil {
				t.Fatal(err)
			}
			for _, tag := range d.Tags {
				if tag.String() != test.tag {
					continue
				}
				if got, _ := tag.Outranked(test.names); got != test.want {
					t.Errorf("%s.Outranked(%q) = %q, want %q", tag, test.names, got, test.want)
				}
				return
			}
			t.Errorf("no tag %q in %v", test.tag, d.Tags)
		})
	}
}
