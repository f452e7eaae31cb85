// Package iam is the table of IAM actions that the commands need, and the policies made of it. Start at NewPolicy. It asks nothing of AWS.
package iam

import (
	"slices"
	"strings"
)

// Job is what a policy is for: a command, or a way to use one.
type Job string

// The jobs that there are policies for.
const (
	Push     Job = "push"     // push the image and write the tags
	Gate     Job = "gate"     // wait for a basic scan and judge it
	Enhanced Job = "enhanced" // wait for a scan of Amazon Inspector and judge it
	Audit    Job = "audit"    // read a repository's settings
	Apply    Job = "apply"    // read and change them
	Simulate Job = "simulate" // say what a lifecycle policy takes, and ask what runs
	Trace    Job = "trace"    // go from a running image to its commit
)

// Jobs are all jobs.
func Jobs() []Job { return []Job{Push, Gate, Enhanced, Audit, Apply, Simulate, Trace} }

// Resource is what an action is on.
type Resource string

// The resources of actions. Those without an ARN of their own are on everything.
const (
	Everything       Resource = "*"
	Repository       Resource = "repository"
	OtherRepository  Resource = "the source's repository"
	BaseOfComparison Resource = "the baseline's repository"
)

// Need is a part of a job and the actions it takes.
type Need struct {
	For      string
	Actions  []string
	On       Resource
	Without  string // what happens without them
	Optional bool   // the job is done without them, if less well
	Jobs     []Job  // whose policies hold them; none where only a flag asks for them
}

// Asks says whether a need is among those of a job.
func (n Need) Asks(job Job) bool { return slices.Contains(n.Jobs, job) }

// Optional says whether a job is done without an action. An action that no job has is optional.
func Optional(job Job, action string) bool {
	for _, need := range Needs() {
		if need.Asks(job) && !need.Optional && slices.Contains(need.Actions, action) {
			return false
		}
	}
	return true
}

// Loss is what happens to a job without an action; empty where the table does not tell.
func Loss(job Job, action string) string {
	for _, need := range Needs() {
		if need.Asks(job) && slices.Contains(need.Actions, action) {
			return need.Without
		}
	}
	return ""
}

// optionalWord stands beside jobs for what they can do without.
const optionalWord = "optional"

// Words are what ParseJobs takes.
func Words() []string {
	var words []string
	for _, job := range Jobs() {
		words = append(words, string(job))
	}
	return append(words, optionalWord)
}

// ParseJobs reads jobs, joined by + or given one by one: push+gate. optional says whether what they can do without is asked for too.
// unknown is the first word that is no job; empty when all are.
func ParseJobs(words []string) (jobs []Job, optional bool, unknown string) {
	for word := range strings.SplitSeq(strings.Join(words, "+"), "+") {
		job := Job(strings.TrimSpace(word))
		switch {
		case job == optionalWord:
			optional = true
		case !slices.Contains(Jobs(), job):
			return nil, false, word
		case !slices.Contains(jobs, job):
			jobs = append(jobs, job)
		}
	}
	return jobs, optional, ""
}
