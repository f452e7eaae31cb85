package push

import (
	"context"
	"fmt"
	"strings"
)

// ensure brings a blob into the repository unless it is there. from is a repository of the registry that may have it too.
func (p *Pusher) ensure(ctx context.Context, c content, from string) (Action, error) {
	p.ledger.count(c)
	if p.ledger.isDone(c.digest) {
		return Exists, nil
	}
	if err := p.budget.sending.Acquire(ctx, 1); err != nil {
		return "", err
	}
	defer p.budget.sending.Release(1)
	if p.trust < doubted || c.open == nil {
		found, err := p.holds(ctx, c)
		if err != nil {
			return "", err
		}
		if found {
			p.ledger.markDone(c.digest)
			return Exists, nil
		}
	}
	if c.open == nil {
		return "", fmt.Errorf("blob %s is neither in the image's source nor in %s", c.digest, p.name)
	}
	if p.trust == doubted {
		from = "" // it may have said that it mounted what it did not
	}
	mounted, err := p.upload(ctx, c, from)
	if err != nil {
		return "", err
	}
	p.ledger.markDone(c.digest)
	if mounted {
		return Mounted, nil
	}
	p.ledger.uploaded(c)
	return Uploaded, nil
}

// mountable is the repository to mount blobs from when an image comes from the registry that it goes to; empty for any other.
func (p *Pusher) mountable(repository string) string {
	from, found := strings.CutPrefix(repository, p.name.RegistryStr()+"/")
	if !found || from == p.name.RepositoryStr() {
		return ""
	}
	return from
}
