package cienv

import "strings"

// readTravis reads a job of Travis CI (https://docs.travis-ci.com/user/environment-variables/). TRAVIS_BRANCH is the target of a pull
// request, and the name of the tag in the build of one.
func readTravis(vars map[string]string) (Job, error) {
	before, _, _ := strings.Cut(vars["TRAVIS_COMMIT_RANGE"], "...")
	job := Job{
		Event:   vars["TRAVIS_EVENT_TYPE"],
		Commit:  vars["TRAVIS_COMMIT"],
		Branch:  vars["TRAVIS_BRANCH"],
		Tag:     vars["TRAVIS_TAG"],
		Earlier: commits(before),
	}
	if job.Tag != "" {
		job.Branch = ""
	}
	if id := number(vars["TRAVIS_PULL_REQUEST"]); id != "" {
		job.PullRequest = &PullRequest{Number: id, Head: vars["TRAVIS_PULL_REQUEST_SHA"], Merged: true}
		job.Branch, job.BaseRef = vars["TRAVIS_PULL_REQUEST_BRANCH"], vars["TRAVIS_BRANCH"]
	}
	job.nameRef()
	return job, nil
}
