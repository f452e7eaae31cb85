package policyfile

import (
	"bytes"
	"encoding/json"
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/gate"
	"github.com/hallmark-ci/hallmark/strictyaml"
)

var update = flag.Bool("update", false, "rewrite docs/policy.schema.json")

// The schema that editors check a policy file by is made from the types that read it.
func TestSchemaIsThatOfTheTypes(t *testing.T) {
	s := schemer{comments: comments(t)}
	top := s.of(reflect.TypeFor[grammar]())
	top["$schema"] = "http://json-schema.org/draft-07/schema#"
	top["title"] = "Policy of Hallmark's gate"
	var want bytes.Buffer
	encoder := json.NewEncoder(&want)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(top); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join("..", "..", "docs", "policy.schema.json")
	if *update {
		if err := os.WriteFile(file, want.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want.String(), string(got)); diff != "" {
		t.Errorf("%s is not what -update writes (-want +got):\n%s", file, diff)
	}
}

// schemer makes JSON Schema of types, with the comments of their fields as descriptions.
type schemer struct {
	comments map[string]string // by type and field: Rules.FailOn
}

type object = map[string]any

func (s schemer) of(t reflect.Type) object {
	zero := reflect.Zero(t).Interface()
	if words, few := zero.(strictyaml.Worded); few {
		return object{"enum": words.Words()}
	}
	switch zero.(type) {
	case gate.Date:
		return object{"type": "string", "format": "date"}
	case gate.PURL:
		return object{"type": "string", "pattern": "^pkg:"}
	}
	switch t.Kind() {
	case reflect.Struct:
		return s.structure(t)
	case reflect.Map:
		return object{"type": "object", "propertyNames": s.of(t.Key()), "additionalProperties": s.of(t.Elem())}
	case reflect.Slice:
		return object{"type": []string{"array", "null"}, "items": s.of(t.Elem())}
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.Int:
		return object{"type": "integer", "minimum": 0}
	case reflect.Float64:
		return object{"type": "number", "minimum": 0, "maximum": 1}
	default:
		return object{"type": "string", "minLength": 1}
	}
}

func (s schemer) structure(t reflect.Type) object {
	properties := object{}
	for i := range t.NumField() {
		field := t.Field(i)
		name := strictyaml.KeyOf(field)
		if name == "" {
			continue
		}
		property := s.of(field.Type)
		property["description"] = s.comments[t.Name()+"."+field.Name]
		properties[name] = property
	}
	out := object{"type": []string{"object", "null"}, "additionalProperties": false, "properties": properties}
	if t == reflect.TypeFor[gate.Ignore]() {
		out["type"], out["required"] = "object", []string{"id"}
	}
	return out
}

// comments are those of the fields of structs in this package and in gate. One that has none is an error: it would be a key that nobody
// explains.
func comments(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, name := range []string{"file.go", "../policy.go", "../ignore.go"} {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(node ast.Node) bool {
			spec, isType := node.(*ast.TypeSpec)
			if !isType {
				return true
			}
			structure, isStruct := spec.Type.(*ast.StructType)
			if !isStruct {
				return true
			}
			for _, field := range structure.Fields.List {
				comment := strings.Join(strings.Fields(field.Doc.Text()), " ")
				if comment == "" && field.Tag != nil && !strings.Contains(field.Tag.Value, `"-"`) {
					t.Errorf("%s: field %s of %s has no comment", name, field.Names[0], spec.Name)
				}
				out[spec.Name.Name+"."+field.Names[0].Name] = comment
			}
			return true
		})
	}
	return out
}
