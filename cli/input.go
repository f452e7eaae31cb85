package cli

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
)

// maxInput bounds what is read of one file: twenty times the largest that a scan gives.
const maxInput = 1 << 30

// withFile reads a file, - being stdin, in which a byte order mark at the beginning says nothing. What goes wrong names the file. hint says
// where such a file comes from.
func (p *program) withFile(file, hint string, read func(io.Reader) error) error {
	in, name := p.In, "stdin"
	if file != "-" {
		f, err := os.Open(file)
		if errors.Is(err, os.ErrNotExist) {
			return &UsageError{Problem: fmt.Sprintf("no file %q", file), Hint: hint}
		}
		if err != nil {
			return err
		}
		defer f.Close()
		in, name = f, file
	}
	buffered := bufio.NewReaderSize(&bounded{Reader: in, left: maxInput}, 1<<16)
	switch mark, _ := buffered.Peek(3); {
	case bytes.HasPrefix(mark, []byte("\xef\xbb\xbf")):
		if _, err := buffered.Discard(3); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	case bytes.HasPrefix(mark, []byte("\xff\xfe")), bytes.HasPrefix(mark, []byte("\xfe\xff")):
		return &hintedError{
			error: fmt.Errorf("%s: it is UTF-16, not UTF-8", name),
			code:  "not-utf-8",
			hint:  "Windows PowerShell's > writes UTF-16: use | Out-File -Encoding utf8",
		}
	}
	if err := read(buffered); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// bounded ends in an error where more is read than there may be.
type bounded struct {
	io.Reader
	left int64
}

func (b *bounded) Read(data []byte) (int, error) {
	if b.left <= 0 {
		return 0, fmt.Errorf("it is larger than %d MB", maxInput>>20)
	}
	n, err := b.Reader.Read(data[:min(int64(len(data)), b.left)])
	b.left -= int64(n)
	return n, err
}
