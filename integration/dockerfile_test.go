//go:build integration

package integration

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestImageWorksWhereNothingIsPulled builds both targets of the Dockerfile on base images made of what is on this machine, without a
// network, and runs them beside the daemon and the emulator.
func TestImageWorksWhereNothingIsPulled(t *testing.T) {
	const shell, toolchain, plain, debug = "local/busybox:1.37", "local/golang:1.26", "hallmark:latest", "local/hallmark:debug"
	importImage(t, shell, nil, []string{"PATH=/usr/local/bin:/bin"}, shellFiles)
	importImage(t, toolchain, []string{"/usr/local/go"}, []string{"PATH=/usr/local/go/bin:/bin", "GOPROXY=file:///modules", "GOSUMDB=off", "GOTOOLCHAIN=local"}, goFiles)
	asDocumented := strings.ReplaceAll(blockThat(t, "gitlab.md", "sh", "docker build "), "REGISTRY/", "local/")
	for _, build := range []string{asDocumented, "docker build --build-arg GO_IMAGE=" + toolchain + " --build-arg SHELL_IMAGE=" + shell + " --tag " + plain + " ."} {
		// Everything is compiled anew in there.
		build = strings.Replace(build, "docker build", shellQuote(lab.docker)+" build --network none", 1)
		command{dir: ofProject(t), env: append(os.Environ(), "DOCKER_BUILDKIT=0", "DOCKER_HOST="+lab.daemon), limit: 7 * time.Minute}.must(t, "bash", "-c", build)
	}
	t.Run("runs as docs/ci.md has it", func(t *testing.T) {
		content := buildImage(t, "shop-api:build")
		haveRepository(t, lab.ecr, "shop/api", "IMMUTABLE")
		run := blockThat(t, "ci.md", "sh", "docker run ")
		run = strings.Replace(run, "docker run", shellQuote(lab.docker)+" --host "+lab.daemon+" run --network host -e AWS_ENDPOINT_URL_ECR", 1)
		run = strings.Replace(run, "/var/run/docker.sock:", strings.TrimPrefix(lab.daemon, "unix://")+":", 1)
		command{dir: lab.worktree, env: bareEnv(t.TempDir(), []string{at(lab.ecr)})}.must(t, "bash", "-c", run)
		if diff := cmp.Diff(content, pulled(t, lab.ecr+"/shop/api:"+lab.commit, ecrCredentials(t, lab.ecr)...)); diff != "" {
			t.Errorf("content (-daemon +ECR):\n%s", diff)
		}
	})
	t.Run("pushes from the daemon whose socket is mounted", func(t *testing.T) {
		const image, repository = "shop:container", "container/socket"
		content := buildImage(t, image)
		createRepository(t, lab.ecr, repository, "IMMUTABLE")
		runImage(t, plain, []string{"--volume", strings.TrimPrefix(lab.daemon, "unix://") + ":/var/run/docker.sock"}, "push", image, "--repository", repository)
		if diff := cmp.Diff(content, pulled(t, lab.ecr+"/"+repository+":"+lab.commit, ecrCredentials(t, lab.ecr)...)); diff != "" {
			t.Errorf("content (-daemon +ECR):\n%s", diff)
		}
	})
	t.Run("pushes from the daemon of DOCKER_HOST", func(t *testing.T) {
		const image, repository = "shop:container-host", "container/host"
		buildImage(t, image)
		createRepository(t, lab.ecr, repository, "IMMUTABLE")
		runImage(t, plain, []string{"--volume", filepath.Dir(strings.TrimPrefix(lab.daemon, "unix://")) + ":/daemon", "--env", "DOCKER_HOST=unix:///daemon/socket"},
			"push", image, "--repository", repository)
		if diff := cmp.Diff([]string{lab.commit}, ecrTags(t, lab.ecr, repository)); diff != "" {
			t.Errorf("tags (-want +got):\n%s", diff)
		}
	})
	t.Run("knows time zones", func(t *testing.T) {
		runImage(t, plain, nil, "tags", "--tag", "type=raw,value={{date 'YYYYMMDD' tz='Asia/Tokyo'}}")
	})
	t.Run("has a shell in debug alone", func(t *testing.T) {
		script := `hallmark version && test -s /etc/ssl/certs/ca-certificates.crt && test -w "$(mktemp)" && echo a | awk '{ print }'`
		docker(t, lab.daemon, "run", "--rm", "--network", "none", "--entrypoint", "sh", debug, "-e", "-c", script)
		o, err := command{}.run(lab.docker, "--host", lab.daemon, "run", "--rm", "--network", "none", "--entrypoint", "sh", plain)
		if err != nil || o.code == 0 {
			t.Errorf("the plain image has a shell: exit status %d, %v\n%s", o.code, err, o.stderr)
		}
	})
}

