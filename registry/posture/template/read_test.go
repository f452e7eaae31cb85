package template_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
	"go.yaml.in/yaml/v3"

	"github.com/hallmark-ci/hallmark/registry"
	"github.com/hallmark-ci/hallmark/registry/posture"
	"github.com/hallmark-ci/hallmark/registry/posture/template"
)

func readers() map[template.Format]func(*testing.T, string) []template.Repository {
	return map[template.Format]func(*testing.T, string) []template.Repository{template.CloudFormation: readCloudFormation, template.Terraform: readTerraform}
}

// normal is what can come back from a template of repositories: policies as texts of one form, and none of what the format cannot hold.
func normal(t *testing.T, format template.Format, repositories []template.Repository) []template.Repository {
	t.Helper()
	var out []template.Repository
	for _, r := range repositories {
		text := func(s string) string { return s }
		if format == template.Terraform {
			text = func(s string) string { return cty.StringVal(s).AsString() } // HCL composes the letters of all texts
		}
		labels := map[string]string{}
		for key, value := range r.Labels {
			if value != "" || format == template.Terraform {
				labels[text(key)] = text(value)
			}
		}
		r.Name, r.Encryption.Key, r.Labels = text(r.Name), text(r.Encryption.Key), labels
		r.Lifecycle, r.Access = text(canonical(t, r.Lifecycle)), text(canonical(t, r.Access))
		exclusions := r.Exclusions
		r.Exclusions = nil
		for _, filter := range exclusions {
			r.Exclusions = append(r.Exclusions, text(filter))
		}
		r.Existing = r.Existing && format == template.Terraform
		out = append(out, r)
	}
	return out
}

// canonical is a JSON text with its keys sorted and without spaces.
func canonical(t *testing.T, text string) string {
	t.Helper()
	if text == "" {
		return ""
	}
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return canonicalValue(t, value)
}

