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

// useAsk is what AWS is to be asked about what runs.
type useAsk struct {
	sources     []useSource
	definitions int           // latest of each ECS family that count
	pulled      time.Duration // within which a pull, or what Amazon Inspector has seen, counts
}

// useReader asks about the repositories of one registry. What is the same for all of them is asked once.
type useReader struct {
	useAsk
	*workload.Reader
	api  *ecr.Client
	now  time.Time
	seen map[string]workload.Seen // by source
	told map[string]bool          // problems that were said
}

func (p *program) newUseReader(api *ecr.Client, ask useAsk) *useReader {
	return &useReader{useAsk: ask, Reader: workload.NewReader(api), api: api, now: p.clock().UTC(), seen: map[string]workload.Seen{}, told: map[string]bool{}}
}

// useSource is a source of what is in use, as --in-use-from names it.
type useSource struct {
	word string
	name string // for people
	read func(ctx context.Context, r *useReader, repository registry.Repository) ([]lifecycle.Use, []error, error)
}

// useSources are all of them.
func useSources() []useSource {
	return []useSource{
		{"ecs", "Amazon ECS", func(ctx context.Context, r *useReader, repository registry.Repository) ([]lifecycle.Use, []error, error) {
			return r.once("ecs", repository, func() (workload.Seen, error) { return r.ECS(ctx, r.definitions) })
		}},
		{"lambda", "AWS Lambda", func(ctx context.Context, r *useReader, repository registry.Repository) ([]lifecycle.Use, []error, error) {
			return r.once("lambda", repository, func() (workload.Seen, error) { return r.Lambda(ctx) })
		}},
		{"inspector", "Amazon Inspector", countsUses},
	}
}

// once asks a source that tells of all repositories, unless it was asked before, for what it tells of one.
func (r *useReader) once(word string, repository registry.Repository, ask func() (workload.Seen, error)) ([]lifecycle.Use, []error, error) {
	seen, known := r.seen[word]
	if !known {
		var err error
		if seen, err = ask(); err != nil {
			return nil, nil, err
		}
		r.seen[word] = seen
	}
	return r.usesOf(seen, repository), seen.Problems, nil
}

// liveFlags choose what is asked of AWS about what runs.
func liveFlags(category string) []cli.Flag {
	return []cli.Flag{
		listFlag(category, "in-use-from", "ask AWS what is in use, by `SOURCE`: ecs, lambda, inspector or all (repeatable)"),
		numberFlag(category, "task-definitions", 3, "`N` latest task definitions of each ECS family that count as in use"),
	}
}

// readUseAsk reads --in-use-from and what goes with it.
func readUseAsk(c *cli.Context) (useAsk, error) {
	ask := useAsk{definitions: c.Int("task-definitions"), pulled: time.Duration(c.Int("pulled-within")) * 24 * time.Hour}
	if ask.definitions < 0 || ask.definitions > 100 {
		return ask, &UsageError{Problem: fmt.Sprintf("--task-definitions is %d", ask.definitions), Hint: "it takes a number up to 100"}
	}
	known := useSources()
	for _, word := range lines(c.StringSlice("in-use-from")) {
		i := slices.IndexFunc(known, func(source useSource) bool { return source.word == word })
		switch {
		case word == everySource:
			ask.sources = known
			return ask, nil
		case i < 0:
			return ask, &UsageError{Problem: "--in-use-from is " + quote(word), Hint: "it takes ecs, lambda, inspector, all"}
		case !slices.ContainsFunc(ask.sources, func(source useSource) bool { return source.word == word }):
			ask.sources = append(ask.sources, known[i])
		}
	}
	return ask, nil
}

// liveUse is what AWS told of what is in use.
type liveUse struct {
	uses    []lifecycle.Use
	sources []report.LifecycleSource
	unseen  []error // why more may be in use
}

// readWorkloads asks the sources. What one cannot tell is said and kept: what it did tell counts all the same.
func (p *program) readWorkloads(ctx context.Context, r *useReader, repository registry.Repository) (live liveUse, err error) {
	for _, source := range r.sources {
		uses, problems, err := source.read(ctx, r, repository)
		if err != nil {
			return live, err
		}
		live.uses = append(live.uses, uses...)
		out := report.LifecycleSource{Name: source.word, Uses: len(uses), Complete: len(problems) == 0}
		for _, problem := range problems {
			unseen := fmt.Errorf("could not see all of %s: %w", source.name, problem)
			if !r.told[unseen.Error()] {
				r.told[unseen.Error()] = true
				p.say.Warn("%v", unseen)
			}
			out.Problems = append(out.Problems, problem.Error())
			live.unseen = append(live.unseen, unseen)
		}
		live.sources = append(live.sources, out)
	}
	return live, nil
}

// usesOf are the images of a repository among those that workloads run.
func (r *useReader) usesOf(seen workload.Seen, repository registry.Repository) []lifecycle.Use {
	var uses []lifecycle.Use
	for _, image := range seen.Images {
		use, err := lifecycle.ParseUse(image.Reference)
		if err != nil || !r.holds(repository, &use) {
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
func (r *useReader) holds(repository registry.Repository, use *lifecycle.Use) bool {
	host, name, _ := strings.Cut(use.Name, "/")
	if name != repository.Name || !r.api.Serves(host) {
		return false
	}
	if its, ok := ecr.ParseHost(host); ok {
		own, known := ecr.ParseHost(repository.Host)
		if its.Region != r.api.Region() || known && its.Account != own.Account {
			return false
		}
	}
	use.Name = name
	return true
}

// countsUses is what Amazon Inspector counts. Where it covers nothing it has seen nothing.
func countsUses(ctx context.Context, r *useReader, repository registry.Repository) ([]lifecycle.Use, []error, error) {
	counts, err := r.Counts(ctx, repository.Name)
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
		use := lifecycle.Use{Name: repository.Name, Digest: count.Digest, Text: count.Digest}
		switch last := count.LastInUse.Format(time.DateOnly); {
		case count.InUse > 0:
			use.By = fmt.Sprintf("Amazon Inspector: %d running, last seen %s", count.InUse, last)
		case !count.LastInUse.IsZero() && r.now.Sub(count.LastInUse) <= r.pulled:
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
