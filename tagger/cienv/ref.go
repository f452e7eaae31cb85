package cienv

import (
	"regexp"
	"strings"
	"sync"

	"github.com/hallmark-ci/hallmark/tagger"
)

// readRef reads a whole reference name. The name of a pull request is its number.
func (j *Job) readRef(ref string) {
	if name, ok := strings.CutPrefix(ref, "refs/heads/"); ok {
		j.Branch = name
		j.nameRef()
	}
	if name, ok := strings.CutPrefix(ref, "refs/tags/"); ok {
		j.Tag = name
		j.nameRef()
	}
	if name, ok := strings.CutPrefix(ref, "refs/pull/"); ok {
		number, kind, _ := strings.Cut(name, "/") // GitHub builds merge, Gitea head
		j.PullRequest = &PullRequest{Number: number, Merged: kind == "merge"}
		j.nameRef()
	}
}

// nameRef takes the job's reference from its names. A tag beats a pull request, and that the branch it is of.
func (j *Job) nameRef() {
	switch {
	case j.Tag != "":
		j.Refs = []tagger.Ref{{Kind: tagger.TagRef, Name: j.Tag}}
	case j.PullRequest != nil && j.PullRequest.Number != "":
		j.Refs = []tagger.Ref{{Kind: tagger.PullRequestRef, Name: j.PullRequest.Number}}
	case j.Branch != "":
		j.Refs = []tagger.Ref{{Kind: tagger.BranchRef, Name: j.Branch}}
	default:
		j.Refs = nil
	}
}

// version is what tags look like more often than branches.
var version = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[vV]?[0-9]+\.[0-9]`)
})

// readName reads a name that may be a branch's or a tag's. One that looks like a version is left open: to take a tag for a branch would
// be to move what must not move.
func (j *Job) readName(name string) {
	if !version().MatchString(name) {
		j.Branch = name
		j.nameRef()
	}
}

// number is the number of a pull request, where a system writes false for none.
func number(s string) string {
	if s == "false" {
		return ""
	}
	return s
}

// shortBranch is a branch that some systems write as a whole reference.
func shortBranch(ref string) string { return strings.TrimPrefix(ref, "refs/heads/") }
