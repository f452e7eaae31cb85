package posture

import (
	"cmp"
	"slices"
	"time"

	"github.com/hallmark-ci/hallmark/tagger"
)

// imagined are revisions that a project of these rules may well come to: a version, a branch, the default one, a pull request and a schedule,
// each of two commits at different times.
func imagined(rules []tagger.Rule, known []tagger.Revision) []tagger.Revision {
	first := tagger.Revision{
		Commit: "4f1c9e0b7a2d86305c1e9f7ad3b8265e40c9d1f2", Time: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Now: time.Date(2026, 1, 2, 3, 10, 0, 0, time.UTC),
		Dirty: tagger.Clean, From: "git", DefaultBranch: "main", Event: "push",
	}
	for _, r := range known {
		first.DefaultBranch, first.Source, first.Repository = cmp.Or(r.DefaultBranch, first.DefaultBranch), r.Source, r.Repository
	}
	second := first
	second.Commit, second.Time, second.Now = "b83d5f60e1c47a92d05b6e8f3147ca9d2be60573", first.Time.AddDate(0, 1, 3), first.Now.AddDate(0, 1, 3)
	var all []tagger.Revision
	for i, r := range []tagger.Revision{first, second} {
		for _, name := range gitTags(rules, i) {
			all = append(all, at(r, tagger.TagRef, name))
		}
		for _, branch := range attributes(rules, "branch", r.DefaultBranch, []string{"feature/one", "feature/two"}[i]) {
			all = append(all, at(r, tagger.BranchRef, branch))
		}
		all = append(all, pullRequest(r, []string{"12", "34"}[i]), scheduled(r))
	}
	return all
}

// gitTags are the names of releases, which begin as the rules want them to: the first ones, or those that come later.
func gitTags(rules []tagger.Rule, later int) []string {
	versions := []string{[]string{"v1.2.3", "v2.0.0"}[later]}
	if slices.ContainsFunc(rules, func(r tagger.Rule) bool { return r.Attribute("type") == "calver" }) {
		versions = append(versions, []string{"2026.1.2", "2027.3.4"}[later])
	}
	var names []string
	for _, prefix := range attributes(rules, "tag-prefix", "") {
		for _, version := range versions {
			names = append(names, prefix+version)
		}
	}
	return names
}

// at is a revision of which a job builds a reference.
func at(r tagger.Revision, kind tagger.RefKind, name string) tagger.Revision {
	r.Refs = []tagger.Ref{{Kind: kind, Name: name}}
	switch kind {
	case tagger.TagRef:
		r.Tags = []string{name}
	case tagger.BranchRef:
		r.Branch = name
	}
	return r
}

func pullRequest(r tagger.Revision, number string) tagger.Revision {
	r = at(r, tagger.PullRequestRef, number)
	r.Event, r.Branch, r.BaseRef = "pull_request", "feature/one", r.DefaultBranch
	return r
}

func scheduled(r tagger.Revision) tagger.Revision {
	r = at(r, tagger.BranchRef, r.DefaultBranch)
	r.Event = "schedule"
	return r
}

// attributes are the values that rules have of one of their attributes, after some others.
func attributes(rules []tagger.Rule, key string, before ...string) []string {
	values := before
	for _, r := range rules {
		if value := r.Attribute(key); value != "" && !slices.Contains(values, value) {
			values = append(values, value)
		}
	}
	return values
}
