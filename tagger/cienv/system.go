package cienv

import (
	"fmt"
	"strings"
	"unicode"
)

// system is one CI system: how it is known, and how its job is read.
type system struct {
	name   string
	detect func(vars map[string]string) bool
	read   func(vars map[string]string) (Job, error)
}

// systems are those that are known. The order matters: Gitea's variables are GitHub's on purpose, Woodpecker's are in part GitLab's and
// were once Drone's, and CodeBuild lends its machines to the runners of GitHub, GitLab and Buildkite, which inherit its variables, as
// they do those of a Jenkins agent that starts them.
func systems() []system {
	return []system{
		{"Gitea Actions", is("GITEA_ACTIONS", "true"), readGitHub},
		{"GitHub Actions", is("GITHUB_ACTIONS", "true"), readGitHub},
		{"Woodpecker", is("CI", "woodpecker"), readWoodpecker},
		{"GitLab CI", is("GITLAB_CI", "true"), readGitLab},
		{"Buildkite", is("BUILDKITE", "true"), readBuildkite},
		{"CircleCI", is("CIRCLECI", "true"), readCircle},
		{"Azure Pipelines", is("TF_BUILD", "true"), readAzure},
		{"Bitbucket Pipelines", has("BITBUCKET_BUILD_NUMBER", "BITBUCKET_COMMIT"), readBitbucket},
		{"Drone", is("DRONE", "true"), readDrone},
		{"Travis CI", is("TRAVIS", "true"), readTravis},
		{"Jenkins", has("JENKINS_URL", "BUILD_ID"), readJenkins},
		{"AWS CodeBuild", has("CODEBUILD_BUILD_ID"), readCodeBuild},
	}
}

// is detects a system by a variable with one value, in either case: Azure writes True.
func is(name, value string) func(map[string]string) bool {
	return func(vars map[string]string) bool { return strings.EqualFold(vars[name], value) }
}

// has detects a system by variables that it alone sets.
func has(names ...string) func(map[string]string) bool {
	return func(vars map[string]string) bool {
		for _, name := range names {
			if vars[name] == "" {
				return false
			}
		}
		return true
	}
}

// Detect reads the job that vars, the environment, belong to. Outside CI, and in systems that are not known, found is false. A name
// that cannot be a reference, because control characters are in it, is an error.
func Detect(vars map[string]string) (job Job, found bool, err error) {
	for _, s := range systems() {
		if !s.detect(vars) {
			continue
		}
		job, err := s.read(vars)
		if err == nil {
			job, err = job.finish(s.name)
		}
		if err != nil {
			return Job{}, false, fmt.Errorf("read the %s job: %w", s.name, err)
		}
		return job, true, nil
	}
	return Job{}, false, nil
}

// finish checks what any system may have got wrong. Buildkite, for one, says HEAD where it does not know the commit yet, and CodeBuild
// the version of an object in S3.
func (j Job) finish(system string) (Job, error) {
	j.System = system
	if !objectID().MatchString(j.Commit) {
		j.Commit = ""
	}
	if j.PullRequest != nil && !objectID().MatchString(j.PullRequest.Head) {
		j.PullRequest.Head = ""
	}
	names := []string{j.Branch, j.Tag, j.BaseRef, j.DefaultBranch}
	for _, ref := range j.Refs {
		names = append(names, ref.Name)
	}
	for _, name := range names {
		if strings.ContainsFunc(name, unicode.IsControl) {
			return Job{}, fmt.Errorf("%q cannot be the name of a branch or tag", name)
		}
	}
	if j.Event == "cron" || j.Event == "Schedule" { // of Drone, Woodpecker and Travis; of Azure
		j.Event = "schedule"
	}
	j.Repository.Description = strings.Join(strings.FieldsFunc(j.Repository.Description, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
	if j.Follows != nil {
		follows, err := j.Follows.finish(system)
		if err != nil {
			return Job{}, err
		}
		j.Follows = &follows
	}
	return j, nil
}
