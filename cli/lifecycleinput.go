package cli

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/ecr"
	"github.com/hallmark-ci/hallmark/registry/lifecycle"
	"github.com/hallmark-ci/hallmark/report"
)

// simulated is what a simulation is made of.
type simulated struct {
	api        *ecr.Client // nil where the images are saved ones
	repository registry.Repository
	inventory  *lifecycle.Inventory
	text       []byte // of the policy
	policy     lifecycle.Policy
	uses       []lifecycle.Use
	live       useAsk
	unseen     []error // why more may be in use than was told
	now        time.Time
	at         time.Time
	price      float64
	verify     bool
	document   *report.LifecycleDocument
}

// readSimulation reads the flags, and the files they name.
func (p *program) readSimulation(c *cli.Context, document *report.LifecycleDocument) (*simulated, error) {
	s := &simulated{verify: c.Bool("verify"), now: p.clock().UTC(), document: document}
	document.Policy, document.Verified = c.String("lifecycle-policy"), s.verify
	saved := len(lines(c.StringSlice("images"))) > 0
	switch {
	case saved == (c.NArg() == 1) || c.NArg() > 1:
		return nil, &UsageError{Problem: "simulate takes a repository or --images FILE", Hint: "hallmark repo lifecycle simulate NAME, or --images FILE --policy FILE"}
	case saved && s.document.Policy == "":
		return nil, &UsageError{Problem: "saved images and no policy", Hint: "name the policy: --policy FILE"}
	case s.verify && (saved || c.String("at") != ""):
		return nil, &UsageError{Problem: "--verify with --images or --at", Hint: "ECR previews what is in a repository, now"}
	case c.Int("pulled-within") < 0 || c.Int("pulled-within") > 36_500:
		return nil, &UsageError{Problem: fmt.Sprintf("--pulled-within is %d", c.Int("pulled-within")), Hint: "it takes a number of days"}
	}
	var err error
	if s.live, err = readUseAsk(c); err != nil {
		return nil, err
	}
	if saved && len(s.live.sources) > 0 {
		return nil, &UsageError{Problem: "--in-use-from with --images", Hint: "saved images are judged without AWS: give what is in use by --in-use FILE"}
	}
	if s.at, err = evaluationTime(c.String("at"), s.now); err != nil {
		return nil, err
	}
	s.document.At = &s.at
	if s.price, err = strconv.ParseFloat(c.String("price"), 64); err != nil || !(s.price >= 0 && s.price <= 1000) {
		return nil, &UsageError{Problem: "--price is " + quote(c.String("price")), Hint: "it takes USD for a GB and month, such as 0.10"}
	}
	if s.uses, err = p.readUses(c); err != nil {
		return nil, err
	}
	if s.document.Policy != "" {
		if s.text, err = p.readPolicyText(s.document.Policy); err != nil {
			return nil, err
		}
		s.document.Policy = policyName(s.document.Policy)
	}
	if saved {
		s.inventory, err = p.readInventory(c)
		return s, err
	}
	s.repository.Host, s.repository.Name, err = readRepository(c.Args().First())
	return s, err
}

// evaluationTime reads --at.
func evaluationTime(text string, now time.Time) (time.Time, error) {
	if text == "" {
		return now, nil
	}
	if ahead, found := strings.CutPrefix(text, "+"); found {
		if days, isDays := strings.CutSuffix(ahead, "d"); isDays {
			if n, err := strconv.Atoi(days); err == nil && n >= 0 && n <= 36_500 {
				return now.AddDate(0, 0, n), nil
			}
		} else if d, err := time.ParseDuration(ahead); err == nil && d >= 0 {
			return now.Add(d), nil
		}
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if at, err := time.Parse(layout, text); err == nil {
			return at.UTC(), nil
		}
	}
	return now, &UsageError{Problem: "--at is " + quote(text), Hint: "it takes a date such as 2026-12-31, a time of RFC 3339, or +30d"}
}

// parsePolicy reads a policy that must be one that ECR takes.
func parsePolicy(file string, text []byte) (lifecycle.Policy, error) {
	policy, err := lifecycle.Parse(text)
	var invalid *lifecycle.InvalidError
	if !errors.As(err, &invalid) {
		return policy, err
	}
	var faults []string
	for _, problem := range invalid.Problems {
		faults = append(faults, file+":"+problem.String())
	}
	return policy, &UsageError{Problem: strings.Join(faults, "\n"), Hint: invalid.Problems[0].Hint}
}

// readRepositoryState reads what is asked of ECR: the images, and the policy where none was given.
func (p *program) readRepositoryState(ctx context.Context, s *simulated) error {
	if s.inventory != nil {
		s.repository.Name = s.inventory.Repository
		return nil
	}
	var err error
	if s.api, err = reachECR(ctx, ecr.Options{Host: s.repository.Host}); err != nil {
		return err
	}
	if s.document.Policy == "" {
		text, found, err := s.api.LifecyclePolicy(ctx, s.repository.Name)
		if err != nil {
			return err
		}
		if !found {
			return &UsageError{Problem: fmt.Sprintf("repository %q has no lifecycle policy", s.repository.Name), Hint: "name one to try: --policy FILE"}
		}
		s.document.Policy, s.text = "repository", []byte(text)
	}
	if s.inventory, err = s.api.Inventory(ctx, s.repository.Name); err != nil {
		return err
	}
	err = s.api.Platforms(ctx, s.repository, s.inventory)
	var denied *registry.DeniedError
	if errors.As(err, &denied) {
		p.say.Warn("the platforms of indexes are unknown: %v", err)
		return nil
	}
	return err
}

// withoutRepository says what to do about a repository that is not there: to make one would mend nothing here.
func withoutRepository(err error) error {
	var missing *registry.NotFoundError
	if !errors.As(err, &missing) {
		return err
	}
	return &hintedError{error: err, code: "repository-not-found", hint: "check its name and the region: aws ecr describe-repositories lists them"}
}
