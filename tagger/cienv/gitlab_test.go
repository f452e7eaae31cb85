package cienv_test

import (
	"testing"

	"github.com/hallmark-ci/hallmark/tagger"
)

func TestAJobOfGitLab(t *testing.T) {
	apply(t, []applyTest{
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
	})
}
