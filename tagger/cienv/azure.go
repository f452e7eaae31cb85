package cienv

import (
	"cmp"

	"github.com/hallmark-ci/hallmark/tagger"
)

// readAzure reads a job of Azure Pipelines (https://learn.microsoft.com/azure/devops/pipelines/build/variables). BUILD_SOURCEBRANCHNAME
// holds the last part of the branch only, and is not read. The commit of a pull request is a merge.
func readAzure(vars map[string]string) (Job, error) {
	job := Job{
		Event:      vars["BUILD_REASON"],
		Commit:     vars["BUILD_SOURCEVERSION"],
		Source:     tagger.SourceURL(vars["BUILD_REPOSITORY_URI"]),
		Repository: tagger.Repository{Name: lastPart(vars["BUILD_REPOSITORY_NAME"])},
	}
	job.readRef(vars["BUILD_SOURCEBRANCH"])
	// Azure Repos numbers its pull requests by id; for GitHub the id is Azure's own.
	if id := cmp.Or(vars["SYSTEM_PULLREQUEST_PULLREQUESTNUMBER"], vars["SYSTEM_PULLREQUEST_PULLREQUESTID"]); id != "" {
		job.PullRequest = &PullRequest{Number: id, Head: vars["SYSTEM_PULLREQUEST_SOURCECOMMITID"], Merged: true}
		job.Branch, job.BaseRef = shortBranch(vars["SYSTEM_PULLREQUEST_SOURCEBRANCH"]), shortBranch(vars["SYSTEM_PULLREQUEST_TARGETBRANCH"])
		job.nameRef()
	}
	return job, nil
}
