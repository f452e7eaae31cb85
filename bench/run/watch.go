package main

import (
	"os/exec"
	"syscall"
	"time"
)

// interval is short against the seconds that a push takes, and costs a hundredth of one core.
const interval = 20 * time.Millisecond

// Watch says what is looked at while a command runs.
type Watch struct {
	Temp []string // folders whose files count as temporary disk
	With []int    // processes whose memory and unlinked files count as the command's
}

// Usage is what a command took. Memory and Disk are the most at any one time, in bytes.
type Usage struct {
	Wall, CPU    time.Duration
	Memory, Disk int64
}

// Run runs the command to its end.
func (w Watch) Run(cmd *exec.Cmd) (Usage, error) {
	begin := time.Now()
	if err := cmd.Start(); err != nil {
		return Usage{}, err
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	tick := time.NewTicker(interval)
	defer tick.Stop()
	var most Usage
	for {
		select {
		case err := <-done:
			most.Wall = time.Since(begin)
			most.CPU = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
			// The kernel saw also what was between two looks, but of one process at a time.
			if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
				most.Memory = max(most.Memory, usage.Maxrss*1024)
			}
			return most, err
		case <-tick.C:
			memory, disk := w.look(cmd.Process.Pid)
			most.Memory, most.Disk = max(most.Memory, memory), max(most.Disk, disk)
		}
	}
}

// look adds up what is held at this moment.
func (w Watch) look(pid int) (memory, disk int64) {
	for _, dir := range w.Temp {
		disk += diskUsage(dir)
	}
	for _, id := range append(descendants(pid), w.With...) {
		memory += resident(id)
		disk += unlinked(id)
	}
	return memory, disk
}
