//go:build integration

// Package integration runs the built program against real peers that it starts on loopback: a Docker daemon, Podman, a registry
// that knows nothing of ECR, and the clients people use with ECR. Start at TestMain. It never leaves a process or a mount behind,
// and a peer that is missing is a failure.
package integration

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// lab is what all tests share. TestMain makes it, and nothing changes it afterwards.
var lab struct {
	hallmark string // path of the binary under test
	worktree string // a Git work tree with one commit
	commit   string // that commit
	docker   string // the docker client that talks to the daemon
	daemon   string // DOCKER_HOST of the Docker daemon
	podman   string // DOCKER_HOST of Podman
	plain    string // HOST:PORT of docker-registry
	ecr      string // HOST:PORT of an emulator without a scenario
}

func TestMain(m *testing.M) { os.Exit(runTests(m)) }

func runTests(m *testing.M) int {
	dir, err := os.MkdirTemp("", "lab-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	stop, err := setUp(dir)
	defer stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "set up:", err)
		return 1
	}
	return m.Run()
}

// setUp fills the lab. What stop ends has to be ended also when setUp fails.
func setUp(dir string) (stop func(), err error) {
	var running []*process
	stop = func() {
		for _, p := range running {
			p.stop()
		}
	}
	lab.hallmark = filepath.Join(dir, "hallmark")
	if _, err := output("go", "build", "-o", lab.hallmark, ".."); err != nil {
		return stop, err
	}
	lab.worktree = filepath.Join(dir, "worktree")
	if lab.commit, err = makeWorktree(lab.worktree); err != nil {
		return stop, err
	}
	for _, startPeer := range []func(string) (*process, error){startDocker, startPodman, startRegistry, startSharedECR} {
		p, err := startPeer(dir)
		if p != nil {
			running = append(running, p)
		}
		if err != nil {
			return stop, err
		}
	}
	return stop, nil
}

// startSharedECR starts the emulator that tests without a scenario of their own use, each with repositories of its own.
func startSharedECR(dir string) (p *process, err error) {
	p, lab.ecr, err = startEmulator(filepath.Join(dir, "ecr"))
	return p, err
}
