package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/ecr"
	"github.com/hallmark-ci/hallmark/registry/lifecycle"
	"github.com/hallmark-ci/hallmark/report"
	"github.com/hallmark-ci/hallmark/trace/workload"
)

// everySource stands for all sources of --in-use-from.
const everySource = "all"

// useSource is a source of what is in use, as --in-use-from names it.
type useSource struct {
	word string
	name string // for people
	read func(ctx context.Context, s *simulated, r *workload.Reader) ([]lifecycle.Use, []error, error)
}

// useSources are all of them.
func useSources() []useSource {
	return []useSource{
		{"ecs", "Amazon ECS", func(ctx context.Context, s *simulated, r *workload.Reader) ([]lifecycle.Use, []error, error) {
			seen, err := r.ECS(ctx, s.definitions)
			return s.usesOf(seen), seen.Problems, err
		}},
		{"lambda", "AWS Lambda", func(ctx context.Context, s *simulated, r *workload.Reader) ([]lifecycle.Use, []error, error) {
			seen, err := r.Lambda(ctx)
			return s.usesOf(seen), seen.Problems, err
		}},
		{"inspector", "Amazon Inspector", countsUses},
	}
}

// liveFlags choose what is asked of AWS about what runs.
func liveFlags() []cli.Flag {
	return []cli.Flag{
		listFlag(categoryLifecycle, "in-use-from", "ask AWS what is in use, by `SOURCE`: ecs, lambda, inspector or all (repeatable)"),
		numberFlag(categoryLifecycle, "task-definitions", 3, "`N` latest task definitions of each ECS family that count as in use"),
	}
}

// readSources reads --in-use-from and what goes with it.
func (s *simulated) readSources(c *cli.Context, saved bool) error {
	s.definitions = c.Int("task-definitions")
	if s.definitions < 0 || s.definitions > 100 {
		return &UsageError{Problem: fmt.Sprintf("--task-definitions is %d", s.definitions), Hint: "it takes a number up to 100"}
	}
	known := useSources()
	for _, word := range lines(c.StringSlice("in-use-from")) {
		i := slices.IndexFunc(known, func(source useSource) bool { return source.word == word })
		switch {
		case saved:
			return &UsageError{Problem: "--in-use-from with --images", Hint: "saved images are judged without AWS: give what is in use by --in-use FILE"}
		case word == everySource:
			s.sources = known
			return nil
		case i < 0:
			return &UsageError{Problem: "--in-use-from is " + quote(word), Hint: "it takes ecs, lambda, inspector, all"}
		case !slices.ContainsFunc(s.sources, func(source useSource) bool { return source.word == word }):
			s.sources = append(s.sources, known[i])
		}
	}
	return nil
}

// readWorkloads asks the sources. What one cannot tell is said and kept: what it did tell counts all the same.
func (p *program) readWorkloads(ctx context.Context, s *simulated) error {
	if len(s.sources) == 0 {
		return nil
	}
	reader := workload.NewReader(s.api)
	for _, source := range s.sources {
		uses, problems, err := source.read(ctx, s, reader)
		if err != nil {
			return err
		}
		s.uses = append(s.uses, uses...)
		out := report.LifecycleSource{Name: source.word, Uses: len(uses), Complete: len(problems) == 0}
		for _, problem := range problems {
			p.say.Warn("could not see all of %s: %v", source.name, problem)
			out.Problems = append(out.Problems, problem.Error())
			s.unseen = append(s.unseen, fmt.Errorf("could not see all of %s: %w", source.name, problem))
		}
		s.document.Sources = append(s.document.Sources, out)
	}
	return nil
}

// usesOf are the images of the repository among those that workloads run.
func (s *simulated) usesOf(seen workload.Seen) []lifecycle.Use {
	var uses []lifecycle.Use
	for _, image := range seen.Images {
		use, err := lifecycle.ParseUse(image.Reference)
		if err != nil || !s.holds(&use) {
			continue
		}
		if image.Digest != "" {
			use.Digest = image.Digest
		}
		use.By = image.Workload.String()
		uses = append(uses, use)
	}
	return uses
}

// holds says whether an image is one of the repository, whose name the use then has: another registry may have one of the same name.
func (s *simulated) holds(use *lifecycle.Use) bool {
	host, name, _ := strings.Cut(use.Name, "/")
	if name != s.repository.Name || !s.api.Serves(host) {
		return false
	}
	if its, ok := ecr.ParseHost(host); ok {
		own, known := ecr.ParseHost(s.repository.Host)
		if its.Region != s.api.Region() || known && its.Account != own.Account {
			return false
		}
	}
	use.Name = name
	return true
}

// countsUses is what Amazon Inspector counts. Where it covers nothing it has seen nothing.
func countsUses(ctx context.Context, s *simulated, r *workload.Reader) ([]lifecycle.Use, []error, error) {
	counts, err := r.Counts(ctx, s.repository.Name)
	if ctx.Err() != nil {
		return nil, nil, context.Cause(ctx)
	}
	var problems []error
	if err != nil {
		problems = []error{err}
	} else if len(counts) == 0 {
		problems = []error{errors.New("it covers no image of the repository")}
	}
	var uses []lifecycle.Use
	for _, count := range counts {
		use := lifecycle.Use{Name: s.repository.Name, Digest: count.Digest, Text: count.Digest}
		switch last := count.LastInUse.Format(time.DateOnly); {
		case count.InUse > 0:
			use.By = fmt.Sprintf("Amazon Inspector: %d running, last seen %s", count.InUse, last)
		case !count.LastInUse.IsZero() && s.now.Sub(count.LastInUse) <= s.pulled:
			use.By = fmt.Sprintf("Amazon Inspector: none running now, last seen %s, which is weak evidence", last)
		default:
			continue
		}
		uses = append(uses, use)
	}
	return uses, problems, nil
}

// unseenHint is the mend where not all that runs was seen.
func unseenHint(err error) string {
	const list = "list what runs in a file: --in-use FILE"
	var denied *registry.DeniedError
	if errors.As(err, &denied) && denied.Action != "" {
		return fmt.Sprintf("allow %s on %s in the IAM policy of these credentials, or %s", denied.Action, denied.Resource, list)
	}
	return list
}
