package iam

// simulateNeeds are those of repo lifecycle simulate, which asks nothing at all where images are given. repo apply asks what runs as it does.
func simulateNeeds() []Need {
	const unseen = "what it would tell is not seen: images that go are then exit status 3, and `repo apply` does not write the policy"
	return []Need{
		{For: "the images that a lifecycle policy is for", Actions: []string{"ecr:DescribeImages"}, On: Repository, Without: failure, Jobs: []Job{Simulate}},
		{
			For: "the repository's own policy, where `--policy` gives none", Actions: []string{"ecr:GetLifecyclePolicy"}, On: Repository, Without: failure,
			Jobs: []Job{Simulate},
		},
		{
			For: "the platforms of indexes", Actions: []string{"ecr:BatchGetImage"}, On: Repository, Optional: true, Jobs: []Job{Simulate},
			Without: "untagged images beside an index are uncertain, and so is an index where one of them runs",
		},
		{
			For: "ECR's own preview (`--verify`)", Actions: []string{"ecr:StartLifecyclePolicyPreview", "ecr:GetLifecyclePolicyPreview"}, On: Repository,
			Optional: true, Without: "`--verify` is " + failure, Jobs: []Job{Simulate},
		},
		{
			For: "which images ECS runs or may run (`--in-use-from ecs`)",
			Actions: []string{"ecs:ListClusters", "ecs:ListServices", "ecs:DescribeServices", "ecs:DescribeServiceRevisions", "ecs:ListTasks", "ecs:DescribeTasks",
				"ecs:ListTaskDefinitionFamilies", "ecs:ListTaskDefinitions", "ecs:DescribeTaskDefinition"},
			On: Everything, Without: unseen, Jobs: []Job{Simulate},
		},
		{
			For:     "which images functions run (`--in-use-from lambda`)",
			Actions: []string{"lambda:ListFunctions", "lambda:GetFunction"}, On: Everything, Without: unseen, Jobs: []Job{Simulate},
		},
		{
			For:     "which images Amazon Inspector has seen in use (`--in-use-from inspector`)",
			Actions: []string{"inspector2:ListCoverage"}, On: Everything, Without: unseen, Jobs: []Job{Simulate},
		},
	}
}
