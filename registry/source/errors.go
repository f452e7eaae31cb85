package source

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

// FormatError says that a file is no image, or one that cannot be used.
type FormatError struct {
	File    string
	Problem string
	Err     error // what was read, if that failed
	Missing bool  // there is no such file
}

// unreadable says that a file cannot be opened.
func unreadable(name string, err error) *FormatError {
	if errors.Is(err, fs.ErrNotExist) {
		return &FormatError{File: name, Problem: "does not exist", Missing: true}
	}
	return &FormatError{File: name, Problem: "cannot be read", Err: unwrapPath(err)}
}

func (e *FormatError) Error() string {
	if e.Err == nil {
		return fmt.Sprintf("%s %s", e.File, e.Problem)
	}
	return fmt.Sprintf("%s %s: %v", e.File, e.Problem, e.Err)
}

// Unwrap returns what was read.
func (e *FormatError) Unwrap() error { return e.Err }

// CorruptError says that content is not what its name says.
type CorruptError struct {
	What string // such as "layer sha256:…"
	Got  string // digest of what was read, or its size
}

func (e *CorruptError) Error() string {
	return fmt.Sprintf("%s is corrupt: its content is %s", e.What, e.Got)
}

// ChangedError says that an image became another one between two looks at it.
type ChangedError struct {
	Image string
}

func (e *ChangedError) Error() string { return e.Image + " changed while it was read" }

// SpentError says that what can be read only once was read already: what was left alone then is gone.
type SpentError struct {
	File string
}

func (e *SpentError) Error() string {
	return e.File + " was read already, without the layers that the repository held then"
}

// PlatformError says that an image has no such platform.
type PlatformError struct {
	Image    string
	Platform string   // that was asked for
	Has      []string // as --platform takes them
}

func (e *PlatformError) Error() string {
	return fmt.Sprintf("%s has no platform %s, it has %s", e.Image, e.Platform, strings.Join(e.Has, ", "))
}

// DaemonError says that no daemon answers.
type DaemonError struct {
	Err error
}

func (e *DaemonError) Error() string { return fmt.Sprintf("no Docker or Podman daemon: %v", e.Err) }

// Unwrap returns what the connection said.
func (e *DaemonError) Unwrap() error { return e.Err }

// NotFoundError says that a daemon or a registry has no such image.
type NotFoundError struct {
	Image string
	Where string // "the daemon", or the host of a registry
	Err   error
}

func (e *NotFoundError) Error() string { return fmt.Sprintf("%s has no image %q", e.Where, e.Image) }

// Unwrap returns what was answered.
func (e *NotFoundError) Unwrap() error { return e.Err }

// layerCountError says that a manifest and its config disagree on the layers.
type layerCountError struct {
	has, named int
}

func (e *layerCountError) Error() string {
	return fmt.Sprintf("%d layers where the config names %d", e.has, e.named)
}

// problem makes of what is wrong inside a file an error that names the file.
func problem(file string, err error) error {
	var (
		format   *FormatError
		platform *PlatformError
		corrupt  *CorruptError
	)
	switch {
	case err == nil || errors.As(err, &format) || errors.As(err, &platform):
		return err
	case errors.As(err, &corrupt):
		return &FormatError{File: file, Problem: "is damaged", Err: err}
	case errors.Is(err, fs.ErrNotExist):
		return &FormatError{File: file, Problem: "is incomplete", Err: err}
	default:
		return &FormatError{File: file, Problem: "holds no image that can be used", Err: err}
	}
}
