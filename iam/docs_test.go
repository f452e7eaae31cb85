package iam_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hallmark-ci/hallmark/iam"
)

var update = flag.Bool("update", false, "rewrite what docs hold of the table")

// arn is the repository of the documents' policies.
const arn = "arn:aws:ecr:eu-central-1:123456789012:repository/shop/api"

// block is a part of a document that the table makes: <!-- policy push --> … <!-- end -->.
var block = regexp.MustCompile(`(?s)<!-- (needs|policy ([a-z+]+)) -->\n(.*?)<!-- end -->`)

func TestDocumentsHoldTheTable(t *testing.T) {
	for name, blocks := range map[string]int{"permissions.md": 1, "iam.md": 9} {
		file := filepath.Join("..", "docs", name)
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		made := 0
		want := block.ReplaceAllStringFunc(string(data), func(old string) string {
			made++
			parts := block.FindStringSubmatch(old)
			if parts[1] == "needs" {
				return "<!-- needs -->\n" + needsTable() + "<!-- end -->"
			}
			return fmt.Sprintf("<!-- policy %s -->\n%s<!-- end -->", parts[2], policyBlock(t, parts[2]))
		})
		if made != blocks {
			t.Errorf("%s has %d parts of the table, want %d", file, made, blocks)
		}
		if *update {
			if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		} else if diff := cmp.Diff(want, string(data)); diff != "" {
			t.Errorf("%s is not what -update writes (-want +got):\n%s", file, diff)
		}
	}
}

func needsTable() string {
	var out strings.Builder
	out.WriteString("| for | action | on | without it | policies |\n|---|---|---|---|---|\n")
	for _, need := range iam.Needs() {
		without := need.Without
		if need.Optional {
			without = "optional: " + without
		}
		on := string(need.On)
		if need.On == iam.Everything {
			on = "`*`"
		}
		var policies []string
		for _, job := range need.Jobs {
			policies = append(policies, string(job))
		}
		fmt.Fprintf(&out, "| %s | `%s` | %s | %s | %s |\n", need.For, strings.Join(need.Actions, "`, `"), on, without, strings.Join(policies, ", "))
	}
	return out.String()
}

func policyBlock(t *testing.T, words string) string {
	t.Helper()
	jobs, optional, unknown := iam.ParseJobs([]string{words})
	if unknown != "" {
		t.Fatalf("policy of %q", unknown)
	}
	text, err := json.MarshalIndent(iam.NewPolicy(jobs, arn, optional), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return "```json\n" + string(text) + "\n```\n"
}

// fence is a block of JSON in a document.
var fence = regexp.MustCompile("(?s)```json\n(.*?)```")

func TestPoliciesOfTheDocumentAreJSON(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("..", "docs", "iam.md"))
	if err != nil {
		t.Fatal(err)
	}
	fences := fence.FindAllStringSubmatch(string(data), -1)
	if len(fences) != 11 {
		t.Errorf("%d policies, want 9 of the table and 2 of trust", len(fences))
	}
	for _, f := range fences {
		var policy struct{ Version string }
		if err := json.Unmarshal([]byte(f[1]), &policy); err != nil || policy.Version != "2012-10-17" {
			t.Errorf("%v, version %q: %s", err, policy.Version, f[1])
		}
	}
}
