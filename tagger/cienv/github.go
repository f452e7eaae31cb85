package cienv

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/hallmark-ci/hallmark/tagger"
)

// event is the part of GitHub's webhook payload that is used
// (https://docs.github.com/en/webhooks/webhook-events-and-payloads).
type event struct {
	// Before is where the branch, or the head of the pull request, was before the push. Other events may hold something else there.
	Before      any `json:"before"`
	Number      int `json:"number"`
	PullRequest *struct {
		Number int `json:"number"`
		Head   struct {
			SHA string `json:"sha"`
			Ref string `json:"ref"`
		} `json:"head"`
		Base struct {
			SHA string `json:"sha"`
			Ref string `json:"ref"`
		} `json:"base"`
	} `json:"pull_request"`
	Repository struct {
		DefaultBranch string `json:"default_branch"`
		HTMLURL       string `json:"html_url"`
	} `json:"repository"`
}

// maxEvent bounds the event file, in bytes. GitHub caps payloads at 25 MB.
const maxEvent = 25 << 20

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
		BaseRef:       vars["GITHUB_BASE_REF"],
		DefaultBranch: e.Repository.DefaultBranch,
		Source:        tagger.SourceURL(e.Repository.HTMLURL),
	}
	if job.Source == "" && vars["GITHUB_SERVER_URL"] != "" && vars["GITHUB_REPOSITORY"] != "" {
		job.Source = tagger.SourceURL(vars["GITHUB_SERVER_URL"] + "/" + vars["GITHUB_REPOSITORY"])
	}
	job.readRef(vars["GITHUB_REF"])
	before, _ := e.Before.(string)
	job.Earlier = commits(before)
	// pull_request_target runs on the target branch, but is about the pull request.
	if p := e.PullRequest; p != nil && strings.HasPrefix(job.Event, "pull_request") {
		job.readPullRequest(cmp.Or(p.Number, e.Number), p.Head.SHA)
		job.Branch, job.BaseRef = p.Head.Ref, cmp.Or(p.Base.Ref, job.BaseRef)
		job.Earlier = commits(before, p.Base.SHA)
	}
	if job.PullRequest != nil && job.Branch == "" {
		job.Branch = vars["GITHUB_HEAD_REF"]
	}
	return job, nil
}

// readRef reads a whole reference name. The name of a pull request is its number.
func (j *Job) readRef(ref string) {
	if name, ok := strings.CutPrefix(ref, "refs/heads/"); ok {
		j.Ref, j.Branch = tagger.Ref{Kind: tagger.BranchRef, Name: name}, name
	}
	if name, ok := strings.CutPrefix(ref, "refs/tags/"); ok {
		j.Ref, j.Tag = tagger.Ref{Kind: tagger.TagRef, Name: name}, name
	}
	if name, ok := strings.CutPrefix(ref, "refs/pull/"); ok {
		number, kind, _ := strings.Cut(name, "/") // GitHub builds merge, Gitea head
		j.Ref, j.PullRequest = tagger.Ref{Kind: tagger.PullRequestRef, Name: number}, &PullRequest{Number: number, Merged: kind == "merge"}
	}
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
	j.Ref = tagger.Ref{Kind: tagger.PullRequestRef, Name: j.PullRequest.Number}
}

// readEvent reads the payload of the event that started the job. Some runners give none.
func readEvent(file string) (event, error) {
	if file == "" {
		return event{}, nil
	}
	f, err := os.Open(file)
	if errors.Is(err, os.ErrNotExist) {
		return event{}, fmt.Errorf("GITHUB_EVENT_PATH names a file that is not there: %w", err)
	}
	if err != nil {
		return event{}, fmt.Errorf("GITHUB_EVENT_PATH: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxEvent+1))
	switch {
	case err != nil:
		return event{}, fmt.Errorf("GITHUB_EVENT_PATH: %w", err)
	case len(data) > maxEvent:
		return event{}, fmt.Errorf("GITHUB_EVENT_PATH: %s is larger than %d bytes", file, maxEvent)
	case len(bytes.TrimSpace(data)) == 0:
		return event{}, nil
	}
	var e event
	if err := json.Unmarshal(data, &e); err != nil {
		return event{}, fmt.Errorf("GITHUB_EVENT_PATH: %s: %w", file, err)
	}
	return e, nil
}
