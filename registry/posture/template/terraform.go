package template

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/hallmark-ci/hallmark/registry/posture"
)

// writeTerraform writes the resources of https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/ecr_repository.
func writeTerraform(repositories []Repository, scan *posture.ScanRules) (string, error) {
	h := &hcl{}
	h.comment(scanRemarks("aws_ecr_registry_scanning_configuration", scan))
	h.blank()
	h.block("terraform", func() {
		if slices.ContainsFunc(repositories, func(r Repository) bool { return r.Existing }) {
			h.set("required_version", `">= 1.5.0"`) // blocks of import (https://developer.hashicorp.com/terraform/language/v1.5.x/import)
			h.blank()
		}
		h.block("required_providers", func() {
			// Exclusion filters: https://github.com/hashicorp/terraform-provider-aws/pull/43642.
			h.set("aws", "{\n  source  = \"hashicorp/aws\"\n  version = \">= 6.8.0\"\n}")
		})
	})
	for _, r := range repositories {
		if err := terraformResources(h, r); err != nil {
			return "", fmt.Errorf("repository %q: %w", r.Name, err)
		}
	}
	return h.out.String(), nil
}

// terraformResources writes a repository and its policies, which are resources of their own.
func terraformResources(h *hcl, r Repository) error {
	lifecycle, access, err := policies(r)
	if err != nil {
		return err
	}
	imported(h, r, "aws_ecr_repository")
	h.blank()
	h.block(fmt.Sprintf(`resource "aws_ecr_repository" "%s"`, ResourceName(r.Name)), func() { terraformRepository(h, r) })
	for _, policy := range []struct{ kind, text string }{{"aws_ecr_lifecycle_policy", lifecycle}, {"aws_ecr_repository_policy", access}} {
		if policy.text == "" {
			continue
		}
		imported(h, r, policy.kind)
		h.blank()
		h.block(fmt.Sprintf(`resource "%s" "%s"`, policy.kind, ResourceName(r.Name)), func() {
			h.set("repository", "aws_ecr_repository."+ResourceName(r.Name)+".name")
			h.set("policy", "jsonencode("+policy.text+")")
		})
	}
	return nil
}

// policies are the expressions of the two policies; empty where there is none.
func policies(r Repository) (lifecycle, access string, err error) {
	for _, policy := range []struct {
		name, text string
		to         *string
	}{{"lifecycle policy", r.Lifecycle, &lifecycle}, {"access policy", r.Access, &access}} {
		if policy.text == "" {
			continue
		}
		value, err := readJSON(policy.text)
		if err != nil {
			return "", "", fmt.Errorf("%s: %w", policy.name, err)
		}
		*policy.to = hclOf(value)
	}
	return lifecycle, access, nil
}

// imported has Terraform take over what is there. All three resources are known to it by the name of the repository.
func imported(h *hcl, r Repository, kind string) {
	if !r.Existing {
		return
	}
	h.blank()
	h.block("import", func() {
		h.set("to", kind+"."+ResourceName(r.Name))
		h.set("id", hclText(r.Name))
	})
}

func terraformRepository(h *hcl, r Repository) {
	h.comment(r.Unknown)
	h.comment(r.filterRemarks())
	h.set("name", hclText(r.Name))
	if r.Mutability != "" {
		h.set("image_tag_mutability", hclText(string(r.Mutability)))
	}
	for _, filter := range r.withFilters() {
		h.blank()
		h.block("image_tag_mutability_exclusion_filter", func() {
			h.set("filter", hclText(filter))
			h.set("filter_type", `"WILDCARD"`)
		})
	}
	if r.ScanOnPush != nil {
		h.blank()
		h.block("image_scanning_configuration", func() { h.set("scan_on_push", strconv.FormatBool(*r.ScanOnPush)) })
	}
	if r.Encryption.Type != "" {
		h.blank()
		h.block("encryption_configuration", func() {
			h.set("encryption_type", hclText(r.Encryption.Type))
			if r.Encryption.Key != "" {
				h.set("kms_key", hclText(r.Encryption.Key))
			}
		})
	}
	if len(r.Labels) > 0 {
		h.blank()
		tags := object{}
		for _, key := range slices.Sorted(maps.Keys(r.Labels)) {
			tags = append(tags, member{key, r.Labels[key]})
		}
		h.set("tags", hclOf(tags))
	}
}
