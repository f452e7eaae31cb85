package cienv

import (
	"cmp"
	"strings"

	"github.com/hallmark-ci/hallmark/tagger"
)

// readCircle reads a job of CircleCI (https://circleci.com/docs/reference/variables/). It builds branches: CIRCLE_PULL_REQUEST says that
// one is open for the branch, so the job is of both. CIRCLE_PR_NUMBER is set for forks only, whose branch comes as pull/N.
func readCircle(vars map[string]string) (Job, error) {
	job := Job{
		Commit:     vars["CIRCLE_SHA1"],
		Branch:     vars["CIRCLE_BRANCH"],
		Tag:        vars["CIRCLE_TAG"],
		Source:     tagger.SourceURL(vars["CIRCLE_REPOSITORY_URL"]),
		Repository: tagger.Repository{Name: vars["CIRCLE_PROJECT_REPONAME"]},
	}
	if id := cmp.Or(vars["CIRCLE_PR_NUMBER"], lastPart(vars["CIRCLE_PULL_REQUEST"])); id != "" {
		job.PullRequest = &PullRequest{Number: id, Head: job.Commit}
	}
	job.nameRef()
	job.alsoBranch(!strings.HasPrefix(job.Branch, "pull/"))
	return job, nil
}

// lastPart is what stands after the last slash.
func lastPart(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }
