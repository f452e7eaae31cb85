package emulator_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/hallmark-ci/hallmark/registry/emulator"
)

func TestWorkloadsOfAScenarioAreChecked(t *testing.T) {
	for _, test := range []struct{ name, workload, want string }{
		{"a service", `{service: prod/api, definition: "api:1", images: ["a/b:1"]}`, ""},
		{"a definition alone", `{definition: "api:1", images: ["a/b:1"]}`, ""},
		{"a function", `{function: "f:$LATEST", images: ["a/b:1"]}`, ""},
		{"a service without a cluster", `{service: api, definition: "api:1", images: ["a/b:1"]}`, "CLUSTER/NAME"},
		{"a service without a definition", `{service: prod/api, images: ["a/b:1"]}`, "FAMILY:REVISION"},
		{"a function without a version", `{function: f, images: ["a/b:1"]}`, "NAME:VERSION"},
		{"a function of two images", `{function: "f:1", images: ["a/b:1", "a/b:2"]}`, "has 2 images"},
		{"a service that is a function", `{service: prod/api, function: "f:1", images: ["a/b:1"]}`, "is also"},
		{"no images", `{definition: "api:1"}`, "has no images"},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir, "scenario.yaml", "workloads:\n  - "+test.workload+"\n")
			_, err := emulator.ReadScenario(filepath.Join(dir, "scenario.yaml"))
			if (test.want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("ReadScenario: %v", err)
			}
		})
	}
}
