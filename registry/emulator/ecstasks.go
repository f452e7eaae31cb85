package emulator

import (
	"fmt"
	"slices"
	"strings"
)

func (c *ecsCall) listServices() (any, error) {
	_, in, err := c.within()
	if err != nil {
		return nil, err
	}
	var arns []string
	for _, w := range in {
		if w.Service != "" {
			arns = append(arns, c.arn("service", w.Service))
		}
	}
	return c.page("serviceArns", arns)
}

// describeServices describes services by name or ARN. Each has one deployment and one revision.
func (c *ecsCall) describeServices() (any, error) {
	cluster, in, err := c.within()
	if err != nil {
		return nil, err
	}
	if len(c.Services) == 0 || len(c.Services) > 10 {
		return nil, &apiError{"InvalidParameterException", "Services cannot be empty, and there can be 10."}
	}
	services, failures := []any{}, []any{}
	for _, wanted := range c.Services {
		name := cluster + "/" + wanted[strings.LastIndexByte(wanted, '/')+1:]
		at := slices.IndexFunc(in, func(w Workload) bool { return w.Service == name })
		if at < 0 {
			failures = append(failures, map[string]any{"arn": wanted, "reason": "MISSING"})
			continue
		}
		definition := c.arn("task-definition", in[at].Definition)
		services = append(services, map[string]any{
			"serviceArn": c.arn("service", name), "serviceName": strings.TrimPrefix(name, cluster+"/"), "clusterArn": c.arn("cluster", cluster), "status": "ACTIVE",
			"desiredCount": in[at].running(), "runningCount": in[at].running(), "pendingCount": 0, "taskDefinition": definition,
			"deployments":             []any{map[string]any{"id": "ecs-svc/" + id(name)[:19], "status": "PRIMARY", "taskDefinition": definition}},
			"currentServiceRevisions": []any{map[string]any{"arn": c.arn("service-revision", name+"/"+id(name)), "runningTaskCount": in[at].running()}},
		})
	}
	return map[string]any{"services": services, "failures": failures}, nil
}

func (c *ecsCall) describeServiceRevisions() (any, error) {
	if len(c.Revisions) == 0 || len(c.Revisions) > 20 {
		return nil, &apiError{"InvalidParameterException", "There can be 1 to 20 service revisions."}
	}
	revisions, failures := []any{}, []any{}
	for _, arn := range c.Revisions {
		at := slices.IndexFunc(c.scenario.Workloads, func(w Workload) bool {
			return w.Service != "" && arn == c.arn("service-revision", w.Service+"/"+id(w.Service))
		})
		if at < 0 {
			failures = append(failures, map[string]any{"arn": arn, "reason": "MISSING"})
			continue
		}
		w := c.scenario.Workloads[at]
		cluster, _, _ := strings.Cut(w.Service, "/")
		revisions = append(revisions, map[string]any{
			"serviceRevisionArn": arn, "serviceArn": c.arn("service", w.Service), "clusterArn": c.arn("cluster", cluster),
			"taskDefinition": c.arn("task-definition", w.Definition), "containerImages": c.containers(w, "containerName"),
		})
	}
	return map[string]any{"serviceRevisions": revisions, "failures": failures}, nil
}

// containers are the containers of a workload, with the digests that are resolved.
func (c *ecsCall) containers(w Workload, nameField string) []any {
	out := []any{}
	for n, image := range w.Images {
		running := c.runs(c.request, image)
		container := map[string]any{nameField: containerName(n), "image": running.reference}
		if running.digest != "" {
			container["imageDigest"] = running.digest
		}
		out = append(out, container)
	}
	return out
}

// tasksOf are the names of the tasks that a workload runs: CLUSTER/ID.
func tasksOf(w Workload) []string {
	if w.Task != "" {
		return []string{w.Task}
	}
	cluster, _, _ := strings.Cut(w.Service, "/")
	var names []string
	for n := range w.running() {
		names = append(names, cluster+"/"+id(fmt.Sprint(w.Service, n)))
	}
	return names
}

func (c *ecsCall) listTasks() (any, error) {
	cluster, in, err := c.within()
	if err != nil {
		return nil, err
	}
	var arns []string
	for _, w := range in {
		if c.Service != "" && w.Service != cluster+"/"+c.Service[strings.LastIndexByte(c.Service, '/')+1:] {
			continue
		}
		for _, name := range tasksOf(w) {
			arns = append(arns, c.arn("task", name))
		}
	}
	return c.page("taskArns", arns)
}

func (c *ecsCall) describeTasks() (any, error) {
	cluster, in, err := c.within()
	if err != nil {
		return nil, err
	}
	if len(c.Tasks) == 0 || len(c.Tasks) > 100 {
		return nil, &apiError{"InvalidParameterException", "Tasks cannot be empty, and there can be 100."}
	}
	tasks, failures := []any{}, []any{}
	for _, wanted := range c.Tasks {
		name := cluster + "/" + wanted[strings.LastIndexByte(wanted, '/')+1:]
		at := slices.IndexFunc(in, func(w Workload) bool { return slices.Contains(tasksOf(w), name) })
		if at < 0 {
			failures = append(failures, map[string]any{"arn": wanted, "reason": "MISSING"})
			continue
		}
		family, _, _ := strings.Cut(in[at].Definition, ":")
		group := "family:" + family
		if service, found := strings.CutPrefix(in[at].Service, cluster+"/"); found {
			group = "service:" + service
		}
		tasks = append(tasks, map[string]any{
			"taskArn": c.arn("task", name), "clusterArn": c.arn("cluster", cluster), "group": group, "lastStatus": "RUNNING", "desiredStatus": "RUNNING",
			"taskDefinitionArn": c.arn("task-definition", in[at].Definition), "containers": c.containers(in[at], "name"),
		})
	}
	return map[string]any{"tasks": tasks, "failures": failures}, nil
}
