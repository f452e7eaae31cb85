// Package cienv reads what a CI job says of the commit it builds: the names. What was built, the work tree says. Start at Detect.
// It reads the variables it is given, and the event file that one of them names.
package cienv

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hallmark-ci/hallmark/tagger"
)

// Job is what one CI job says.
type Job struct {
	System        string // such as "GitHub Actions"
	Event         string // the system's word for what started it; "schedule" for every kind of timer
	Commit        string // that the job is for; on a pull request often a merge commit of the system's making
	Time          time.Time
	Refs          []tagger.Ref // what the job builds: one, but where the system does not tell a push from a pull request
	Branch        string       // built branch; of a pull request the source branch
	Tag           string
	BaseRef       string // target branch of a pull request
	DefaultBranch string
	Source        string // https URL of the repository
	Repository    tagger.Repository
	PullRequest   *PullRequest
	Earlier       []string // commits that came before, likeliest to have been built first
	Follows       *Job     // the run that this one comes after; when its commit is checked out, the names are its names
}

// PullRequest is a pull or merge request.
type PullRequest struct {
	Number string
	Head   string    // commit at the top of its branch; empty when the job does not tell
	Time   time.Time // of Head; zero when the job does not tell
	Merged bool      // the job's commit is a merge of Head into the target, of the system's making
	Target string    // the work tree is a merge of this commit into Head, of the system's making; may be abbreviated
}

// Disagreement says that the job is for one commit and the work tree has another.
type Disagreement struct {
	System string
	What   string // that the job tells of, such as "the commit"
	Said   string // by the job
	Have   string // the work tree
}

func (d *Disagreement) String() string {
	return fmt.Sprintf("%s says %s is %s, the work tree has %s", d.System, d.What, d.Said, d.Have)
}

// Apply puts the job's names on what the work tree says. prSHA "head" takes the top of a pull request's branch where the work tree
// has the merge commit of it, with the time that the job tells of it, if any; "merge" leaves that. The commit that is checked out is the one that was built, so it stays where the job
// says another, and the disagreement is for the caller to judge; nil is none. pull_request_target, for one, checks out the target and
// not the pull request.
func (j Job) Apply(r tagger.Revision, prSHA string) (tagger.Revision, *Disagreement) {
	if j.Follows != nil && r.Commit == j.Follows.Commit && r.Commit != j.Commit {
		return j.Follows.Apply(r, prSHA)
	}
	var other *Disagreement
	if r.Time.IsZero() && r.Commit == j.Commit {
		r.Time = j.Time
	}
	head := j.head(r)
	switch {
	case head != "" && r.Commit == head:
	case head != "" && j.merges(r, head):
		if prSHA == "head" {
			r.Commit, r.Time = head, j.PullRequest.Time
		}
	case j.Commit != "" && r.Commit != j.Commit:
		other = &Disagreement{System: j.System, What: "the commit", Said: j.Commit, Have: r.Commit}
	case head != "":
		other = &Disagreement{System: j.System, What: "the head of the pull request", Said: head, Have: r.Commit}
	}
	r.Refs, r.CI, r.Event, r.BaseRef, r.Earlier, r.Repository = j.Refs, j.System, j.Event, j.BaseRef, j.Earlier, j.Repository
	if j.Branch != "" {
		r.Branch = j.Branch
	}
	if j.DefaultBranch != "" {
		r.DefaultBranch = j.DefaultBranch
	}
	if j.Source != "" {
		r.Source = j.Source
	}
	return r, other
}

// head is the commit at the top of the pull request. Without the event it is the second parent of the merge commit, which is in
// the raw object even of a clone of depth 1. A commit that the system has not made tells nothing: people merge the target into
// their branch, and the second parent of that is the target.
func (j Job) head(r tagger.Revision) string {
	switch {
	case j.PullRequest == nil:
		return ""
	case j.PullRequest.Head != "":
		return j.PullRequest.Head
	case j.PullRequest.Merged && len(r.Parents) == 2 && r.Commit == j.Commit:
		return r.Parents[1]
	}
	return ""
}

// Revision is what the job alone says, for where there is no work tree. ok is false when it names no commit.
func (j Job) Revision() (r tagger.Revision, ok bool) {
	r = tagger.Revision{Commit: j.Commit, From: "ci"}
	if j.PullRequest != nil && j.PullRequest.Head != "" {
		r.Commit = j.PullRequest.Head
	}
	if j.Tag != "" {
		r.Tags = []string{j.Tag}
	}
	commit := r.Commit
	j.Commit = commit // there is nothing to differ from
	r, _ = j.Apply(r, "head")
	return r, commit != ""
}

// merges says whether r is head merged into something, as CI systems do with pull requests, or the target merged into head, as
// Bitbucket does.
func (j Job) merges(r tagger.Revision, head string) bool {
	if len(r.Parents) != 2 {
		return false
	}
	target := j.PullRequest.Target
	return r.Parents[1] == head || target != "" && r.Parents[0] == head && strings.HasPrefix(r.Parents[1], target)
}

// objectID is the full id of a commit, by either hash.
var objectID = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^([0-9a-f]{40}|[0-9a-f]{64})$`)
})

// commits lists what names a commit, each once: systems write zeros for none.
func commits(ids ...string) []string {
	var out []string
	for _, id := range ids {
		if objectID().MatchString(id) && strings.Trim(id, "0") != "" && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}
