package cienv

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/hallmark-ci/hallmark/tagger"
)

// readGitHub reads a job of GitHub Actions, or of Gitea's, which sets the same variables
// (https://docs.github.com/en/actions/reference/workflows-and-actions/variables).
func readGitHub(vars map[string]string) (Job, error) {
	e, err := readEvent(vars["GITHUB_EVENT_PATH"])
	if err != nil {
		return Job{}, err
	}
	job := Job{
		Event:         vars["GITHUB_EVENT_NAME"],
		Commit:        vars["GITHUB_SHA"],
		Time:          e.timeOf(vars["GITHUB_SHA"]),
		BaseRef:       vars["GITHUB_BASE_REF"],
		DefaultBranch: e.Repository.DefaultBranch,
	}
	job.readRepository(e, vars)
	job.readRef(vars["GITHUB_REF"])
	if branch, ok := strings.CutPrefix(e.BaseRef, "refs/heads/"); ok && job.Tag != "" {
		job.BaseRef = branch
	}
	before, _ := e.Before.(string)
	job.Earlier = commits(before)
	job.readQueue(e)
	job.readWorkflowRun(e)
	if job.Event == "schedule" && job.DefaultBranch == "" {
		job.DefaultBranch = job.Branch // schedules run nowhere else, and their payload does not always say so
	}
	// pull_request_target runs on the target branch, but is about the pull request.
	if p := e.PullRequest; p != nil && strings.HasPrefix(job.Event, "pull_request") {
		job.readPullRequest(cmp.Or(p.Number, e.Number), p.Head.SHA)
		job.PullRequest.Time = e.timeOf(p.Head.SHA)
		job.Branch, job.BaseRef = p.Head.Ref, cmp.Or(p.Base.Ref, job.BaseRef)
		job.Earlier = commits(before, p.Base.SHA)
	}
	if job.PullRequest != nil && job.Branch == "" {
		job.Branch = vars["GITHUB_HEAD_REF"]
	}
	return job, nil
}

// readRepository takes what the event says of the repository, or without one the variables.
func (j *Job) readRepository(e event, vars map[string]string) {
	j.Source = tagger.SourceURL(e.Repository.HTMLURL)
	if j.Source == "" && vars["GITHUB_SERVER_URL"] != "" && vars["GITHUB_REPOSITORY"] != "" {
		j.Source = tagger.SourceURL(vars["GITHUB_SERVER_URL"] + "/" + vars["GITHUB_REPOSITORY"])
	}
	j.Repository = tagger.Repository{
		Name:        cmp.Or(e.Repository.Name, lastPart(vars["GITHUB_REPOSITORY"])),
		Description: e.Repository.Description,
		URL:         j.Source,
		License:     e.Repository.License.SPDX,
	}
}

// readQueue reads a job of a merge queue, which builds a branch of its own making, gh-readonly-queue/TARGET/pr-NUMBER-COMMIT, named
// after the pull request at its end and the commit it is put on. The job is of both: the branch alone would give a tag for nobody.
func (j *Job) readQueue(e event) {
	branch, ok := strings.CutPrefix(j.Branch, tagger.QueuePrefix)
	slash := strings.LastIndexByte(branch, '/')
	if !ok || slash < 0 {
		return
	}
	last, isPullRequest := strings.CutPrefix(branch[slash+1:], "pr-")
	number, commit, _ := strings.Cut(last, "-")
	if _, err := strconv.Atoi(number); err != nil || !isPullRequest {
		return
	}
	j.Refs = append(j.Refs, tagger.Ref{Kind: tagger.PullRequestRef, Name: number})
	j.BaseRef = cmp.Or(shortBranch(e.MergeGroup.BaseRef), branch[:slash])
	j.Earlier = commits(cmp.Or(e.MergeGroup.BaseSHA, commit))
}

// readWorkflowRun reads a job that follows another workflow's. Its own commit is the default branch's; the workflow may have checked
// out the commit that the other one ran for.
func (j *Job) readWorkflowRun(e event) {
	run := e.WorkflowRun
	if run == nil || j.Event != "workflow_run" {
		return
	}
	other := Job{Event: j.Event, Commit: run.HeadSHA, Time: e.timeOf(run.HeadSHA), DefaultBranch: j.DefaultBranch, Source: j.Source, Repository: j.Repository}
	switch {
	case len(run.PullRequests) > 0 && run.Event != "push":
		p := run.PullRequests[0]
		other.PullRequest, other.Branch, other.BaseRef = &PullRequest{Number: strconv.Itoa(p.Number), Head: run.HeadSHA}, run.HeadBranch, p.Base.Ref
		other.nameRef()
	case run.Event == "pull_request" || run.Event == "pull_request_target": // of a fork, whose number is not told
		other.Branch = run.HeadBranch
	default:
		other.readName(run.HeadBranch)
	}
	j.Follows = &other
}

// readPullRequest takes what the event says of the pull request; a number of 0 is none.
func (j *Job) readPullRequest(number int, head string) {
	if j.PullRequest == nil {
		j.PullRequest = &PullRequest{}
	}
	if number != 0 {
		j.PullRequest.Number = strconv.Itoa(number)
	}
	j.PullRequest.Head = head
	j.Tag = ""
	j.nameRef()
}
