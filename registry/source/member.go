package source

import (
	"bufio"
	"errors"
	"io"
)

// member is the content of one file of an archive that is read from front to back. Its errors say what is wrong with the archive.
type member struct {
	walk    *walk
	content *bufio.Reader
	seen    io.Writer // gets what was read too; nil for nobody
	read    int64     // bytes
	err     error     // what ended the reading too early
}

// head is how the file begins.
func (m *member) head() []byte {
	head, err := m.content.Peek(maxPeek)
	_ = m.fail(err) // reading on fails too
	return head
}

// Read implements io.Reader.
func (m *member) Read(p []byte) (int, error) {
	if m.err != nil {
		return 0, m.err
	}
	n, err := m.content.Read(p)
	m.read += int64(n)
	if m.seen != nil {
		m.seen.Write(p[:n]) // a hash never fails
	}
	return n, m.fail(err)
}

// fail keeps an error that is not the file's end.
func (m *member) fail(err error) error {
	if err == nil || errors.Is(err, io.EOF) {
		return err
	}
	m.err = m.walk.broken(err)
	return m.err
}
