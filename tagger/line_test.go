package tagger_test

import (
	"testing"

	"github.com/hallmark-ci/hallmark/tagger"
)

func TestTagOutranked(t *testing.T) {
	const major, minor, whole = "type=semver,pattern={{major}}", "type=semver,pattern={{major}}.{{minor}}", "type=semver,pattern={{version}}"
	type names = []string
	tests := []struct {
		name, rules, flavor, tag string
		gitTags, tags            names
		current                  string
		want                     string // what is higher, nothing where nothing is
	}{
		{name: "a higher version of the line", rules: major, tag: "1", gitTags: names{"v1.5.0", "v1.6.0"}, want: "Git tag v1.6.0"},
		{name: "a higher version of another line", rules: major, tag: "1", gitTags: names{"v2.0.0"}},
		{name: "a backport moves its own lines", rules: minor, tag: "1.4", gitTags: names{"v2.0.0", "v1.5.0"}},
		{name: "a lower version of the line", rules: minor, tag: "1.4", gitTags: names{"v1.4.8"}},
		{name: "the same version", rules: major, tag: "1", gitTags: names{"v1.4.9"}, tags: names{"1.4.9", "v1.4.9"}, current: "1.4.9"},
		{name: "a pre-release does not count", rules: major, tag: "1", gitTags: names{"v1.5.0-rc.1"}, tags: names{"1.5.0-rc.1"}},
		{name: "what is no version does not count", rules: major, tag: "1", gitTags: names{"nightly", "1", "20260101"}, tags: names{"1", "latest", "nightly"}},
		{name: "latest follows every release", rules: whole, flavor: "latest=auto", tag: "latest", gitTags: names{"v2.0.0"}, want: "Git tag v2.0.0"},
		{name: "latest written down follows the run's version", rules: whole + "\ntype=raw,value=latest", tag: "latest", gitTags: names{"v2.0.0"}, want: "Git tag v2.0.0"},
		{name: "a hash in the name", rules: "type=semver,pattern={{major}}+x,unique=true", tag: "1-x-54b21aa6a2e4", gitTags: names{"v1.5.0"}, want: "Git tag v1.5.0"},

		{name: "a tag of the repository", rules: major, tag: "1", tags: names{"1.5.0"}, want: "tag 1.5.0 of the repository"},
		{name: "a tag of the repository that is higher than all Git tags", rules: major, tag: "1", gitTags: names{"v1.5.0"}, tags: names{"1.6.0"}, want: "tag 1.6.0 of the repository"},
		{name: "a tag of the repository with the rule's prefix", rules: major + ",prefix=app-", tag: "app-1", tags: names{"app-1.5.0"}, want: "tag app-1.5.0 of the repository"},
		{name: "a tag of the repository with another prefix", rules: major + ",prefix=app-", tag: "app-1", tags: names{"web-1.5.0", "1.5.0"}},
		{name: "a tag of the repository with the rule's suffix", rules: major, flavor: "suffix=-slim", tag: "1-slim", tags: names{"1.5.0-slim"}, want: "tag 1.5.0-slim of the repository"},
		{name: "a tag of the repository with another suffix", rules: major, flavor: "suffix=-slim", tag: "1-slim", tags: names{"1.5.0", "1.5.0-full"}},
		{name: "a tag of the repository as the run names whole versions", rules: major + ",prefix=r\n" + whole, tag: "r1", tags: names{"1.5.0"}, want: "tag 1.5.0 of the repository"},
		{name: "latest and a tag of the repository with the rule's prefix", rules: whole + ",prefix=app-", flavor: "latest=auto", tag: "latest", tags: names{"app-1.5.0"}, want: "tag app-1.5.0 of the repository"},
		{name: "digits alone in the repository are no version of PEP 440", rules: "type=pep440,pattern={{major}}", flavor: "latest=auto", tag: "latest", tags: names{"1234567"}},

		{name: "the version of the image that it names", rules: major, tag: "1", current: "1.5.0", want: "version 1.5.0 that it names"},
		{name: "the version of the image that it names, as a tag", rules: major + ",prefix=app-", tag: "app-1", current: "app-1.5.0", want: "version app-1.5.0 that it names"},
		{name: "the version of the image that it names is of another line", rules: major, tag: "1", current: "2.0.0"},

		{name: "a Git tag of the same part", rules: major + ",tag-prefix=app/", tag: "1", gitTags: names{"app/v1.5.0"}, want: "Git tag app/v1.5.0"},
		{name: "Git tags of other parts", rules: major + ",tag-prefix=app/", flavor: "latest=auto", tag: "1", gitTags: names{"web/v1.5.0", "v1.6.0"}},
		{name: "latest and Git tags of other parts", rules: whole + ",tag-prefix=app/", flavor: "latest=auto", tag: "latest", gitTags: names{"web/v1.5.0", "v1.6.0"}},
		{name: "a Git tag without a prefix does not have the one of the rule's tags", rules: major + ",prefix=app-", tag: "app-1", gitTags: names{"v1.5.0"}, want: "Git tag v1.5.0"},
		{name: "Git tags read as the rule reads its own", rules: major + ",match=release-(.*)", tag: "1", gitTags: names{"release-1.5.0"}, want: "Git tag release-1.5.0"},

		{name: "pep440 in its own order", rules: "type=pep440,pattern={{major}}", tag: "1", gitTags: names{"1.4.10rc1", "1.4.10", "1.10"}, want: "Git tag 1.10"},
		{name: "calver in its own order", rules: "type=calver,pattern={{major}},value=2024.05", tag: "2024", gitTags: names{"2024.10", "2025.01"}, want: "Git tag 2024.10"},
		{name: "a match that gives the same name", rules: `type=match,pattern=v(\d),group=1`, tag: "1", gitTags: names{"v1.4.8", "v2.0.0", "v1.5.0", "1.9.0"}, want: "Git tag v1.5.0"},
		{name: "latest of a match", rules: `type=match,pattern=v(.*),group=1`, flavor: "latest=auto", tag: "latest", gitTags: names{"v1.5.0"}, want: "Git tag v1.5.0"},
		{name: "latest of a match that cuts the version out", rules: `type=match,pattern=app/v(.*),group=1`, flavor: "latest=auto", tag: "latest", gitTags: names{"app/v1.5.0"}, want: "Git tag app/v1.5.0"},

		{name: "latest without a version is never outranked", rules: "type=raw,value=latest", tag: "latest", gitTags: names{"v2.0.0"}, tags: names{"2.0.0"}},
		{name: "a full version is never outranked", rules: whole, tag: "1.4.9", gitTags: names{"v2.0.0"}, tags: names{"2.0.0"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			tag := tagOf(t, tagged("v1.4.9", "app/v1.4.9"), test.rules, test.flavor, test.tag)
			got, ok := tag.Outranked(tagger.Versions{GitTags: test.gitTags, Tags: test.tags, Current: test.current})
			if got != test.want || ok != (test.want != "") {
				t.Errorf("%s.Outranked = %q, %t, want %q", tag, got, ok, test.want)
			}
		})
	}
}

