package cienv

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// event is the part of GitHub's webhook payload that is used
// (https://docs.github.com/en/webhooks/webhook-events-and-payloads).
type event struct {
	// Before is where the branch, or the head of the pull request, was before the push. Other events may hold something else there.
	Before      any           `json:"before"`
	BaseRef     string        `json:"base_ref"` // of a push
	Number      int           `json:"number"`
	HeadCommit  *eventCommit  `json:"head_commit"`
	Commits     []eventCommit `json:"commits"`
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
	MergeGroup struct {
		BaseSHA string `json:"base_sha"`
		BaseRef string `json:"base_ref"`
	} `json:"merge_group"`
	WorkflowRun *struct {
		Event        string `json:"event"`
		HeadSHA      string `json:"head_sha"`
		HeadBranch   string `json:"head_branch"` // or the name of a tag
		PullRequests []struct {
			Number int `json:"number"`
			Base   struct {
				Ref string `json:"ref"`
			} `json:"base"`
		} `json:"pull_requests"`
		HeadCommit *eventCommit `json:"head_commit"`
	} `json:"workflow_run"`
	Repository struct {
		Name          string `json:"name"`
		Description   string `json:"description"`
		DefaultBranch string `json:"default_branch"`
		HTMLURL       string `json:"html_url"`
		License       struct {
			SPDX string `json:"spdx_id"`
		} `json:"license"`
	} `json:"repository"`
}

// eventCommit is a commit in the payload.
type eventCommit struct {
	ID        string `json:"id"`
	Timestamp any    `json:"timestamp"` // RFC 3339, with the committer's zone; another form is no reason to fail
}

// timeOf is the time of a commit that the event tells of; zero when it tells none.
func (e *event) timeOf(commit string) time.Time {
	all := e.Commits
	if e.HeadCommit != nil {
		all = append(all, *e.HeadCommit)
	}
	if e.WorkflowRun != nil && e.WorkflowRun.HeadCommit != nil {
		all = append(all, *e.WorkflowRun.HeadCommit)
	}
	for _, c := range all {
		text, _ := c.Timestamp.(string)
		if at, err := time.Parse(time.RFC3339, text); err == nil && c.ID == commit {
			return at.UTC()
		}
	}
	return time.Time{}
}

// maxEvent bounds the event file, in bytes. GitHub caps payloads at 25 MB.
const maxEvent = 25 << 20

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
