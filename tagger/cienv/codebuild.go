package cienv

import (
	"strings"

	"github.com/hallmark-ci/hallmark/tagger"
)

// readCodeBuild reads a build of AWS CodeBuild (https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-env-vars.html). A
// webhook says branch/NAME, tag/NAME or pr/NUMBER; a build that a person starts has what that person typed.
func readCodeBuild(vars map[string]string) (Job, error) {
	job := Job{
		Event:   vars["CODEBUILD_WEBHOOK_EVENT"],
		Commit:  vars["CODEBUILD_RESOLVED_SOURCE_VERSION"],
		Source:  tagger.SourceURL(vars["CODEBUILD_SOURCE_REPO_URL"]),
		Earlier: commits(vars["CODEBUILD_WEBHOOK_PREV_COMMIT"]),
	}
	typed, _, _ := strings.Cut(vars["CODEBUILD_SOURCE_VERSION"], "^{") // refs/heads/NAME^{COMMIT}
	kind, name, _ := strings.Cut(vars["CODEBUILD_WEBHOOK_TRIGGER"], "/")
	id, isPullRequest := strings.CutPrefix(typed, "pr/")
	switch {
	case kind == "branch":
		job.Branch = name
	case kind == "tag":
		job.Tag = name
	case kind == "pr":
		job.PullRequest = &PullRequest{Number: name, Head: job.Commit}
		job.Branch, job.BaseRef = shortBranch(vars["CODEBUILD_WEBHOOK_HEAD_REF"]), shortBranch(vars["CODEBUILD_WEBHOOK_BASE_REF"])
	case isPullRequest:
		job.PullRequest = &PullRequest{Number: id, Head: job.Commit}
	case strings.HasPrefix(typed, "refs/"):
		job.readRef(typed)
	case !strings.HasPrefix(typed, "arn:") && !objectID().MatchString(typed):
		job.readName(typed)
	}
	job.nameRef()
	return job, nil
}
