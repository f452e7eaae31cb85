package posture

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// Owner is a tool that has made a repository and will make it so again, as the tags of the resource tell.
type Owner struct {
	Tool  string // CloudFormation, Terraform, or what the tag says
	Stack string // of CloudFormation
	Label string // the tag that tells, as KEY=VALUE
}

func (o Owner) String() string {
	if o.Stack != "" {
		return o.Tool + " stack " + o.Stack
	}
	return o.Tool
}

// stackLabel is the tag that CloudFormation puts on everything it makes
// (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-resource-tags.html).
const stackLabel = "aws:cloudformation:stack-name"

// ownerKeys are tags by which people say with what a resource is made, without case and punctuation. Terraform puts none by itself.
var ownerKeys = []string{"managedby", "provisionedby", "provisioner", "createdby", "deployedby", "iac", "iactool"}

// tools are the names of what makes resources again, as they stand in such tags.
var tools = []struct{ word, name string }{
	{"terraform", "Terraform"}, {"terragrunt", "Terraform"}, {"opentofu", "OpenTofu"}, {"pulumi", "Pulumi"}, {"cloudformation", "CloudFormation"},
	{"cdk", "CloudFormation"}, {"crossplane", "Crossplane"}, {"ansible", "Ansible"},
}

// OwnerOf says who owns a repository beside the one who asks. owned is false where no tag tells.
func OwnerOf(labels map[string]string) (owner Owner, owned bool) {
	if stack := labels[stackLabel]; stack != "" {
		return Owner{Tool: "CloudFormation", Stack: stack, Label: stackLabel + "=" + stack}, true
	}
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		value := strings.ToLower(labels[key])
		plain := strings.NewReplacer("-", "", "_", "", ":", "", " ", "", ".", "", "/", "").Replace(strings.ToLower(key))
		for _, tool := range tools {
			said := slices.Contains(ownerKeys, plain) && strings.Contains(value, tool.word)
			named := strings.HasPrefix(plain, tool.word) && value != "false" && value != "no"
			if said || named {
				return Owner{Tool: tool.name, Label: key + "=" + labels[key]}, true
			}
		}
	}
	return Owner{}, false
}

// property is where a setting stands in the two languages of templates
// (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecr-repository.html and
// https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/ecr_repository).
var properties = map[Setting]struct{ stack, terraform string }{
	SettingScanning:   {"ImageScanningConfiguration", "image_scanning_configuration"},
	SettingMutability: {"ImageTagMutability and ImageTagMutabilityExclusionFilters", "image_tag_mutability and image_tag_mutability_exclusion_filter"},
	SettingLifecycle:  {"LifecyclePolicy", "aws_ecr_lifecycle_policy"},
	SettingEncryption: {"EncryptionConfiguration", "encryption_configuration"},
}

// registryScanning is where the scanning rules of the registry stand.
var registryScanning = struct{ stack, terraform string }{"AWS::ECR::RegistryScanningConfiguration", "aws_ecr_registry_scanning_configuration"}

// Properties are what to change in the owner's own files in place of some changes.
func (o Owner) Properties(changes []Change) []string {
	var out []string
	for _, change := range changes {
		property := properties[change.Setting]
		if change.Filter != "" {
			property = registryScanning
		}
		name := property.terraform
		if o.Tool == "CloudFormation" {
			name = property.stack
		}
		if name != "" {
			out = append(out, name)
		}
	}
	return out
}

// Format is how the owner's files are called by repo template.
func (o Owner) Format() string {
	return cmp.Or(map[string]string{"CloudFormation": "cloudformation"}[o.Tool], "terraform")
}
