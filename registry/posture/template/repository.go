// Package template writes the settings of repositories as code: a template of CloudFormation, or a configuration of Terraform. Start at
// Write. It reads nothing, and the same settings are the same bytes.
package template

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/posture"
)

// Format is a language of templates.
type Format string

// The formats.
const (
	CloudFormation Format = "cloudformation"
	Terraform      Format = "terraform"
)

// Words are all formats.
func (Format) Words() []string { return []string{string(CloudFormation), string(Terraform)} }

// Repository is the settings of one repository, as far as a template has them. What is empty is left to the defaults of ECR.
type Repository struct {
	Name       string
	Mutability registry.Mutability
	Exclusions []string
	ScanOnPush *bool
	Encryption posture.Encryption
	Lifecycle  string // text of the policy
	Access     string // text of the repository's policy
	Labels     map[string]string
	Existing   bool     // it is there already: Terraform is to import it
	Unknown    []string // what could not be read, for a comment
}

// Wanted is a repository that is to have the settings of a configuration.
func Wanted(name string, d posture.Desired) Repository {
	r := Repository{Name: name, Mutability: d.Mutability, Exclusions: d.Exclusions}
	if d.Scan != posture.ScanOff {
		yes := true
		r.ScanOnPush = &yes
	}
	if d.Encryption != "" {
		r.Encryption.Type = strings.ToUpper(string(d.Encryption))
	}
	if d.Lifecycle != nil {
		r.Lifecycle = *d.Lifecycle
	}
	return r
}

// Existing is a repository with the settings that it has. Labels that AWS sets itself are left out: nobody else may set them.
func Existing(s posture.Settings) Repository {
	onPush := s.ScanOnPush
	r := Repository{
		Name: s.Name, Mutability: s.Mutability, Exclusions: s.Exclusions, ScanOnPush: &onPush, Encryption: s.Encryption, Lifecycle: s.Lifecycle,
		Access: s.Access, Labels: map[string]string{}, Existing: true,
	}
	for key, value := range s.Labels {
		if !strings.HasPrefix(key, "aws:") {
			r.Labels[key] = value
		}
	}
	for _, part := range slices.Sorted(maps.Keys(s.Unseen)) {
		r.Unknown = append(r.Unknown, fmt.Sprintf("%s: not in here, since it could not be read", part))
	}
	return r
}

// Written is a template.
type Written struct {
	Text      string
	Resources []string // how each repository is called in it
}

// Write writes a template of repositories, in the order given. scan is the registry's scanning rules, for a comment; nil leaves it out.
// Its error says that a text of a policy is no JSON.
func Write(format Format, repositories []Repository, scan *posture.ScanRules) (Written, error) {
	write := writeCloudFormation
	if format == Terraform {
		write = writeTerraform
	}
	text, err := write(repositories, scan)
	if err != nil {
		return Written{}, err
	}
	out := Written{Text: text}
	for _, r := range repositories {
		name := LogicalID(r.Name)
		if format == Terraform {
			name = "aws_ecr_repository." + ResourceName(r.Name)
		}
		out.Resources = append(out.Resources, name)
	}
	return out, nil
}

// onlyFilters is what a check of plain IMMUTABLE is told where filters except tags: checkov takes no other value
// (https://github.com/bridgecrewio/checkov/blob/main/checkov/terraform/checks/resource/aws/ECRImmutableTags.py).
const onlyFilters = "checkov:skip=CKV_AWS_51: immutable but for the tags of its filters"

// filterRemarks are the comments on the mutability of a repository.
func (r Repository) filterRemarks() []string {
	if r.Mutability == registry.ImmutableWithExclusion {
		return []string{onlyFilters}
	}
	return nil
}

// withFilters are the exclusion filters that count: a plain mode has none.
func (r Repository) withFilters() []string {
	if r.Mutability == registry.ImmutableWithExclusion || r.Mutability == registry.MutableWithExclusion {
		return r.Exclusions
	}
	return nil
}

// scanRemarks say how scanning is decided, and by which rules of the registry.
func scanRemarks(resource string, scan *posture.ScanRules) []string {
	remarks := []string{
		"With enhanced scanning, the scanning rules of the registry decide for all of",
		"its repositories. They are not in here, since this replaces all of them:",
		resource,
	}
	if scan == nil {
		return remarks
	}
	head := fmt.Sprintf("They are now, with %s scanning:", strings.ToLower(clean(scan.Type)))
	if len(scan.Rules) == 0 {
		head += " none"
	}
	remarks = append(remarks, head)
	for _, rule := range scan.Rules {
		remarks = append(remarks, fmt.Sprintf("  %s: %s", clean(rule.Frequency), clean(strings.Join(rule.Filters, ", "))))
	}
	return remarks
}
