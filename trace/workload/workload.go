// Package workload reads which images the workloads of an account run: services, tasks and task definitions of Amazon ECS, functions of AWS
// Lambda, and what Amazon Inspector has counted. Start at NewReader. It reads the one region and the one account of its client, judges
// nothing, and what it could not see it says.
package workload

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/hallmark-ci/hallmark/registry/ecr"
)

// Kind is what a workload is.
type Kind string

// The kinds of workloads.
const (
	Service        Kind = "ECS service"
	Task           Kind = "ECS task" // one of no service
	TaskDefinition Kind = "ECS task definition"
	Function       Kind = "Lambda function"
)

// Workload is something that runs images, or that will where it is started.
type Workload struct {
	Kind Kind
	Name string // cluster/service, cluster/id, family:revision, function:version
}

// String is the kind with the name.
func (w Workload) String() string { return string(w.Kind) + " " + w.Name }

// Image is an image as a workload names it.
type Image struct {
	Workload  Workload
	Container string // name of it; empty of a function
	Reference string // as the workload was given it: its tag may name another image by now
	Digest    string // as the runtime has resolved it, of an index or of a platform; empty where it does not tell
}

// Seen is what a source told.
type Seen struct {
	Images   []Image // by workload, each once
	Problems []error // why there may be more; none when all was seen
}

// Reader asks AWS.
type Reader struct {
	ecs       *ecr.Service
	lambda    *ecr.Service
	inspector *ecr.Service
}

// NewReader makes a reader of the account and the region of a client. It asks nothing yet.
func NewReader(client *ecr.Client) *Reader {
	return &Reader{ecs: client.ECS(), lambda: client.Lambda(), inspector: client.Inspector()}
}

// atOnce is how many requests are on their way at the same time: ECS takes 20 a second of most kinds
// (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html), Lambda 100 of GetFunction.
const atOnce = 6

// collector gathers what several requests tell. One that fails does not end the others: only the context does.
type collector struct {
	mu   sync.Mutex
	seen Seen
}

// each runs do for every item, some at once, and waits for all.
func each[T any](items []T, do func(T)) {
	var group errgroup.Group
	group.SetLimit(atOnce)
	for _, item := range items {
		group.Go(func() error { do(item); return nil })
	}
	_ = group.Wait()
}

// add takes an image in.
func (c *collector) add(images ...Image) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seen.Images = append(c.seen.Images, images...)
}

// failed takes a problem in, once: what is denied for one cluster is denied for all.
func (c *collector) failed(err error) {
	if err == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !slices.ContainsFunc(c.seen.Problems, func(other error) bool { return other.Error() == err.Error() }) {
		c.seen.Problems = append(c.seen.Problems, err)
	}
}

// result is what was gathered, in an order that does not depend on which answer came first.
func (c *collector) result(ctx context.Context) (Seen, error) {
	if ctx.Err() != nil {
		return Seen{}, context.Cause(ctx)
	}
	slices.SortFunc(c.seen.Images, func(a, b Image) int {
		return cmp.Or(cmp.Compare(a.Workload.Kind, b.Workload.Kind), cmp.Compare(a.Workload.Name, b.Workload.Name),
			cmp.Compare(a.Container, b.Container), cmp.Compare(a.Reference, b.Reference), cmp.Compare(a.Digest, b.Digest))
	})
	c.seen.Images = slices.Compact(c.seen.Images)
	slices.SortFunc(c.seen.Problems, func(a, b error) int { return cmp.Compare(a.Error(), b.Error()) })
	return c.seen, nil
}

// lastPart is what stands after the last slash of an ARN.
func lastPart(arn string) string { return arn[strings.LastIndexByte(arn, '/')+1:] }
