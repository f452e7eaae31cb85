package pull

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// fill reads more. What is before next is dropped, unless keep is where something begins that is still needed.
func (r *Reader) fill(keep int) error {
	if r.err != nil {
		return r.err
	}
	if keep > 0 {
		r.consumed += int64(keep)
		n := copy(r.buf, r.buf[keep:])
		r.buf, r.next = r.buf[:n], r.next-keep
	}
	if len(r.buf) == cap(r.buf) {
		if len(r.buf) >= maxText {
			return r.problem("a text of more than %d MB", maxText>>20)
		}
		r.buf = append(make([]byte, 0, 2*cap(r.buf)), r.buf...)
	}
	for range 100 {
		n, err := r.in.Read(r.buf[len(r.buf):cap(r.buf)])
		r.buf = r.buf[:len(r.buf)+n]
		if err != nil {
			r.err = err
		}
		if n > 0 {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return io.ErrNoProgress
}

// peek passes over white space and is the byte that follows.
func (r *Reader) peek() (byte, error) {
	for {
		for ; r.next < len(r.buf); r.next++ {
			switch c := r.buf[r.next]; c {
			case ' ', '\n', '\r', '\t':
			default:
				return c, nil
			}
		}
		if err := r.fill(r.next); err != nil {
			return 0, err
		}
	}
}

// expect reads one byte.
func (r *Reader) expect(want byte) error {
	c, err := r.peek()
	if err != nil {
		return r.inside(err)
	}
	if c != want {
		return r.problem("want %q, not %q", want, c)
	}
	r.next++
	return nil
}

// null reads null, if that is what follows.
func (r *Reader) null() (bool, error) {
	c, err := r.peek()
	if err != nil {
		return false, r.inside(err)
	}
	if c != 'n' {
		return false, nil
	}
	return true, r.word("null")
}

// word reads a word that has begun.
func (r *Reader) word(want string) error {
	for len(r.buf)-r.next < len(want) {
		if err := r.fill(r.next); err != nil {
			return r.inside(err)
		}
	}
	if !bytes.HasPrefix(r.buf[r.next:], []byte(want)) {
		return r.problem("want %s", want)
	}
	r.next += len(want)
	return nil
}

// quoted reads a text with its quotation marks, which is good until the next read. It is plain when nothing need be unquoted.
func (r *Reader) quoted() (text []byte, isPlain bool, err error) {
	c, err := r.peek()
	if err != nil {
		return nil, false, r.inside(err)
	}
	if c != '"' {
		return nil, false, r.problem("want a text, not %q", c)
	}
	for length := 1; ; {
		i := bytes.IndexByte(r.buf[r.next+length:], '"')
		if i < 0 {
			length = len(r.buf) - r.next
			if err := r.fill(r.next); err != nil {
				return nil, false, r.inside(err)
			}
			continue
		}
		length += i + 1
		text = r.buf[r.next : r.next+length]
		if escaped(text[:length-1]) {
			continue
		}
		isPlain, ok := plain(text[1 : length-1])
		if !ok {
			return nil, false, r.problem("a control character in a text")
		}
		r.next += length
		return text, isPlain, nil
	}
}

// escaped says whether what follows the text is escaped: an odd number of backslashes stands before it.
func escaped(text []byte) bool {
	n := 0
	for n < len(text) && text[len(text)-1-n] == '\\' {
		n++
	}
	return n%2 == 1
}

// number reads a number, which is good until the next read.
func (r *Reader) number() ([]byte, error) {
	if _, err := r.peek(); err != nil {
		return nil, r.inside(err)
	}
	length := 0
	for {
		for ; r.next+length < len(r.buf); length++ {
			switch c := r.buf[r.next+length]; {
			case c >= '0' && c <= '9', c == '-', c == '+', c == '.', c == 'e', c == 'E':
				continue
			}
			return r.checked(length)
		}
		if err := r.fill(r.next); errors.Is(err, io.EOF) {
			return r.checked(length)
		} else if err != nil {
			return nil, err
		}
	}
}

// checked is the number of a length that follows, if it is one as JSON has it.
func (r *Reader) checked(length int) ([]byte, error) {
	text := r.buf[r.next : r.next+length]
	if !isNumber(text) {
		if length == 0 {
			return nil, r.problem("want a value, not %q", r.buf[r.next])
		}
		return nil, r.problem("a number that is none: %q", text)
	}
	r.next += length
	return text, nil
}

// isNumber holds a text against the grammar (https://www.rfc-editor.org/rfc/rfc8259#section-6).
func isNumber(text []byte) bool {
	text = bytes.TrimPrefix(text, []byte("-"))
	whole, rest := digits(text)
	if whole == 0 || whole > 1 && text[0] == '0' {
		return false
	}
	if fraction, found := bytes.CutPrefix(rest, []byte(".")); found {
		n, after := digits(fraction)
		if n == 0 {
			return false
		}
		rest = after
	}
	if len(rest) == 0 {
		return true
	}
	if rest[0] != 'e' && rest[0] != 'E' {
		return false
	}
	rest = rest[1:]
	if len(rest) > 0 && (rest[0] == '+' || rest[0] == '-') {
		rest = rest[1:]
	}
	n, after := digits(rest)
	return n > 0 && len(after) == 0
}

// digits counts the digits that a text begins with.
func digits(text []byte) (n int, rest []byte) {
	for n < len(text) && text[n] >= '0' && text[n] <= '9' {
		n++
	}
	return n, text[n:]
}

// inside is an error inside of a value, where the end of the stream is not expected.
func (r *Reader) inside(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// problem says what is wrong, and where.
func (r *Reader) problem(format string, args ...any) error {
	return fmt.Errorf("byte %d: %s", r.consumed+int64(r.next), fmt.Sprintf(format, args...))
}
