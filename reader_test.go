package main

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
)

// reader is somebody who tries what a document shows: a work tree with the files that documents speak of, an ECR, a daemon, and hallmark on
// PATH. Each test has one of its own.
type reader struct {
	dir string // the work tree
	env []string
	ecr string // address of the ECR
}

// newReader makes the work tree: one commit, the same in every run, and the Git tag v1.2.3 at it. Files that no document puts under Git are
// left out of it.
func newReader(t *testing.T) reader {
	t.Helper()
	return newReaderOf(t, "clean.yaml")
}

// newReaderOf gives the reader an ECR that answers as a file of testdata/scenario says.
func newReaderOf(t *testing.T, scenario string) reader {
	t.Helper()
	home := t.TempDir()
	r := reader{dir: filepath.Join(home, "api")}
	variables := map[string]string{}
	if err := startECR(func(name, value string) { variables[name] = value }, t.Cleanup, t, &requests{counts: map[string]int{}}, filepath.Join("testdata", "scenario", scenario)); err != nil {
		t.Fatal(err)
	}
	r.ecr = variables["AWS_ENDPOINT_URL_ECR"]
	bin := filepath.Join(home, "bin")
	r.env = append(isolated(home), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"), "TMPDIR="+t.TempDir(), "AWS_ENDPOINT_URL_ECR="+r.ecr,
		"AWS_ENDPOINT_URL_STS="+r.ecr, "AWS_ENDPOINT_URL_ECS="+r.ecr, "AWS_ENDPOINT_URL_LAMBDA="+r.ecr, "AWS_ENDPOINT_URL_INSPECTOR2="+r.ecr,
		"DOCKER_HOST="+daemonWith(t, "shop-api:build", "testdata/hello.tar"))
	r.put(t, map[string]string{"app.txt": "app\n"})
	for name, script := range standIns() {
		writeFile(t, filepath.Join(bin, name), script, 0o755)
	}
	for _, args := range [][]string{{"init", "-q", "-b", "main"}, {"add", "app.txt"}, {"commit", "-q", "-m", "first"}, {"tag", "v1.2.3"}} {
		r.command(t, "git", args...)
	}
	r.put(t, map[string]string{
		"image.tar":     readFile(t, "testdata", "hello.tar"),
		"critical.json": readFile(t, "testdata", "scenario", "critical.json"),
		"answers.json":  readFile(t, "testdata", "scenario", "critical.json"),
		"policy.yaml":   "gate:\n  fail_on: {critical: 0}\n",
		"running.txt":   "shop/api:v1.2.3\n",
		"policy.json": `{"rules": [{"rulePriority": 1, "action": {"type": "expire"},
		  "selection": {"tagStatus": "untagged", "countType": "sinceImagePushed", "countUnit": "days", "countNumber": 7}}]}`,
	})
	return r
}

// standIns are programs of others that documents call, in so far as they matter to what comes after.
func standIns() map[string]string {
	return map[string]string{
		"docker":  "#!/bin/sh\n[ \"$1\" = build ] # the daemon has the image already\n",
		"kubectl": "#!/bin/sh\nprintf %s shop/api:v1.2.3\n",
		"deploy":  "#!/bin/sh\n",
	}
}

// create makes the repository shop/api, immutable and with a lifecycle policy, as documents take it to be there.
func (r reader) create(t *testing.T, name string) {
	t.Helper()
	r.call(t, "CreateRepository", map[string]any{
		"repositoryName": name, "imageTagMutability": "IMMUTABLE", "imageScanningConfiguration": map[string]any{"scanOnPush": true},
	})
	r.call(t, "PutLifecyclePolicy", map[string]any{"repositoryName": name, "lifecyclePolicyText": readFile(t, r.dir, "policy.json")})
}

// tags are those of a repository, in order.
func (r reader) tags(t *testing.T, name string) []string {
	t.Helper()
	var answer struct {
		ImageIDs []struct{ ImageTag string } `json:"imageIds"`
	}
	if err := json.Unmarshal(r.call(t, "ListImages", map[string]any{"repositoryName": name}), &answer); err != nil {
		t.Fatal(err)
	}
	tags := []string{}
	for _, id := range answer.ImageIDs {
		if id.ImageTag != "" {
			tags = append(tags, id.ImageTag)
		}
	}
	slices.Sort(tags)
	return tags
}

func (r reader) call(t *testing.T, operation string, request any) []byte {
	t.Helper()
	asked, err := apiRequest(r.ecr, operation, request)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(asked)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %v %s", operation, answer.Status, err, data)
	}
	return data
}

// put writes files into the work tree.
func (r reader) put(t *testing.T, files map[string]string) {
	t.Helper()
	for name, text := range files {
		writeFile(t, filepath.Join(r.dir, name), text, 0o644)
	}
}

func writeFile(t *testing.T, name, text string, mode os.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
}

func readFile(t *testing.T, parts ...string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(parts...))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// command runs a program that has to succeed, and gives what it printed.
func (r reader) command(t *testing.T, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Env = r.dir, r.env
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %q: %v\n%s", name, args, err, out)
	}
	return string(out)
}
