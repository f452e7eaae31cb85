package gitrepo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/storer"
)

// FirstParents lists the commits before the one that is checked out along first parents, the newest first, and at most n. A shallow
// clone has fewer, and where it is of depth 1 none: Revision.Parents still names the nearest.
func (r *Repo) FirstParents(ctx context.Context, n int) ([]string, error) {
	if n <= 0 {
		return nil, nil
	}
	commits, err := r.firstParents(ctx, n)
	if err != nil {
		return nil, fmt.Errorf("read the history of %s: %w", r.dir, err)
	}
	return commits, nil
}

func (p *program) firstParents(ctx context.Context, n int) ([]string, error) {
	out, err := p.run(ctx, "rev-list", "--first-parent", "--skip=1", "--max-count="+strconv.Itoa(n), "HEAD", "--")
	return slices.Collect(strings.FieldsSeq(out)), err
}

// firstParents stops where the history is cut off: what a commit there names as its parent is elsewhere.
func (g *goGit) firstParents(ctx context.Context, n int) ([]string, error) {
	head, err := storer.ResolveReference(g.store, plumbing.HEAD)
	if err != nil {
		return nil, fmt.Errorf("read HEAD: %w", err)
	}
	shallow, err := g.store.Shallow()
	if err != nil {
		return nil, fmt.Errorf("read shallow commits: %w", err)
	}
	var commits []string
	for at := head.Hash(); ctx.Err() == nil; {
		c, err := g.commit(at)
		if err != nil && !errors.Is(err, plumbing.ErrObjectNotFound) {
			return nil, err
		}
		if err == nil && at != head.Hash() {
			commits = append(commits, at.String())
		}
		if err != nil || len(commits) == n || len(c.parents) == 0 || slices.Contains(shallow, at) {
			return commits, nil
		}
		at = plumbing.NewHash(c.parents[0])
	}
	return nil, ctx.Err()
}
