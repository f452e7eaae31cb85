package cienv

import (
	"strings"

	"github.com/hallmark-ci/hallmark/tagger"
)

// readBuildkite reads a job of Buildkite (https://buildkite.com/docs/pipelines/configure/environment-variables). A push to a branch with
// an open pull request names both, so the job is of both. A branch of a fork comes as OWNER:BRANCH, and is no branch here.
func readBuildkite(vars map[string]string) (Job, error) {
	job := Job{
		Event:         vars["BUILDKITE_SOURCE"],
		Commit:        vars["BUILDKITE_COMMIT"],
		Branch:        vars["BUILDKITE_BRANCH"],
		Tag:           vars["BUILDKITE_TAG"],
		DefaultBranch: vars["BUILDKITE_PIPELINE_DEFAULT_BRANCH"],
		Source:        tagger.SourceURL(vars["BUILDKITE_REPO"]),
	}
	if job.Tag != "" {
		job.Branch = "" // it holds the tag's name
	}
	if id := number(vars["BUILDKITE_PULL_REQUEST"]); id != "" {
		job.PullRequest = &PullRequest{Number: id, Head: job.Commit}
		job.BaseRef = vars["BUILDKITE_PULL_REQUEST_BASE_BRANCH"]
	}
	job.nameRef()
	job.alsoBranch(!strings.Contains(job.Branch, ":"))
	return job, nil
}

// alsoBranch says that the job is of the branch beside the pull request, for systems that do not tell a push from a pull request.
func (j *Job) alsoBranch(own bool) {
	if j.PullRequest != nil && j.Tag == "" && j.Branch != "" && own {
		j.Refs = append(j.Refs, tagger.Ref{Kind: tagger.BranchRef, Name: j.Branch})
	}
}
