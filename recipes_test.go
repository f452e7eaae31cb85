package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

// ciSystem is a CI system of docs/ci.md, as far as a step of its jobs can tell it from another.
type ciSystem struct {
	begins string                       // the recipe
	job    func(commit string) []string // variables that the system sets in a job of the Git tag v1.2.3
	leaves []string                     // files that the recipe has the system take up
}

// ciSystems set what their documents say: https://buildkite.com/docs/pipelines/configure/environment-variables,
// https://circleci.com/docs/reference/variables/, https://www.jenkins.io/doc/book/pipeline/jenkinsfile/#using-environment-variables and
// https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-env-vars.html.
func ciSystems() []ciSystem {
	return []ciSystem{
		{"steps:", func(commit string) []string {
			return []string{"CI=true", "BUILDKITE=true", "BUILDKITE_COMMIT=" + commit, "BUILDKITE_BRANCH=v1.2.3", "BUILDKITE_TAG=v1.2.3", "BUILDKITE_PULL_REQUEST=false",
				"BUILDKITE_REPO=git@github.com:octo/app.git", "BUILDKITE_PIPELINE_DEFAULT_BRANCH=main", "BUILDKITE_SOURCE=webhook"}
		}, []string{"hallmark.md", "junit.xml"}},
		{"version: 2.1", func(commit string) []string {
			return []string{"CI=true", "CIRCLECI=true", "CIRCLE_SHA1=" + commit, "CIRCLE_TAG=v1.2.3", "CIRCLE_REPOSITORY_URL=git@github.com:octo/app.git", "CIRCLE_PROJECT_REPONAME=app"}
		}, []string{"results/junit.xml"}},
		{"pipeline", func(commit string) []string {
			return []string{"CI=true", "JENKINS_URL=https://ci.example.com/", "BUILD_ID=7", "GIT_COMMIT=" + commit, "BRANCH_NAME=v1.2.3", "TAG_NAME=v1.2.3", "GIT_URL=https://git.example.com/octo/app.git"}
		}, []string{"junit.xml", "hallmark.html"}},
		{"version: 0.2", func(commit string) []string {
			return []string{"CODEBUILD_BUILD_ID=app:1", "CODEBUILD_RESOLVED_SOURCE_VERSION=" + commit, "CODEBUILD_WEBHOOK_EVENT=PUSH", "CODEBUILD_WEBHOOK_TRIGGER=tag/v1.2.3",
				"CODEBUILD_SOURCE_REPO_URL=https://github.com/octo/app.git"}
		}, []string{"junit.xml"}},
	}
}

// TestRecipesRunInTheirSystems runs the shell of each recipe of docs/ci.md as its system would: with its variables, in a detached work tree. No
// system's own runner is started: those of CircleCI and CodeBuild are images, that of Jenkins is a server, and Buildkite's needs an account.
func TestRecipesRunInTheirSystems(t *testing.T) {
	for _, system := range ciSystems() {
		t.Run(system.begins, func(t *testing.T) {
			t.Parallel()
			b := recipe(t, "ci.md", system.begins)
			r := newReader(t)
			r.create(t, "shop/api")
			commit := strings.TrimSpace(r.command(t, "git", "rev-parse", "HEAD"))
			r.command(t, "git", "checkout", "-q", "--detach")
			r.env = append(r.env, system.job(commit)...)
			if status, out := r.job(t, b); status != 0 {
				t.Fatalf("exit status %d\n%s", status, out)
			}
			if diff := cmp.Diff([]string{commit, "v1.2.3"}, r.tags(t, "shop/api")); diff != "" {
				t.Errorf("tags (-want +got):\n%s", diff)
			}
			r.wantTaken(t, b, system.leaves)
		})
	}
}

// A recipe leaves its reports, and no tag, when the gate fails.
func TestRecipesReportAFailedGate(t *testing.T) {
	for _, system := range ciSystems() {
		t.Run(system.begins, func(t *testing.T) {
			t.Parallel()
			b := recipe(t, "ci.md", system.begins)
			r := newReaderOf(t, "critical.yaml")
			r.env = append(r.env, system.job(strings.TrimSpace(r.command(t, "git", "rev-parse", "HEAD")))...)
			status, out := r.job(t, b)
			if status != 2 || !strings.Contains(out, "the gate failed: 1 critical, 1 high") {
				t.Errorf("exit status %d\n%s", status, out)
			}
			if diff := cmp.Diff([]string{}, r.tags(t, "shop/api")); diff != "" {
				t.Errorf("tags (-want +got):\n%s", diff)
			}
			r.wantTaken(t, b, system.leaves)
		})
	}
}

func recipe(t *testing.T, file, begins string) block {
	t.Helper()
	blocks := blocksOf(t, filepath.Join("docs", file))
	of := slices.IndexFunc(blocks, func(b block) bool { return strings.HasPrefix(b.text, begins) })
	if of < 0 {
		t.Fatalf("docs/%s has no recipe that begins with %q", file, begins)
	}
	return blocks[of]
}

// job runs the commands of a recipe as a job: one after the other, until one fails.
func (r reader) job(t *testing.T, b block) (status int, out string) {
	t.Helper()
	commands := shellOf(t, b)
	if len(commands) == 0 {
		t.Fatalf("%s:%d has no commands", b.file, b.line)
	}
	for _, command := range commands {
		cmd := exec.Command("bash", "-e", "-c", command)
		cmd.Dir, cmd.Env = r.dir, r.env
		said, err := cmd.CombinedOutput()
		out += string(said)
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			return exit.ExitCode(), out
		} else if err != nil {
			t.Fatal(err)
		}
	}
	return 0, out
}

// shellOf are the commands of a recipe, in order. Of a Jenkinsfile they are what stands in steps of sh.
func shellOf(t *testing.T, b block) []string {
	t.Helper()
	if b.language == "groovy" {
		var commands []string
		for _, script := range regexp.MustCompile(`\bsh\(.*?\bscript: '([^'\\]*)'\)`).FindAllStringSubmatch(b.text, -1) {
			commands = append(commands, script[1])
		}
		return commands
	}
	var document yaml.Node
	if err := yaml.Unmarshal([]byte(b.text), &document); err != nil {
		t.Fatal(err)
	}
	return commandsUnder(&document)
}

// commandsUnder are the commands of a YAML document, under the keys that CI systems have for them.
func commandsUnder(node *yaml.Node) []string {
	var commands []string
	for i, child := range node.Content {
		key := ""
		if node.Kind == yaml.MappingNode && i%2 == 1 {
			key = node.Content[i-1].Value
		}
		switch {
		case !slices.Contains([]string{"command", "commands", "run", "script"}, key):
			commands = append(commands, commandsUnder(child)...)
		case child.Kind == yaml.ScalarNode:
			commands = append(commands, child.Value)
		default:
			for _, line := range child.Content {
				commands = append(commands, line.Value)
			}
		}
	}
	return commands
}

// wantTaken wants files to be there, and the recipe to name them, or the folder they are in, outside of its commands.
func (r reader) wantTaken(t *testing.T, b block, files []string) {
	t.Helper()
	for _, file := range files {
		if _, err := os.Stat(filepath.Join(r.dir, file)); err != nil {
			t.Error(err)
		}
		folder, _, _ := strings.Cut(file, "/")
		if !regexp.MustCompile(`(?m)^[^=\n]*\b` + regexp.QuoteMeta(folder) + `\b[^=\n]*$`).MatchString(b.text) {
			t.Errorf("%s:%d does not take %s up", b.file, b.line, file)
		}
	}
}