// tagOf is one of the tags that rules give.
func tagOf(t *testing.T, r tagger.Revision, rules, flavor, name string) tagger.Tag {
	t.Helper()
	d, _, err := derive(t, r, rules, flavor)
	if err != nil {
		t.Fatal(err)
	}
	for _, tag := range d.Tags {
		if tag.String() == name {
			return tag
		}
	}
	t.Fatalf("no tag %q in %v", name, d.Tags)
	return tagger.Tag{}
}

func TestTagReaches(t *testing.T) {
	tests := []struct {
		name, rules, tag, current string
		want                      bool
	}{
		{"a lower version", "type=semver,pattern={{major}}", "1", "1.4.8", true},
		{"the same", "type=semver,pattern={{major}}", "1", "v1.4.9", true},
		{"a higher one", "type=semver,pattern={{major}}", "1", "1.5.0", false},
		{"a tag with the rule's prefix", "type=semver,pattern={{major}},prefix=app-", "app-1", "app-1.4.8", true},
		{"what is no version", "type=semver,pattern={{major}}", "1", "main", false},
		{"nothing", "type=semver,pattern={{major}}", "1", "", false},
		{"a tag that follows no version", "type=raw,value=latest", "latest", "1.4.8", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := tagOf(t, tagged("v1.4.9"), test.rules, "", test.tag).Reaches(test.current); got != test.want {
				t.Errorf("Reaches(%q) = %t", test.current, got)
			}
		})
	}
}

// Where several Git tags at one commit lead to one name, it stands for the highest.
func TestDeriveTakesTheHighestOfSeveralVersions(t *testing.T) {
	tests := []struct{ name, rules, tag, higher string }{
		{"of calendar versions", "type=calver,pattern={{major}},tag-prefix=r", "2024", "r2024.02"},
		{"behind a prefix", "type=semver,pattern={{major}},tag-prefix=r", "1", "r1.10.0"},
		{"of a match", `type=match,"pattern=r(\d+)\.",group=1`, "1", "r1.10.0"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			all := []string{"r1.10.0", "r1.9.0", "r2024.01", "r2024.02"}
			tag := tagOf(t, tagged(all...), test.rules, "", test.tag)
			if higher, ok := tag.Outranked(tagger.Versions{GitTags: all}); ok {
				t.Errorf("%s is outranked by %s, which is at the commit", tag, higher)
			}
		})
	}
}
