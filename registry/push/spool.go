package push

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
)

// SpoolError says that a compressed layer could not be kept in a temporary file.
type SpoolError struct {
	Dir string // folder of the file
	Err error
}

func (e *SpoolError) Error() string {
	return fmt.Sprintf("write a temporary file in %s: %v", e.Dir, e.Err)
}

// Unwrap returns what the system answered.
func (e *SpoolError) Unwrap() error { return e.Err }

// spool is a temporary file that can be read while it is still written, and as often as wanted. On systems that allow it the file has no
// name from the start, so that nothing is left behind however the process ends.
type spool struct {
	file  *os.File
	dir   string
	named bool // it still has a name to remove

	mu   sync.Mutex
	more sync.Cond
	size int64
	end  error // io.EOF once all is written
}

func newSpool(dir string) (*spool, error) {
	if dir == "" {
		dir = os.TempDir()
	}
	f, err := os.CreateTemp(dir, "hallmark-layer-*")
	if err != nil {
		return nil, &SpoolError{Dir: dir, Err: unwrapPath(err)}
	}
	s := &spool{file: f, dir: dir, named: os.Remove(f.Name()) != nil}
	s.more.L = &s.mu
	return s, nil
}

// Write implements io.Writer.
func (s *spool) Write(p []byte) (int, error) {
	n, err := s.file.Write(p)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.size += int64(n)
	s.more.Broadcast()
	if err != nil {
		err = &SpoolError{Dir: s.dir, Err: unwrapPath(err)}
	}
	return n, err
}

// finish says that nothing more will be written; err is nil when all was.
func (s *spool) finish(err error) {
	if err == nil {
		err = io.EOF
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.end = err
	s.more.Broadcast()
}

// open reads the file from its start.
func (s *spool) open() (io.ReadCloser, error) {
	return io.NopCloser(&spoolReader{spool: s}), nil
}

// Close closes and removes the file. Those who still read it fail.
func (s *spool) Close() error {
	s.finish(os.ErrClosed)
	err := s.file.Close()
	if s.named {
		err = errors.Join(err, os.Remove(s.file.Name()))
	}
	return err
}

// spoolReader reads a spool up to where it is written, and waits there for more.
type spoolReader struct {
	spool *spool
	at    int64
}

func (r *spoolReader) Read(p []byte) (int, error) {
	ready, err := r.spool.wait(r.at)
	if ready == 0 {
		return 0, err
	}
	n, err := r.spool.file.ReadAt(p[:min(int64(len(p)), ready)], r.at)
	r.at += int64(n)
	if n > 0 {
		return n, nil
	}
	return 0, err // not how the writing ended: what is there cannot be read
}

// wait says how many bytes there are from at on, and waits until there are any.
func (s *spool) wait(at int64) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.size <= at && s.end == nil {
		s.more.Wait()
	}
	return s.size - at, s.end
}

func unwrapPath(err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
