package workload

import "context"

// define has task definitions read later, each once.
func (e *ecsReader) define(arns ...string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, arn := range arns {
		if arn != "" { // that of a task set stands in the set alone
			e.definitions = append(e.definitions, arn)
		}
	}
}

// families finds the latest task definitions of every family that has an active one.
func (e *ecsReader) families(ctx context.Context, latest int) {
	families, err := e.list(ctx, "ListTaskDefinitionFamilies", "families", map[string]any{"status": "ACTIVE"})
	e.failed(err)
	each(families, func(family string) {
		var page struct {
			ARNs []string `json:"taskDefinitionArns"`
		}
		e.failed(e.ask(ctx, "ListTaskDefinitions", map[string]any{"familyPrefix": family, "status": "ACTIVE", "sort": "DESC", "maxResults": latest}, &page))
		e.define(page.ARNs...)
	})
}

// definition reads a task definition, which names images as it was written: most often by a tag.
func (e *ecsReader) definition(ctx context.Context, arn string) error {
	var answer struct {
		Definition struct {
			Containers []struct {
				Name      string `json:"name"`
				Reference string `json:"image"`
			} `json:"containerDefinitions"`
		} `json:"taskDefinition"`
	}
	if err := e.ask(ctx, "DescribeTaskDefinition", map[string]any{"taskDefinition": arn}, &answer); err != nil {
		return err
	}
	for _, c := range answer.Definition.Containers {
		e.add(Image{Workload: Workload{TaskDefinition, lastPart(arn)}, Container: c.Name, Reference: c.Reference})
	}
	return nil
}
