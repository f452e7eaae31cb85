//go:build integration

package integration

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
)

// startDocker runs Debian's engine without a bridge: it builds, saves and pulls, and no container needs a network.
func startDocker(dir string) (*process, error) {
	dir = filepath.Join(dir, "docker")
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, err
	}
	lab.daemon = "unix://" + filepath.Join(dir, "socket")
	p, err := start(nil, "/usr/sbin/dockerd",
		"--host", lab.daemon,
		"--data-root", filepath.Join(dir, "data"),
		"--exec-root", filepath.Join(dir, "exec"),
		"--pidfile", filepath.Join(dir, "pid"),
		"--storage-driver", "overlay2", "--bridge", "none", "--iptables=false", "--ip6tables=false")
	if err != nil {
		return nil, err
	}
	return p, p.ready(chooseDockerClient)
}

// chooseDockerClient takes the first docker of the PATH that the daemon answers, else the one that came with the daemon.
func chooseDockerClient() error {
	var problem error
	for _, client := range []string{"docker", "/usr/bin/docker"} {
		if _, problem = output(client, "--host", lab.daemon, "version"); problem == nil {
			lab.docker = client
			return nil
		}
	}
	return problem
}

// startPodman serves Podman's form of Docker's API. The vfs driver needs nothing of the kernel.
func startPodman(dir string) (*process, error) {
	runroot := filepath.Join(dir, "p") // short: Podman refuses one of more than 50 characters
	dir = filepath.Join(dir, "podman")
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, err
	}
	socket := filepath.Join(dir, "socket")
	lab.podman = "unix://" + socket
	p, err := start(nil, "podman", "--root", filepath.Join(dir, "root"), "--runroot", runroot,
		"--storage-driver", "vfs", "system", "service", "--time", "0", lab.podman)
	if err != nil {
		return nil, err
	}
	return p, p.ready(func() error {
		connection, err := net.Dial("unix", socket)
		if err == nil {
			err = connection.Close()
		}
		return err
	})
}

// startRegistry runs Debian's docker-registry, a strict registry that is not ECR.
func startRegistry(dir string) (*process, error) {
	lab.plain = freeAddress()
	config := filepath.Join(dir, "registry.yml")
	text := fmt.Sprintf("version: 0.1\nlog: {level: error}\nstorage: {filesystem: {rootdirectory: %s}, delete: {enabled: true}}\nhttp: {addr: %q}\n",
		filepath.Join(dir, "registry"), lab.plain)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		return nil, err
	}
	p, err := start(nil, "docker-registry", "serve", config)
	if err != nil {
		return nil, err
	}
	return p, p.ready(func() error { return answers("http://" + lab.plain + "/v2/") })
}

// answers says whether a server answers at all.
func answers(url string) error {
	answer, err := http.Get(url)
	if err != nil {
		return err
	}
	return answer.Body.Close()
}

// freeAddress is an address on loopback that nothing listens at.
func freeAddress() string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err) // a machine without a free port on loopback cannot run anything here
	}
	defer listener.Close()
	return listener.Addr().String()
}

// installed is every different program of that name on the PATH, and the one that Debian has.
func installed(name string) []string {
	var found []string
	for _, candidate := range []string{name, filepath.Join("/usr/bin", name)} {
		path, err := exec.LookPath(candidate)
		if err == nil && !slices.Contains(found, path) {
			found = append(found, path)
		}
	}
	return found
}
