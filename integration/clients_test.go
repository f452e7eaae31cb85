//go:build integration

package integration

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestCraneAndTheEmulatorAgree pushes with crane, and pulls with crane what crane and hallmark pushed.
func TestCraneAndTheEmulatorAgree(t *testing.T) {
	archive := helloArchive(t)
	want := archiveContent(t, archive)
	createRepository(t, lab.ecr, "crane/app", "IMMUTABLE")
	t.Setenv("DOCKER_CONFIG", t.TempDir())
	command{stdin: password(t, lab.ecr)}.must(t, "crane", "auth", "login", "--username", "AWS", "--password-stdin", lab.ecr)
	command{}.must(t, "crane", "push", archive, lab.ecr+"/crane/app:crane")
	r := push(t, []string{at(lab.ecr)}, "--repository", lab.ecr+"/crane/app", "--tag", "type=raw,value=hallmark", archive)

	for _, reference := range []string{lab.ecr + "/crane/app:crane", lab.ecr + "/crane/app:hallmark", lab.ecr + "/crane/app@" + r.Digest} {
		layout := t.TempDir()
		command{}.must(t, "crane", "pull", "--format", "oci", reference, layout)
		if diff := cmp.Diff(want, layoutContent(t, layout)); diff != "" {
			t.Errorf("crane pull %s (-archive +pulled):\n%s", reference, diff)
		}
	}
	if diff := cmp.Diff("crane\nhallmark", command{}.must(t, "crane", "ls", lab.ecr+"/crane/app")); diff != "" {
		t.Errorf("crane ls (-want +got):\n%s", diff)
	}
	o, err := command{}.run("crane", "tag", lab.ecr+"/crane/app@"+r.Digest, "crane")
	if err != nil || (r.Digest != command{}.must(t, "crane", "digest", lab.ecr+"/crane/app:crane") && o.code == 0) {
		t.Errorf("crane tag moved a tag of an immutable repository: %v\n%s", err, o.stderr)
	}
}

// TestPushUsesTheLoginOfDocker pushes to a registry that is not ECR and wants a password, after docker login.
func TestPushUsesTheLoginOfDocker(t *testing.T) {
	createRepository(t, lab.ecr, "login/app", "MUTABLE")
	config := t.TempDir()
	command{stdin: password(t, lab.ecr)}.must(t, lab.docker, "--config", config, "login", "--username", "AWS", "--password-stdin", lab.ecr)
	args := []string{"push", "--no-gate", "--repository", lab.ecr + "/login/app", helloArchive(t)}
	hallmark(t, 1, nil, args...)
	hallmark(t, 0, []string{"DOCKER_CONFIG=" + config}, args...)
	if diff := cmp.Diff([]string{lab.commit}, ecrTags(t, lab.ecr, "login/app")); diff != "" {
		t.Errorf("tags (-want +got):\n%s", diff)
	}
}