func canonicalValue(t *testing.T, value any) string {
	t.Helper()
	out, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// cloudFormationRepository has the properties by the names that AWS gives them.
type cloudFormationRepository struct {
	Type       string `yaml:"Type"`
	Retain     string `yaml:"DeletionPolicy"`
	Replace    string `yaml:"UpdateReplacePolicy"`
	Properties struct {
		Name    string                 `yaml:"RepositoryName"`
		Mode    string                 `yaml:"ImageTagMutability"`
		Filters []cloudFormationFilter `yaml:"ImageTagMutabilityExclusionFilters"`
		Config  struct {
			ScanOnPush *bool `yaml:"ScanOnPush"`
		} `yaml:"ImageScanningConfiguration"`
		Encryption struct {
			Type string `yaml:"EncryptionType"`
			Key  string `yaml:"KmsKey"`
		} `yaml:"EncryptionConfiguration"`
		Lifecycle struct {
			Text string `yaml:"LifecyclePolicyText"`
		} `yaml:"LifecyclePolicy"`
		Access any `yaml:"RepositoryPolicyText"`
		Tags   []struct {
			Key   string `yaml:"Key"`
			Value string `yaml:"Value"`
		} `yaml:"Tags"`
	} `yaml:"Properties"`
}

type cloudFormationFilter struct {
	Type  string `yaml:"ImageTagMutabilityExclusionFilterType"`
	Value string `yaml:"ImageTagMutabilityExclusionFilterValue"`
}

func readCloudFormation(t *testing.T, text string) []template.Repository {
	t.Helper()
	var parsed struct {
		Resources yaml.Node `yaml:"Resources"`
	}
	if err := yaml.Unmarshal([]byte(text), &parsed); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	var all []template.Repository
	for i := 1; i < len(parsed.Resources.Content); i += 2 {
		var one cloudFormationRepository
		if err := parsed.Resources.Content[i].Decode(&one); err != nil {
			t.Fatalf("%v in\n%s", err, text)
		}
		if one.Type != "AWS::ECR::Repository" || one.Retain != "Retain" || one.Replace != "Retain" {
			t.Errorf("resource %+v", one)
		}
		p := one.Properties
		r := template.Repository{
			Name: p.Name, Mutability: registry.Mutability(p.Mode), ScanOnPush: p.Config.ScanOnPush, Lifecycle: canonical(t, p.Lifecycle.Text),
			Encryption: posture.Encryption{Type: p.Encryption.Type, Key: p.Encryption.Key}, Labels: map[string]string{},
		}
		for _, filter := range p.Filters {
			r.Exclusions = append(r.Exclusions, filter.Value)
		}
		if p.Access != nil {
			r.Access = canonicalValue(t, p.Access)
		}
		for _, tag := range p.Tags {
			r.Labels[tag.Key] = tag.Value
		}
		all = append(all, r)
	}
	return all
}

// readTerraform reads a configuration with the parser of HCL itself.
func readTerraform(t *testing.T, text string) []template.Repository {
	t.Helper()
	file, problems := hclsyntax.ParseConfig([]byte(text), "main.tf", hcl.InitialPos)
	if problems.HasErrors() {
		t.Fatalf("%v in\n%s", problems, text)
	}
	var all []template.Repository
	byName := map[string]int{}
	imports := map[string]string{}
	for _, block := range file.Body.(*hclsyntax.Body).Blocks {
		switch {
		case block.Type == "import":
			traversal, problems := hcl.AbsTraversalForExpr(block.Body.Attributes["to"].Expr)
			if problems.HasErrors() {
				t.Fatal(problems)
			}
			imports[traversal.RootName()+"."+traversal[1].(hcl.TraverseAttr).Name] = attribute(t, block.Body, "id").AsString()
		case block.Type == "resource" && block.Labels[0] == "aws_ecr_repository":
			byName[block.Labels[1]] = len(all)
			r := terraformRepository(t, block.Body)
			r.Existing = imports["aws_ecr_repository."+block.Labels[1]] == r.Name
			all = append(all, r)
		case block.Type == "resource":
			r := &all[byName[block.Labels[1]]]
			if _, found := imports[block.Labels[0]+"."+block.Labels[1]]; found != r.Existing {
				t.Errorf("import of %v", block.Labels)
			}
			if attribute(t, block.Body, "repository").AsString() != block.Labels[1] {
				t.Errorf("%v is for another repository", block.Labels)
			}
			policy := canonical(t, attribute(t, block.Body, "policy").AsString())
			if block.Labels[0] == "aws_ecr_lifecycle_policy" {
				r.Lifecycle = policy
			} else {
				r.Access = policy
			}
		}
	}
	return all
}

func terraformRepository(t *testing.T, body *hclsyntax.Body) template.Repository {
	t.Helper()
	r := template.Repository{Name: attribute(t, body, "name").AsString(), Labels: map[string]string{}}
	if mode := attribute(t, body, "image_tag_mutability"); !mode.IsNull() {
		r.Mutability = registry.Mutability(mode.AsString())
	}
	for _, block := range body.Blocks {
		switch block.Type {
		case "image_tag_mutability_exclusion_filter":
			r.Exclusions = append(r.Exclusions, attribute(t, block.Body, "filter").AsString())
		case "image_scanning_configuration":
			on := attribute(t, block.Body, "scan_on_push").True()
			r.ScanOnPush = &on
		case "encryption_configuration":
			r.Encryption.Type = attribute(t, block.Body, "encryption_type").AsString()
			if key := attribute(t, block.Body, "kms_key"); !key.IsNull() {
				r.Encryption.Key = key.AsString()
			}
		default:
			t.Errorf("block %s", block.Type)
		}
	}
	if tags := attribute(t, body, "tags"); !tags.IsNull() {
		for key, value := range tags.AsValueMap() {
			r.Labels[key] = value.AsString()
		}
	}
	return r
}

// attribute is the value of an attribute; null where there is none. A reference to the name of a repository is its label.
func attribute(t *testing.T, body *hclsyntax.Body, name string) cty.Value {
	t.Helper()
	found, ok := body.Attributes[name]
	if !ok {
		return cty.NullVal(cty.DynamicPseudoType)
	}
	repositories := map[string]cty.Value{}
	for _, reference := range found.Expr.Variables() {
		label := reference[1].(hcl.TraverseAttr).Name
		repositories[label] = cty.ObjectVal(map[string]cty.Value{"name": cty.StringVal(label)})
	}
	value, problems := found.Expr.Value(&hcl.EvalContext{
		Functions: map[string]function.Function{"jsonencode": stdlib.JSONEncodeFunc},
		Variables: map[string]cty.Value{"aws_ecr_repository": cty.ObjectVal(repositories)},
	})
	if problems.HasErrors() {
		t.Fatal(fmt.Errorf("%s: %w", name, problems))
	}
	return value
}
