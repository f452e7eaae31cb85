package cienv

import (
	"cmp"
	"strings"

	"github.com/hallmark-ci/hallmark/tagger"
)

// readJenkins reads a build of Jenkins: of a multibranch project, or of one with the plugins for GitHub pull requests and for GitLab
// (https://www.jenkins.io/doc/book/pipeline/jenkinsfile/#using-environment-variables, https://plugins.jenkins.io/git/). BRANCH_NAME is
// PR-N for a pull request, with -merge or -head where the project builds both, and the name of a tag for a tag. Only with -merge is it
// certain that the commit is a merge of Jenkins's making.
func readJenkins(vars map[string]string) (Job, error) {
	name := vars["BRANCH_NAME"]
	job := Job{
		Commit:  cmp.Or(vars["GIT_COMMIT"], vars["ghprbActualCommit"], vars["gitlabMergeRequestLastCommit"]),
		Branch:  cmp.Or(name, vars["GIT_LOCAL_BRANCH"], strings.TrimPrefix(vars["GIT_BRANCH"], "origin/")),
		Tag:     vars["TAG_NAME"],
		Source:  tagger.SourceURL(vars["GIT_URL"]),
		Earlier: commits(vars["GIT_PREVIOUS_SUCCESSFUL_COMMIT"], vars["GIT_PREVIOUS_COMMIT"]),
	}
	if vars["BRANCH_IS_PRIMARY"] == "true" {
		job.DefaultBranch = name
	}
	if job.Tag != "" {
		job.Branch = ""
	}
	// GitLab's number is the Iid; the Id counts through the whole server.
	if id := cmp.Or(vars["CHANGE_ID"], vars["ghprbPullId"], vars["gitlabMergeRequestIid"], vars["gitlabMergeRequestId"]); id != "" {
		job.PullRequest = &PullRequest{
			Number: id,
			Head:   cmp.Or(vars["ghprbActualCommit"], vars["gitlabMergeRequestLastCommit"]),
			Merged: strings.HasSuffix(name, "-merge"),
		}
		job.Branch = cmp.Or(vars["CHANGE_BRANCH"], vars["ghprbSourceBranch"], vars["gitlabSourceBranch"])
		job.BaseRef = cmp.Or(vars["CHANGE_TARGET"], vars["ghprbTargetBranch"], vars["gitlabTargetBranch"])
	}
	job.nameRef()
	return job, nil
}
