//go:build integration

package integration

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"go.yaml.in/yaml/v3"
)

// pipeline is what a project of GitLab runs: the component with inputs, and jobs of the project's own.
type pipeline struct {
	includes []inputs
	jobs     map[string]any
	env      []string // of the runner
	token    string   // of OpenID Connect, which GitLab itself makes
}

// ran is what came of a pipeline.
type ran struct {
	code int
	log  string
	dir  string // the work tree
}

// run runs the pipeline with gitlab-ci-local in a work tree of its own, which holds the component as the project that publishes it does.
// The jobs run in a shell: no image is pulled.
func (p pipeline) run(t *testing.T) ran {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "worktree")
	if _, err := makeWorktree(dir); err != nil {
		t.Fatal(err)
	}
	p.write(t, dir)
	bin := filepath.Dir(lab.hallmark)
	c := command{dir: dir, env: bareEnv(t.TempDir(), append([]string{"PATH=" + bin + ":" + os.Getenv("PATH")}, p.env...))}
	c.must(t, "git", "remote", "add", "origin", "https://gitlab.example.com/shop/api.git")
	c.must(t, "git", "add", ".")
	c.must(t, "git", "-c", "user.name=test", "-c", "user.email=test@example.com", "commit", "-q", "-m", "pipeline")
	return runPipeline(t, c, "HALLMARK_ID_TOKEN="+p.token)
}

// runPipeline runs what is committed in a work tree. GitLab's own variables come as it sets them.
func runPipeline(t *testing.T, c command, variables ...string) ran {
	t.Helper()
	args := []string{"--force-shell-executor", "--shell-isolation", "--no-artifacts-to-source", "--ignore-predefined-vars", "GITLAB_CI"}
	for _, variable := range append(variables, "GITLAB_CI=true") {
		args = append(args, "--variable", variable)
	}
	o, err := c.run("gitlab-ci-local", args...)
	if err != nil {
		t.Fatal(err)
	}
	return ran{code: o.code, log: o.stdout + o.stderr, dir: c.dir}
}

// write writes the component and the pipeline that includes it.
func (p pipeline) write(t *testing.T, dir string) {
	t.Helper()
	component, err := os.ReadFile(ofProject(t, "templates", "hallmark.yml"))
	if err != nil {
		t.Fatal(err)
	}
	document := map[string]any{"stages": []string{"deploy", "after"}}
	maps.Copy(document, p.jobs)
	var includes []any
	for _, with := range p.includes {
		all := inputs{"image": helloTar(t), "repository": "gitlab/none", "job-image": "hallmark:debug"}
		maps.Copy(all, with)
		includes = append(includes, map[string]any{"component": "$CI_SERVER_FQDN/shop/api/hallmark@$CI_COMMIT_SHA", "inputs": all})
	}
	document["include"] = includes
	text, err := yaml.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "templates"), 0o755); err != nil {
		t.Fatal(err)
	}
	for file, data := range map[string][]byte{
		"templates/hallmark.yml": component, ".gitlab-ci.yml": text, ".gitignore": []byte(".gitlab-ci-local/\n"),
	} {
		if err := os.WriteFile(filepath.Join(dir, file), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// ended tells how a job ended: PASS, or WARN or FAIL with its exit status; empty when it did not run.
func (r ran) ended(job string) string {
	end := regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(job) + ` +finished in [0-9.]+ m?s *((?:WARN|FAIL) [0-9]+)?`).FindStringSubmatch(r.log)
	switch {
	case end == nil:
		return ""
	case end[1] == "":
		return "PASS"
	}
	return end[1]
}
