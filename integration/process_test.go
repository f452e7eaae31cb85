//go:build integration

package integration

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience bounds every single command that does not say otherwise; the whole run is bounded by go test.
const patience = 2 * time.Minute

// transcript collects what a running program prints.
type transcript struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (t *transcript) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.text.Write(b)
}

func (t *transcript) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.text.String()
}

// process is a program that runs until it is stopped.
type process struct {
	cmd  *exec.Cmd
	out  transcript // stdout and stderr
	done chan struct{}
}

// start runs a program beside the tests. A nil env is the environment of the tests.
func start(env []string, name string, args ...string) (*process, error) {
	p := &process{cmd: exec.Command(name, args...), done: make(chan struct{})}
	p.cmd.Env = env
	p.cmd.Stdout, p.cmd.Stderr = &p.out, &p.out
	// Tests that are killed cannot clean up: then the program is told to end by the kernel.
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		_ = p.cmd.Wait() // how it ended is in cmd.ProcessState
		close(p.done)
	}()
	return p, nil
}

// ready waits until probe succeeds, and fails when the program ends before that.
func (p *process) ready(probe func() error) error {
	deadline := time.After(30 * time.Second)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		err := probe()
		if err == nil {
			return nil
		}
		select {
		case <-tick.C:
		case <-p.done:
			return fmt.Errorf("%s ended: %s\n%s", p.cmd.Path, p.cmd.ProcessState, p.out.String())
		case <-deadline:
			return fmt.Errorf("%s is not ready: %w\n%s", p.cmd.Path, err, p.out.String())
		}
	}
}

// stop ends the program and what it started, gently first.
func (p *process) stop() {
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGKILL} {
		_ = syscall.Kill(-p.cmd.Process.Pid, signal) // it may have ended by itself
		select {
		case <-p.done:
			return
		case <-time.After(10 * time.Second):
		}
	}
}

// command is a program that runs to its end.
type command struct {
	dir   string
	env   []string // nil is the environment of the tests
	stdin string
	limit time.Duration // in place of patience; zero is patience
}

// outcome is what a program that has ended left.
type outcome struct {
	stdout, stderr string
	code           int
}

// run runs a program within its limit. Its exit status is the caller's to judge.
func (c command) run(name string, args ...string) (outcome, error) {
	ctx, cancel := context.WithTimeout(context.Background(), cmp.Or(c.limit, patience))
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Env, cmd.Stdin = c.dir, c.env, strings.NewReader(c.stdin)
	cmd.WaitDelay = time.Second
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) && ctx.Err() == nil {
		err = nil
	}
	return outcome{stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()}, err
}

// must runs a program that has to succeed, and gives what it printed on stdout, without the last newline.
func (c command) must(t *testing.T, name string, args ...string) string {
	t.Helper()
	o, err := c.run(name, args...)
	if err != nil || o.code != 0 {
		t.Fatalf("%s %s: exit status %d, %v\n%s%s", name, strings.Join(args, " "), o.code, err, o.stdout, o.stderr)
	}
	return strings.TrimSuffix(o.stdout, "\n")
}

// output is must where there is no test yet.
func output(name string, args ...string) (string, error) {
	o, err := command{}.run(name, args...)
	if err == nil && o.code != 0 {
		err = fmt.Errorf("exit status %d", o.code)
	}
	if err != nil {
		return "", fmt.Errorf("%s %s: %w\n%s%s", name, strings.Join(args, " "), err, o.stdout, o.stderr)
	}
	return strings.TrimSuffix(o.stdout, "\n"), nil
}
