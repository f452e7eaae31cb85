package compress

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"
)

// blockSize is what one worker compresses at a time, and window how much of the input before it its matches may reach back to, in
// bytes: all that deflate can. The output depends on both: to change them, as to change the version of the compression library, changes
// the digest of every layer.
const (
	blockSize = 1 << 20
	window    = 32 << 10
)

// block is a part of a stream on its way.
type block struct {
	buffer []byte // window bytes for what came before, then the block
	past   int    // how many of the former are used
	size   int    // how many of the latter
	out    []byte
	err    error
	done   chan struct{}
}

func (b *block) in() []byte { return b.buffer[window : window+b.size] }

// Compress reads r to its end and writes its compressed form to w, in order. It returns when all of it is written, or when nothing more
// will be. Many calls may run at the same time.
func (c *Compressor) Compress(ctx context.Context, w io.Writer, r io.Reader) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	s := &stream{Compressor: c, frame: c.newFrame(), pending: make(chan *block, cap(c.blocks))}
	if _, err := w.Write(s.frame.begin()); err != nil {
		return err
	}
	var writing sync.WaitGroup
	writing.Go(func() {
		if err := s.write(w); err != nil {
			cancel(err)
		}
	})
	err := s.read(ctx, r)
	close(s.pending)
	writing.Wait()
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	if err != nil {
		return err
	}
	_, err = w.Write(s.frame.end())
	return err
}

// stream is one call of Compress.
type stream struct {
	*Compressor
	frame   frame
	pending chan *block // in the order of the input
	tail    []byte      // the last bytes read, up to window of them
}

// read cuts the input into blocks and has each compressed.
func (s *stream) read(ctx context.Context, r io.Reader) error {
	for {
		b, err := s.take(ctx)
		if err != nil {
			return err
		}
		b.size, err = io.ReadFull(r, b.buffer[window:])
		if b.size == 0 {
			s.blocks <- b
		} else {
			s.frame.add(b.in())
			s.tail = append(s.tail[:0], b.buffer[max(window-b.past, b.size):window+b.size]...)
			s.pending <- b
			go s.encode(b)
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// take waits for a block that no stream uses.
func (s *stream) take(ctx context.Context) (*block, error) {
	select {
	case b := <-s.blocks:
		if b.buffer == nil {
			b.buffer = make([]byte, window+blockSize)
		}
		b.past = copy(b.buffer[window-len(s.tail):window], s.tail)
		b.out, b.err, b.done = b.out[:0], nil, make(chan struct{})
		return b, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// encode compresses a block once a worker is free.
func (s *stream) encode(b *block) {
	e := <-s.encoders
	start := time.Now()
	b.out, b.err = e.encode(b.out, b.buffer[window-b.past:window+b.size], b.past)
	s.busy.Add(int64(time.Since(start)))
	s.encoders <- e
	close(b.done)
}

// write writes the blocks in order and frees them; after the first error it only frees them.
func (s *stream) write(w io.Writer) error {
	var err error
	for b := range s.pending {
		<-b.done
		if err == nil {
			err = b.err
		}
		if err == nil {
			_, err = w.Write(b.out)
		}
		s.blocks <- b
	}
	return err
}
