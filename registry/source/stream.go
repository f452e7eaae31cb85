package source

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
)

// stream is an archive that is read from front to back.
type stream struct {
	name     string // for messages
	platform string // to take of an index; empty for all
	tempDir  string
	held     int64 // files of at most so many bytes are not handed to an Intake; maxSmall when 0

	// open starts the archive from its beginning.
	open func(ctx context.Context) (io.ReadCloser, error)
}

func newStream(name string, o Options) *stream {
	return &stream{name: name, platform: o.Platform, tempDir: o.TempDir, held: o.held}
}

// read reads the archive once and resolves the image in it. What is left holds its small files.
func (s *stream) read(ctx context.Context, in Intake) (image *Image, left io.Closer, err error) {
	r, err := s.open(ctx)
	if err != nil {
		return nil, nil, err
	}
	defer r.Close()
	w := &walk{stream: s, intake: in, archive: &archive{name: s.name, entries: map[string]entry{}}, spool: spool{dir: s.tempDir}}
	if err = w.run(ctx, r); err == nil {
		image, err = w.archive.image(s.platform)
		err = problem(s.name, err)
	}
	if ctx.Err() != nil {
		err = fmt.Errorf("read %s: %w", s.name, ctx.Err())
	}
	if err != nil {
		return nil, nil, errors.Join(err, w.spool.Close())
	}
	return image, &w.spool, nil
}

// maxStart is how much of an archive is read at most to see its first block: more than any that compresses.
const maxStart = 1 << 20

// lookAt reads the first block of an archive and says what is wrong with it.
func lookAt(ctx context.Context, r io.Reader, name string) error {
	start := &io.LimitedReader{R: newPatientReader(ctx, r), N: maxStart}
	c, err := openContents(ctx, start, name)
	if err == nil {
		c.Close()
	}
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("read %s: %w", name, ctx.Err())
	case err != nil && start.N <= 0:
		return &FormatError{File: name, Problem: fmt.Sprintf("does not begin within %d bytes", maxStart)}
	}
	return err
}

// once is an archive that can be read only once, such as stdin.
type once struct {
	name  string
	start bytes.Buffer // what lookAt has read
	rest  io.Reader
	spent bool
}

// onceFrom looks at the start of what r holds and keeps it.
func onceFrom(ctx context.Context, r io.Reader, name string) (*once, error) {
	o := &once{name: name, rest: r}
	return o, lookAt(ctx, io.TeeReader(r, &o.start), name)
}

func (o *once) open(context.Context) (io.ReadCloser, error) {
	if o.spent {
		return nil, &SpentError{File: o.name}
	}
	o.spent = true
	return io.NopCloser(io.MultiReader(&o.start, o.rest)), nil
}

// again opens a file that may be read as often as wanted.
func again(f *os.File) func(context.Context) (io.ReadCloser, error) {
	open := section(f, 0, math.MaxInt64)
	return func(context.Context) (io.ReadCloser, error) { return open() }
}
