package iam

// applyNeeds are those of repo apply. A setting that nobody asks for is neither read nor written.
func applyNeeds() []Need {
	return []Need{
		{For: "the settings of a repository, before and after", Actions: []string{"ecr:DescribeRepositories"}, On: Repository, Without: failure, Jobs: []Job{Apply}},
		{
			For:     "how it is scanned, where scanning is asked for",
			Actions: []string{"ecr:BatchGetRepositoryScanningConfiguration"}, On: Repository, Without: failure + "; the other settings are written", Jobs: []Job{Apply},
		},
		{
			For:     "the type of scanning and its rules, where scanning is asked for",
			Actions: []string{"ecr:GetRegistryScanningConfiguration"}, On: Everything, Without: "as above", Jobs: []Job{Apply},
		},
		{
			For: "the lifecycle policy, where one is asked for", Actions: []string{"ecr:GetLifecyclePolicy"}, On: Repository,
			Without: "as above", Jobs: []Job{Apply},
		},
		{
			For:     "changes to a repository",
			Actions: []string{"ecr:PutImageTagMutability", "ecr:PutImageScanningConfiguration", "ecr:PutLifecyclePolicy"},
			On:      Repository, Without: "as above", Jobs: []Job{Apply},
		},
		{For: "scanning rules of the registry, with enhanced scanning", Actions: []string{"ecr:PutRegistryScanningConfiguration"}, On: Everything, Without: "as above", Jobs: []Job{Apply}},
		{For: "repositories that are not there (`--create`)", Actions: []string{"ecr:CreateRepository"}, On: Repository, Without: failure},
		{For: "`--lifecycle none`", Actions: []string{"ecr:DeleteLifecyclePolicy"}, On: Repository, Without: failure},
		{
			For: "who else owns a repository", Actions: []string{"ecr:ListTagsForResource"}, On: Repository, Optional: true, Jobs: []Job{Apply},
			Without: "it is changed though a stack or Terraform has made it",
		},
		{
			For: "which tags freeze", Actions: []string{"ecr:ListImages"}, On: Repository, Optional: true, Jobs: []Job{Apply},
			Without: "it is not told",
		},
		{
			For: "which images a lifecycle policy takes", Actions: []string{"ecr:DescribeImages", "ecr:BatchGetImage"}, On: Repository, Optional: true, Jobs: []Job{Apply},
			Without: "it is not told; with `--in-use` or `--in-use-from` the policy is not written",
		},
		{
			For: "what else a scanning filter matches", Actions: []string{"ecr:DescribeRepositories"}, On: Everything, Optional: true, Jobs: []Job{Apply},
			Without: "it is not told, and the filter may match more",
		},
	}
}
