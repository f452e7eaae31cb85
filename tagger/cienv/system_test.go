package cienv_test

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/tagger"
	"github.com/hallmark-ci/hallmark/tagger/cienv"
)

// refs are references written short: branch:main, tag:v1, pr:7.
func refs(short ...string) []tagger.Ref {
	var out []tagger.Ref
	for _, s := range short {
		kind, name, _ := strings.Cut(s, ":")
		out = append(out, tagger.Ref{Kind: tagger.RefKind(kind), Name: name})
	}
	return out
}

// over is variables with others over them.
func over(vars map[string]string, others ...string) map[string]string {
	all := maps.Clone(vars)
	for i := 0; i < len(others); i += 2 {
		all[others[i]] = others[i+1]
	}
	return all
}

// Variables that every job of a system has.
var (
	circle = map[string]string{"CI": "true", "CIRCLECI": "true", "CIRCLE_SHA1": head, "CIRCLE_REPOSITORY_URL": "git@github.com:octo/app.git", "CIRCLE_PROJECT_REPONAME": "app"}
	kite   = map[string]string{"CI": "true", "BUILDKITE": "true", "BUILDKITE_COMMIT": head, "BUILDKITE_REPO": "git@github.com:octo/app.git", "BUILDKITE_PIPELINE_DEFAULT_BRANCH": "main", "BUILDKITE_SOURCE": "webhook", "BUILDKITE_PULL_REQUEST": "false", "BUILDKITE_PULL_REQUEST_BASE_BRANCH": "", "BUILDKITE_TAG": ""}
	jenk   = map[string]string{"JENKINS_URL": "https://ci.example.com/", "BUILD_ID": "7", "GIT_COMMIT": head, "GIT_URL": "https://user:secret@git.example.com/octo/app.git", "GIT_PREVIOUS_COMMIT": merge, "GIT_PREVIOUS_SUCCESSFUL_COMMIT": base}
	build  = map[string]string{"CODEBUILD_BUILD_ID": "app:1", "CODEBUILD_RESOLVED_SOURCE_VERSION": head, "CODEBUILD_SOURCE_REPO_URL": "https://github.com/octo/app.git"}
	bucket = map[string]string{"CI": "true", "BITBUCKET_BUILD_NUMBER": "7", "BITBUCKET_COMMIT": head, "BITBUCKET_GIT_HTTP_ORIGIN": "http://bitbucket.org/octo/app", "BITBUCKET_REPO_SLUG": "app"}
	azure  = map[string]string{"TF_BUILD": "True", "BUILD_SOURCEVERSION": head, "BUILD_REASON": "IndividualCI", "BUILD_REPOSITORY_URI": "https://octo@dev.azure.com/octo/shop/_git/app", "BUILD_REPOSITORY_NAME": "app"}
	drone  = map[string]string{"CI": "true", "DRONE": "true", "DRONE_COMMIT_SHA": head, "DRONE_REPO_LINK": "https://git.example.com/octo/app", "DRONE_REPO_NAME": "app", "DRONE_REPO_BRANCH": "main"}
	pecker = map[string]string{"CI": "woodpecker", "CI_COMMIT_SHA": head, "CI_REPO_URL": "https://git.example.com/octo/app", "CI_REPO_NAME": "app", "CI_REPO_DEFAULT_BRANCH": "main", "CI_COMMIT_TIMESTAMP": "1767323045"}
	travis = map[string]string{"CI": "true", "TRAVIS": "true", "TRAVIS_COMMIT": head, "TRAVIS_PULL_REQUEST": "false", "TRAVIS_EVENT_TYPE": "push", "TRAVIS_COMMIT_RANGE": base + "..." + head}
)

// stamp is the time of woodpecker's commit.
var stamp = time.Unix(1767323045, 0).UTC()

// mergeOf is a work tree at a merge commit.
func mergeOf(parents ...string) tagger.Revision {
	return tagger.Revision{Commit: merge, Parents: parents}
}

