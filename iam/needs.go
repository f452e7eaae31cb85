package iam

import "slices"

// Needs lists what the commands ask of AWS, in the order of a run. Actions are named like the operations that are called
// (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html).
func Needs() []Need {
	return slices.Concat(pushNeeds(), gateNeeds(), postureNeeds(), applyNeeds(), simulateNeeds(), traceNeeds())
}

// failure is what a job comes to without an action that it cannot do without.
const failure = "exit status 1"

func pushNeeds() []Need {
	return []Need{
		{For: "every run", Actions: []string{"ecr:GetAuthorizationToken"}, On: Everything, Without: failure, Jobs: []Job{Push, Gate, Enhanced, Trace}},
		{For: "what tags name now", Actions: []string{"ecr:BatchGetImage"}, On: Repository, Without: failure, Jobs: []Job{Push, Gate, Enhanced, Trace}},
		{
			For:     "the push",
			Actions: []string{"ecr:BatchCheckLayerAvailability", "ecr:InitiateLayerUpload", "ecr:UploadLayerPart", "ecr:CompleteLayerUpload", "ecr:PutImage"},
			On:      Repository, Without: failure, Jobs: []Job{Push},
		},
		{
			For: "what may move", Actions: []string{"ecr:DescribeRepositories"}, On: Repository, Optional: true, Jobs: []Job{Push, Gate, Enhanced},
			Without: "fixed tags go on, moving ones are refused unless `--assume-mutability` says otherwise",
		},
		{
			For: "which version is the highest, for `latest`, `1` and `1.2`", Actions: []string{"ecr:ListImages"}, On: Repository, Optional: true, Jobs: []Job{Push},
			Without: "those follow the Git tags alone, and are refused where the clone may lack some",
		},
		{
			For: "layers of images without a tag", Actions: []string{"ecr:DescribeImages"}, On: Repository, Optional: true, Jobs: []Job{Push},
			Without: "layers are found by the tags of earlier commits only",
		},
		{
			For:     "layers of images that others have pushed, and the commit in the label of an image",
			Actions: []string{"ecr:GetDownloadUrlForLayer"}, On: Repository, Optional: true, Jobs: []Job{Push},
			Without: "fewer layers are reused, and another image of the same commit is refused in place of kept where only a label tells the commit",
		},
		{For: "`--create-repository`", Actions: []string{"ecr:CreateRepository"}, On: Repository, Without: failure},
		{
			For:     "a repository that its first push creates",
			Actions: []string{"ecr:DescribeRepositoryCreationTemplates"}, On: Everything, Optional: true, Jobs: []Job{Push},
			Without: "the repository counts as missing",
		},
		{For: "`registry:` in the same account", Actions: []string{"ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"}, On: OtherRepository, Without: failure},
	}
}

func gateNeeds() []Need {
	return []Need{
		{
			For: "the verdict", Actions: []string{"ecr:DescribeImageScanFindings"}, On: Repository, Jobs: []Job{Gate, Enhanced},
			Without: failure + "; `--no-gate` does without",
		},
		{
			// https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-enhanced-iam.html
			For: "the verdict of enhanced scanning", Actions: []string{"inspector2:ListFindings", "inspector2:ListCoverage"}, On: Everything, Jobs: []Job{Enhanced},
			Without: "as above",
		},
		{
			For: "a baseline that is an image (`new_only`)", Actions: []string{"ecr:BatchGetImage", "ecr:DescribeImageScanFindings"}, On: BaseOfComparison, Optional: true,
			Without: "every finding counts as new, with a warning",
		},
		{
			For:     "EPSS and KEV of findings of enhanced scanning (`--inspector`, or where `always_fail` asks for them)",
			Actions: []string{"inspector2:BatchGetFindingDetails"}, On: Everything, Optional: true, Jobs: []Job{Enhanced},
			Without: "they are not known; `--epss FILE` and `--kev FILE` give them",
		},
		{
			For: "which scanning is on", Actions: []string{"ecr:GetRegistryScanningConfiguration"}, On: Everything, Optional: true, Jobs: []Job{Gate, Enhanced},
			Without: "a scan that is complete is watched for longer before it counts",
		},
		{
			For:     "whether the repository is scanned by itself",
			Actions: []string{"ecr:BatchGetRepositoryScanningConfiguration"}, On: Repository, Optional: true, Jobs: []Job{Gate, Enhanced},
			Without: "that it is not is told late",
		},
		{
			For: "a scan where none comes by itself", Actions: []string{"ecr:StartImageScan"}, On: Repository, Optional: true, Jobs: []Job{Gate},
			Without: "such an image stays undecided",
		},
	}
}

func postureNeeds() []Need {
	return []Need{
		{
			For: "mutability and encryption; of `--all`, the list of repositories", Actions: []string{"ecr:DescribeRepositories"}, On: Repository,
			Without: failure + "; of named repositories the rest is judged", Jobs: []Job{Audit},
		},
		{
			For: "how images are scanned by themselves", Actions: []string{"ecr:BatchGetRepositoryScanningConfiguration"}, On: Repository,
			Without: "the check is unknown", Jobs: []Job{Audit},
		},
		{
			For: "the lifecycle policy, and who may pull and delete", Actions: []string{"ecr:GetLifecyclePolicy", "ecr:GetRepositoryPolicy"}, On: Repository,
			Without: "the checks are unknown", Jobs: []Job{Audit},
		},
		{
			For: "scanning rules and creation templates of the registry", Actions: []string{"ecr:GetRegistryScanningConfiguration", "ecr:DescribeRepositoryCreationTemplates"},
			On: Everything, Without: "the checks are unknown", Jobs: []Job{Audit},
		},
		{
			For: "what the lifecycle policy takes, and quotas", Actions: []string{"ecr:DescribeImages"}, On: Repository, Optional: true,
			Without: "the policy is judged by its text, quotas are unknown", Jobs: []Job{Audit},
		},
	}
}

func traceNeeds() []Need {
	return []Need{
		{
			For: "tags and labels of a digest", Actions: []string{"ecr:DescribeImages", "ecr:GetDownloadUrlForLayer"}, On: Repository,
			Without: failure, Jobs: []Job{Trace},
		},
		{
			For: "what an ECS service or task runs",
			Actions: []string{"ecs:ListClusters", "ecs:ListServices", "ecs:DescribeServices", "ecs:ListTasks", "ecs:DescribeTasks",
				"ecs:DescribeTaskDefinition"},
			On: Everything, Without: failure, Jobs: []Job{Trace},
		},
		{For: "what a Lambda function runs", Actions: []string{"lambda:GetFunction"}, On: Everything, Without: failure, Jobs: []Job{Trace}},
	}
}
