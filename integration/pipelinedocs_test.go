//go:build integration

package integration

import (
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// documented is a piece of a pipeline in a document: which one, what completes it, and which jobs it shows.
type documented struct {
	document, begins string
	before, after    string // what a whole pipeline has above and below it
	jobs             []string
}

// TestPipelinesOfTheDocsAreSound runs every pipeline for GitLab that a document shows, against the emulator.
func TestPipelinesOfTheDocsAreSound(t *testing.T) {
	haveRepository(t, lab.ecr, "shop/api", "IMMUTABLE")
	whole := blockThat(t, "gitlab.md", "yaml", "stages: ")
	built := "variables: {HALLMARK_DIRTY: allow}\n"
	both := []string{"hallmark-push", "hallmark-gate"}
	for _, d := range []documented{
		{"gitlab.md", "stages: ", "", "", append(both, "build")},
		{"gitlab.md", "include:", "", "", both},
		{"gitlab.md", "hallmark-push:", whole, "", append(both, "build", "deploy")},
		{"gitlab.md", "include:\n  - component: $CI_SERVER_FQDN/GROUP/hallmark/hallmark@COMMIT\n    inputs:\n      job-image: REGISTRY/hallmark:debug\n      image: image.tar\n      repository: shop/api\n      role", "", "", both},
		{"gitlab.md", "push:", built, "", []string{"push"}},
		{"exit-status.md", "allow_failure:", "gate:\n  script: exit 75\n", "", []string{"gate"}},
		{"iam.md", "push:", "", "", []string{"push"}},
		{"reports.md", "scan:", "", "", []string{"scan"}},
		{"reports.md", "push:", "", "", []string{"push", "deploy"}},
		{"scanning.md", "scan:", "", "", []string{"scan", "gate"}},
	} {
		t.Run(d.document+" "+strings.TrimSpace(strings.SplitN(d.begins, "\n", 2)[0]), func(t *testing.T) {
			block := blockThat(t, d.document, "yaml", d.begins)
			if d.document == "exit-status.md" {
				block = indented(block, 2)
			}
			r := runDocumented(t, d.before+block+d.after)
			for _, job := range d.jobs {
				if ended := r.ended(job); ended != "PASS" && ended != "WARN 75" {
					t.Errorf("%s ends with %q\n%s", job, ended, r.log)
				}
			}
		})
	}
}

// runDocumented runs a pipeline in a work tree with what documents take to be there: an image, programs that build and deploy, a Git tag.
func runDocumented(t *testing.T, text string) ran {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "worktree")
	if _, err := makeWorktree(dir); err != nil {
		t.Fatal(err)
	}
	text = strings.NewReplacer("GROUP/hallmark/hallmark@COMMIT", "shop/api/hallmark@$CI_COMMIT_SHA", "REGISTRY/", "registry.example.com/").Replace(text)
	for file, content := range map[string]string{
		".gitlab-ci.yml": text, "templates/hallmark.yml": readFile(t, "templates", "hallmark.yml"), ".gitignore": ".gitlab-ci-local/\n",
		"image.tar": readFile(t, "testdata", "hello.tar"), "build": "#!/bin/sh\n", "deploy": "#!/bin/sh\ntest \"$#\" = 1\n",
	} {
		writeFile(t, filepath.Join(dir, file), content)
	}
	sts := startSTS(t, func(url.Values) {})
	c := command{dir: dir, env: bareEnv(t.TempDir(), []string{"PATH=" + filepath.Dir(lab.hallmark) + ":" + os.Getenv("PATH"), at(lab.ecr), "AWS_ENDPOINT_URL_STS=" + sts})}
	c.must(t, "git", "remote", "add", "origin", "https://gitlab.example.com/shop/api.git")
	c.must(t, "git", "add", ".")
	c.must(t, "git", "-c", "user.name=test", "-c", "user.email=test@example.com", "commit", "-q", "-m", "pipeline")
	return runPipeline(t, c, "HALLMARK_ID_TOKEN=header.claims.signature", "AWS_ID_TOKEN=header.claims.signature", "AWS_TOKEN=header.claims.signature", "CI_COMMIT_TAG=v1.2.3")
}

// Every piece of YAML in the documents about GitLab is run.
func TestPipelinesOfTheDocsAreAllRun(t *testing.T) {
	source := readFile(t, "integration", "pipelinedocs_test.go")
	var shown, run int
	for _, document := range []string{"gitlab.md", "exit-status.md", "iam.md", "reports.md", "scanning.md"} {
		for _, block := range blocks(t, document, "yaml") {
			if wholeWorkflow(block) == "" && !strings.HasPrefix(block, "report:") {
				shown++
			}
		}
		run += len(regexp.MustCompile(`(?m)^\t\t\{"`+regexp.QuoteMeta(document)+`", `).FindAllString(source, -1))
	}
	if diff := cmp.Diff(shown, run); diff != "" {
		t.Errorf("pieces of pipelines (-shown +run):\n%s", diff)
	}
}
