package posture

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hallmark-ci/hallmark/registry"
)

// Mend is what puts a setting right.
type Mend struct {
	Command        string // for a shell
	CloudFormation string // properties
	Terraform      string // arguments
}

// applying is the command that makes a repository as wanted.
func applying(name string) string { return "hallmark repo apply " + quoteArgument(name) }

// asConfigured is the command that makes a repository as the configuration says.
func (d Desired) asConfigured(name string) string {
	command := applying(name)
	if d.ConfigFile != "" {
		command += " --config " + quoteArgument(d.ConfigFile)
	}
	return command
}

// mendMutability gives the repository what is wanted of it.
func mendMutability(name string, d Desired, classes []Class) *Mend {
	mode, filters := d.mode(classes)
	m := &Mend{
		Command:        applying(name) + " --immutable",
		CloudFormation: "ImageTagMutability: " + string(mode),
		Terraform:      fmt.Sprintf("image_tag_mutability = %q", mode),
	}
	if mode == registry.Mutable {
		m.Command += "=false"
		return m
	}
	var cfn []string
	for _, filter := range filters {
		m.Command += " --mutable-tag " + quoteArgument(filter)
		m.Terraform += fmt.Sprintf("; image_tag_mutability_exclusion_filter { filter = %q, filter_type = \"WILDCARD\" }", filter)
		cfn = append(cfn, fmt.Sprintf("{ImageTagMutabilityExclusionFilterType: WILDCARD, ImageTagMutabilityExclusionFilterValue: %q}", filter))
	}
	if len(cfn) > 0 {
		m.CloudFormation += "; ImageTagMutabilityExclusionFilters: [" + strings.Join(cfn, ", ") + "]"
	}
	return m
}

// mode is the mutability that is wanted, as far as it is known. Where a tag that moves has no pattern, the user must name one.
func (d Desired) mode(classes []Class) (registry.Mutability, []string) {
	if d.Mutability == registry.MutabilityUnknown {
		return registry.ImmutableWithExclusion, slices.Concat(d.Exclusions, unforeseen(classes))
	}
	return d.Mutability, d.Exclusions
}

// unforeseen are the tags that move, and the word PATTERN for those of which only examples are known.
func unforeseen(classes []Class) []string {
	var filters []string
	for _, class := range classes {
		for _, sample := range class.Samples {
			filter := sample.Tag
			if sample.Varies {
				filter = "PATTERN"
			}
			if class.Moving && !slices.Contains(filters, filter) {
				filters = append(filters, filter)
			}
		}
	}
	return filters
}

// mendTemplate gives what a creation template makes what is wanted of repositories.
func mendTemplate(prefix string, d Desired, classes []Class) *Mend {
	mode, filters := d.mode(classes)
	m := mendMutability("NAME", d, classes)
	m.Command = fmt.Sprintf("aws ecr update-repository-creation-template --prefix %s --image-tag-mutability %s", quoteArgument(prefix), mode)
	if len(filters) > 0 {
		m.Command += " --image-tag-mutability-exclusion-filters"
	}
	for _, filter := range filters {
		m.Command += " " + quoteArgument("filterType=WILDCARD,filter="+filter)
	}
	m.CloudFormation = "AWS::ECR::RepositoryCreationTemplate " + m.CloudFormation
	m.Terraform = "aws_ecr_repository_creation_template " + m.Terraform
	return m
}

// mendScanning has the registry scan the repository: a rule of the registry is what counts, whatever the kind of scanning. Where the kind is
// another than is wanted, the command sets it for the registry, and keeps the rules that are there.
func mendScanning(s Settings, r Registry, d Desired) *Mend {
	frequency, command := onPush, applying(s.Name)+" --scan-on-push"
	if d.Scan == ScanContinuous {
		frequency, command = continuous, d.asConfigured(s.Name)
		if s.Scanning.Type == basic && r.Scan.Type == basic {
			command = "aws ecr put-registry-scanning-configuration --scan-type " + enhanced + " --rules '" + r.Scan.With(continuous, s.Name).argument() + "'"
		}
	}
	return &Mend{
		Command:        command,
		CloudFormation: fmt.Sprintf("AWS::ECR::RegistryScanningConfiguration Rules: [{ScanFrequency: %s, RepositoryFilters: [{FilterType: WILDCARD, Filter: %q}]}]", frequency, s.Name),
		Terraform: fmt.Sprintf("aws_ecr_registry_scanning_configuration rule { scan_frequency = %q, repository_filter { filter = %q, filter_type = \"WILDCARD\" } }",
			frequency, s.Name),
	}
}

// argument is the rules as the AWS CLI takes them, between quotes.
func (r ScanRules) argument() string {
	var rules []string
	for _, rule := range r.Rules {
		var filters []string
		for _, filter := range rule.Filters {
			filters = append(filters, fmt.Sprintf(`{"filter": %q, "filterType": "WILDCARD"}`, filter))
		}
		rules = append(rules, fmt.Sprintf(`{"scanFrequency": %q, "repositoryFilters": [%s]}`, rule.Frequency, strings.Join(filters, ", ")))
	}
	return "[" + strings.Join(rules, ", ") + "]"
}

// policyShape stands for a policy in a template.
const policyShape = `{"rules": [...]}`

func mendLifecycle(name string, d Desired) *Mend {
	command := d.asConfigured(name)
	switch {
	case d.Lifecycle == nil:
		command = applying(name) + " --lifecycle FILE"
	case *d.Lifecycle == "":
		command = applying(name) + " --lifecycle none"
	}
	return &Mend{
		Command:        command,
		CloudFormation: "LifecyclePolicy: {LifecyclePolicyText: '" + policyShape + "'}",
		Terraform:      "aws_ecr_lifecycle_policy policy = jsonencode(" + strings.ReplaceAll(policyShape, `"rules":`, "rules =") + ")",
	}
}

func mendAccess(name, part string) *Mend {
	return &Mend{
		Command:        "aws ecr set-repository-policy --repository-name " + quoteArgument(name) + " --policy-text file://policy.json",
		CloudFormation: "RepositoryPolicyText: " + part,
		Terraform:      "aws_ecr_repository_policy policy: " + part,
	}
}

// quoteArgument is an argument as a shell takes it. Saved answers may name anything.
func quoteArgument(text string) string {
	plain := func(r rune) bool {
		return r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || strings.ContainsRune("._-/:=,@+", r)
	}
	if text != "" && !strings.ContainsFunc(text, func(r rune) bool { return !plain(r) }) {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
