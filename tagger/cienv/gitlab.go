package cienv

import (
	"time"

	"github.com/hallmark-ci/hallmark/tagger"
)

// readGitLab reads a job of GitLab CI (https://docs.gitlab.com/ci/variables/predefined_variables). CI_COMMIT_REF_NAME holds the name
// of a tag in a tag pipeline, so CI_COMMIT_TAG is asked first; in a merge request pipeline neither branch nor tag is set.
// CI_COMMIT_BEFORE_SHA is zeros in a merge request pipeline, for a new branch, and in a pipeline that a person starts; the head of the
// target branch is set in merged-result pipelines only.
func readGitLab(vars map[string]string) (Job, error) {
	job := Job{
		Event:         vars["CI_PIPELINE_SOURCE"],
		Commit:        vars["CI_COMMIT_SHA"],
		Branch:        vars["CI_COMMIT_BRANCH"],
		Tag:           vars["CI_COMMIT_TAG"],
		BaseRef:       vars["CI_MERGE_REQUEST_TARGET_BRANCH_NAME"],
		DefaultBranch: vars["CI_DEFAULT_BRANCH"],
		Source:        tagger.SourceURL(vars["CI_PROJECT_URL"]),
		Repository: tagger.Repository{
			Name:        vars["CI_PROJECT_NAME"],
			Description: vars["CI_PROJECT_DESCRIPTION"],
			URL:         tagger.SourceURL(vars["CI_PROJECT_URL"]),
		},
		Earlier: commits(vars["CI_COMMIT_BEFORE_SHA"], vars["CI_MERGE_REQUEST_TARGET_BRANCH_SHA"], vars["CI_MERGE_REQUEST_DIFF_BASE_SHA"]),
	}
	if at, err := time.Parse(time.RFC3339, vars["CI_COMMIT_TIMESTAMP"]); err == nil {
		job.Time = at.UTC()
	}
	if id := vars["CI_MERGE_REQUEST_IID"]; job.Tag == "" && id != "" {
		// The head is set in merged-result pipelines only, where the job's commit is a merge.
		head := vars["CI_MERGE_REQUEST_SOURCE_BRANCH_SHA"]
		job.PullRequest = &PullRequest{Number: id, Head: head, Merged: head != ""}
		job.Branch = vars["CI_MERGE_REQUEST_SOURCE_BRANCH_NAME"]
	}
	job.nameRef()
	return job, nil
}
