package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
)

func TestUnlinkedFilesCount(t *testing.T) {
	before := unlinked(os.Getpid())
	f, err := os.Create(filepath.Join(t.TempDir(), "file"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Write(make([]byte, 1<<20)); err != nil {
		t.Fatal(err)
	}
	if err := f.Sync(); err != nil { // a filesystem may give a file its blocks only then
		t.Fatal(err)
	}
	if got := unlinked(os.Getpid()) - before; got != 0 {
		t.Errorf("%d bytes of a file that has a name count as unlinked", got)
	}
	if got := diskUsage(filepath.Dir(f.Name())); got < 1<<20 {
		t.Errorf("disk usage %d, want at least %d", got, 1<<20)
	}
	if err := os.Remove(f.Name()); err != nil {
		t.Fatal(err)
	}
	if got := unlinked(os.Getpid()) - before; got < 1<<20 {
		t.Errorf("unlinked %d, want at least %d", got, 1<<20)
	}
}

func TestChildrenOfChildrenAreDescendants(t *testing.T) {
	// The shell prints its child's number once that child runs, and waits for it.
	cmd := exec.Command("sh", "-c", "cat <&3 & echo $!; wait")
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.ExtraFiles = []*os.File{reader}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := stdout.Read(make([]byte, 16)); err != nil {
		t.Fatal(err)
	}
	own, all := descendants(cmd.Process.Pid), descendants(os.Getpid())
	if len(own) != 2 || !slices.Contains(own, cmd.Process.Pid) {
		t.Errorf("descendants of the shell: %v, want it (%d) and its child", own, cmd.Process.Pid)
	}
	for _, id := range own {
		if !slices.Contains(all, id) {
			t.Errorf("descendants of the test: %v, without %d", all, id)
		}
		if resident(id) == 0 {
			t.Errorf("process %d holds no memory", id)
		}
	}
	writer.Close()
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}

func TestRunTellsTheStatusOfTheCommand(t *testing.T) {
	result := filepath.Join(t.TempDir(), "result")
	status, err := run([]string{"--result", result, "sh", "-c", "exit 7"})
	if err != nil || status != 7 {
		t.Errorf("run: exit status %d, %v, want 7", status, err)
	}
	if _, err := os.Stat(result); err != nil {
		t.Error(err)
	}
}
