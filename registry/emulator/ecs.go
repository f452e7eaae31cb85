package emulator

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
)

// ecsTarget is what the header X-Amz-Target begins with in requests to Amazon ECS.
const ecsTarget = "AmazonEC2ContainerServiceV20141113."

// ecsOperations are those of Amazon ECS that tell what runs (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Operations.html).
func ecsOperations() map[string]func(*ecsCall) (any, error) {
	return map[string]func(*ecsCall) (any, error){
		"ListClusters":               (*ecsCall).listClusters,
		"ListServices":               (*ecsCall).listServices,
		"DescribeServices":           (*ecsCall).describeServices,
		"DescribeServiceRevisions":   (*ecsCall).describeServiceRevisions,
		"ListTasks":                  (*ecsCall).listTasks,
		"DescribeTasks":              (*ecsCall).describeTasks,
		"ListTaskDefinitionFamilies": (*ecsCall).listTaskDefinitionFamilies,
		"ListTaskDefinitions":        (*ecsCall).listTaskDefinitions,
		"DescribeTaskDefinition":     (*ecsCall).describeTaskDefinition,
	}
}

// ecsCall is one request to Amazon ECS. Only the fields of its operation are set.
type ecsCall struct {
	*Emulator `json:"-"`
	request   *http.Request
	region    string

	Cluster    string   `json:"cluster"`
	Services   []string `json:"services"`
	Service    string   `json:"serviceName"`
	Tasks      []string `json:"tasks"`
	Revisions  []string `json:"serviceRevisionArns"`
	Family     string   `json:"familyPrefix"`
	Sort       string   `json:"sort"`
	Definition string   `json:"taskDefinition"`
	NextToken  string   `json:"nextToken"`
	MaxResults *int     `json:"maxResults"`
}

// serveECS answers one call to Amazon ECS by the workloads of the scenario.
func (e *Emulator) serveECS(w http.ResponseWriter, r *http.Request) {
	answer, err := e.callECS(r)
	answerJSON(w, answer, err)
}

func (e *Emulator) callECS(r *http.Request) (any, error) {
	name := strings.TrimPrefix(r.Header.Get("X-Amz-Target"), ecsTarget)
	run := ecsOperations()[name]
	if run == nil {
		return nil, &apiError{"UnknownOperationException", fmt.Sprintf("the emulator has no operation %q of ECS", name)}
	}
	region, err := e.admit(r, "ecs", name)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxRequest))
	if err != nil {
		return nil, err
	}
	c := &ecsCall{}
	if err := json.Unmarshal(body, c); err != nil {
		return nil, &apiError{"SerializationException", err.Error()}
	}
	c.Emulator, c.request, c.region = e, r, region
	return run(c)
}

func (c *ecsCall) arn(kind, name string) string {
	return fmt.Sprintf("arn:aws:ecs:%s:%s:%s/%s", c.region, Account, kind, name)
}

// page is one page of a list.
func (c *ecsCall) page(field string, items []string) (any, error) {
	part, next, err := page(append([]string{}, items...), c.NextToken, c.MaxResults, 100, 100)
	answer := map[string]any{field: part}
	if next != "" {
		answer["nextToken"] = next
	}
	return answer, err
}

// within are the workloads of the cluster that a request names by its name or its ARN.
func (c *ecsCall) within() (cluster string, in []Workload, err error) {
	cluster = c.Cluster[strings.LastIndexByte(c.Cluster, '/')+1:]
	if cluster == "" {
		cluster = "default"
	}
	for _, w := range c.scenario.Workloads {
		if strings.HasPrefix(w.Service+w.Task, cluster+"/") {
			in = append(in, w)
		}
	}
	if in == nil {
		return "", nil, &apiError{"ClusterNotFoundException", "Cluster not found."}
	}
	return cluster, in, nil
}

func (c *ecsCall) listClusters() (any, error) {
	var arns []string
	for _, w := range c.scenario.Workloads {
		if cluster, _, found := strings.Cut(w.Service+w.Task, "/"); found {
			arns = append(arns, c.arn("cluster", cluster))
		}
	}
	slices.Sort(arns)
	return c.page("clusterArns", slices.Compact(arns))
}

func (c *ecsCall) listTaskDefinitionFamilies() (any, error) {
	var families []string
	for _, d := range c.definitions() {
		family, _, _ := strings.Cut(d, ":")
		families = append(families, family)
	}
	slices.Sort(families)
	return c.page("families", slices.Compact(families))
}

// definitions are all task definitions, by family and revision.
func (c *ecsCall) definitions() []string {
	var all []string
	for _, w := range c.scenario.Workloads {
		if w.Definition != "" {
			all = append(all, w.Definition)
		}
	}
	slices.SortFunc(all, func(a, b string) int {
		familyA, _, _ := strings.Cut(a, ":")
		familyB, _, _ := strings.Cut(b, ":")
		return cmp.Or(cmp.Compare(familyA, familyB), cmp.Compare(revision(a), revision(b)))
	})
	return slices.Compact(all)
}

func (c *ecsCall) listTaskDefinitions() (any, error) {
	var arns []string
	for _, d := range c.definitions() {
		if c.Family == "" || strings.HasPrefix(d, c.Family+":") {
			arns = append(arns, c.arn("task-definition", d))
		}
	}
	if c.Sort == "DESC" {
		slices.Reverse(arns)
	}
	return c.page("taskDefinitionArns", arns)
}

// describeTaskDefinition finds a task definition by its ARN, its name, or its family, which means the latest.
func (c *ecsCall) describeTaskDefinition() (any, error) {
	wanted := c.Definition[strings.LastIndexByte(c.Definition, '/')+1:]
	for _, d := range slices.Backward(c.definitions()) {
		if d != wanted && !strings.HasPrefix(d, wanted+":") {
			continue
		}
		at := slices.IndexFunc(c.scenario.Workloads, func(w Workload) bool { return w.Definition == d })
		containers := []any{}
		for n, image := range c.scenario.Workloads[at].Images {
			containers = append(containers, map[string]any{"name": containerName(n), "image": c.runs(c.request, image).reference, "essential": n == 0})
		}
		family, _, _ := strings.Cut(d, ":")
		return map[string]any{"taskDefinition": map[string]any{
			"taskDefinitionArn": c.arn("task-definition", d), "family": family, "revision": revision(d), "status": "ACTIVE", "containerDefinitions": containers,
		}}, nil
	}
	return nil, &apiError{"ClientException", "Unable to describe task definition."}
}

// containerName is what the nth container of a workload is called.
func containerName(n int) string {
	if n == 0 {
		return "app"
	}
	return fmt.Sprintf("sidecar-%d", n)
}
