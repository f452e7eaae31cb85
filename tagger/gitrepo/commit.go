package gitrepo

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// commit is what the object of a commit says.
type commit struct {
	parents []string
	time    time.Time // of the committer, UTC
}

// parseCommit reads the object of a commit. Commands that walk the history, such as rev-list, leave out the parents that a shallow clone
// does not have, and with them the head of a pull request; the object names them.
func parseCommit(object string) (commit, error) {
	var c commit
	header, _, _ := strings.Cut(object, "\n\n")
	for line := range strings.SplitSeq(header, "\n") {
		key, value, _ := strings.Cut(line, " ")
		switch key {
		case "parent":
			c.parents = append(c.parents, value)
		case "committer":
			var err error
			if c.time, err = timeOf(value); err != nil {
				return commit{}, err
			}
		}
	}
	return c, nil
}

// timeOf reads the time from the end of a line such as "A U Thor <author@example.com> 1767323045 +0100".
func timeOf(person string) (time.Time, error) {
	fields := strings.Fields(person[strings.LastIndexByte(person, '>')+1:])
	if len(fields) == 0 {
		return time.Time{}, fmt.Errorf("committer %q has no time", person)
	}
	seconds, err := strconv.ParseInt(fields[0], 10, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("committer %q: time: %w", person, err)
	}
	return time.Unix(seconds, 0).UTC(), nil
}

// CommitTime is the committer's time of any commit by its full id. found is false where the repository does not have it, as a shallow
// clone may not.
func (r *Repo) CommitTime(ctx context.Context, id string) (at time.Time, found bool, err error) {
	object, found, err := r.object(ctx, id)
	if err != nil || !found {
		return time.Time{}, false, err
	}
	c, err := parseCommit(object)
	if err != nil {
		return time.Time{}, false, fmt.Errorf("read commit %s: %w", id, err)
	}
	return c.time, true, nil
}
