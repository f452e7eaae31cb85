package template_test

import (
	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/lifecycle"
	"github.com/hallmark-ci/hallmark/registry/posture"
	"github.com/hallmark-ci/hallmark/registry/posture/template"
)

// goldenCase is what a file of testdata is written from.
type goldenCase struct {
	name         string
	repositories []template.Repository
	scan         *posture.ScanRules
}

func goldenCases() []goldenCase {
	yes, no := true, false
	keep := lifecycle.KeepLast(30)
	return []goldenCase{
		{name: "immutable", repositories: []template.Repository{{Name: "shop/api", Mutability: registry.Immutable, ScanOnPush: &yes}}},
		{name: "one_exclusion", repositories: []template.Repository{
			{Name: "shop/api", Mutability: registry.ImmutableWithExclusion, Exclusions: []string{"latest"}, ScanOnPush: &yes},
		}},
		{name: "five_exclusions", repositories: []template.Repository{
			{Name: "shop/api", Mutability: registry.ImmutableWithExclusion, Exclusions: []string{"latest", "dev-*", "pr-*", "*-rc*", "1"}, ScanOnPush: &yes},
		}},
		{name: "mutable", repositories: []template.Repository{{Name: "shop/api", Mutability: registry.Mutable, ScanOnPush: &no}}},
		{name: "kms", repositories: []template.Repository{{
			Name: "shop/api", Mutability: registry.Immutable, ScanOnPush: &yes,
			Encryption: posture.Encryption{Type: "KMS", Key: "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"},
		}}},
		{name: "lifecycle", repositories: []template.Repository{{Name: "shop/api", Mutability: registry.Immutable, ScanOnPush: &yes, Lifecycle: keep}}},
		{name: "two_repositories", repositories: []template.Repository{
			{Name: "shop/api", Mutability: registry.Immutable, ScanOnPush: &yes, Lifecycle: keep},
			{Name: "shop-api", Mutability: registry.Immutable, ScanOnPush: &yes, Lifecycle: keep},
		}},
		{name: "existing", repositories: []template.Repository{existing()}, scan: &posture.ScanRules{
			Type: "ENHANCED", Rules: []posture.ScanRule{{Frequency: "CONTINUOUS_SCAN", Filters: []string{"shop/*", "base"}}, {Frequency: "SCAN_ON_PUSH", Filters: []string{"*"}}},
		}},
	}
}

// existing is a repository with everything that a repository can have, and a text in each place that means something to YAML or HCL.
func existing() template.Repository {
	return template.Existing(posture.Settings{
		Repository: registry.Repository{Name: "shop/api", Mutability: registry.MutableWithExclusion, Exclusions: []string{"v*"}},
		Encryption: posture.Encryption{Type: "AES256"},
		Lifecycle: `{"rules":[{"rulePriority":1,"description":"no: \"yes\" #1 ${a} %{b} $${c} 100%","selection":{"tagStatus":"any",` +
			`"countType":"imageCountMoreThan","countNumber":5},"action":{"type":"expire"}}]}`,
		Access: `{"Version":"2012-10-17","Statement":[{"Sid":"on","Effect":"Allow","Principal":"*","Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"],` +
			`"Condition":{"Null":{"aws:PrincipalTag/team":false},"StringEquals":{"aws:PrincipalTag/team":"${aws:ResourceTag/team}"}}}]}`,
		Labels: map[string]string{"aws:cloudformation:stack-name": "shop", "cost-center": "0042", "team": "yes", "empty": "", "note": "a: b # c\n- d"},
		Unseen: nil,
	})
}
