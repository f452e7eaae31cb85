package source

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
)

// spool copies an archive to a temporary file, decompressed, and looks at its first bytes before it copies the rest. When ctx ends it
// returns at once, and a read of r that is under way is left to itself: nothing can break off the reading of a terminal.
func spool(ctx context.Context, r io.Reader, name, dir string) (*spoolFile, error) {
	s, err := newSpoolFile(dir)
	if err != nil {
		return nil, err
	}
	done := make(chan error, 1)
	go func() { done <- s.fill(&contextReader{ctx: ctx, r: r}, name) }()
	select {
	case err = <-done:
	case <-ctx.Done(): // what is read from now on cannot be written any more
		err = ctx.Err()
	}
	if ctx.Err() != nil {
		err = fmt.Errorf("read %s: %w", name, ctx.Err())
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// spoolFile is a temporary file that closing removes. On systems that allow it the file has no name from the start, so that nothing is
// left behind however the process ends.
type spoolFile struct {
	*os.File
	named bool // it still has a name to remove
}

func newSpoolFile(dir string) (*spoolFile, error) {
	f, err := os.CreateTemp(dir, "hallmark-image-*")
	if err != nil {
		return nil, fmt.Errorf("make a temporary file: %w", err)
	}
	return &spoolFile{File: f, named: os.Remove(f.Name()) != nil}, nil
}

// Close closes and removes the file.
func (s *spoolFile) Close() error {
	err := s.File.Close()
	if s.named {
		err = errors.Join(err, os.Remove(s.Name()))
	}
	return err
}

// fill writes the archive that r holds. name is the archive's.
func (s *spoolFile) fill(r io.Reader, name string) error {
	const bad = "cannot be read to its end"
	buffered := bufio.NewReaderSize(r, 1<<16)
	head, err := buffered.Peek(4)
	if err != nil && !errors.Is(err, io.EOF) {
		return &FormatError{File: name, Problem: bad, Err: err}
	}
	plain, err := Decompress(buffered, compressionOf(head))
	if err != nil {
		return &FormatError{File: name, Problem: bad, Err: err}
	}
	defer plain.Close()
	content := &faultReader{r: plain}
	start := bufio.NewReaderSize(content, blockSize)
	head, _ = start.Peek(blockSize) // short only at the end or for content.err
	if content.err != nil {
		return &FormatError{File: name, Problem: bad, Err: content.err}
	}
	if err := checkHead(name, head); err != nil {
		return err
	}
	_, err = io.Copy(s.File, start)
	if content.err != nil {
		return &FormatError{File: name, Problem: bad, Err: content.err}
	}
	if err != nil {
		return fmt.Errorf("copy %s to a temporary file: %w", name, err)
	}
	return nil
}

// faultReader remembers what went wrong in reading, to tell it from what goes wrong in writing.
type faultReader struct {
	r   io.Reader
	err error
}

func (f *faultReader) Read(p []byte) (int, error) {
	n, err := f.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		f.err = err
	}
	return n, err
}

// contextReader stops reading when its context ends.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (c *contextReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}
