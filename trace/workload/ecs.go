package workload

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hallmark-ci/hallmark/registry/ecr"
)

// How many things ECS tells of in one answer (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Operations.html).
const (
	listedAtOnce    = 100
	servicesAtOnce  = 10
	tasksAtOnce     = 100
	revisionsAtOnce = 20
)

// ECS reads what the services and the tasks of all clusters run, and what the task definitions of services and the latest ones of each
// family name: they are what a deployment, a rollback or a schedule starts next. latest may be 0.
func (r *Reader) ECS(ctx context.Context, latest int) (Seen, error) {
	e := &ecsReader{service: r.ecs}
	clusters, err := e.list(ctx, "ListClusters", "clusterArns", nil)
	e.failed(err)
	each(clusters, func(cluster string) { e.cluster(ctx, cluster) })
	if latest > 0 {
		e.families(ctx, latest)
	}
	slices.Sort(e.definitions)
	each(slices.Compact(e.definitions), func(arn string) { e.failed(e.definition(ctx, arn)) })
	return e.result(ctx)
}

// ecsReader gathers what ECS tells.
type ecsReader struct {
	collector
	service     *ecr.Service
	definitions []string // ARNs of task definitions to read
}

// ask makes one call to ECS.
func (e *ecsReader) ask(ctx context.Context, operation string, input, answer any) error {
	return e.service.Ask(ctx, ecr.Call{Operation: operation, Target: "AmazonEC2ContainerServiceV20141113", Input: input}, answer)
}

// list reads all pages of a list of texts.
func (e *ecsReader) list(ctx context.Context, operation, field string, input map[string]any) ([]string, error) {
	request := map[string]any{"maxResults": listedAtOnce}
	for key, value := range input {
		request[key] = value
	}
	var all []string
	for before := ""; ; {
		page := map[string]any{}
		if err := e.ask(ctx, operation, request, &page); err != nil {
			return all, err
		}
		items, _ := page[field].([]any)
		for _, item := range items {
			if text, isText := item.(string); isText {
				all = append(all, text)
			}
		}
		next, _ := page["nextToken"].(string)
		if next == "" {
			return all, nil
		}
		if next == before {
			return all, fmt.Errorf("%s: one page comes again and again", operation)
		}
		before, request["nextToken"] = next, next
	}
}

// cluster reads the services and the tasks of a cluster.
func (e *ecsReader) cluster(ctx context.Context, arn string) {
	services, err := e.list(ctx, "ListServices", "serviceArns", map[string]any{"cluster": arn})
	e.failed(err)
	for part := range slices.Chunk(services, servicesAtOnce) {
		e.failed(e.services(ctx, arn, part))
	}
	tasks, err := e.list(ctx, "ListTasks", "taskArns", map[string]any{"cluster": arn})
	e.failed(err)
	for part := range slices.Chunk(tasks, tasksAtOnce) {
		e.failed(e.tasks(ctx, arn, part))
	}
}

// failures are the parts of an answer that are missing.
type failures []struct {
	ARN    string `json:"arn"`
	Reason string `json:"reason"`
}

// problem is what they come to. What has ended since it was listed is none.
func (f failures) problem(operation string) error {
	var problems []error
	for _, one := range f {
		if one.Reason != "MISSING" {
			problems = append(problems, fmt.Errorf("%s: %s: %s", operation, one.ARN, one.Reason))
		}
	}
	return errors.Join(problems...)
}

// services reads services, and the digests that ECS has resolved for the revisions that they run
// (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceRevision.html): also those of a service scaled to nothing.
func (e *ecsReader) services(ctx context.Context, cluster string, arns []string) error {
	var answer struct {
		Services []struct {
			Definition  string `json:"taskDefinition"`
			Deployments []struct {
				Definition string `json:"taskDefinition"`
			} `json:"deployments"`
			TaskSets []struct {
				Definition string `json:"taskDefinition"`
			} `json:"taskSets"`
			Revisions []struct {
				ARN string `json:"arn"`
			} `json:"currentServiceRevisions"`
		} `json:"services"`
		Failures failures `json:"failures"`
	}
	if err := e.ask(ctx, "DescribeServices", map[string]any{"cluster": cluster, "services": arns}, &answer); err != nil {
		return err
	}
	var revisions, definitions []string
	for _, s := range answer.Services {
		definitions = append(definitions, s.Definition)
		for _, d := range append(s.Deployments, s.TaskSets...) {
			definitions = append(definitions, d.Definition)
		}
		for _, revision := range s.Revisions {
			revisions = append(revisions, revision.ARN)
		}
	}
	e.define(definitions...)
	problems := []error{answer.Failures.problem("DescribeServices")}
	for part := range slices.Chunk(revisions, revisionsAtOnce) {
		problems = append(problems, e.revisions(ctx, part))
	}
	return errors.Join(problems...)
}

// revisions reads revisions of services.
func (e *ecsReader) revisions(ctx context.Context, arns []string) error {
	var answer struct {
		Revisions []struct {
			Cluster string `json:"clusterArn"`
			Service string `json:"serviceArn"`
			Images  []struct {
				Container string `json:"containerName"`
				Reference string `json:"image"`
				Digest    string `json:"imageDigest"`
			} `json:"containerImages"`
		} `json:"serviceRevisions"`
		Failures failures `json:"failures"`
	}
	if err := e.ask(ctx, "DescribeServiceRevisions", map[string]any{"serviceRevisionArns": arns}, &answer); err != nil {
		return err
	}
	for _, revision := range answer.Revisions {
		in := Workload{Service, lastPart(revision.Cluster) + "/" + lastPart(revision.Service)}
		for _, image := range revision.Images {
			e.add(Image{Workload: in, Container: image.Container, Reference: image.Reference, Digest: image.Digest})
		}
	}
	return answer.Failures.problem("DescribeServiceRevisions")
}

// tasks reads running tasks. The containers of one of a service count as the service's.
func (e *ecsReader) tasks(ctx context.Context, cluster string, arns []string) error {
	var answer struct {
		Tasks []struct {
			ARN        string `json:"taskArn"`
			Group      string `json:"group"`
			Containers []struct {
				Name      string `json:"name"`
				Reference string `json:"image"`
				Digest    string `json:"imageDigest"`
			} `json:"containers"`
		} `json:"tasks"`
		Failures failures `json:"failures"`
	}
	if err := e.ask(ctx, "DescribeTasks", map[string]any{"cluster": cluster, "tasks": arns}, &answer); err != nil {
		return err
	}
	for _, task := range answer.Tasks {
		in := Workload{Task, lastPart(cluster) + "/" + lastPart(task.ARN)}
		if service, found := strings.CutPrefix(task.Group, "service:"); found {
			in = Workload{Service, lastPart(cluster) + "/" + service}
		}
		for _, c := range task.Containers {
			e.add(Image{Workload: in, Container: c.Name, Reference: c.Reference, Digest: c.Digest})
		}
	}
	return answer.Failures.problem("DescribeTasks")
}
