package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/hallmark-ci/hallmark/doctor"
	"github.com/hallmark-ci/hallmark/iam"
	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/ecr"
	"github.com/hallmark-ci/hallmark/registry/source"
)

// patience is how long one thing may take to be found out.
const patience = 10 * time.Second

// examination finds out what doctor decides on. Each part works by itself, beside the others, and writes to its own part of the facts.
type examination struct {
	*program
	facts   doctor.Facts
	parts   sync.WaitGroup
	trials  sync.Mutex // held while a trial is noted
	results map[string]error
	usage   error // that the rules of the tags are wrong
}

// examine finds out all that doctor decides on. Its error is that of the command line, or of an interruption.
func (p *program) examine(c *cli.Context, host, name string) (doctor.Facts, error) {
	e := &examination{program: p, results: map[string]error{}}
	for _, variable := range doctor.Variables() {
		if value := os.Getenv(variable); value != "" {
			e.facts.Variables = append(e.facts.Variables, doctor.Variable{Name: variable, Value: value})
		}
	}
	e.start(c.Context, func(ctx context.Context) { e.checkout(ctx, c) })
	e.start(c.Context, e.daemon)
	e.account(c.Context, host, name)
	e.parts.Wait()
	if err := c.Context.Err(); err != nil {
		return doctor.Facts{}, err
	}
	if e.facts.Target != nil {
		e.facts.Target.Assume, e.facts.Target.NoGate = assumed(c), c.Bool("no-gate")
		e.noteTrials()
	}
	return e.facts, e.usage
}

// start begins a part, which ends in time.
func (e *examination) start(ctx context.Context, part func(context.Context)) {
	e.parts.Go(func() {
		ctx, cancel := context.WithTimeoutCause(ctx, patience, fmt.Errorf("no answer within %s", patience))
		defer cancel()
		part(ctx)
	})
}

// found is what became of a part, as doctor takes it: that its time was over is said in words.
func found(ctx context.Context, err error) *doctor.Problem {
	if err != nil && errors.Is(err, context.DeadlineExceeded) {
		return &doctor.Problem{Err: context.Cause(ctx), Mend: "check the network, a proxy, and the addresses of endpoints"}
	}
	return problem(err)
}

func (e *examination) checkout(ctx context.Context, c *cli.Context) {
	out := &e.facts.Checkout
	f, err := e.readFacts(ctx, c)
	if out.Problem = found(ctx, err); err != nil {
		return
	}
	out.Revision, out.Deepen = f.Revision, fetchHint(f.CI)
	if f.other != nil && !c.IsSet("path") {
		out.OtherCommit = f.other.String()
	}
	derivation, err := e.derive(c, f.Revision)
	if err == nil && c.String("moving") != "always" {
		derivation, err = e.forward(ctx, f, derivation)
	}
	var usage *UsageError
	if errors.As(err, &usage) {
		e.usage = err
	}
	out.Tags, out.TagsProblem = derivation.Tags, found(ctx, err)
}

func (e *examination) daemon(ctx context.Context) {
	host := environment()["DOCKER_HOST"]
	engine, err := source.AskDaemon(ctx, host)
	e.facts.Daemon = doctor.Daemon{Name: engine.Name, Version: engine.Version, Host: engine.Host, Wanted: host != "", Problem: found(ctx, err)}
}

// account finds out about credentials and repository, each in a part of its own.
func (e *examination) account(ctx context.Context, host, name string) {
	out := &e.facts.AWS
	out.Now = e.clock()
	api, err := ecr.New(ctx, ecr.Options{Host: host})
	if out.Problem = problem(err); err != nil {
		return
	}
	out.Region = api.Region()
	if name != "" {
		e.facts.Target = &doctor.Target{ECR: host == "" || api.Serves(host), Settings: registry.Repository{Host: host, Name: name}, Create: createCommand(name)}
	}
	if e.facts.Target != nil && !e.facts.Target.ECR {
		return
	}
	e.start(ctx, func(ctx context.Context) {
		got, err := api.Credentials(ctx)
		out.Credentials = doctor.Credentials{Source: got.Source, Expires: got.Expires, Problem: found(ctx, err)}
	})
	e.start(ctx, func(ctx context.Context) { out.Caller = callerOf(ctx, api) })
	e.start(ctx, func(ctx context.Context) {
		ahead, err := api.ClockSkew(ctx)
		out.Clock = doctor.Clock{Ahead: ahead, Problem: found(ctx, err)}
	})
	if e.facts.Target != nil {
		e.repository(ctx, api, host, name)
	}
}

func callerOf(ctx context.Context, api *ecr.Client) doctor.Caller {
	got, err := api.Caller(ctx)
	var notAsked *ecr.NotAskedError
	if errors.As(err, &notAsked) {
		return doctor.Caller{NotAsked: notAsked.Error()}
	}
	return doctor.Caller{Account: got.Account, ARN: got.ARN, Problem: found(ctx, err)}
}

// repository finds out about the repository, and what the credentials may do there.
func (e *examination) repository(ctx context.Context, api *ecr.Client, host, name string) {
	out, repo := e.facts.Target, registry.Repository{Host: host, Name: name}
	e.start(ctx, func(ctx context.Context) { e.settings(ctx, api, repo) })
	e.start(ctx, func(ctx context.Context) {
		var err error
		out.Coverage, err = api.Scans(repo).Coverage(ctx)
		out.Uncover = found(ctx, err)
	})
	for _, action := range doctor.Actions(iam.Push, iam.Gate, iam.Enhanced) {
		if !ecr.CanTry(action) {
			continue
		}
		e.start(ctx, func(ctx context.Context) {
			err := api.Try(ctx, repo, action)
			if p := found(ctx, err); p != nil {
				err = p.Err
			}
			e.trials.Lock()
			defer e.trials.Unlock()
			e.results[action] = err
		})
	}
}

// settings reads the settings of the repository, and whose it is.
func (e *examination) settings(ctx context.Context, api *ecr.Client, repo registry.Repository) {
	out := e.facts.Target
	if at, ok := ecr.ParseHost(repo.Host); ok {
		out.Account = at.Account
	}
	if repo.Host == "" {
		token, err := api.Token(ctx)
		if err == nil {
			repo.Host, out.Settings.Host = token.Host, token.Host
		}
	}
	out.ARN = api.ARN(repo.Name)
	settings, err := api.Repository(ctx, repo.Host, repo.Name)
	var notFound *registry.NotFoundError
	if errors.As(err, &notFound) {
		if template, onPush, templateErr := api.CreatedOnPush(ctx, repo.Host, repo.Name); templateErr == nil && onPush {
			settings, err, out.OnPush = template, nil, true
		}
	}
	if out.Problem = found(ctx, err); err == nil {
		out.Settings = settings
	}
}

// noteTrials puts what became of the trials into the facts.
func (e *examination) noteTrials() {
	for _, action := range doctor.Actions(iam.Push, iam.Gate, iam.Enhanced) {
		if err, tried := e.results[action]; tried {
			e.facts.Target.Trials = append(e.facts.Target.Trials, doctor.Trial{Action: action, Err: err})
		}
	}
}
