package cienv_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/tagger"
	"github.com/hallmark-ci/hallmark/tagger/cienv"
)

const (
	head  = "1111111111111111111111111111111111111111"
	merge = "2222222222222222222222222222222222222222"
	base  = "3333333333333333333333333333333333333333"
)

// payload42 is the event of a pull request, whose reference is ref42.
const payload42 = `{"number":42,"pull_request":{"number":42,"head":{"sha":"` + head + `","ref":"topic"},"base":{"ref":"main"}},"repository":{"default_branch":"main"}}`

var ref42 = []tagger.Ref{{Kind: tagger.PullRequestRef, Name: "42"}}

// pullRequest is the environment of a job about a pull request.
func pullRequest(event, ref string) map[string]string {
	return map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": event, "GITHUB_SHA": merge, "GITHUB_REF": ref, "GITHUB_BASE_REF": "main", "GITHUB_HEAD_REF": "topic"}
}

func TestDetectAndApply(t *testing.T) {
	tests := []struct {
		name    string
		vars    map[string]string
		payload string
		tree    tagger.Revision
		prSHA   string
		want    tagger.Revision
		notice  string
	}{
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
			name:    "a pull request on GitHub is its head commit",
			vars:    map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "pull_request", "GITHUB_SHA": merge, "GITHUB_REF": "refs/pull/42/merge", "GITHUB_BASE_REF": "main", "GITHUB_HEAD_REF": "topic"},
			payload: `{"number":42,"pull_request":{"number":42,"head":{"sha":"` + head + `","ref":"topic"},"base":{"ref":"main"}},"repository":{"default_branch":"main"}}`,
			tree:    tagger.Revision{Commit: merge, Parents: []string{base, head}},
			want:    tagger.Revision{Commit: head, Parents: []string{base, head}, Branch: "topic", DefaultBranch: "main", BaseRef: "main", Event: "pull_request", CI: "GitHub Actions", Refs: []tagger.Ref{{Kind: tagger.PullRequestRef, Name: "42"}}},
		},
		{
			name:  "a pull request on GitHub is the merge commit when asked",
			vars:  map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "pull_request", "GITHUB_SHA": merge, "GITHUB_REF": "refs/pull/42/merge", "GITHUB_HEAD_REF": "topic"},
			tree:  tagger.Revision{Commit: merge, Parents: []string{base, head}},
			prSHA: "merge",
			want:  tagger.Revision{Commit: merge, Parents: []string{base, head}, Branch: "topic", Event: "pull_request", CI: "GitHub Actions", Refs: []tagger.Ref{{Kind: tagger.PullRequestRef, Name: "42"}}},
		},
		{
			name: "without an event the second parent is the head",
			vars: map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "pull_request", "GITHUB_SHA": merge, "GITHUB_REF": "refs/pull/42/merge", "GITHUB_HEAD_REF": "topic"},
			tree: tagger.Revision{Commit: merge, Parents: []string{base, head}},
			want: tagger.Revision{Commit: head, Parents: []string{base, head}, Branch: "topic", Event: "pull_request", CI: "GitHub Actions", Refs: []tagger.Ref{{Kind: tagger.PullRequestRef, Name: "42"}}},
		},
		{
			name:    "pull_request_target is about the pull request, and says that another commit is checked out",
			vars:    map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "pull_request_target", "GITHUB_SHA": merge, "GITHUB_REF": "refs/heads/main"},
			payload: `{"pull_request":{"number":7,"head":{"sha":"` + head + `","ref":"topic"},"base":{"ref":"main"}}}`,
			tree:    tagger.Revision{Commit: base},
			want:    tagger.Revision{Commit: base, Branch: "topic", BaseRef: "main", Event: "pull_request_target", CI: "GitHub Actions", Refs: []tagger.Ref{{Kind: tagger.PullRequestRef, Name: "7"}}},
			notice:  "GitHub Actions says the commit is " + merge,
		},
		{
			name: "a branch on GitLab",
			vars: map[string]string{"GITLAB_CI": "true", "CI_PIPELINE_SOURCE": "push", "CI_COMMIT_SHA": head, "CI_COMMIT_BRANCH": "main", "CI_COMMIT_REF_NAME": "main", "CI_DEFAULT_BRANCH": "main", "CI_PROJECT_URL": "https://gitlab.example.com/shop/api"},
			tree: tagger.Revision{Commit: head},
			want: tagger.Revision{Commit: head, Branch: "main", DefaultBranch: "main", Source: "https://gitlab.example.com/shop/api", Repository: tagger.Repository{URL: "https://gitlab.example.com/shop/api"}, Event: "push", CI: "GitLab CI", Refs: []tagger.Ref{{Kind: tagger.BranchRef, Name: "main"}}},
		},
		{
			name: "a tag on GitLab",
			vars: map[string]string{"GITLAB_CI": "true", "CI_PIPELINE_SOURCE": "push", "CI_COMMIT_SHA": head, "CI_COMMIT_TAG": "v1.2.3", "CI_COMMIT_REF_NAME": "v1.2.3"},
			tree: tagger.Revision{Commit: head},
			want: tagger.Revision{Commit: head, Event: "push", CI: "GitLab CI", Refs: []tagger.Ref{{Kind: tagger.TagRef, Name: "v1.2.3"}}},
		},
		{
			name: "a merge request on GitLab",
			vars: map[string]string{"GITLAB_CI": "true", "CI_PIPELINE_SOURCE": "merge_request_event", "CI_COMMIT_SHA": head, "CI_MERGE_REQUEST_ID": "900", "CI_MERGE_REQUEST_IID": "9", "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME": "topic", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main"},
			tree: tagger.Revision{Commit: head},
			want: tagger.Revision{Commit: head, Branch: "topic", BaseRef: "main", Event: "merge_request_event", CI: "GitLab CI", Refs: []tagger.Ref{{Kind: tagger.PullRequestRef, Name: "9"}}},
		},
		{
			name: "merged results on GitLab",
			vars: map[string]string{"GITLAB_CI": "true", "CI_PIPELINE_SOURCE": "merge_request_event", "CI_COMMIT_SHA": merge, "CI_MERGE_REQUEST_IID": "9", "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME": "topic", "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": head},
			tree: tagger.Revision{Commit: merge, Parents: []string{base, head}},
			want: tagger.Revision{Commit: head, Parents: []string{base, head}, Branch: "topic", Event: "merge_request_event", CI: "GitLab CI", Refs: []tagger.Ref{{Kind: tagger.PullRequestRef, Name: "9"}}},
		},
		{
			name:    "a pull request that is checked out at its head",
			vars:    pullRequest("pull_request", "refs/pull/42/merge"),
			payload: payload42,
			tree:    tagger.Revision{Commit: head},
			want:    tagger.Revision{Commit: head, Branch: "topic", BaseRef: "main", DefaultBranch: "main", Event: "pull_request", CI: "GitHub Actions", Refs: ref42},
		},
		{
			name:    "a pull request whose branch has moved on since is what is checked out",
			vars:    pullRequest("pull_request", "refs/pull/42/merge"),
			payload: payload42,
			tree:    tagger.Revision{Commit: base, Parents: []string{head}},
			want:    tagger.Revision{Commit: base, Parents: []string{head}, Branch: "topic", BaseRef: "main", DefaultBranch: "main", Event: "pull_request", CI: "GitHub Actions", Refs: ref42},
			notice:  "GitHub Actions says the commit is " + merge,
		},
		{
			name:    "a pull request into whose branch the target was merged since is what is checked out",
			vars:    pullRequest("pull_request", "refs/pull/42/merge"),
			payload: payload42,
			tree:    tagger.Revision{Commit: merge, Parents: []string{head, base}},
			want:    tagger.Revision{Commit: merge, Parents: []string{head, base}, Branch: "topic", BaseRef: "main", DefaultBranch: "main", Event: "pull_request", CI: "GitHub Actions", Refs: ref42},
			notice:  "GitHub Actions says the head of the pull request is " + head,
		},
		{
			name:    "a review of a pull request is about the pull request",
			vars:    pullRequest("pull_request_review", "refs/pull/42/merge"),
			payload: payload42,
			tree:    tagger.Revision{Commit: merge, Parents: []string{base, head}},
			want:    tagger.Revision{Commit: head, Parents: []string{base, head}, Branch: "topic", BaseRef: "main", DefaultBranch: "main", Event: "pull_request_review", CI: "GitHub Actions", Refs: ref42},
		},
		{
			name:    "a pull request whose event has no number is numbered by its reference",
			vars:    pullRequest("pull_request", "refs/pull/42/merge"),
			payload: `{"pull_request":{"head":{"sha":"` + head + `","ref":"topic"}}}`,
			tree:    tagger.Revision{Commit: merge, Parents: []string{base, head}},
			want:    tagger.Revision{Commit: head, Parents: []string{base, head}, Branch: "topic", BaseRef: "main", Event: "pull_request", CI: "GitHub Actions", Refs: ref42},
		},
		{
			name:    "pull_request_target says when the target is checked out",
			vars:    pullRequest("pull_request_target", "refs/heads/main"),
			payload: payload42,
			tree:    tagger.Revision{Commit: merge},
			want:    tagger.Revision{Commit: merge, Branch: "topic", BaseRef: "main", DefaultBranch: "main", Event: "pull_request_target", CI: "GitHub Actions", Refs: ref42},
			notice:  "GitHub Actions says the head of the pull request is " + head + ", the work tree has " + merge,
		},
		{
			name:    "pull_request_target with the pull request checked out",
			vars:    pullRequest("pull_request_target", "refs/heads/main"),
			payload: payload42,
			tree:    tagger.Revision{Commit: head},
			want:    tagger.Revision{Commit: head, Branch: "topic", BaseRef: "main", DefaultBranch: "main", Event: "pull_request_target", CI: "GitHub Actions", Refs: ref42},
		},
		{
			name:    "workflow_run is about the run it follows where that run's commit is checked out",
			vars:    map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "workflow_run", "GITHUB_SHA": base, "GITHUB_REF": "refs/heads/main"},
			payload: `{"action":"completed","workflow_run":{"head_sha":"` + head + `","event":"push","head_branch":"topic","pull_requests":[]},"repository":{"default_branch":"main"}}`,
			tree:    tagger.Revision{Commit: head},
			want:    tagger.Revision{Commit: head, Branch: "topic", DefaultBranch: "main", Event: "workflow_run", CI: "GitHub Actions", Refs: []tagger.Ref{{Kind: tagger.BranchRef, Name: "topic"}}},
		},
		{
			name:    "a merge queue builds a branch",
			vars:    map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "merge_group", "GITHUB_SHA": head, "GITHUB_REF": "refs/heads/gh-readonly-queue/main/pr-7-" + base},
			payload: `{"action":"checks_requested","merge_group":{"head_sha":"` + head + `","head_ref":"refs/heads/gh-readonly-queue/main/pr-7-` + base + `","base_sha":"` + base + `","base_ref":"refs/heads/main"},"repository":{"default_branch":"main"}}`,
			tree:    tagger.Revision{Commit: head},
			want:    tagger.Revision{Commit: head, Branch: "gh-readonly-queue/main/pr-7-" + base, DefaultBranch: "main", BaseRef: "main", Earlier: []string{base}, Event: "merge_group", CI: "GitHub Actions", Refs: []tagger.Ref{{Kind: tagger.BranchRef, Name: "gh-readonly-queue/main/pr-7-" + base}}},
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
		{
			name: "a pull request on Gitea is its head, also when that merges the target",
			vars: map[string]string{"GITEA_ACTIONS": "true", "GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "pull_request", "GITHUB_SHA": merge, "GITHUB_REF": "refs/pull/42/head", "GITHUB_HEAD_REF": "topic", "GITHUB_BASE_REF": "main"},
			tree: tagger.Revision{Commit: merge, Parents: []string{head, base}},
			want: tagger.Revision{Commit: merge, Parents: []string{head, base}, Branch: "topic", BaseRef: "main", Event: "pull_request", CI: "Gitea Actions", Refs: ref42},
		},
		{
			name: "a merge request on GitLab whose branch ends in a merge of the target",
			vars: map[string]string{"GITLAB_CI": "true", "CI_PIPELINE_SOURCE": "merge_request_event", "CI_COMMIT_SHA": merge, "CI_MERGE_REQUEST_IID": "9", "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME": "topic", "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": ""},
			tree: tagger.Revision{Commit: merge, Parents: []string{head, base}},
			want: tagger.Revision{Commit: merge, Parents: []string{head, base}, Branch: "topic", Event: "merge_request_event", CI: "GitLab CI", Refs: []tagger.Ref{{Kind: tagger.PullRequestRef, Name: "9"}}},
		},
		{
			name:  "merged results on GitLab are the merge commit when asked",
			vars:  map[string]string{"GITLAB_CI": "true", "CI_PIPELINE_SOURCE": "merge_request_event", "CI_MERGE_REQUEST_EVENT_TYPE": "merge_train", "CI_COMMIT_SHA": merge, "CI_MERGE_REQUEST_IID": "9", "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME": "topic", "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": head},
			tree:  tagger.Revision{Commit: merge, Parents: []string{base, head}},
			prSHA: "merge",
			want:  tagger.Revision{Commit: merge, Parents: []string{base, head}, Branch: "topic", Event: "merge_request_event", CI: "GitLab CI", Refs: []tagger.Ref{{Kind: tagger.PullRequestRef, Name: "9"}}},
		},
		{
			name: "a schedule on GitLab",
			vars: map[string]string{"GITLAB_CI": "true", "CI_PIPELINE_SOURCE": "schedule", "CI_COMMIT_SHA": head, "CI_COMMIT_BRANCH": "main", "CI_DEFAULT_BRANCH": "main"},
			tree: tagger.Revision{Commit: head},
			want: tagger.Revision{Commit: head, Branch: "main", DefaultBranch: "main", Event: "schedule", CI: "GitLab CI", Refs: []tagger.Ref{{Kind: tagger.BranchRef, Name: "main"}}},
		},
		{
			name: "a tag on GitLab beats a branch",
			vars: map[string]string{"GITLAB_CI": "true", "CI_PIPELINE_SOURCE": "web", "CI_COMMIT_SHA": head, "CI_COMMIT_TAG": "v1.2.3", "CI_COMMIT_BRANCH": "main", "CI_PROJECT_URL": "https://gitlab-ci-token:secret@gitlab.example.com/shop/api"},
			tree: tagger.Revision{Commit: head},
			want: tagger.Revision{Commit: head, Branch: "main", Source: "https://gitlab.example.com/shop/api", Repository: tagger.Repository{URL: "https://gitlab.example.com/shop/api"}, Event: "web", CI: "GitLab CI", Refs: []tagger.Ref{{Kind: tagger.TagRef, Name: "v1.2.3"}}},
		},
		{
			name:   "a checkout of another commit is said, and wins",
			vars:   map[string]string{"GITLAB_CI": "true", "CI_COMMIT_SHA": head, "CI_COMMIT_BRANCH": "main"},
			tree:   tagger.Revision{Commit: base},
			want:   tagger.Revision{Commit: base, Branch: "main", CI: "GitLab CI", Refs: []tagger.Ref{{Kind: tagger.BranchRef, Name: "main"}}},
			notice: "the work tree has " + base,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if test.payload != "" {
				test.vars["GITHUB_EVENT_PATH"] = filepath.Join(t.TempDir(), "event.json")
				if err := os.WriteFile(test.vars["GITHUB_EVENT_PATH"], []byte(test.payload), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			job, found, err := cienv.Detect(test.vars)
			if err != nil || !found {
				t.Fatalf("Detect: found %t, %v", found, err)
			}
			prSHA := "head"
			if test.prSHA != "" {
				prSHA = test.prSHA
			}
			got, other := job.Apply(test.tree, prSHA)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("Apply (-want +got):\n%s", diff)
			}
			said := ""
			if other != nil {
				said = other.String()
			}
			if (said == "") != (test.notice == "") || !strings.Contains(said, test.notice) {
				t.Errorf("Apply says %q, want %q", said, test.notice)
			}
		})
	}
}

