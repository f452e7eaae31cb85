package source

import (
	"bufio"
	"context"
	"errors"
	"io"
)

// contents is an archive as it is read from front to back, decompressed.
type contents struct {
	*bufio.Reader
	faults *faultReader
	plain  io.Closer
}

// openContents starts to read the archive that r holds and looks at its first block. name is the archive's.
func openContents(ctx context.Context, r io.Reader, name string) (*contents, error) {
	buffered := bufio.NewReaderSize(r, 1<<16)
	head, err := buffered.Peek(4)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, unfinished(name, err)
	}
	plain, err := Decompress(buffered, compressionOf(head))
	if err != nil {
		return nil, unfinished(name, err)
	}
	faults := &faultReader{r: &contextReader{ctx: ctx, r: plain}}
	c := &contents{Reader: bufio.NewReaderSize(faults, 1<<16), faults: faults, plain: plain}
	head, _ = c.Peek(blockSize) // short only at the end or for a fault
	if faults.err != nil {
		err = unfinished(name, faults.err)
	} else {
		err = checkHead(name, head)
	}
	if err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// unfinished says that an archive breaks off outside of what the tar in it is to blame for.
func unfinished(name string, err error) error {
	return &FormatError{File: name, Problem: "cannot be read to its end", Err: err}
}

// drain reads what follows the end of the tar, so that what checks the compression is read too, and whoever writes the archive is not
// cut off.
func (c *contents) drain() error {
	_, err := io.Copy(io.Discard, c.Reader)
	return err
}

// Close ends the decompression. What went wrong in it, reading has told already.
func (c *contents) Close() { _ = c.plain.Close() }

// faultReader remembers what went wrong in reading, to tell it from what goes wrong in using what was read.
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

// patientReader stops waiting for what it reads when its context ends. A read that is under way is left to itself then: nothing can
// break off the reading of a terminal.
type patientReader struct {
	ctx  context.Context
	r    io.Reader
	done chan answer
	last answer // what is not handed on yet
	buf  []byte
}

// answer is what came of a read.
type answer struct {
	data []byte
	err  error
}

func newPatientReader(ctx context.Context, r io.Reader) *patientReader {
	return &patientReader{ctx: ctx, r: r, done: make(chan answer, 1), buf: make([]byte, 1<<16)}
}

// Read fails for good once the context has ended, so that nothing looks at the buffer while it is still being filled.
func (p *patientReader) Read(b []byte) (int, error) {
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	if len(p.last.data) == 0 && p.last.err == nil {
		go func() {
			n, err := p.r.Read(p.buf)
			p.done <- answer{data: p.buf[:n], err: err}
		}()
		select {
		case p.last = <-p.done:
		case <-p.ctx.Done():
			return 0, p.ctx.Err()
		}
	}
	n := copy(b, p.last.data)
	if p.last.data = p.last.data[n:]; len(p.last.data) > 0 {
		return n, nil
	}
	return n, p.last.err
}
