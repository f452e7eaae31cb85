package main

// claims is the table of what checks each block. The first that takes a block checks it.
func claims() []claim {
	const (
		workflows = "TestWorkflowsOfTheDocsAreSound"
		pipelines = "TestPipelinesOfTheDocsAreSound"
		recipes   = "TestRecipesRunInTheirSystems"
		ofBefore  = "hallmark push image.tar --repository shop/api --no-gate"
	)
	return []claim{
		{"README.md", "sh", "go ", heldBy("integration/readme_test.go", "TestReadmeIsRight")},
		{"README.md", "", "work tree, CI job", notRun("a picture of a run in characters")},
		{"README.md", "sh", "hallmark push", runs("readme-usage")},
		{"README.md", "yaml", "- uses:", heldBy("integration/lint_test.go", workflows)},
		{"README.md", "yaml", "version: 1", policy},

		{"docs/ci.md", "yaml", "steps:", heldBy("recipes_test.go", recipes)},
		{"docs/ci.md", "yaml", "version: 2.1", heldBy("recipes_test.go", recipes)},
		{"docs/ci.md", "groovy", "pipeline", heldBy("recipes_test.go", recipes)},
		{"docs/ci.md", "yaml", "version: 0.2", heldBy("recipes_test.go", recipes)},
		{"docs/ci.md", "sh", "docker run", heldBy("integration/dockerfile_test.go", "TestImageWorksWhereNothingIsPulled")},
		{"docs/ci.md", "make", "", heldBy("integration/byhand_test.go", "TestRecipesByHandWork")},
		{"docs/ci.md", "sh", "#!/bin/sh", heldBy("integration/byhand_test.go", "TestRecipesByHandWork")},

		{"docs/cli.md", "text", "hallmark ", heldBy("cli/reference_test.go", "TestReferenceIsThatOfTheFlags")},

		{"docs/doctor.md", "sh", "hallmark doctor", runs("doctor")},
		{"docs/doctor.md", "text", "ok ", heldBy("report/doctor_test.go", "TestDoctorDocument")},
		{"docs/doctor.md", "text", "{", keysOf("hallmark doctor --repository shop/api --output json")},

		{"docs/emulator.md", "sh", "hallmark emulator", heldBy("integration/emulatordoc_test.go", "TestEmulatorServesWhatItsDocumentShows")},
		{"docs/emulator.md", "yaml", "repositories:", scenario},
		{"docs/emulator.md", "yaml", "workloads:", scenario},

		{"docs/exit-status.md", "yaml", "allow_failure:", heldBy("integration/pipelinedocs_test.go", pipelines)},

		{"docs/gate.md", "console", "hallmark push", runs("gate")},
		{"docs/gate.md", "console", "# yaml-language-server", namesAFile},
		{"docs/gate.md", "yaml", "", heldBy("gate/policyfile/docs_test.go", "TestExamplesOfTheDocument")},
		{"docs/gate.md", "text", "", heldBy("gate/policyfile/docs_test.go", "TestExamplesOfTheDocument")},
		{"docs/gate.md", "json", "", heldBy("gate/policyfile/docs_test.go", "TestExamplesOfTheDocument")},

		{"docs/github-actions.md", "yaml", "", heldBy("integration/lint_test.go", workflows)},

		{"docs/gitlab.md", "yaml", "", heldBy("integration/pipelinedocs_test.go", pipelines)},
		{"docs/gitlab.md", "sh", "docker build", heldBy("integration/dockerfile_test.go", "TestImageWorksWhereNothingIsPulled")},

		{"docs/iam.md", "sh", "hallmark doctor --iam", runs("iam")},
		{"docs/iam.md", "sh", "gh api", notRun("asks GitHub about a repository of the reader's")},
		{"docs/iam.md", "json", "", heldBy("iam/docs_test.go", "TestPoliciesOfTheDocumentAreJSON")},
		{"docs/iam.md", "yaml", "jobs:", heldBy("integration/lint_test.go", workflows)},
		{"docs/iam.md", "yaml", "push:", heldBy("integration/pipelinedocs_test.go", pipelines)},

		{"docs/apply.md", "yaml .hallmark.yaml", "", heldBy("apply_test.go", "TestExamplesOfApplyDocument")},
		{"docs/apply.md", "yaml scenario.yaml", "", heldBy("apply_test.go", "TestExamplesOfApplyDocument")},
		{"docs/apply.md", "console", "$ hallmark", heldBy("apply_test.go", "TestExamplesOfApplyDocument")},

		{"docs/lifecycle.md", "json policy.json", "", heldBy("lifecycle_test.go", "TestExamplesOfLifecycleDocument")},
		{"docs/lifecycle.md", "json images.json", "", heldBy("lifecycle_test.go", "TestExamplesOfLifecycleDocument")},
		{"docs/lifecycle.md", "json mended.json", "", heldBy("lifecycle_test.go", "TestExamplesOfLifecycleDocument")},
		{"docs/lifecycle.md", "console", "$ hallmark", heldBy("lifecycle_test.go", "TestExamplesOfLifecycleDocument")},
		{"docs/lifecycle.md", "sh", "hallmark repo lifecycle simulate shop/api --in-use-from", runs("lifecycle-in-use-from", ofBefore)},
		{"docs/lifecycle.md", "sh", "hallmark repo lifecycle simulate shop/api", runs("lifecycle", ofBefore)},
		{"docs/lifecycle.md", "sh", "aws ecs", notRun("asks about tasks of a cluster of the reader's")},
		{"docs/lifecycle.md", "sh", "kubectl", runs("lifecycle-in-use", ofBefore)},

		{"docs/performance.md", "sh", "bench/compare", benchmarks},

		{"docs/posture.md", "sh", "hallmark repo audit", runs("posture",
			`echo '{"repositories": [{"repositoryName": "shop/api", "imageTagMutability": "IMMUTABLE"}]}' > saved.json`)},
		{"docs/posture.md", "json repositories.json", "", heldBy("lifecycle_test.go", "TestExamplesOfPostureDocument")},
		{"docs/posture.md", "yaml exceptions.yaml", "", heldBy("lifecycle_test.go", "TestExamplesOfPostureDocument")},
		{"docs/posture.md", "console", "$ hallmark", heldBy("lifecycle_test.go", "TestExamplesOfPostureDocument")},
		{"docs/posture.md", "yaml", "posture:", wantedSettings},
		{"docs/posture.md", "sh", "aws ecr", notRun("asks the reader's registry; integration/testdata/awscli/audit.txtar saves answers of an emulator so")},

		{"docs/template.md", "console", "$ hallmark", heldBy("template_test.go", "TestExamplesOfTemplateDocument")},

		{"docs/reports.md", "yaml", "report:", configuration},
		{"docs/reports.md", "yaml", "permissions:", heldBy("integration/lint_test.go", workflows)},
		{"docs/reports.md", "yaml", "jobs:", heldBy("integration/lint_test.go", workflows)},
		{"docs/reports.md", "yaml", "scan:", heldBy("integration/pipelinedocs_test.go", pipelines)},
		{"docs/reports.md", "yaml", "push:", heldBy("integration/pipelinedocs_test.go", pipelines)},
		{"docs/reports.md", "sh", "jq", predicate},
		{"docs/reports.md", "text", "page.html", heldBy("integration/page_test.go", "TestPageFiltersAndSorts")},

		{"docs/scanning.md", "yaml", "scan:", heldBy("integration/pipelinedocs_test.go", pipelines)},

		{"docs/tags.md", "console", "$ hallmark tags", shows},
	}
}