func shellQuote(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

// runImage runs hallmark in a container, with the work tree mounted, beside the emulator.
func runImage(t *testing.T, name string, options []string, args ...string) {
	t.Helper()
	all := []string{
		"run", "--rm", "--network", "host", "--volume", lab.worktree + ":/src", "--workdir", "/src",
		"--env", "AWS_ENDPOINT_URL_ECR=http://" + lab.ecr, "--env", "AWS_REGION=us-east-1", "--env", "AWS_ACCESS_KEY_ID=test", "--env", "AWS_SECRET_ACCESS_KEY=test",
	}
	docker(t, lab.daemon, append(append(append(all, options...), name), args...)...)
}

// importImage makes an image of files that prepare lays out in a folder, and of folders of this machine.
func importImage(t *testing.T, name string, folders, env []string, prepare func(t *testing.T, dir string)) {
	t.Helper()
	dir := t.TempDir()
	prepare(t, dir)
	args := []string{"--create", "--directory", dir, "."}
	for _, folder := range folders {
		args = append(args, "--directory=/", "--exclude=*_test.go", "--exclude=testdata", strings.TrimPrefix(folder, "/"))
	}
	imports := []string{"--host", lab.daemon, "import"}
	for _, variable := range env {
		imports = append(imports, "--change", "ENV "+variable)
	}
	tar, load := exec.Command("tar", args...), exec.Command(lab.docker, append(imports, "-", name)...)
	reader, writer := io.Pipe()
	tar.Stdout, load.Stdin = writer, reader
	packed := make(chan error, 1)
	go func() { packed <- errors.Join(tar.Run(), writer.Close()) }()
	if out, err := load.CombinedOutput(); err != nil {
		t.Fatalf("import %s: %v\n%s", name, err, out)
	}
	if err := <-packed; err != nil {
		t.Fatalf("pack %s: %v", name, err)
	}
}

// shellFiles lays out busybox under the names of its programs.
func shellFiles(t *testing.T, dir string) {
	t.Helper()
	bin := filepath.Join(dir, "bin")
	command{}.must(t, "install", "-D", "/bin/busybox", filepath.Join(bin, "busybox"))
	for _, link := range []string{"sh", "awk", "mktemp", "mkdir", "cp"} {
		if err := os.Symlink("busybox", filepath.Join(bin, link)); err != nil {
			t.Fatal(err)
		}
	}
	command{}.must(t, "mkdir", "-m", "1777", filepath.Join(dir, "tmp"))
}

// goFiles lays out what a Go image has besides Go: a shell, CA certificates, and the modules in place of a proxy.
func goFiles(t *testing.T, dir string) {
	t.Helper()
	shellFiles(t, dir)
	command{}.must(t, "install", "-D", "-m", "644", "/etc/ssl/certs/ca-certificates.crt", filepath.Join(dir, "etc/ssl/certs/ca-certificates.crt"))
	known := command{}.must(t, "go", "env", "GOMODCACHE") + "/cache/download," + command{}.must(t, "go", "env", "GOPROXY")
	cache := t.TempDir()
	env := append(os.Environ(), "GOMODCACHE="+cache, "GOPROXY=file://"+known, "GOFLAGS=-modcacherw")
	command{dir: ofProject(t), env: env}.must(t, "go", "mod", "download")
	command{}.must(t, "mv", filepath.Join(cache, "cache", "download"), filepath.Join(dir, "modules"))
}
