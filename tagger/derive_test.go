package tagger_test

import (
	"errors"
	"strings"
	"testing"
	"time"

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

func scheduled(name string) tagger.Revision {
	r := branch(name)
	r.DefaultBranch, r.Event, r.Now = "", "schedule", time.Date(2020, 1, 10, 0, 30, 0, 0, time.UTC)
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

		{"semver match takes the first of several groups", tagged("app/v1.2.3-x"), `type=semver,pattern={{version}},"match=^app/v(\d+\.\d+\.\d+)(.*)"`, "", "version 1.2.3"},
		{"semver with a condition in its pattern", tagged("v1.2.3"), "type=semver,pattern={{major}}{{#if minor}}.{{minor}}{{/if}}", "", "moving 1.2"},
		{"semver of a part of the repository", tagged("app/v1.2.3"), "type=semver,pattern={{version}},tag-prefix=app/", "latest=auto", "version 1.2.3,moving latest"},
		{"semver of a scoped package", tagged("@scope/pkg@1.2.3"), "type=semver,pattern={{major}},tag-prefix=@scope/pkg@", "", "moving 1"},
		{"semver of any part", tagged("web-v1.2.3"), "type=semver,pattern={{version}},tag-prefix=*-", "", "version 1.2.3"},
		{"a Git tag of a part of the repository", tagged("app-v1.2.3", "web-v9.0.0"), "type=ref,event=tag,tag-prefix=app-", "", "version v1.2.3"},

		{"pep440 major.minor moves", tagged("1.2.3"), "type=pep440,pattern={{major}}.{{minor}}", "", "moving 1.2"},
		{"a pep440 pre-release is normalised", tagged("1.2.3beta2"), "type=pep440,pattern={{major}}", "latest=auto", "version 1.2.3b2"},
		{"a pep440 post-release is normalised", tagged("1.2.3-1"), "type=pep440,pattern={{version}}", "latest=auto", "version 1.2.3.post1"},
		{"a pep440 epoch", tagged("1!2.0"), "type=pep440,pattern={{version}}", "", "version 1-2.0"},
		{"calver as written", tagged("v2024.01.05"), "type=calver,pattern={{version}}", "latest=auto", "version 2024.01.05,moving latest"},
		{"calver of a year and a month moves", tagged("24.04.1"), "type=calver,pattern={{major}}.{{minor}}", "", "moving 24.04"},
		{"a calver with a modifier ignores the pattern", tagged("2024.1-rc1"), "type=calver,pattern={{major}}", "latest=auto", "version 2024.1-rc1"},
		{"a calver without marks", tagged("20240105"), "type=calver,pattern={{major}}.{{minor}}", "", "moving 2024.01"},

		{"match takes what it matches", tagged("20200110-RC2"), `type=match,pattern=\d{8}`, "latest=auto", "moving 20200110,moving latest"},
		{"match takes a group", tagged("app/v1.2.3"), `type=match,"pattern=/^APP\/v(\d{1,3}\.\d+)\.(\d+)$/i",group=1`, "", "moving 1.2"},
		{"match to the end is fixed", tagged("v1.2.3"), `type=match,pattern=v(.*),group=1`, "", "version 1.2.3"},
		{"match of a value", branch("main"), `type=match,pattern=v(.*),group=1,value=v1`, "", "version 1"},

		{"edge on the default branch", branch("main"), "type=edge", "latest=auto", "moving edge"},
		{"edge on a named branch", branch("dev"), "type=edge,branch=dev", "prefix=x-", "moving x-edge"},
		{"a schedule moves", scheduled("main"), "type=schedule", "", "moving nightly"},
		{"a schedule with a date stays", scheduled("main"), "type=schedule,pattern=nightly-{{date 'YYYYMMDD'}}", "", "literal nightly-20200110"},
		{"a schedule is of the default branch where none is named", scheduled("dev"), "type=raw,value=x,enable={{is_default_branch}}", "", "literal x"},
		{"expressions on latest", branch("main"), "type=sha", "latest=true\nprefix={{branch}}-,onlatest=true", "commit sha-0123456,moving main-latest"},

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
		{"another part's tag", tagged("web/v1.0.0"), "type=semver,pattern={{version}},tag-prefix=app/", "none of the Git tags web/v1.0.0 begins with app/"},
		{"no calendar", tagged("v1.2.3"), "type=calver,pattern={{version}}", "no calendar version"},
		{"a month that is none", tagged("2024.60"), "type=calver,pattern={{version}}", "month or week 60"},
		{"a part the version lacks", tagged("2024.01"), "type=calver,pattern={{major}}.{{patch}}", "{{patch}} is not known"},
		{"no match", tagged("v1"), "type=match,pattern=x", "v1 does not match"},
		{"no such group", tagged("v1"), "type=match,pattern=v,group=3", "no group 3"},
		{"an empty group", tagged("v1"), "type=match,pattern=v(x)?,group=1", "group 1 matches nothing of v1"},
		{"edge on another branch", branch("dev"), "type=edge", "branch dev is not main"},
		{"no schedule", branch("dev"), "type=schedule", "no schedule started this"},
		{"no clock", branch("dev"), "type=raw,value={{date 'YYYY'}}", "the time of the run is not known"},
		{"no date of the commit", branch("dev"), "type=sha,prefix={{commit_date 'YYYY'}}", "the commit's date is not known"},
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

func TestDeriveExplainsWhatDecidesOnLatest(t *testing.T) {
	tests := []struct {
		name, rules string
		want        tagger.Explanation
	}{
		{"a release", "type=ref,event=tag\ntype=sha", tagger.Explanation{Rule: "flavor latest=auto", Result: "latest", Why: "type=ref,event=tag gives the first tag, so it decides: a release"}},
		{"what is none", "type=ref,event=tag\ntype=sha,priority=601", tagger.Explanation{Rule: "flavor latest=auto", Why: "type=sha,priority=601 gives the first tag, so it decides: no release"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d, _, err := derive(t, tagged("v1.2.3"), test.rules, "latest=auto")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, d.Explain[len(d.Explain)-1]); diff != "" {
				t.Errorf("Explain (-want +got):\n%s", diff)
			}
		})
	}
}
