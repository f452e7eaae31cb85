package posture_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/registry/posture"
)

func TestScanFilter(t *testing.T) {
	for _, tt := range []struct {
		name, repository string
		others           []string
		filter           string
		also             []string
	}{
		{"the name, where none contains it", "shop/api", []string{"shop/api", "shop/web"}, "shop/api", nil},
		{"from end to end, where some do", "shop/api", []string{"my-shop/api", "shop/api-web"}, "shop/ap*i", nil},
		{"where the fewest match", "shop/api", []string{"shop/api-web", "shop/apxi"}, "shop/a*pi", nil},
		{"with what it matches all the same", "ab", []string{"ab-ab"}, "ab", []string{"ab-ab"}},
		{"ECR takes no two dashes", "shop--api", nil, "shop-*-api", nil},
		{"ECR takes none of it", "shop---api", nil, "", nil},
		{"it is too long for a *", strings.Repeat("a", 256), nil, "", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			filter, also := posture.ScanFilter(tt.repository, tt.others)
			if diff := cmp.Diff(append([]string{tt.filter}, tt.also...), append([]string{filter}, also...)); diff != "" {
				t.Errorf("ScanFilter (-want +got):\n%s", diff)
			}
		})
	}
}

func TestScanRulesWith(t *testing.T) {
	rules := posture.ScanRules{Type: "ENHANCED", Rules: []posture.ScanRule{{Frequency: "SCAN_ON_PUSH", Filters: []string{"web"}}, {Frequency: "SOON", Filters: []string{"x"}}}}
	got := rules.With("SCAN_ON_PUSH", "api").With("CONTINUOUS_SCAN", "base")
	want := posture.ScanRules{Type: "ENHANCED", Rules: []posture.ScanRule{
		{Frequency: "SCAN_ON_PUSH", Filters: []string{"web", "api"}}, {Frequency: "SOON", Filters: []string{"x"}}, {Frequency: "CONTINUOUS_SCAN", Filters: []string{"base"}},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("With (-want +got):\n%s", diff)
	}
	if len(rules.Rules[0].Filters) != 1 {
		t.Error("With has changed the rules it was given")
	}
	for name, want := range map[string]string{"shop/api": "SCAN_ON_PUSH", "base/api": "CONTINUOUS_SCAN", "other": "MANUAL"} {
		if frequency, _ := got.Effect(name); frequency != want {
			t.Errorf("%s is scanned %s, want %s", name, frequency, want)
		}
	}
}

func TestOwnerOf(t *testing.T) {
	for _, tt := range []struct {
		name   string
		labels map[string]string
		want   string
	}{
		{"nobody", map[string]string{"team": "shop", "ManagedBy": "platform"}, ""},
		{"a stack", map[string]string{"aws:cloudformation:stack-name": "shop", "ManagedBy": "terraform"}, "CloudFormation stack shop"},
		{"Terraform, in the provider's default tags", map[string]string{"ManagedBy": "Terraform"}, "Terraform"},
		{"Terraform, spelt otherwise", map[string]string{"managed-by": "terraform-cloud"}, "Terraform"},
		{"Terraform, by a key", map[string]string{"terraform": "true"}, "Terraform"},
		{"not Terraform", map[string]string{"Terraform": "false"}, ""},
		{"OpenTofu", map[string]string{"iac": "opentofu"}, "OpenTofu"},
		{"Pulumi", map[string]string{"pulumi:project": "shop"}, "Pulumi"},
		{"the CDK", map[string]string{"provisioned_by": "cdk"}, "CloudFormation"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			owner, owned := posture.OwnerOf(tt.labels)
			if owner.String() != tt.want || owned != (tt.want != "") {
				t.Errorf("OwnerOf = %q, %t", owner, owned)
			}
		})
	}
}

func TestPropertiesOfAnOwner(t *testing.T) {
	changes := []posture.Change{{Setting: posture.SettingScanning, Filter: "shop/api"}, {Setting: posture.SettingMutability}, {Setting: posture.SettingLifecycle}}
	got := [][]string{posture.Owner{Tool: "CloudFormation"}.Properties(changes), posture.Owner{Tool: "Terraform"}.Properties(changes)}
	want := [][]string{
		{"AWS::ECR::RegistryScanningConfiguration", "ImageTagMutability and ImageTagMutabilityExclusionFilters", "LifecyclePolicy"},
		{"aws_ecr_registry_scanning_configuration", "image_tag_mutability and image_tag_mutability_exclusion_filter", "aws_ecr_lifecycle_policy"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Properties (-want +got):\n%s", diff)
	}
}
