package cienv

import "github.com/hallmark-ci/hallmark/tagger"

// readBitbucket reads a step of Bitbucket Pipelines (https://support.atlassian.com/bitbucket-cloud/docs/variables-and-secrets/). Before
// the steps of a pull request it merges the target into the branch, in the work tree: BITBUCKET_COMMIT is the top of the branch.
func readBitbucket(vars map[string]string) (Job, error) {
	job := Job{
		Commit:     vars["BITBUCKET_COMMIT"],
		Branch:     vars["BITBUCKET_BRANCH"],
		Tag:        vars["BITBUCKET_TAG"],
		Source:     tagger.SourceURL(vars["BITBUCKET_GIT_HTTP_ORIGIN"]),
		Repository: tagger.Repository{Name: vars["BITBUCKET_REPO_SLUG"]},
	}
	if id := vars["BITBUCKET_PR_ID"]; id != "" {
		target := vars["BITBUCKET_PR_DESTINATION_COMMIT"]
		job.PullRequest = &PullRequest{Number: id, Head: job.Commit, Target: target}
		job.BaseRef = vars["BITBUCKET_PR_DESTINATION_BRANCH"]
		job.Earlier = commits(target)
	}
	job.nameRef()
	return job, nil
}
