package source

import (
	"errors"
	"fmt"
	"io"
	"os"
)

// spool is a temporary file that takes one piece of content after the other. It is made when the first comes, and closing removes it.
// On systems that allow it the file has no name from the start, so that nothing is left behind however the process ends.
type spool struct {
	dir   string // the system's for temporary files when empty
	file  *os.File
	named bool // the file still has a name to remove
	size  int64
}

// add copies what r holds and tells how it is opened again. An error of r comes back as it is.
func (s *spool) add(r io.Reader) (open func() (io.ReadCloser, error), err error) {
	if err := s.make(); err != nil {
		return nil, err
	}
	content := &faultReader{r: r}
	start := s.size
	n, err := io.Copy(io.NewOffsetWriter(s.file, start), content)
	s.size += n
	if content.err != nil {
		return nil, content.err
	}
	if err != nil {
		return nil, fmt.Errorf("write a temporary file: %w", unwrapPath(err))
	}
	return section(s.file, start, n), nil
}

func (s *spool) make() error {
	if s.file != nil {
		return nil
	}
	f, err := os.CreateTemp(s.dir, "hallmark-image-*")
	if err != nil {
		return fmt.Errorf("make a temporary file: %w", err)
	}
	s.file, s.named = f, os.Remove(f.Name()) != nil
	return nil
}

// Close closes and removes the file. What is in it cannot be read any more.
func (s *spool) Close() error {
	if s.file == nil {
		return nil
	}
	err := s.file.Close()
	if s.named {
		err = errors.Join(err, os.Remove(s.file.Name()))
	}
	s.file = nil
	return err
}
