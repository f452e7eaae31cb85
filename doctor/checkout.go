package doctor

import (
	"fmt"
	"strings"

	"github.com/hallmark-ci/hallmark/tagger"
)

// checkout checks the commit, how much of its history is here, and the tags that the rules give.
func checkout(c Checkout) []Check {
	if c.Problem != nil {
		return []Check{failed("commit", Missing, c.Problem)}
	}
	checks := []Check{commit(c)}
	if c.Revision.From != "ci" {
		checks = append(checks, history(c))
	}
	return append(checks, tags(c))
}

func commit(c Checkout) Check {
	r := c.Revision
	found := r.Short()
	if r.Branch != "" {
		found += " on " + r.Branch
	}
	if len(r.Tags) > 0 {
		found += " at " + strings.Join(r.Tags, ", ")
	}
	found += ", read by " + r.From
	check := Check{Name: "commit", Status: OK, Found: found}
	switch {
	case c.OtherCommit != "":
		check.Status, check.Found = Missing, c.OtherCommit
		check.Mend = "check out the commit that the job is for; if this work tree is what the image was built from, say so with --path ."
	case r.Dirty == tagger.Dirty && r.CI == "":
		check.Status, check.Found = Warning, found+", with uncommitted changes: commit tags get a suffix, and versions are refused"
		check.Mend = "commit or undo the changes, or choose --dirty allow"
	case r.Dirty == tagger.Dirty:
		check.Found += ", with uncommitted changes, which are recorded"
	}
	return check
}

// history checks whether Git tags may be missing. That is a mere warning here: whether the rules need them, the tags tell.
func history(c Checkout) Check {
	if !c.Revision.Shallow {
		return Check{Name: "history", Status: OK, Found: "whole"}
	}
	return Check{Name: "history", Status: Warning, Found: "this clone is shallow: Git tags and earlier commits may be missing", Mend: c.Deepen}
}

func tags(c Checkout) Check {
	if c.TagsProblem != nil {
		return failed("tags", Missing, c.TagsProblem)
	}
	var names []string
	for _, tag := range c.Tags {
		name := tag.String()
		if tag.Kind == tagger.Moving {
			name += " (moves)"
		}
		names = append(names, name)
	}
	return Check{Name: "tags", Status: OK, Found: strings.Join(names, ", ")}
}

// daemon checks the daemon. A push of an archive does without, unless somebody has said where it is.
func daemon(d Daemon) Check {
	switch {
	case d.Problem == nil:
		return Check{Name: "daemon", Status: OK, Found: fmt.Sprintf("%s %s at %s", d.Name, d.Version, d.Host)}
	case d.Wanted:
		return failed("daemon", Missing, d.Problem)
	default:
		return failed("daemon", Warning, d.Problem)
	}
}
