package gitrepo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// command is how the git program is run.
type command struct {
	path string
	dir  string
	safe []string // folders that may belong to another user
}

// waitDelay is how long what git has started may go on holding its output after git is killed.
const waitDelay = time.Second

// otherRepository are variables that lead git to another repository than the one it stands in, or to another view of it. A hook
// inherits them from the git that runs it.
var otherRepository = []string{
	"GIT_DIR", "GIT_WORK_TREE", "GIT_IMPLICIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY",
	"GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_NAMESPACE", "GIT_PREFIX", "GIT_CONFIG", "GIT_GRAFT_FILE", "GIT_SHALLOW_FILE",
	"GIT_REPLACE_REF_BASE", "GIT_NO_REPLACE_OBJECTS",
}

// run runs git with plumbing settings: no lock and so no write, no file system monitor, no translation, no question, no network, and
// objects as they are, not what replaces them.
func (c *command) run(ctx context.Context, args ...string) (string, error) {
	var stdout bytes.Buffer
	err := c.pipe(ctx, nil, &stdout, args...)
	if err != nil {
		return "", err
	}
	return stdout.String(), nil
}

// pipe runs git as run does, with an input, and writes its output as it comes.
func (c *command) pipe(ctx context.Context, stdin io.Reader, stdout io.Writer, args ...string) error {
	all := []string{"--no-optional-locks", "--no-replace-objects", "-c", "core.fsmonitor=false"}
	for _, dir := range c.safe {
		all = append(all, "-c", "safe.directory="+dir)
	}
	cmd := exec.CommandContext(ctx, c.path, append(all, args...)...)
	cmd.Dir, cmd.WaitDelay = c.dir, waitDelay
	cmd.Env = slices.DeleteFunc(cmd.Environ(), func(variable string) bool {
		name, _, _ := strings.Cut(variable, "=")
		return slices.Contains(otherRepository, name)
	})
	// A partial clone fetches what it lacks: git from 2.45 on does without where it is told to, and others have no way to fetch by.
	cmd.Env = append(cmd.Env, "LC_ALL=C", "GIT_TERMINAL_PROMPT=0", "GIT_NO_LAZY_FETCH=1", "GIT_ALLOW_PROTOCOL=none")
	var stderr bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = stdin, stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &exit):
		return fmt.Errorf("git %s: %w: %s", args[0], err, strings.TrimSpace(stderr.String()))
	default:
		return fmt.Errorf("run the git program: %w", err)
	}
}

// found runs a git command that says by exit status 1 that there is nothing.
func (c *command) found(ctx context.Context, args ...string) (string, error) {
	out, err := c.run(ctx, args...)
	return out, orNothing(err)
}

// orNothing is err unless it is git's exit status 1.
func orNothing(err error) error {
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == 1 {
		return nil
	}
	return err
}

// lineWriter calls visit with every line that is written to it, without its newline. A repository may have more tags than one would
// keep the lines of.
type lineWriter struct {
	visit func(line string)
	begun []byte // of a line that has not ended yet
}

// Write takes all of data.
func (w *lineWriter) Write(data []byte) (int, error) {
	n := len(data)
	for {
		line, rest, ended := bytes.Cut(data, []byte("\n"))
		w.begun = append(w.begun, line...)
		if !ended {
			return n, nil
		}
		w.visit(string(w.begun))
		w.begun, data = w.begun[:0], rest
	}
}

// entry is one line of a configuration.
type entry struct{ key, value string }

// config reads the entries whose key matches, of the repository or, with further arguments, of another file.
func (c *command) config(ctx context.Context, pattern string, from ...string) ([]entry, error) {
	args := append([]string{"config", "--null"}, from...)
	out, err := c.found(ctx, append(args, "--get-regexp", pattern)...)
	if err != nil {
		return nil, err
	}
	var entries []entry
	for text := range strings.SplitSeq(out, "\x00") {
		if key, value, ok := strings.Cut(text, "\n"); ok {
			entries = append(entries, entry{key, value})
		}
	}
	return entries, nil
}
