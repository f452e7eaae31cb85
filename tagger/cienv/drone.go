package cienv

import "github.com/hallmark-ci/hallmark/tagger"

// readDrone reads a step of Drone (https://docs.drone.io/pipeline/environment/reference/). DRONE_BRANCH is the target of a pull request;
// its clone merges the commit into that, in the work tree.
func readDrone(vars map[string]string) (Job, error) {
	job := Job{
		Event:         vars["DRONE_BUILD_EVENT"],
		Commit:        vars["DRONE_COMMIT_SHA"],
		Branch:        vars["DRONE_BRANCH"],
		Tag:           vars["DRONE_TAG"],
		DefaultBranch: vars["DRONE_REPO_BRANCH"],
		Source:        tagger.SourceURL(vars["DRONE_REPO_LINK"]),
		Repository:    tagger.Repository{Name: vars["DRONE_REPO_NAME"], URL: tagger.SourceURL(vars["DRONE_REPO_LINK"])},
		Earlier:       commits(vars["DRONE_COMMIT_BEFORE"]),
	}
	if job.Tag != "" {
		job.Branch = ""
	}
	if id := vars["DRONE_PULL_REQUEST"]; id != "" {
		job.PullRequest = &PullRequest{Number: id, Head: job.Commit}
		job.Branch, job.BaseRef = vars["DRONE_SOURCE_BRANCH"], vars["DRONE_TARGET_BRANCH"]
	}
	job.nameRef()
	return job, nil
}
