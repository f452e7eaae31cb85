package main

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/hallmark-ci/hallmark"

// mayImport is the table of which package of ours may import which. A package that is not a key may import none of ours.
var mayImport = map[string][]string{
	"": {"cli"},
	"cli": {
		"tagger", "tagger/gitrepo", "tagger/cienv",
		"registry", "registry/source", "registry/push", "registry/ecr", "registry/emulator", "registry/lifecycle", "registry/posture", "registry/posture/template",
		"gate", "gate/scan", "gate/policyfile", "gate/vex",
		"report", "suggest", "strictyaml", "doctor", "iam", "trace/workload",
	},
	"tagger":                    {"suggest"},
	"tagger/gitrepo":            {"tagger"},
	"tagger/cienv":              {"tagger"},
	"registry":                  {"tagger"},
	"registry/source":           {"registry"},
	"registry/push":             {"registry", "registry/source", "registry/push/compress"},
	"registry/push/compress":    {"registry/push/deflate"},
	"registry/ecr":              {"registry", "registry/lifecycle", "registry/posture", "gate"},
	"registry/lifecycle":        {"suggest"},
	"registry/posture":          {"registry", "registry/lifecycle", "tagger", "gate", "strictyaml"},
	"registry/emulator":         {"registry", "registry/lifecycle", "gate"},
	"gate":                      {"gate/pull"},
	"gate/scan":                 {"gate", "registry"},
	"gate/policyfile":           {"gate", "strictyaml", "suggest"},
	"strictyaml":                {"suggest"},
	"gate/vex":                  {"gate"},
	"trace/workload":            {"registry/ecr"}, // asks ECS, Lambda and Inspector through the client of ECR, which alone knows the AWS SDK
	"doctor":                    {"tagger", "registry", "gate", "iam"},
	"report":                    {"tagger", "registry", "registry/lifecycle", "registry/posture", "gate", "doctor"},
	"registry/posture/template": {"registry", "registry/posture", "registry/lifecycle"},
}

// onlyUser names the one package that may import a module of others.
var onlyUser = map[string]string{
	"github.com/urfave/cli/":         "cli",
	"github.com/go-git/":             "tagger/gitrepo",
	"github.com/aws/":                "registry/ecr",
	"cuelabs.dev/go/oci/ociregistry": "registry/emulator",
	"github.com/moby/moby/":          "registry/source",
	"github.com/vbauerster/":         "report",
}

// pure packages do no I/O: no packages that open files, connections or processes, and no clock of their own.
var pure = []string{"tagger", "registry", "registry/lifecycle", "registry/posture", "registry/posture/template", "gate", "gate/pull", "gate/policyfile", "gate/vex", "doctor", "iam", "suggest", "strictyaml"}

var impure = []string{"os", "os/exec", "net", "net/http", "io/ioutil", "path/filepath", "syscall"}

func TestImportsPointOneWay(t *testing.T) {
	for _, p := range packages(t) {
		name := strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")
		for _, imported := range p.Imports {
			if inner, ours := strings.CutPrefix(imported, module+"/"); ours && !slices.Contains(mayImport[name], inner) {
				t.Errorf("package %q imports %q", name, inner)
			}
			for prefix, user := range onlyUser {
				if strings.HasPrefix(imported, prefix) && name != user {
					t.Errorf("package %q imports %s, which is for %q only", name, imported, user)
				}
			}
			if slices.Contains(pure, name) && slices.Contains(impure, imported) {
				t.Errorf("pure package %q imports %q", name, imported)
			}
		}
	}
}

type listed struct {
	ImportPath string
	Imports    []string
}

func packages(t *testing.T) []listed {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []listed
	decoder := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p listed
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}