func TestEverySystem(t *testing.T) {
	app := tagger.Repository{Name: "app"}
	linked := tagger.Repository{Name: "app", URL: "https://git.example.com/octo/app"}
	hub, bit, az, own := "https://github.com/octo/app", "https://bitbucket.org/octo/app", "https://dev.azure.com/octo/shop/_git/app", "https://git.example.com/octo/app"
	at := tagger.Revision{Commit: head}
	tests := []struct {
		name string
		vars map[string]string
		tree tagger.Revision
		want tagger.Revision
	}{
		{"CircleCI: a branch", over(circle, "CIRCLE_BRANCH", "main"), at, tagger.Revision{Commit: head, Branch: "main", Refs: refs("branch:main"), Source: hub, Repository: app, CI: "CircleCI"}},
		{"CircleCI: a tag", over(circle, "CIRCLE_TAG", "v1"), at, tagger.Revision{Commit: head, Refs: refs("tag:v1"), Source: hub, Repository: app, CI: "CircleCI"}},
		{"CircleCI: a branch with a pull request is both", over(circle, "CIRCLE_BRANCH", "topic", "CIRCLE_PULL_REQUEST", "https://github.com/octo/app/pull/7"), at, tagger.Revision{Commit: head, Branch: "topic", Refs: refs("pr:7", "branch:topic"), Source: hub, Repository: app, CI: "CircleCI"}},
		{"CircleCI: a fork is a pull request only", over(circle, "CIRCLE_BRANCH", "pull/7", "CIRCLE_PR_NUMBER", "7"), at, tagger.Revision{Commit: head, Branch: "pull/7", Refs: refs("pr:7"), Source: hub, Repository: app, CI: "CircleCI"}},

		{"Buildkite: a branch", over(kite, "BUILDKITE_BRANCH", "main"), at, tagger.Revision{Commit: head, Branch: "main", Refs: refs("branch:main"), DefaultBranch: "main", Source: hub, Event: "webhook", CI: "Buildkite"}},
		{"Buildkite: a schedule at HEAD", over(kite, "BUILDKITE_BRANCH", "main", "BUILDKITE_COMMIT", "HEAD", "BUILDKITE_SOURCE", "schedule"), at, tagger.Revision{Commit: head, Branch: "main", Refs: refs("branch:main"), DefaultBranch: "main", Source: hub, Event: "schedule", CI: "Buildkite"}},
		{"Buildkite: a tag, whose branch is its name", over(kite, "BUILDKITE_BRANCH", "v1", "BUILDKITE_TAG", "v1"), at, tagger.Revision{Commit: head, Refs: refs("tag:v1"), DefaultBranch: "main", Source: hub, Event: "webhook", CI: "Buildkite"}},
		{"Buildkite: a pull request of a fork", over(kite, "BUILDKITE_BRANCH", "fork:main", "BUILDKITE_PULL_REQUEST", "7", "BUILDKITE_PULL_REQUEST_BASE_BRANCH", "main"), at, tagger.Revision{Commit: head, Branch: "fork:main", BaseRef: "main", Refs: refs("pr:7"), DefaultBranch: "main", Source: hub, Event: "webhook", CI: "Buildkite"}},

		{"Jenkins: a multibranch project", over(jenk, "BRANCH_NAME", "main", "GIT_BRANCH", "main", "BRANCH_IS_PRIMARY", "true"), at, tagger.Revision{Commit: head, Branch: "main", Refs: refs("branch:main"), DefaultBranch: "main", Source: own, Earlier: []string{base, merge}, CI: "Jenkins"}},
		{"Jenkins: a project of one branch", over(jenk, "GIT_BRANCH", "origin/feature/x"), at, tagger.Revision{Commit: head, Branch: "feature/x", Refs: refs("branch:feature/x"), Source: own, Earlier: []string{base, merge}, CI: "Jenkins"}},
		{"Jenkins: a tag", over(jenk, "BRANCH_NAME", "v1", "TAG_NAME", "v1"), at, tagger.Revision{Commit: head, Refs: refs("tag:v1"), Source: own, Earlier: []string{base, merge}, CI: "Jenkins"}},
		{"Jenkins: a pull request that is merged", over(jenk, "BRANCH_NAME", "PR-7-merge", "CHANGE_ID", "7", "CHANGE_BRANCH", "topic", "CHANGE_TARGET", "main", "GIT_COMMIT", merge), mergeOf(base, head), tagger.Revision{Commit: head, Parents: []string{base, head}, Branch: "topic", BaseRef: "main", Refs: refs("pr:7"), Source: own, Earlier: []string{base, merge}, CI: "Jenkins"}},
		{"Jenkins: a pull request that may be merged or not", over(jenk, "BRANCH_NAME", "PR-7", "CHANGE_ID", "7", "CHANGE_BRANCH", "topic", "CHANGE_TARGET", "main", "GIT_COMMIT", merge), mergeOf(head, base), tagger.Revision{Commit: merge, Parents: []string{head, base}, Branch: "topic", BaseRef: "main", Refs: refs("pr:7"), Source: own, Earlier: []string{base, merge}, CI: "Jenkins"}},
		{"Jenkins: GitLab's plugin", over(jenk, "gitlabMergeRequestId", "900", "gitlabMergeRequestIid", "7", "gitlabSourceBranch", "topic", "gitlabTargetBranch", "main", "gitlabMergeRequestLastCommit", head), at, tagger.Revision{Commit: head, Branch: "topic", BaseRef: "main", Refs: refs("pr:7"), Source: own, Earlier: []string{base, merge}, CI: "Jenkins"}},

		{"CodeBuild: a branch", over(build, "CODEBUILD_WEBHOOK_EVENT", "PUSH", "CODEBUILD_WEBHOOK_TRIGGER", "branch/feature/x", "CODEBUILD_WEBHOOK_HEAD_REF", "refs/heads/feature/x", "CODEBUILD_WEBHOOK_PREV_COMMIT", base), at, tagger.Revision{Commit: head, Branch: "feature/x", Refs: refs("branch:feature/x"), Source: hub, Earlier: []string{base}, Event: "PUSH", CI: "AWS CodeBuild"}},
		{"CodeBuild: a tag", over(build, "CODEBUILD_WEBHOOK_EVENT", "PUSH", "CODEBUILD_WEBHOOK_TRIGGER", "tag/v1"), at, tagger.Revision{Commit: head, Refs: refs("tag:v1"), Source: hub, Event: "PUSH", CI: "AWS CodeBuild"}},
		{"CodeBuild: a pull request", over(build, "CODEBUILD_WEBHOOK_EVENT", "PULL_REQUEST_UPDATED", "CODEBUILD_WEBHOOK_TRIGGER", "pr/7", "CODEBUILD_WEBHOOK_HEAD_REF", "refs/heads/topic", "CODEBUILD_WEBHOOK_BASE_REF", "refs/heads/main"), at, tagger.Revision{Commit: head, Branch: "topic", BaseRef: "main", Refs: refs("pr:7"), Source: hub, Event: "PULL_REQUEST_UPDATED", CI: "AWS CodeBuild"}},
		{"CodeBuild: by hand", over(build, "CODEBUILD_SOURCE_VERSION", "main"), at, tagger.Revision{Commit: head, Branch: "main", Refs: refs("branch:main"), Source: hub, CI: "AWS CodeBuild"}},
		{"CodeBuild: by hand, a whole reference", over(build, "CODEBUILD_SOURCE_VERSION", "refs/tags/v1^{"+head+"}"), at, tagger.Revision{Commit: head, Refs: refs("tag:v1"), Source: hub, CI: "AWS CodeBuild"}},
		{"CodeBuild: by hand, what is likelier a tag", over(build, "CODEBUILD_SOURCE_VERSION", "v1.2.3"), at, tagger.Revision{Commit: head, Source: hub, CI: "AWS CodeBuild"}},
		{"CodeBuild: by hand, a pull request", over(build, "CODEBUILD_SOURCE_VERSION", "pr/7"), at, tagger.Revision{Commit: head, Refs: refs("pr:7"), Source: hub, CI: "AWS CodeBuild"}},
		{"CodeBuild: of CodePipeline", over(build, "CODEBUILD_SOURCE_VERSION", "arn:aws:s3:::bucket/key", "CODEBUILD_RESOLVED_SOURCE_VERSION", "fzQ3.x_1"), at, tagger.Revision{Commit: head, Source: hub, CI: "AWS CodeBuild"}},
		{"CodeBuild: lends its machine to GitHub", over(build, "CODEBUILD_WEBHOOK_TRIGGER", "branch/other", "GITHUB_ACTIONS", "true", "GITHUB_SHA", head, "GITHUB_REF", "refs/heads/main"), at, tagger.Revision{Commit: head, Branch: "main", Refs: refs("branch:main"), CI: "GitHub Actions"}},

		{"Bitbucket: a branch", over(bucket, "BITBUCKET_BRANCH", "main"), at, tagger.Revision{Commit: head, Branch: "main", Refs: refs("branch:main"), Source: bit, Repository: app, CI: "Bitbucket Pipelines"}},
		{"Bitbucket: a tag", over(bucket, "BITBUCKET_TAG", "v1"), at, tagger.Revision{Commit: head, Refs: refs("tag:v1"), Source: bit, Repository: app, CI: "Bitbucket Pipelines"}},
		{"Bitbucket: a pull request, the target merged into it", over(bucket, "BITBUCKET_BRANCH", "topic", "BITBUCKET_PR_ID", "7", "BITBUCKET_PR_DESTINATION_BRANCH", "main", "BITBUCKET_PR_DESTINATION_COMMIT", base[:12]), mergeOf(head, base), tagger.Revision{Commit: head, Parents: []string{head, base}, Branch: "topic", BaseRef: "main", Refs: refs("pr:7"), Source: bit, Repository: app, CI: "Bitbucket Pipelines"}},

		{"Azure: a branch", over(azure, "BUILD_SOURCEBRANCH", "refs/heads/feature/x", "BUILD_SOURCEBRANCHNAME", "x"), at, tagger.Revision{Commit: head, Branch: "feature/x", Refs: refs("branch:feature/x"), Source: az, Repository: app, Event: "IndividualCI", CI: "Azure Pipelines"}},
		{"Azure: a tag, by schedule", over(azure, "BUILD_SOURCEBRANCH", "refs/tags/v1", "BUILD_REASON", "Schedule"), at, tagger.Revision{Commit: head, Refs: refs("tag:v1"), Source: az, Repository: app, Event: "schedule", CI: "Azure Pipelines"}},
		{"Azure: a pull request on GitHub", over(azure, "BUILD_SOURCEBRANCH", "refs/pull/7/merge", "BUILD_SOURCEVERSION", merge, "SYSTEM_PULLREQUEST_PULLREQUESTID", "900", "SYSTEM_PULLREQUEST_PULLREQUESTNUMBER", "7", "SYSTEM_PULLREQUEST_SOURCEBRANCH", "topic", "SYSTEM_PULLREQUEST_TARGETBRANCH", "refs/heads/main", "SYSTEM_PULLREQUEST_SOURCECOMMITID", head), mergeOf(base, head), tagger.Revision{Commit: head, Parents: []string{base, head}, Branch: "topic", BaseRef: "main", Refs: refs("pr:7"), Source: az, Repository: app, Event: "IndividualCI", CI: "Azure Pipelines"}},

		{"Drone: a branch", over(drone, "DRONE_BUILD_EVENT", "push", "DRONE_BRANCH", "main", "DRONE_COMMIT_BEFORE", base), at, tagger.Revision{Commit: head, Branch: "main", Refs: refs("branch:main"), DefaultBranch: "main", Source: own, Repository: linked, Earlier: []string{base}, Event: "push", CI: "Drone"}},
		{"Drone: a tag", over(drone, "DRONE_BUILD_EVENT", "tag", "DRONE_BRANCH", "refs/tags/v1", "DRONE_TAG", "v1"), at, tagger.Revision{Commit: head, Refs: refs("tag:v1"), DefaultBranch: "main", Source: own, Repository: linked, Event: "tag", CI: "Drone"}},
		{"Drone: a pull request, whose branch is the target", over(drone, "DRONE_BUILD_EVENT", "pull_request", "DRONE_BRANCH", "main", "DRONE_PULL_REQUEST", "7", "DRONE_SOURCE_BRANCH", "topic", "DRONE_TARGET_BRANCH", "main"), mergeOf(base, head), tagger.Revision{Commit: head, Parents: []string{base, head}, Branch: "topic", BaseRef: "main", Refs: refs("pr:7"), DefaultBranch: "main", Source: own, Repository: linked, Event: "pull_request", CI: "Drone"}},
		{"Drone: a schedule", over(drone, "DRONE_BUILD_EVENT", "cron", "DRONE_BRANCH", "main"), at, tagger.Revision{Commit: head, Branch: "main", Refs: refs("branch:main"), DefaultBranch: "main", Source: own, Repository: linked, Event: "schedule", CI: "Drone"}},

		{"Woodpecker: a branch, with GitLab's names", over(pecker, "CI_PIPELINE_EVENT", "push", "CI_COMMIT_BRANCH", "main", "CI_PREV_COMMIT_SHA", base), at, tagger.Revision{Commit: head, Time: stamp, Branch: "main", Refs: refs("branch:main"), DefaultBranch: "main", Source: own, Repository: linked, Earlier: []string{base}, Event: "push", CI: "Woodpecker"}},
		{"Woodpecker: a tag", over(pecker, "CI_PIPELINE_EVENT", "tag", "CI_COMMIT_BRANCH", "main", "CI_COMMIT_TAG", "v1"), at, tagger.Revision{Commit: head, Time: stamp, Refs: refs("tag:v1"), DefaultBranch: "main", Source: own, Repository: linked, Event: "tag", CI: "Woodpecker"}},
		{"Woodpecker: a pull request, whose branch is the target", over(pecker, "CI_PIPELINE_EVENT", "pull_request", "CI_COMMIT_BRANCH", "main", "CI_COMMIT_PULL_REQUEST", "7", "CI_COMMIT_SOURCE_BRANCH", "topic", "CI_COMMIT_TARGET_BRANCH", "main"), at, tagger.Revision{Commit: head, Time: stamp, Branch: "topic", BaseRef: "main", Refs: refs("pr:7"), DefaultBranch: "main", Source: own, Repository: linked, Event: "pull_request", CI: "Woodpecker"}},

		{"Travis: a branch", over(travis, "TRAVIS_BRANCH", "main"), at, tagger.Revision{Commit: head, Branch: "main", Refs: refs("branch:main"), Earlier: []string{base}, Event: "push", CI: "Travis CI"}},
		{"Travis: a tag, whose branch is its name", over(travis, "TRAVIS_BRANCH", "v1", "TRAVIS_TAG", "v1", "TRAVIS_COMMIT_RANGE", ""), at, tagger.Revision{Commit: head, Refs: refs("tag:v1"), Event: "push", CI: "Travis CI"}},
		{"Travis: a pull request, whose branch is the target", over(travis, "TRAVIS_BRANCH", "main", "TRAVIS_PULL_REQUEST", "7", "TRAVIS_PULL_REQUEST_BRANCH", "topic", "TRAVIS_PULL_REQUEST_SHA", head, "TRAVIS_COMMIT", merge, "TRAVIS_EVENT_TYPE", "pull_request"), mergeOf(base, head), tagger.Revision{Commit: head, Parents: []string{base, head}, Branch: "topic", BaseRef: "main", Refs: refs("pr:7"), Earlier: []string{base}, Event: "pull_request", CI: "Travis CI"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			job, found, err := cienv.Detect(test.vars)
			if err != nil || !found {
				t.Fatalf("Detect: found %t, %v", found, err)
			}
			got, other := job.Apply(test.tree, "head")
			if diff := cmp.Diff(test.want, got); diff != "" || other != nil {
				t.Errorf("Apply says %v (-want +got):\n%s", other, diff)
			}
		})
	}
}

// writeEvent writes a payload and returns the variables of a job that it is of.
func writeEvent(t *testing.T, payload string, others ...string) map[string]string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "event.json")
	if err := os.WriteFile(file, []byte(payload), 0o600); err != nil {
		t.Fatal(err)
	}
	return over(map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_SHA": head, "GITHUB_EVENT_PATH": file}, others...)
}
