//go:build integration

package integration

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// origin is one way to hand an image to hallmark.
type origin struct {
	name   string // a repository name
	ref    string // the argument of hallmark push
	host   string // DOCKER_HOST
	want   content
	digest string // of the manifest, where the origin has one with compressed layers
}

// destination is one place to push to.
type destination struct {
	name    string // a repository name
	address string
	flags   []string
	creds   []string // for skopeo to read it back
}

// TestBuiltImageArrivesWhole takes an image of docker build every way into every registry, and back with skopeo and docker.
func TestBuiltImageArrivesWhole(t *testing.T) {
	const name = "shop:build"
	origins := originsOf(t, name, buildImage(t, name))
	creds := ecrCredentials(t, lab.ecr)
	destinations := []destination{
		{"gated", lab.ecr, []string{"--create-repository"}, creds},
		{"ungated", lab.ecr, []string{"--create-repository", "--no-gate"}, creds},
		{"plain", lab.plain, []string{"--no-gate"}, nil},
	}
	for _, from := range origins {
		for _, to := range destinations {
			t.Run("from "+from.name+" to "+to.name, func(t *testing.T) { from.arrives(t, to) })
		}
	}
	login(t, lab.ecr)
	for _, from := range origins {
		for _, to := range destinations {
			t.Run("docker pulls "+from.name+" of "+to.name, func(t *testing.T) { from.isPulledByDocker(t, to) })
		}
	}
}

func (o origin) repository(to destination) string { return to.address + "/" + o.name + "/" + to.name }

// arrives pushes the image and reads it back with skopeo.
func (o origin) arrives(t *testing.T, to destination) {
	env := []string{at(lab.ecr), "DOCKER_HOST=" + o.host}
	r := push(t, env, append(to.flags, "--repository", o.repository(to), o.ref)...)
	if o.digest != "" && r.Digest != o.digest {
		t.Errorf("pushed as %s, want the digest of its own manifest, %s", r.Digest, o.digest)
	}
	for _, reference := range []string{o.repository(to) + "@" + r.Digest, o.repository(to) + ":" + lab.commit} {
		if diff := cmp.Diff(o.want, pulled(t, reference, to.creds...)); diff != "" {
			t.Errorf("skopeo copy %s (-built +pulled):\n%s", reference, diff)
		}
	}
}

// isPulledByDocker pulls into an engine that holds no image, so that it cannot know a layer already.
func (o origin) isPulledByDocker(t *testing.T, to destination) {
	reference := o.repository(to) + ":" + lab.commit
	docker(t, lab.daemon, "image", "prune", "--all", "--force")
	docker(t, lab.daemon, "pull", "--quiet", reference)
	if diff := cmp.Diff(o.want, dockerContent(t, lab.daemon, reference)); diff != "" {
		t.Errorf("docker pull %s (-built +pulled):\n%s", reference, diff)
	}
}

// originsOf takes the built image out of the daemon in every form.
func originsOf(t *testing.T, name string, built content) []origin {
	t.Helper()
	dir := t.TempDir()
	archive, layout := filepath.Join(dir, "saved.tar"), filepath.Join(dir, "layout")
	docker(t, lab.daemon, "image", "save", "--output", archive, name)
	// Skopeo writes an OCI config of its own and compresses the layers: from there on the layout's manifest is the image.
	command{}.must(t, "skopeo", "copy", "--quiet", "--src-daemon-host", lab.daemon, "docker-daemon:"+name, "oci:"+layout+":build")
	docker(t, lab.podman, "image", "load", "--input", archive)
	converted := layoutContent(t, layout)
	if diff := cmp.Diff(built.DiffIDs, converted.DiffIDs); diff != "" {
		t.Fatalf("diffIDs of the layout (-built +skopeo):\n%s", diff)
	}
	return []origin{
		{"daemon", "docker:" + name, lab.daemon, built, ""},
		{"podman", "docker:" + name, lab.podman, built, ""},
		{"archive", archive, "", built, ""},
		{"layout", "oci:" + layout + ":build", "", converted, layoutDigest(t, layout)},
	}
}

// login gives the docker client a token for an emulator, in a configuration of the test's own.
func login(t *testing.T, address string) {
	t.Helper()
	t.Setenv("DOCKER_CONFIG", t.TempDir())
	command{stdin: password(t, address)}.must(t, lab.docker, "login", "--username", "AWS", "--password-stdin", address)
}
