package cienv

import (
	"strconv"
	"time"

	"github.com/hallmark-ci/hallmark/tagger"
)

// readWoodpecker reads a step of Woodpecker (https://woodpecker-ci.org/docs/usage/environment). CI_COMMIT_BRANCH is the target of a pull
// request, and CI_COMMIT_TIMESTAMP counts seconds where GitLab writes a date.
func readWoodpecker(vars map[string]string) (Job, error) {
	job := Job{
		Event:         vars["CI_PIPELINE_EVENT"],
		Commit:        vars["CI_COMMIT_SHA"],
		Branch:        vars["CI_COMMIT_BRANCH"],
		Tag:           vars["CI_COMMIT_TAG"],
		DefaultBranch: vars["CI_REPO_DEFAULT_BRANCH"],
		Source:        tagger.SourceURL(vars["CI_REPO_URL"]),
		Repository:    tagger.Repository{Name: vars["CI_REPO_NAME"], URL: tagger.SourceURL(vars["CI_REPO_URL"])},
		Earlier:       commits(vars["CI_PREV_COMMIT_SHA"]),
	}
	if seconds, err := strconv.ParseInt(vars["CI_COMMIT_TIMESTAMP"], 10, 64); err == nil && seconds > 0 {
		job.Time = time.Unix(seconds, 0).UTC()
	}
	if job.Tag != "" {
		job.Branch = ""
	}
	if id := vars["CI_COMMIT_PULL_REQUEST"]; id != "" {
		job.PullRequest = &PullRequest{Number: id, Head: job.Commit}
		job.Branch, job.BaseRef = vars["CI_COMMIT_SOURCE_BRANCH"], vars["CI_COMMIT_TARGET_BRANCH"]
	}
	job.nameRef()
	return job, nil
}
