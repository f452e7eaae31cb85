package template

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/hallmark-ci/hallmark/registry/posture"
)

// writeCloudFormation writes resources of the type AWS::ECR::Repository, with the properties of
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecr-repository.html.
func writeCloudFormation(repositories []Repository, scan *posture.ScanRules) (string, error) {
	resources := mapping()
	for _, r := range repositories {
		resource, err := cloudFormationResource(r)
		if err != nil {
			return "", fmt.Errorf("repository %q: %w", r.Name, err)
		}
		add(resources, LogicalID(r.Name), resource)
	}
	template := mapping()
	add(template, "AWSTemplateFormatVersion", quoted("2010-09-09"))
	add(template, "Description", quoted("Settings of repositories in Amazon ECR"))
	add(template, "Resources", resources)
	template.Content[0].HeadComment = strings.Join(scanRemarks("AWS::ECR::RegistryScanningConfiguration", scan), "\n")
	var out strings.Builder
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := encoder.Encode(template); err != nil {
		return "", err
	}
	return out.String(), encoder.Close()
}

func cloudFormationResource(r Repository) (*yaml.Node, error) {
	properties, err := properties(r)
	if err != nil {
		return nil, err
	}
	resource := mapping()
	add(resource, "Type", plain("AWS::ECR::Repository"))
	remarks := slices.Clone(r.Unknown)
	for _, key := range slices.Sorted(maps.Keys(r.Labels)) {
		if r.Labels[key] == "" {
			remarks = append(remarks, clean(fmt.Sprintf("the tag %q has no value, which CloudFormation does not take", key)))
		}
	}
	resource.Content[0].HeadComment = strings.Join(remarks, "\n")
	add(resource, "DeletionPolicy", plain("Retain"))
	add(resource, "UpdateReplacePolicy", plain("Retain"))
	add(resource, "Properties", properties)
	return resource, nil
}

func properties(r Repository) (*yaml.Node, error) {
	out := mapping()
	add(out, "RepositoryName", quoted(r.Name))
	if r.Mutability != "" {
		add(out, "ImageTagMutability", plain(string(r.Mutability)))
		out.Content[len(out.Content)-2].HeadComment = strings.Join(r.filterRemarks(), "\n")
	}
	filters := sequence()
	for _, filter := range r.withFilters() {
		one := mapping()
		add(one, "ImageTagMutabilityExclusionFilterType", plain("WILDCARD"))
		add(one, "ImageTagMutabilityExclusionFilterValue", quoted(filter))
		filters.Content = append(filters.Content, one)
	}
	addFull(out, "ImageTagMutabilityExclusionFilters", filters)
	if r.ScanOnPush != nil {
		scanning := mapping()
		add(scanning, "ScanOnPush", plain(strconv.FormatBool(*r.ScanOnPush)))
		add(out, "ImageScanningConfiguration", scanning)
	}
	if r.Encryption.Type != "" {
		encryption := mapping()
		add(encryption, "EncryptionType", plain(r.Encryption.Type))
		if r.Encryption.Key != "" {
			add(encryption, "KmsKey", quoted(r.Encryption.Key))
		}
		add(out, "EncryptionConfiguration", encryption)
	}
	if err := addPolicies(out, r); err != nil {
		return nil, err
	}
	addFull(out, "Tags", labels(r.Labels))
	return out, nil
}

// addPolicies adds the lifecycle policy, which is a JSON text in a string, and the policy of the repository, which is an object.
func addPolicies(properties *yaml.Node, r Repository) error {
	if r.Lifecycle != "" {
		text, err := policyText(r.Lifecycle)
		if err != nil {
			return err
		}
		policy := mapping()
		add(policy, "LifecyclePolicyText", &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text, Style: yaml.LiteralStyle})
		add(properties, "LifecyclePolicy", policy)
	}
	if r.Access != "" {
		value, err := readJSON(r.Access)
		if err != nil {
			return fmt.Errorf("access policy: %w", err)
		}
		add(properties, "RepositoryPolicyText", yamlOf(value))
	}
	return nil
}

// labels are the tags of the resource that have a value: CloudFormation takes no others, which ECR does
// (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-ecr-repository-tag.html).
func labels(all map[string]string) *yaml.Node {
	out := sequence()
	for _, key := range slices.Sorted(maps.Keys(all)) {
		if all[key] == "" {
			continue
		}
		label := mapping()
		add(label, "Key", quoted(key))
		add(label, "Value", quoted(all[key]))
		out.Content = append(out.Content, label)
	}
	return out
}

// yamlOf is a value of readJSON. All texts are quoted, keys as well: a reader of YAML 1.1, as CloudFormation is, takes Null and On for
// something else.
func yamlOf(value any) *yaml.Node {
	switch value := value.(type) {
	case object:
		out := mapping()
		for _, m := range value {
			out.Content = append(out.Content, quoted(m.key), yamlOf(m.value))
		}
		return flowIfEmpty(out)
	case []any:
		out := sequence()
		for _, item := range value {
			out.Content = append(out.Content, yamlOf(item))
		}
		return flowIfEmpty(out)
	case string:
		return quoted(value)
	case json.Number:
		return plain(value.String())
	case bool:
		return plain(strconv.FormatBool(value))
	}
	return plain("null")
}

func mapping() *yaml.Node  { return &yaml.Node{Kind: yaml.MappingNode} }
func sequence() *yaml.Node { return &yaml.Node{Kind: yaml.SequenceNode} }

func plain(word string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Value: word} }

func quoted(text string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text, Style: yaml.DoubleQuotedStyle}
}

func flowIfEmpty(node *yaml.Node) *yaml.Node {
	if len(node.Content) == 0 {
		node.Style = yaml.FlowStyle
	}
	return node
}

func add(to *yaml.Node, key string, value *yaml.Node) {
	to.Content = append(to.Content, plain(key), value)
}

// addFull adds a list that is not empty.
func addFull(to *yaml.Node, key string, list *yaml.Node) {
	if len(list.Content) > 0 {
		add(to, key, list)
	}
}
