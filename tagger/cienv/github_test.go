package cienv_test

import (
	"testing"
	"time"

	"github.com/hallmark-ci/hallmark/tagger"
)

func TestAJobOfGitHub(t *testing.T) {
	apply(t, []applyTest{
		{
			name:    "a push to a branch on GitHub",
			vars:    map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "push", "GITHUB_SHA": head, "GITHUB_REF": "refs/heads/main", "GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "octo/app"},
			payload: `{"repository":{"default_branch":"main","html_url":"https://github.com/octo/app"}}`,
			tree:    tagger.Revision{Commit: head, Tags: []string{"v1"}, Refs: []tagger.Ref{{Kind: tagger.TagRef, Name: "v1"}}},
			want:    tagger.Revision{Commit: head, Branch: "main", Tags: []string{"v1"}, DefaultBranch: "main", Source: "https://github.com/octo/app", Repository: tagger.Repository{Name: "app", URL: "https://github.com/octo/app"}, Event: "push", CI: "GitHub Actions", Refs: []tagger.Ref{{Kind: tagger.BranchRef, Name: "main"}}},
		},
		{
			name: "a tag on GitHub, without an event file",
			vars: map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "push", "GITHUB_SHA": head, "GITHUB_REF": "refs/tags/v1.2.3", "GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "octo/app"},
			tree: tagger.Revision{Commit: head},
			want: tagger.Revision{Commit: head, Source: "https://github.com/octo/app", Repository: tagger.Repository{Name: "app", URL: "https://github.com/octo/app"}, Event: "push", CI: "GitHub Actions", Refs: []tagger.Ref{{Kind: tagger.TagRef, Name: "v1.2.3"}}},
		},
		{
			name:    "a tag on GitHub, pushed from a branch",
			vars:    map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "push", "GITHUB_SHA": head, "GITHUB_REF": "refs/tags/v1.2.3"},
			payload: `{"base_ref":"refs/heads/main"}`,
			tree:    tagger.Revision{Commit: head},
			want:    tagger.Revision{Commit: head, BaseRef: "main", Event: "push", CI: "GitHub Actions", Refs: []tagger.Ref{{Kind: tagger.TagRef, Name: "v1.2.3"}}},
		},
		{
			name: "a push whose event tells of the repository and of the commits",
			vars: map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "push", "GITHUB_SHA": head, "GITHUB_REF": "refs/heads/main"},
			payload: `{"repository":{"name":"app","description":"An app","license":{"spdx_id":"MIT"}},"commits":[{"id":"` + base + `","timestamp":"soon"},{"id":"` + merge + `","timestamp":5}],
				"head_commit":{"id":"` + head + `","timestamp":"2022-04-19T11:27:24+02:00"}}`,
			tree: tagger.Revision{Commit: head},
			want: tagger.Revision{Commit: head, Branch: "main", Time: time.Date(2022, 4, 19, 9, 27, 24, 0, time.UTC), Repository: tagger.Repository{Name: "app", Description: "An app", License: "MIT"}, Event: "push", CI: "GitHub Actions", Refs: []tagger.Ref{{Kind: tagger.BranchRef, Name: "main"}}},
		},
		{
			name:    "workflow_run is about the run it follows where that run's commit is checked out",
			vars:    map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "workflow_run", "GITHUB_SHA": base, "GITHUB_REF": "refs/heads/main"},
			payload: `{"action":"completed","workflow_run":{"head_sha":"` + head + `","event":"push","head_branch":"topic","pull_requests":[]},"repository":{"default_branch":"main"}}`,
			tree:    tagger.Revision{Commit: head},
			want:    tagger.Revision{Commit: head, Branch: "topic", DefaultBranch: "main", Event: "workflow_run", CI: "GitHub Actions", Refs: []tagger.Ref{{Kind: tagger.BranchRef, Name: "topic"}}},
		},
		{
			name:    "a merge queue builds a branch, for a pull request",
			vars:    map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "merge_group", "GITHUB_SHA": head, "GITHUB_REF": "refs/heads/gh-readonly-queue/main/pr-7-" + base},
			payload: `{"action":"checks_requested","merge_group":{"head_sha":"` + head + `","head_ref":"refs/heads/gh-readonly-queue/main/pr-7-` + base + `","base_sha":"` + base + `","base_ref":"refs/heads/main"},"repository":{"default_branch":"main"}}`,
			tree:    tagger.Revision{Commit: head},
			want:    tagger.Revision{Commit: head, Branch: "gh-readonly-queue/main/pr-7-" + base, DefaultBranch: "main", BaseRef: "main", Earlier: []string{base}, Event: "merge_group", CI: "GitHub Actions", Refs: []tagger.Ref{{Kind: tagger.BranchRef, Name: "gh-readonly-queue/main/pr-7-" + base}, {Kind: tagger.PullRequestRef, Name: "7"}}},
		},
		{
			name: "a merge queue without an event, of a target with slashes",
			vars: map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "merge_group", "GITHUB_SHA": head, "GITHUB_REF": "refs/heads/gh-readonly-queue/release/1.4/pr-7-" + base},
			tree: tagger.Revision{Commit: head},
			want: tagger.Revision{Commit: head, Branch: "gh-readonly-queue/release/1.4/pr-7-" + base, BaseRef: "release/1.4", Earlier: []string{base}, Event: "merge_group", CI: "GitHub Actions", Refs: []tagger.Ref{{Kind: tagger.BranchRef, Name: "gh-readonly-queue/release/1.4/pr-7-" + base}, {Kind: tagger.PullRequestRef, Name: "7"}}},
		},
		{
			name: "a branch that is named almost like a merge queue's",
			vars: map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "push", "GITHUB_SHA": head, "GITHUB_REF": "refs/heads/gh-readonly-queue/main/pr-x-1"},
			tree: tagger.Revision{Commit: head},
			want: tagger.Revision{Commit: head, Branch: "gh-readonly-queue/main/pr-x-1", Event: "push", CI: "GitHub Actions", Refs: []tagger.Ref{{Kind: tagger.BranchRef, Name: "gh-readonly-queue/main/pr-x-1"}}},
		},
		{
			name:    "a schedule on GitHub is of the default branch",
			vars:    map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "schedule", "GITHUB_SHA": head, "GITHUB_REF": "refs/heads/main"},
			payload: `{"schedule":"0 4 * * *"}`,
			tree:    tagger.Revision{Commit: head},
			want:    tagger.Revision{Commit: head, Branch: "main", DefaultBranch: "main", Event: "schedule", CI: "GitHub Actions", Refs: []tagger.Ref{{Kind: tagger.BranchRef, Name: "main"}}},
		},
		{
			name:    "a release on GitHub is of its tag, which may hold slashes",
			vars:    map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "release", "GITHUB_SHA": head, "GITHUB_REF": "refs/tags/app/v1.2.3"},
			payload: `{"action":"published","release":{"tag_name":"app/v1.2.3"},"repository":{"default_branch":"main","html_url":"https://github.com/octo/app"}}`,
			tree:    tagger.Revision{Commit: head, Branch: "main"},
			want:    tagger.Revision{Commit: head, Branch: "main", DefaultBranch: "main", Source: "https://github.com/octo/app", Repository: tagger.Repository{URL: "https://github.com/octo/app"}, Event: "release", CI: "GitHub Actions", Refs: []tagger.Ref{{Kind: tagger.TagRef, Name: "app/v1.2.3"}}},
		},
		{
			name:    "a comment on a pull request is of the default branch",
			vars:    map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "issue_comment", "GITHUB_SHA": base, "GITHUB_REF": "refs/heads/main"},
			payload: `{"issue":{"number":42,"pull_request":{"url":"https://api.github.com/repos/octo/app/pulls/42"}},"pull_request":null}`,
			tree:    tagger.Revision{Commit: base},
			want:    tagger.Revision{Commit: base, Branch: "main", Event: "issue_comment", CI: "GitHub Actions", Refs: []tagger.Ref{{Kind: tagger.BranchRef, Name: "main"}}},
		},
		{
			name:    "a job without a reference keeps the work tree's branch, and names no reference",
			vars:    map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_SHA": head},
			payload: "\n",
			tree:    tagger.Revision{Commit: head, Branch: "local", Refs: []tagger.Ref{{Kind: tagger.BranchRef, Name: "local"}}},
			want:    tagger.Revision{Commit: head, Branch: "local", CI: "GitHub Actions"},
		},
		{
			name: "a push on Gitea",
			vars: map[string]string{"GITEA_ACTIONS": "true", "GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "push", "GITHUB_SHA": head, "GITHUB_REF": "refs/heads/main", "GITHUB_SERVER_URL": "https://gitea.example.com", "GITHUB_REPOSITORY": "octo/app"},
			tree: tagger.Revision{Commit: head},
			want: tagger.Revision{Commit: head, Branch: "main", Source: "https://gitea.example.com/octo/app", Repository: tagger.Repository{Name: "app", URL: "https://gitea.example.com/octo/app"}, Event: "push", CI: "Gitea Actions", Refs: []tagger.Ref{{Kind: tagger.BranchRef, Name: "main"}}},
		},
	})
}
