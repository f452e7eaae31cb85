package tagger

import (
	"errors"
	"fmt"
	"strings"
)

// dates are the expressions that the pattern of type=schedule can ask for.
var dates = []string{"date", "commit_date"}

func checkSchedule(r *Rule) error {
	if r.attributes["pattern"] == "" {
		return errors.New("pattern is empty, leave it out for nightly")
	}
	if err := checkExpressions(r.passage("pattern"), dates); err != nil {
		return fmt.Errorf("pattern: %w", err)
	}
	return nil
}

// giveSchedule is type=schedule: a name for what a timer started. With a date in it it is one run's, else it moves.
func giveSchedule(r Rule, e *evaluation) ([]given, string) {
	if !strings.Contains(e.revision.Event, "schedule") {
		return nil, "no schedule started this"
	}
	pattern := r.attributes["pattern"]
	name, err := e.scope.expand(pattern)
	if err != nil {
		return nil, err.Error()
	}
	g := given{name: name, kind: Moving, why: "a schedule started this"}
	if asks(pattern, dates...) {
		g.kind = Literal
	}
	return []given{g}, ""
}

// giveEdge is type=edge: the last of a branch, the default one if the rule names none.
func giveEdge(r Rule, e *evaluation) ([]given, string) {
	want := r.attributes["branch"]
	if want == "" {
		want = e.revision.DefaultBranch
	}
	branch := e.revision.refName(BranchRef)
	switch {
	case branch == "":
		return nil, "no branch is checked out or built"
	case want == "":
		return nil, "the default branch is not known: name it, branch=main"
	case branch != want:
		return nil, fmt.Sprintf("branch %s is not %s", branch, want)
	}
	return []given{{name: "edge", kind: Moving, why: "branch " + branch}}, ""
}
