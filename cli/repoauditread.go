package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/ecr"
	"github.com/hallmark-ci/hallmark/registry/posture"
	"github.com/hallmark-ci/hallmark/report"
)

const (
	// auditsAtOnce bounds how many requests an audit has under way.
	auditsAtOnce = 8
	// patienceOfAudit is how many requests in a row may be throttled to the end, each after six attempts, before no more are made.
	patienceOfAudit = 3
)

// reading reads what an audit is made of.
type reading struct {
	*audited
	api   *ecr.Client
	tally *report.Tally

	mu       sync.Mutex
	inARow   int // requests that were throttled to the end, since the last that was not
	settings []posture.Settings
}

// readRegistry reads the named repositories, or all, and judges each as soon as it is read.
func (a *audited) readRegistry(ctx context.Context, arguments []string) error {
	r := &reading{audited: a}
	host, names, err := r.names(arguments)
	if err != nil {
		return err
	}
	if r.api, err = reachECR(ctx, ecr.Options{Host: host, Patient: true}); err != nil {
		return err
	}
	a.registry.Host = host
	if err := r.describe(ctx, names); err != nil {
		return err
	}
	if len(r.settings) > 0 {
		if err := r.readShared(ctx); err != nil {
			return err
		}
	}
	r.tally = report.StartTally(a.say, a.program.progress, "repositories", len(r.settings))
	defer r.tally.Stop()
	if err := r.readScanning(ctx); err != nil {
		return err
	}
	return r.readEach(ctx)
}

// names reads the names of repositories, which must be of one registry: their host is empty for that of the account.
func (r *reading) names(arguments []string) (host string, names []string, err error) {
	for i, text := range arguments {
		h, name, err := readRepository(text)
		if err != nil {
			return "", nil, err
		}
		if i > 0 && h != host {
			return "", nil, &UsageError{Problem: fmt.Sprintf("repositories of two registries, %q and %q", host, h), Hint: "audit them one after the other"}
		}
		host = h
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return host, names, nil
}

// describe reads mutability and encryption. Named repositories are asked for one by one: one that is not there must not hide the others.
func (r *reading) describe(ctx context.Context, names []string) error {
	if len(names) == 0 {
		settings, err := r.api.Describe(ctx, r.registry.Host)
		r.settings = settings
		return err
	}
	found := make([]*posture.Settings, len(names))
	err := r.parallel(ctx, len(names), func(ctx context.Context, i int) error {
		s := posture.Settings{Repository: registry.Repository{Host: r.registry.Host, Name: names[i]}}
		described, err := r.api.Describe(ctx, r.registry.Host, names[i])
		var missing *registry.NotFoundError
		if errors.As(err, &missing) {
			return nil
		}
		if err == nil {
			s = described[0]
		} else if err = r.hide(&s, posture.PartRepository, err); err != nil {
			return err
		}
		found[i] = &s
		return nil
	})
	for i, s := range found {
		if s == nil {
			r.document.Missing = append(r.document.Missing, names[i])
			continue
		}
		r.settings = append(r.settings, *s)
	}
	return err
}

// readShared reads what all repositories of the registry share.
func (r *reading) readShared(ctx context.Context) error {
	r.registry.Unseen = map[posture.Part]string{}
	var shared posture.Settings // collects why a part could not be read
	var err error
	if r.registry.Scan, r.registry.Account, err = r.api.ScanRules(ctx); err != nil {
		if err = r.hide(&shared, posture.PartScanning, err); err != nil {
			return err
		}
	}
	if r.registry.Templates, err = r.api.Templates(ctx); err != nil {
		if err = r.hide(&shared, posture.PartTemplates, err); err != nil {
			return err
		}
	}
	for part, why := range shared.Unseen {
		r.registry.Unseen[part] = why
	}
	return nil
}

// readScanning reads how the repositories are scanned, a batch in a request.
func (r *reading) readScanning(ctx context.Context) error {
	batches := slices.Collect(slices.Chunk(r.settings, ecr.ScanBatch))
	return r.parallel(ctx, len(batches), func(ctx context.Context, i int) error {
		var names []string
		for _, s := range batches[i] {
			names = append(names, s.Name)
		}
		coverage, err := r.api.ScanConfigurations(ctx, r.registry.Scan.Type, names)
		for j := range batches[i] {
			s := &batches[i][j] // of r.settings
			if c, found := coverage[s.Name]; found {
				s.Scanning = c
				continue
			}
			if err := r.hide(s, posture.PartScanning, cmp.Or(err, errors.New("the answer does not hold it"))); err != nil {
				return err
			}
		}
		return nil
	})
}

// readEach reads the parts that take a request for each repository, and judges it.
func (r *reading) readEach(ctx context.Context) error {
	checks := make([][]posture.Check, len(r.settings))
	repositories := make([]report.PostureRepository, len(r.settings))
	err := r.parallel(ctx, len(r.settings), func(ctx context.Context, i int) error {
		s := r.settings[i]
		if err := r.readParts(ctx, &s); err != nil {
			return err
		}
		repositories[i], checks[i] = r.add(s)
		r.tally.Add()
		return nil
	})
	if err != nil {
		return err
	}
	r.checks = slices.Concat(checks...)
	slices.SortFunc(repositories, func(a, b report.PostureRepository) int { return cmp.Compare(a.Name, b.Name) })
	r.document.Repositories = repositories
	return nil
}

// readParts reads lifecycle policy, access policy and images of a repository.
func (r *reading) readParts(ctx context.Context, s *posture.Settings) error {
	err := r.ask(s, posture.PartLifecycle, func() (err error) {
		s.Lifecycle, _, err = r.api.LifecyclePolicy(ctx, s.Name)
		return err
	})
	if err != nil {
		return err
	}
	err = r.ask(s, posture.PartAccess, func() (err error) {
		s.Access, _, err = r.api.AccessPolicy(ctx, s.Name)
		return err
	})
	if err != nil {
		return err
	}
	if !r.images {
		s.Hide(posture.PartImages, posture.NotAsked)
		return nil
	}
	return r.ask(s, posture.PartImages, func() error {
		inventory, err := r.api.Inventory(ctx, s.Name)
		if err == nil {
			s.Images = inventory.Images()
		}
		return err
	})
}

// parallel runs work on n things, some at a time. The first error ends it.
func (r *reading) parallel(ctx context.Context, n int, work func(context.Context, int) error) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(auditsAtOnce)
	for i := range n {
		group.Go(func() error { return work(ctx, i) })
	}
	return group.Wait()
}
