package report_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// schemaFiles are the published schemas by format, the first of each the one that reports are of; testdata/schemas tells their sources.
func schemaFiles() map[string][]string {
	return map[string][]string{
		"sarif":     {"sarif-2.1.0.json"},
		"gitlab":    {"gitlab-container-scanning-15.0.7.json"},
		"cyclonedx": {"cyclonedx-1.6.json", "cyclonedx-spdx.json", "cyclonedx-jsf-0.82.json"},
	}
}

// schemas compiles the published schemas. Formats such as uri and date-time are held to, which JSON Schema leaves open.
func schemas(t *testing.T) map[string]*jsonschema.Schema {
	t.Helper()
	out := map[string]*jsonschema.Schema{}
	for format, files := range schemaFiles() {
		compiler := jsonschema.NewCompiler()
		compiler.AssertFormat()
		main := ""
		for _, file := range files {
			document := readSchema(t, file)
			id, _ := document["$id"].(string)
			if id == "" {
				id, _ = document["id"].(string) // of draft 4
			}
			if main == "" {
				main = id
			}
			if err := compiler.AddResource(id, document); err != nil {
				t.Fatal(err)
			}
		}
		schema, err := compiler.Compile(main)
		if err != nil {
			t.Fatal(err)
		}
		out[format] = schema
	}
	return out
}

func readSchema(t *testing.T, file string) map[string]any {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "schemas", file))
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	members, _ := document.(map[string]any)
	return members
}

// validate holds a report against the published schema of its format. Formats without one are passed over.
func validate(t *testing.T, schemas map[string]*jsonschema.Schema, format string, report []byte) {
	t.Helper()
	schema := schemas[format]
	if schema == nil {
		return
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(report))
	if err != nil {
		t.Fatalf("%s is no JSON: %v", format, err)
	}
	if err := schema.Validate(document); err != nil {
		t.Errorf("%s does not fit its schema: %v", format, err)
	}
}

func TestSchemasRefuseWhatIsWrong(t *testing.T) {
	all := schemas(t)
	for format, wrong := range map[string]string{
		"sarif":     `{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"x","informationUri":"no uri"}}}]}`,
		"gitlab":    `{"version":"15.0.7","scan":{},"vulnerabilities":[]}`,
		"cyclonedx": `{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"type":"library","name":"x","licenses":[{"license":{"id":"NO-SUCH"}}]}]}`,
	} {
		document, err := jsonschema.UnmarshalJSON(bytes.NewReader([]byte(wrong)))
		if err != nil {
			t.Fatal(err)
		}
		if err := all[format].Validate(document); err == nil {
			t.Errorf("the schema of %s takes %s", format, wrong)
		}
	}
}
