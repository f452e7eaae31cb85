package cienv_test

import (
	"testing"
	"time"

	"github.com/hallmark-ci/hallmark/tagger"
)

// payload42 is the event of a pull request, whose reference is ref42.
const payload42 = `{"number":42,"pull_request":{"number":42,"head":{"sha":"` + head + `","ref":"topic"},"base":{"ref":"main"}},"repository":{"default_branch":"main"}}`

var ref42 = []tagger.Ref{{Kind: tagger.PullRequestRef, Name: "42"}}

// pullRequest is the environment of a job about a pull request.
func pullRequest(event, ref string) map[string]string {
	return map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": event, "GITHUB_SHA": merge, "GITHUB_REF": ref, "GITHUB_BASE_REF": "main", "GITHUB_HEAD_REF": "topic"}
}

func TestAPullRequestOfGitHub(t *testing.T) {
	apply(t, []applyTest{
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
			name:    "a pull request's head has the time that the event tells of it, not the merge's",
			vars:    pullRequest("pull_request", "refs/pull/42/merge"),
			payload: `{"number":42,"pull_request":{"head":{"sha":"` + head + `","ref":"topic"}},"commits":[{"id":"` + head + `","timestamp":"2022-04-19T11:27:24+02:00"}]}`,
			tree:    tagger.Revision{Commit: merge, Parents: []string{base, head}, Time: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)},
			want:    tagger.Revision{Commit: head, Parents: []string{base, head}, Time: time.Date(2022, 4, 19, 9, 27, 24, 0, time.UTC), Branch: "topic", BaseRef: "main", Event: "pull_request", CI: "GitHub Actions", Refs: ref42},
		},
		{
			name:  "a pull request's merge commit keeps its time",
			vars:  pullRequest("pull_request", "refs/pull/42/merge"),
			prSHA: "merge",
			tree:  tagger.Revision{Commit: merge, Parents: []string{base, head}, Time: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)},
			want:  tagger.Revision{Commit: merge, Parents: []string{base, head}, Time: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Branch: "topic", BaseRef: "main", Event: "pull_request", CI: "GitHub Actions", Refs: ref42},
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
			name: "a pull request on Gitea is its head, also when that merges the target",
			vars: map[string]string{"GITEA_ACTIONS": "true", "GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "pull_request", "GITHUB_SHA": merge, "GITHUB_REF": "refs/pull/42/head", "GITHUB_HEAD_REF": "topic", "GITHUB_BASE_REF": "main"},
			tree: tagger.Revision{Commit: merge, Parents: []string{head, base}},
			want: tagger.Revision{Commit: merge, Parents: []string{head, base}, Branch: "topic", BaseRef: "main", Event: "pull_request", CI: "Gitea Actions", Refs: ref42},
		},
	})
}
