//go:build integration

package integration

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

// TestTemplatesAreAsAWSSpecifiesThem holds each template of CloudFormation in testdata against AWS's own specification of the resource: names
// of properties, their types and words.
func TestTemplatesAreAsAWSSpecifiesThem(t *testing.T) {
	schema := specification(t)
	if schema.Validate(map[string]any{"ImageTagMutability": "IMMUTABLE_WITH_EXCLUSIONS"}) == nil || schema.Validate(map[string]any{"Exclusions": []any{}}) == nil {
		t.Fatal("the specification takes words and properties that there are not")
	}
	for _, file := range templates(t) {
		var template struct {
			Resources map[string]struct {
				Properties any `yaml:"Properties"`
			} `yaml:"Resources"`
		}
		if err := yaml.Unmarshal([]byte(readFile(t, file)), &template); err != nil {
			t.Fatal(err)
		}
		for id, resource := range template.Resources {
			if err := schema.Validate(resource.Properties); err != nil {
				t.Errorf("%s: %s: %v", file, id, err)
			}
		}
	}
}

// TestTemplatesAgainstControlTower runs the rules of AWS Control Tower on each: CT.ECR.PR.1 wants a lifecycle policy, 2 scan on push,
// and 3 tags of the one mode IMMUTABLE (https://docs.aws.amazon.com/controltower/latest/controlreference/ecr-rules.html).
func TestTemplatesAgainstControlTower(t *testing.T) {
	guard := filepath.Join(nodeModules(t), "@cdklabs", "cdk-validator-cfnguard")
	machine := map[string]string{"amd64": "x86_64", "arm64": "aarch64"}[runtime.GOARCH]
	got := map[string]string{}
	for _, file := range templates(t) {
		var passed []string
		for _, rule := range []string{"1", "2", "3"} {
			o, err := command{}.run(filepath.Join(guard, "bin", "ubuntu", machine, "cfn-guard"), "validate", "--data", ofProject(t, file),
				"--rules", filepath.Join(guard, "rules", "control-tower", "cfn-guard", "ecr", "ct-ecr-pr-"+rule+".guard"))
			const failed = 19 // the exit status of cfn-guard where a rule is broken
			if err != nil || o.code != 0 && o.code != failed {
				t.Fatalf("%s: exit status %d, %v\n%s", file, o.code, err, o.stderr)
			}
			if o.code == 0 {
				passed = append(passed, rule)
			}
		}
		got[filepath.Base(file)] = strings.Join(passed, " ")
	}
	want := map[string]string{
		"immutable.yaml": "2 3", "kms.yaml": "2 3", "lifecycle.yaml": "1 2 3", "two_repositories.yaml": "1 2 3", "one_exclusion.yaml": "2",
		"five_exclusions.yaml": "2", "mutable.yaml": "", "existing.yaml": "1",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rules passed (-want +got):\n%s", diff)
	}
}

// specification is what AWS says of AWS::ECR::Repository, as a schema.
func specification(t *testing.T) *jsonschema.Schema {
	t.Helper()
	text := command{env: append(os.Environ(), "NODE_PATH="+nodeModules(t))}.must(t, "node", ofProject(t, "integration", "testdata", "template", "schema.cjs"))
	var document any
	if err := json.Unmarshal([]byte(text), &document); err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("repository.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("repository.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// nodeModules is the folder that the packages of npm were installed in: that of gitlab-ci-local on the PATH.
func nodeModules(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("gitlab-ci-local")
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Dir(filepath.Dir(path))
}

// templates are the templates of CloudFormation in testdata.
func templates(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(ofProject(t, "registry", "posture", "template", "testdata"), "*.yaml"))
	if err != nil || len(files) < 8 {
		t.Fatalf("%d templates, %v", len(files), err)
	}
	for i, file := range files {
		files[i] = filepath.Join("registry", "posture", "template", "testdata", filepath.Base(file))
	}
	return files
}