func TestDetectOutsideCI(t *testing.T) {
	for name, vars := range map[string]map[string]string{
		"no CI at all":                      {},
		"GitLab's names alone":              {"CI": "true", "CI_COMMIT_SHA": head, "CI_COMMIT_TAG": "v1"},
		"a Jenkins server's address alone":  {"JENKINS_URL": "https://ci.example.com", "GIT_COMMIT": head},
		"a local runner says GitLab is not": {"GITLAB_CI": "false", "CI_COMMIT_SHA": head},
	} {
		t.Run(name, func(t *testing.T) {
			if job, found, err := cienv.Detect(vars); found || err != nil {
				t.Errorf("Detect = %+v, %t, %v", job, found, err)
			}
		})
	}
}

func TestDetectRefusesABadEventFile(t *testing.T) {
	dir := t.TempDir()
	bad := filepath.Join(dir, "bad.json")
	if err := os.WriteFile(bad, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	large := filepath.Join(dir, "large.json")
	if err := os.WriteFile(large, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(large, 25<<20+1); err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string]string{"too large": large, "missing": filepath.Join(dir, "missing.json"), "not JSON": bad, "a folder": dir} {
		t.Run(name, func(t *testing.T) {
			_, _, err := cienv.Detect(map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_EVENT_PATH": file})
			if err == nil || !strings.Contains(err.Error(), "GITHUB_EVENT_PATH") || !strings.Contains(err.Error(), file) {
				t.Errorf("Detect: %v", err)
			}
		})
	}
}

func TestJobRevisionWithoutAWorkTree(t *testing.T) {
	tests := []struct {
		name string
		vars map[string]string
		want tagger.Revision
		ok   bool
	}{
		{
			name: "a tag",
			vars: map[string]string{"GITLAB_CI": "true", "CI_COMMIT_SHA": head, "CI_COMMIT_TAG": "v1.2.3", "CI_PROJECT_URL": "https://gitlab.example.com/shop/api"},
			want: tagger.Revision{Commit: head, Tags: []string{"v1.2.3"}, Source: "https://gitlab.example.com/shop/api", Repository: tagger.Repository{URL: "https://gitlab.example.com/shop/api"}, From: "ci", CI: "GitLab CI", Refs: []tagger.Ref{{Kind: tagger.TagRef, Name: "v1.2.3"}}},
			ok:   true,
		},
		{
			name: "the head of merged results",
			vars: map[string]string{"GITLAB_CI": "true", "CI_COMMIT_SHA": merge, "CI_MERGE_REQUEST_IID": "9", "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": head},
			want: tagger.Revision{Commit: head, From: "ci", CI: "GitLab CI", Refs: []tagger.Ref{{Kind: tagger.PullRequestRef, Name: "9"}}},
			ok:   true,
		},
		{
			name: "no commit",
			vars: map[string]string{"GITLAB_CI": "true"},
			want: tagger.Revision{From: "ci", CI: "GitLab CI"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			job, _, err := cienv.Detect(test.vars)
			if err != nil {
				t.Fatal(err)
			}
			got, ok := job.Revision()
			if diff := cmp.Diff(test.want, got); diff != "" || ok != test.ok {
				t.Errorf("Revision: %t (-want +got):\n%s", ok, diff)
			}
		})
	}
}
